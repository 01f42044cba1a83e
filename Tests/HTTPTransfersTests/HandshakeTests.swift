// The meaning of a failed TLS handshake: the server uses another protocol, or the connection was interrupted.

import CCurl
import HTTPMessages
import Testing

@testable import HTTPTransfers

@Suite struct HandshakeTests {
  private static let failed = "the TLS handshake with cuc.example.com port 8443 failed: "
  private static let cut = "the TLS handshake with cuc.example.com port 8443 was cut off: "

  /// Error messages of libcurl with OpenSSL, and whether the error is final.
  @Test(arguments: [
    ("OpenSSL/3.0.19: error:0A00010B:SSL routines::wrong version number", true),
    ("OpenSSL/3.0.19: error:0A000410:SSL routines::sslv3 alert handshake failure", true),
    ("OpenSSL/3.0.19: error:0A000126:SSL routines::unexpected eof while reading", false),
    ("OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to cuc.example.com:8443", false),
    ("OpenSSL SSL_connect: Connection reset by peer in connection to cuc.example.com:8443", false),
    ("Recv failure: Connection reset by peer", false),
  ])
  func `a handshake error is final, but an interrupted connection may be a restart`(
    text: String, isFinal: Bool
  ) throws {
    let failure = TransferFailure(
      code: CURLE_SSL_CONNECT_ERROR, systemError: 0, hasStartedSending: false,
      hasResponseBytes: false,
      isTooLarge: false, text: text)
    let hint = text.contains("handshake failure") ? "; it may want a client certificate" : ""
    let expected = ExchangeError(
      isFinal ? .tlsFailed : .unreachable, mayHaveReached: false,
      detail: (isFinal ? Self.failed : Self.cut) + text + hint)
    #expect(failure.error(at: try Origin(parsing: "https://cuc.example.com:8443")) == expected)
  }

  @Test(arguments: [
    "OpenSSL/3.0.19: error:0A000102:SSL routines::unsupported protocol",
    "OpenSSL/3.0.19: error:0A00042E:SSL routines::tlsv1 alert protocol version",
    "OpenSSL/3.0.19: error:0A00014D:SSL routines::legacy sigalg disallowed or unsupported",
  ])
  func `a server with an outdated TLS version is reported as such`(text: String) throws {
    let failure = TransferFailure(
      code: CURLE_SSL_CONNECT_ERROR, systemError: 0, hasStartedSending: false,
      hasResponseBytes: false,
      isTooLarge: false, text: text)
    #expect(
      failure.error(at: try Origin(parsing: "https://cuc.example.com:8443"))
        == ExchangeError(.tlsOutdated, mayHaveReached: false, detail: Self.failed + text))
  }
}
