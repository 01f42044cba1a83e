/// What a failed TLS handshake means: another language is spoken there, or the line was cut.
import CCurl
import HTTPMessages
import Testing

@testable import HTTPTransfers

@Suite struct HandshakeTests {
  private static let failed = "the TLS handshake with cuc.example.com port 8443 failed: "
  private static let cut = "the TLS handshake with cuc.example.com port 8443 was cut off: "

  /// What libcurl says with OpenSSL, and what comes of it.
  @Test(arguments: [
    ("OpenSSL/3.0.19: error:0A00010B:SSL routines::wrong version number", true),
    ("OpenSSL/3.0.19: error:0A000410:SSL routines::sslv3 alert handshake failure", true),
    ("OpenSSL/3.0.19: error:0A000126:SSL routines::unexpected eof while reading", false),
    ("OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to cuc.example.com:8443", false),
    ("OpenSSL SSL_connect: Connection reset by peer in connection to cuc.example.com:8443", false),
    ("Recv failure: Connection reset by peer", false),
  ])
  func `only what the server said is final; a cut line may be a restart`(
    text: String, isFinal: Bool
  ) throws {
    let failure = TransferFailure(
      code: CURLE_SSL_CONNECT_ERROR, systemError: 0, hasBegun: false, hasAnswerBytes: false,
      isTooLarge: false, text: text)
    let guess = text.contains("handshake failure") ? "; it may want a client certificate" : ""
    let expected = ExchangeError(
      isFinal ? .tlsFailed : .unreachable, mayHaveReached: false,
      detail: (isFinal ? Self.failed : Self.cut) + text + guess)
    #expect(failure.error(at: try Origin(parsing: "https://cuc.example.com:8443")) == expected)
  }

  @Test(arguments: [
    "OpenSSL/3.0.19: error:0A000102:SSL routines::unsupported protocol",
    "OpenSSL/3.0.19: error:0A00042E:SSL routines::tlsv1 alert protocol version",
    "OpenSSL/3.0.19: error:0A00014D:SSL routines::legacy sigalg disallowed or unsupported",
  ])
  func `a server whose TLS is too old is called that`(text: String) throws {
    let failure = TransferFailure(
      code: CURLE_SSL_CONNECT_ERROR, systemError: 0, hasBegun: false, hasAnswerBytes: false,
      isTooLarge: false, text: text)
    #expect(
      failure.error(at: try Origin(parsing: "https://cuc.example.com:8443"))
        == ExchangeError(.tlsOutdated, mayHaveReached: false, detail: Self.failed + text))
  }
}
