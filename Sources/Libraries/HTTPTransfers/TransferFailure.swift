/// What libcurl's error codes mean to a caller; the wording of all transfer errors stands here.
import CCurl
import Glibc
import HTTPMessages

struct TransferFailure {
  var code: CURLcode
  /// The errno of a failed connection, or 0.
  var systemError: Int32
  /// Whether the request was about to be sent when it failed, so that it may have had an effect.
  var hasBegun: Bool
  var hasAnswerBytes: Bool
  var isTooLarge: Bool
  /// libcurl's own words.
  var text: String

  func error(at origin: Origin) -> ExchangeError {
    let (cause, clause) = meaning(at: origin)
    return ExchangeError(cause, mayHaveReached: hasBegun, detail: clause)
  }

  private func meaning(at origin: Origin) -> (ExchangeError.Cause, String) {
    let place = origin.place
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST:
      return (.couldNotResolve, "the name \(origin.host) could not be resolved")
    case CURLE_COULDNT_RESOLVE_PROXY:
      return (.couldNotResolve, "the name of the proxy to \(place) could not be resolved")
    case CURLE_COULDNT_CONNECT where systemError == ECONNREFUSED:
      return (.connectionRefused, "\(place) refused the connection")
    case CURLE_COULDNT_CONNECT:
      return (.unreachable, "\(place) could not be reached" + libraryText)
    case CURLE_PEER_FAILED_VERIFICATION:
      return (.certificateUntrusted, "the certificate of \(place) is not trusted" + libraryText)
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
      return (.pinMismatch, "the public key of \(place) is not the pinned one")
    case CURLE_SSL_CACERT_BADFILE:
      // Waiting would not help, and nobody is trusted without it.
      return (
        .certificateUntrusted, "the file of certificate authorities could not be used" + libraryText
      )
    case CURLE_SSL_CONNECT_ERROR where !isSpokenTLS:
      return (.unreachable, "the TLS handshake with \(place) was cut off" + libraryText)
    case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR,
      CURLE_USE_SSL_FAILED:
      if isOutdatedTLS {
        return (.tlsOutdated, "the TLS handshake with \(place) failed" + libraryText)
      }
      // In TLS 1.2 a server that wants a certificate says no more than that.
      let guess =
        text.contains("alert handshake failure") ? "; it may want a client certificate" : ""
      return (.tlsFailed, "the TLS handshake with \(place) failed" + libraryText + guess)
    case CURLE_OPERATION_TIMEDOUT:
      return (
        .timedOut,
        hasBegun ? "\(place) did not answer in time" : "\(place) could not be reached in time"
      )
    default:
      return hasBegun ? afterSending(to: place) : beforeSending(to: place)
    }
  }

  private func afterSending(to place: String) -> (ExchangeError.Cause, String) {
    if isTooLarge { return (.answerTooLarge, "the answer of \(place) is larger than allowed") }
    // In TLS 1.3 the alert comes after the handshake, when the request is on its way.
    if text.contains("alert certificate required") || text.contains("alert bad certificate") {
      return (.clientCertificateWanted, "\(place) ended the connection, because it got none")
    }
    // libcurl takes an answer without a status line for HTTP/0.9, and refuses it.
    if code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_WEIRD_SERVER_REPLY {
      return (.answerNotHTTP, "what \(place) answers is no HTTP")
    }
    let closed =
      code == CURLE_GOT_NOTHING || code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR
      || code == CURLE_ABORTED_BY_CALLBACK
    if closed && !hasAnswerBytes {
      return (.closedWithoutAnswer, "\(place) closed the connection without an answer")
    }
    return (.answerBroken, "the answer of \(place) was cut off or is not HTTP" + libraryText)
  }

  private func beforeSending(to place: String) -> (ExchangeError.Cause, String) {
    let isNetwork = code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR || code == CURLE_PROXY
    return (isNetwork ? .unreachable : .other, "no connection to \(place)" + libraryText)
  }

  /// Whether OpenSSL read something in the handshake that it cannot agree with; else the line was cut,
  /// as by a server that restarts.
  private var isSpokenTLS: Bool {
    text.contains("SSL routines::") && !text.contains("unexpected eof")
  }

  /// Whether the server, or OpenSSL here, has said that the version of TLS is too old.
  ///
  /// Before TLS 1.2 keys are exchanged with MD5 and SHA-1, which OpenSSL 3 calls a legacy signature algorithm.
  private var isOutdatedTLS: Bool {
    ["unsupported protocol", "alert protocol version", "legacy sigalg"].contains(
      where: text.contains)
  }

  private var libraryText: String { text.isEmpty ? "" : ": \(text)" }
}

extension ExchangeError {
  /// The caller went away before anything was done.
  static let cancelledEarly = ExchangeError(
    .cancelled, mayHaveReached: false, detail: "the exchange was cancelled")

  static func cannotBegin(_ detail: String) -> ExchangeError {
    ExchangeError(.other, mayHaveReached: false, detail: detail)
  }
}
