/// Something that takes a request to a server and brings back the answer.
///
/// Over a network it is a transfer loop; in a test it can be a server in memory. An error means that
/// no whole answer came; whether the request may have reached the server is told by the error.
package protocol HTTPExchanging: Sendable {
  /// Sends one request and waits for its whole answer; redirects are not followed.
  func send(_ request: HTTPRequest) async throws(ExchangeError) -> HTTPResponse

  /// Where tasks run best that send one request after another: on the thread that moves the bytes.
  ///
  /// `nil` where it makes no difference. Their steps must be short, for they hold up all exchanges.
  var executor: (any TaskExecutor)? { get }
}

extension HTTPExchanging {
  package var executor: (any TaskExecutor)? { nil }
}

/// Why no whole answer came, and whether the request may have had an effect all the same.
package struct ExchangeError: Error, Sendable, Equatable {
  /// What went wrong, coarse enough to decide on.
  package enum Cause: String, Sendable {
    case cancelled
    case couldNotResolve = "could-not-resolve"
    case connectionRefused = "connection-refused"
    case unreachable
    /// The certificate is not trusted, is not for this name, or is out of date.
    case certificateUntrusted = "certificate-untrusted"
    /// The certificate is not the one that was pinned.
    case pinMismatch = "pin-mismatch"
    /// The TLS handshake failed for another reason.
    case tlsFailed = "tls-failed"
    /// The server speaks TLS, but no version from 1.2 on.
    case tlsOutdated = "tls-outdated"
    case timedOut = "timed-out"
    /// The connection ended before any byte of an answer.
    case closedWithoutAnswer = "closed-without-answer"
    /// The answer ended early, or became something else than HTTP.
    case answerBroken = "answer-broken"
    /// What came is no HTTP from its first byte on.
    case answerNotHTTP = "answer-not-http"
    /// The server asked for a certificate of the client's, and ended the connection without one.
    case clientCertificateWanted = "client-certificate-wanted"
    case answerTooLarge = "answer-too-large"
    /// The request was not sent, because this client may only read.
    case readOnly = "read-only"
    case other
  }

  package var cause: Cause
  /// True if part of the request may have left: a write may then have taken effect.
  package var mayHaveReached: Bool
  /// One clause for people, without credentials, such as `connect to 127.0.0.1 port 8443 failed`.
  package var detail: String

  package init(_ cause: Cause, mayHaveReached: Bool, detail: String) {
    self.cause = cause
    self.mayHaveReached = mayHaveReached
    self.detail = detail
  }
}
