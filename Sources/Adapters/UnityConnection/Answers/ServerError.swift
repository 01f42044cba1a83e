// Errors of questions to the server, and their sentences for people.

package import HTTPMessages

/// Why a question to the server has no answer; all its sentences for people stand here.
package struct ServerError: Error, Sendable, Equatable {
  package enum Kind: String, Sendable, CaseIterable {
    case credentialsRefused = "credentials-refused"
    case forbidden
    case notFound = "not-found"
    case refused
    /// Too many requests, or a queue that drains too slowly.
    case busy
    /// The server says that it failed: 500, 502, 504.
    case failed
    case unreachable
    /// The server's name could not be resolved.
    case nameUnknown = "name-unknown"
    case timedOut = "timed-out"
    /// The connection ended before a whole answer.
    case noAnswer = "no-answer"
    /// What came is no HTTP.
    case notHTTP = "not-http"
    case certificateUntrusted = "certificate-untrusted"
    case pinMismatch = "pin-mismatch"
    /// The other side does not speak TLS, or no version or cipher that we do.
    case tlsFailed = "tls-failed"
    /// The server speaks TLS, but no version from 1.2 on.
    case tlsOutdated = "tls-outdated"
    /// The server wants a certificate of ours, and there is none.
    case clientCertificateWanted = "client-certificate-wanted"
    /// What answers there is something else than Cisco Unity Connection.
    case wrongTarget = "wrong-target"
    /// A web page came in place of an answer, as a proxy or a gateway sends it.
    case webPage = "web-page"
    /// What came is not what this API answers.
    case unexpectedAnswer = "unexpected-answer"
    /// A list ended before its own total, or went beyond it.
    case incompleteList = "incomplete-list"
    /// A port group that was asked for its servers does not exist.
    case groupGone = "group-gone"
    /// The servers of a port group that exists are refused, though the server answers other questions.
    case listRefused = "list-refused"
    case readOnly = "read-only"
    case cancelled
  }

  package var kind: Kind
  /// The server's address, such as `https://cuc.example.com:8443`.
  package var server: String
  /// Method and path of the request.
  package var call: String
  /// The status of a complete answer.
  package var status: Int?
  /// One clause about the cause: the server's sentence, or what the network said.
  package var detail: String
  /// How many seconds the server asked to wait.
  package var retryAfter: Int?

  package init(
    _ kind: Kind, server: String, call: String, status: Int? = nil, detail: String,
    retryAfter: Int? = nil
  ) {
    self.kind = kind
    self.server = server
    self.call = call
    self.status = status
    self.detail = detail
    self.retryAfter = retryAfter
  }

  /// True if nothing more must be sent to this server: it refuses us, or is not what we take it for.
  package var isFatal: Bool {
    switch kind {
    case .credentialsRefused, .forbidden, .certificateUntrusted, .pinMismatch, .tlsFailed,
      .tlsOutdated, .clientCertificateWanted, .wrongTarget, .readOnly:
      true
    case .notFound, .refused, .busy, .failed, .unreachable, .nameUnknown, .timedOut, .noAnswer,
      .notHTTP, .webPage, .unexpectedAnswer, .incompleteList, .groupGone, .listRefused, .cancelled:
      false
    }
  }

  /// True if asking again later may help.
  package var isRepeatable: Bool {
    switch kind {
    case .busy, .failed, .unreachable, .nameUnknown, .timedOut, .noAnswer, .notHTTP,
      .incompleteList:
      true
    case .credentialsRefused, .forbidden, .notFound, .refused, .certificateUntrusted, .pinMismatch,
      .tlsFailed, .tlsOutdated, .clientCertificateWanted, .wrongTarget, .webPage, .unexpectedAnswer,
      .groupGone,
      .listRefused, .readOnly, .cancelled:
      false
    }
  }
}

extension ServerError: CustomStringConvertible {
  /// Server, what happened, the request, and what to do next.
  package var description: String { "\(server): \(event) (\(call)); \(advice)" }

  private var event: String {
    switch kind {
    case .credentialsRefused: "user name or password was refused: \(detail)"
    case .forbidden: "the account may not do this: \(detail)"
    case .notFound: "the server does not have this: \(detail)"
    case .refused: "the server refused: \(detail)"
    case .busy: "the server is busy: \(detail)"
    case .failed: "the server failed: \(detail)"
    case .unreachable: "the server cannot be reached: \(detail)"
    case .nameUnknown: detail
    case .timedOut: "no answer in time: \(detail)"
    case .noAnswer: "the answer was lost: \(detail)"
    case .notHTTP: "no HTTP is spoken: \(detail)"
    case .certificateUntrusted, .pinMismatch: "the server is not trusted: \(detail)"
    case .tlsFailed: "no https is spoken: \(detail)"
    case .tlsOutdated:
      "the server speaks only TLS 1.0 or 1.1, which is not safe any more: \(detail)"
    case .clientCertificateWanted: "the server asks for a client certificate: \(detail)"
    case .wrongTarget: "this is no Cisco Unity Connection server: \(detail)"
    case .webPage: "a web page came in place of an answer: \(detail)"
    case .unexpectedAnswer: "the answer is not understood: \(detail)"
    case .incompleteList: "the list is not whole: \(detail)"
    case .groupGone: "the port group is gone: \(detail)"
    case .listRefused: "the servers of this port group cannot be listed: \(detail)"
    case .readOnly: "not sent: \(detail)"
    case .cancelled: "stopped: \(detail)"
    }
  }

  private var advice: String {
    switch kind {
    case .credentialsRefused:
      "nothing more is sent, because accounts lock; check --username and the password"
    case .forbidden: "the account needs the system administrator role"
    case .notFound: "check the target's address, and whether it was deleted"
    case .refused: "see the server's own words"
    case .busy, .failed, .timedOut, .noAnswer: "try again later"
    case .unreachable: "check the target's address and port (443 or 8443) and the network"
    case .certificateUntrusted:
      "trust its authority with --ca-cert FILE, or this one key with --tls-pin sha256//… "
        + "(cupibulk target check shows it), "
        + "or continue unprotected, this once, with --insecure"
    case .nameUnknown: "check how the target is spelt, and this machine's name servers (DNS)"
    case .tlsFailed: "check the target's port (443 or 8443), and what listens there"
    case .tlsOutdated: "update the server, or turn on TLS 1.2 there"
    case .notHTTP:
      server.hasPrefix("http:")
        ? "if it speaks TLS, write https://; else check the target's port, and what listens there"
        : "check the target's port (443 or 8443), and what listens there"
    case .clientCertificateWanted:
      "check the target's port (443 or 8443): Cisco Unity Connection takes a user name and a password"
    case .wrongTarget, .webPage:
      "check the target's address and port, and that no proxy or other web page answers there"
    case .pinMismatch: "if its certificate was renewed, find out its new pin; else stop here"
    case .unexpectedAnswer:
      "check that the target is a Cisco Unity Connection server and not a proxy or another web page"
    case .incompleteList: "another client may be changing it; try again"
    case .groupGone: "list the port groups and correct the file"
    case .listRefused:
      "check the port group in the web administration, and what the account may read"
    case .readOnly: "writes need a run without --dry-run"
    case .cancelled: "run it again to continue"
    }
  }
}

extension ServerError {
  /// Why a connection to a server did not come about, before anything was asked.
  package init(connectingTo server: String, _ error: ExchangeError) {
    // No request stands behind it, so that there is no waiting until some date.
    let call = ServerCall(server: server, request: HTTPRequest(.get, "/"))
    self = call.error(Answer.classify(.failure(error), now: 0))
    self.call = "connecting"
  }
}

/// One request as errors name it.
struct ServerCall {
  let server: String
  let request: HTTPRequest

  /// The error for an answer that did not bring what was asked for.
  func error(_ answer: Answer) -> ServerError {
    switch answer {
    case .done(let response):
      error(.unexpectedAnswer, detail: "status \(response.status)", status: response.status)
    case .refused(let refusal):
      error(Self.kind(refusal), detail: refusal.sentence, status: refusal.status)
    case .unauthorized(let refusal):
      error(.credentialsRefused, detail: refusal.sentence, status: refusal.status)
    case .notProcessed(let setback), .unknown(let setback):
      error(
        setback.kind, detail: setback.reason, status: setback.status,
        retryAfter: setback.retryAfter)
    case .barred(let kind, let detail): error(kind, detail: detail)
    }
  }

  func error(
    _ kind: ServerError.Kind, detail: String, status: Int? = nil, retryAfter: Int? = nil
  ) -> ServerError {
    ServerError(
      kind, server: server, call: "\(request.method.rawValue) \(request.target)", status: status,
      detail: detail, retryAfter: retryAfter)
  }

  private static func kind(_ refusal: Refusal) -> ServerError.Kind {
    switch refusal.status {
    case 403: .forbidden
    case 404, 410: .notFound
    case .some(300...399): .unexpectedAnswer
    default: .refused
    }
  }
}
