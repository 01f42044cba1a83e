package import HTTPMessages

/// The options of a transfer loop: timeouts, size limits, trust.
package struct TransferOptions: Sendable {
  /// The maximum time to connect, including the TLS handshake.
  package var connectTimeout: Duration = .seconds(10)
  /// The maximum time of a whole exchange.
  package var transferTimeout: Duration = .seconds(60)
  /// The maximum time without a transferred byte, in whole seconds; at least one second.
  package var stallTimeout: Duration = .seconds(30)
  /// The maximum size of a response body in bytes.
  package var responseLimit = 8 << 20
  /// The maximum total size of the header lines of a response in bytes.
  package var headerLimit = 256 << 10
  /// How long an unused connection is kept open; shorter than the 20 s after which Tomcat closes it.
  package var idleTimeout: Duration = .seconds(15)
  package var trust = ServerTrust.system
  /// If true, only GET and HEAD can be sent.
  package var readOnly = false
  /// Called after each exchange, on the loop's thread; it must return quickly.
  package var observer: (@Sendable (ExchangeTrace) -> Void)?

  package init() {}
}

/// How the identity of the server is verified.
package enum ServerTrust: Sendable, Equatable {
  /// Trust the certificate authorities of this machine.
  case system
  /// Trust only the certificate authorities in one PEM file.
  case authorities(file: String)
  /// Trust one public key, as `sha256//` and Base64; names, dates and issuers are then not checked.
  case pinned(String)
  /// Trust any server; only on the user's explicit request.
  case unverified
}

/// A completed exchange: its request, its result and its duration.
///
/// It contains the request as it was sent, including credentials: code that stores a trace must remove them.
package struct ExchangeTrace: Sendable, Equatable {
  package var request: HTTPRequest
  package var result: Result<HTTPResponse, ExchangeError>
  /// The time from start to end.
  package var duration: Duration
  /// The time from the start to the first byte of the response; zero if none was received.
  package var firstByte: Duration
  /// The number of body bytes received, also of an incomplete response.
  package var bodyBytesReceived: Int

  package init(
    request: HTTPRequest, result: Result<HTTPResponse, ExchangeError>, duration: Duration,
    firstByte: Duration, bodyBytesReceived: Int
  ) {
    self.request = request
    self.result = result
    self.duration = duration
    self.firstByte = firstByte
    self.bodyBytesReceived = bodyBytesReceived
  }
}
