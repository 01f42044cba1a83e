import CCurl
import Glibc
import HTTPMessages

/// The facts about a failed transfer, and their conversion to an exchange error.
struct TransferFailure {
  var code: CURLcode
  /// The `errno` of a failed connection, or 0.
  var systemError: Int32
  /// True if libcurl was about to send the request, so that the request may have had an effect.
  var hasStartedSending: Bool
  var hasResponseBytes: Bool
  var isTooLarge: Bool
  /// libcurl's error message.
  var text: String

  func error(at origin: Origin) -> ExchangeError {
    let (cause, clause) = meaning(at: origin)
    return ExchangeError(cause, mayHaveReached: hasStartedSending, detail: clause)
  }

  private func meaning(at origin: Origin) -> (ExchangeError.Cause, String) {
    let place = origin.hostAndPort
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
      // A retry would not help, and no server is trusted without the file.
      return (
        .certificateUntrusted, "the file of certificate authorities could not be used" + libraryText
      )
    case CURLE_SSL_CONNECT_ERROR where !isHandshakeError:
      return (.unreachable, "the TLS handshake with \(place) was cut off" + libraryText)
    case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR,
      CURLE_USE_SSL_FAILED:
      if isOutdatedTLS {
        return (.tlsOutdated, "the TLS handshake with \(place) failed" + libraryText)
      }
      // In TLS 1.2, a server that requires a client certificate sends only this alert.
      let hint =
        text.contains("alert handshake failure") ? "; it may want a client certificate" : ""
      return (.tlsFailed, "the TLS handshake with \(place) failed" + libraryText + hint)
    case CURLE_OPERATION_TIMEDOUT:
      return (
        .timedOut,
        hasStartedSending
          ? "\(place) did not answer in time" : "\(place) could not be reached in time"
      )
    default:
      return hasStartedSending ? afterSending(to: place) : beforeSending(to: place)
    }
  }

  private func afterSending(to place: String) -> (ExchangeError.Cause, String) {
    if isTooLarge { return (.answerTooLarge, "the answer of \(place) is larger than allowed") }
    // In TLS 1.3, the alert arrives after the handshake, when the request may already have been sent.
    if text.contains("alert certificate required") || text.contains("alert bad certificate") {
      return (.clientCertificateWanted, "\(place) ended the connection, because it got none")
    }
    // libcurl treats a response without a status line as HTTP/0.9, and refuses it.
    if code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_WEIRD_SERVER_REPLY {
      return (.answerNotHTTP, "what \(place) answers is no HTTP")
    }
    let closed =
      code == CURLE_GOT_NOTHING || code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR
      || code == CURLE_ABORTED_BY_CALLBACK
    if closed && !hasResponseBytes {
      return (.closedWithoutAnswer, "\(place) closed the connection without an answer")
    }
    return (.answerBroken, "the answer of \(place) was cut off or is not HTTP" + libraryText)
  }

  private func beforeSending(to place: String) -> (ExchangeError.Cause, String) {
    let isNetwork = code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR || code == CURLE_PROXY
    return (isNetwork ? .unreachable : .other, "no connection to \(place)" + libraryText)
  }

  /// True if OpenSSL reported an error in the handshake itself; false if the connection was interrupted, for
  /// example by a restart of the server.
  private var isHandshakeError: Bool {
    text.contains("SSL routines::") && !text.contains("unexpected eof")
  }

  /// True if the server or the local OpenSSL has reported that the TLS version is too old.
  ///
  /// Before TLS 1.2, key exchange uses MD5 and SHA-1, which OpenSSL 3 calls a legacy signature algorithm.
  private var isOutdatedTLS: Bool {
    ["unsupported protocol", "alert protocol version", "legacy sigalg"].contains(
      where: text.contains)
  }

  private var libraryText: String { text.isEmpty ? "" : ": \(text)" }
}

extension ExchangeError {
  /// The error of a caller that was cancelled before its exchange started.
  static let cancelledEarly = ExchangeError(
    .cancelled, mayHaveReached: false, detail: "the exchange was cancelled")

  static func cannotStart(_ detail: String) -> ExchangeError {
    ExchangeError(.other, mayHaveReached: false, detail: detail)
  }
}
