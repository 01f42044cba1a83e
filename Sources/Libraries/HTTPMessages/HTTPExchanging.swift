/// A client that sends requests to a server and returns the responses.
///
/// Over a network, this is a transfer loop; in a test, it can be a server in memory. An error means that no
/// complete response was received; the error shows whether the request may have reached the server.
package protocol HTTPExchanging: Sendable {
  /// Sends one request and waits for the complete response; redirects are not followed.
  func send(_ request: HTTPRequest) async throws(ExchangeError) -> HTTPResponse

  /// The best executor for tasks that send many requests: the thread that transfers the bytes.
  ///
  /// `nil` if it makes no difference. Jobs on the executor must be short, because they delay all exchanges.
  var executor: (any TaskExecutor)? { get }
}

extension HTTPExchanging {
  package var executor: (any TaskExecutor)? { nil }
}

/// Why no complete response was received, and whether the request may have had an effect nevertheless.
package struct ExchangeError: Error, Sendable, Equatable {
  /// The cause of the error, as a category that callers can decide on.
  package enum Cause: String, Sendable {
    case cancelled
    case couldNotResolve = "could-not-resolve"
    case connectionRefused = "connection-refused"
    case unreachable
    /// The certificate is not trusted, is not for this name, or is out of date.
    case certificateUntrusted = "certificate-untrusted"
    /// The public key is not the pinned one.
    case pinMismatch = "pin-mismatch"
    /// The TLS handshake failed for another reason.
    case tlsFailed = "tls-failed"
    /// The server supports TLS, but not version 1.2 or later.
    case tlsOutdated = "tls-outdated"
    case timedOut = "timed-out"
    /// The connection ended before the first byte of a response.
    case closedWithoutAnswer = "closed-without-answer"
    /// The response ended early, or was not valid HTTP after its start.
    case answerBroken = "answer-broken"
    /// The response was not HTTP from its first byte on.
    case answerNotHTTP = "answer-not-http"
    /// The server requested a client certificate, and closed the connection because it got none.
    case clientCertificateWanted = "client-certificate-wanted"
    case answerTooLarge = "answer-too-large"
    /// The request was not sent, because this client may only read.
    case readOnly = "read-only"
    case other
  }

  package var cause: Cause
  /// True if part of the request may have been sent: a write may then have had an effect.
  package var mayHaveReached: Bool
  /// One clause for users, without credentials, such as `connect to 127.0.0.1 port 8443 failed`.
  package var detail: String

  package init(_ cause: Cause, mayHaveReached: Bool, detail: String) {
    self.cause = cause
    self.mayHaveReached = mayHaveReached
    self.detail = detail
  }
}
