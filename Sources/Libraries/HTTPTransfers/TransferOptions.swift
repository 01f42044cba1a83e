// How a transfer loop talks, and what it tells about what it did.

package import HTTPMessages

/// How a transfer loop talks: its patience, its limits, whom it trusts.
package struct TransferOptions: Sendable {
  /// How long a connection may take, the TLS handshake included.
  package var connectTimeout: Duration = .seconds(10)
  /// How long a whole exchange may take.
  package var transferTimeout: Duration = .seconds(60)
  /// How long a connection may move no byte, in whole seconds, at least one.
  package var stallLimit: Duration = .seconds(30)
  /// How many bytes a body may have.
  package var responseLimit = 8 << 20
  /// How many bytes the header lines of an answer may have together.
  package var headerLimit = 256 << 10
  /// How long an unused connection is kept; shorter than the 20 s after which Tomcat closes its
  /// own.
  package var idleLimit: Duration = .seconds(15)
  package var trust = ServerTrust.system
  /// Whether only GET and HEAD can be sent.
  package var readOnly = false
  /// Told about each exchange once it is over, on the loop's thread: it must return at once.
  package var observer: (@Sendable (ExchangeTrace) -> Void)?

  package init() {}
}

/// Whose word is taken for who the server is.
package enum ServerTrust: Sendable, Equatable {
  /// The certificate authorities of this machine.
  case system
  /// The certificate authorities in one PEM file, and no others.
  case authorities(file: String)
  /// One public key as `sha256//` and Base64; names, dates and issuers are then not looked at.
  case pinned(String)
  /// Anybody. The user must have said so.
  case unverified
}

/// One exchange that is over: what was asked, what came of it, and what it took.
///
/// It holds the request as it was sent, credentials included: who keeps it must remove them.
package struct ExchangeTrace: Sendable, Equatable {
  package var request: HTTPRequest
  package var result: Result<HTTPResponse, ExchangeError>
  /// The time from start to end.
  package var duration: Duration
  /// The time from start to the first byte of the answer; zero if none came.
  package var firstByte: Duration
  /// Also of an answer that was cut off.
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
