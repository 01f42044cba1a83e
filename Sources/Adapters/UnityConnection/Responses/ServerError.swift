package import HTTPMessages

/// Why a request to the server failed; the description is the text for users, without options.
package struct ServerError: Error, Sendable, Equatable {
  package enum Kind: String, Sendable, CaseIterable {
    case credentialsRefused = "credentials-refused"
    case forbidden
    case notFound = "not-found"
    case refused
    /// Too many requests, or a queue that drains too slowly.
    case busy
    /// The server reported that it failed: 500, 502, 504.
    case failed
    case unreachable
    /// The server's name could not be resolved.
    case nameUnknown = "name-unknown"
    case timedOut = "timed-out"
    /// The connection ended before a complete response was received.
    case noAnswer = "no-answer"
    /// The response was not HTTP.
    case notHTTP = "not-http"
    case certificateUntrusted = "certificate-untrusted"
    case pinMismatch = "pin-mismatch"
    /// The server does not support TLS, or shares no version or cipher with this client.
    case tlsFailed = "tls-failed"
    /// The server supports TLS, but not version 1.2 or later.
    case tlsOutdated = "tls-outdated"
    /// The server requires a client certificate, and there is none.
    case clientCertificateWanted = "client-certificate-wanted"
    /// The server is not Cisco Unity Connection.
    case wrongTarget = "wrong-target"
    /// A web page was received in place of an API response, for example from a proxy or gateway.
    case webPage = "web-page"
    /// The response is not valid for this API.
    case unexpectedAnswer = "unexpected-answer"
    /// A list had fewer or more objects than its own total.
    case incompleteList = "incomplete-list"
    /// A port group whose servers were requested does not exist.
    case groupGone = "group-gone"
    /// The server refuses to list the servers of an existing port group, but accepts other requests.
    case listRefused = "list-refused"
    case readOnly = "read-only"
    case cancelled
  }

  package var kind: Kind
  /// The server's address, such as `https://cuc.example.com:8443`.
  package var server: String
  /// Method and path of the request.
  package var call: String
  /// The status of a complete response.
  package var status: Int?
  /// One clause about the cause: the server's message, or the network error.
  package var detail: String
  /// The wait in seconds that the server requested.
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

  /// True if nothing more must be sent to the server: it refuses this client, or is not the expected server.
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

  /// True if a later retry may succeed.
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
  /// The message and the hint.
  package var description: String { hint.isEmpty ? message : "\(message); \(hint)" }

  /// The server, what happened, and the request, as one clause.
  package var message: String { "\(server): \(event) (\(call))" }

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
    case .notHTTP: "the server does not speak HTTP: \(detail)"
    case .certificateUntrusted, .pinMismatch: "the server is not trusted: \(detail)"
    case .tlsFailed: "the server does not speak HTTPS: \(detail)"
    case .tlsOutdated:
      "the server only speaks TLS 1.0 or 1.1, which is no longer safe: \(detail)"
    case .clientCertificateWanted: "the server asks for a client certificate: \(detail)"
    case .wrongTarget: "this is not a Cisco Unity Connection server: \(detail)"
    case .webPage: "a web page was received instead of an answer: \(detail)"
    case .unexpectedAnswer: "the answer cannot be understood: \(detail)"
    case .incompleteList: "the list is incomplete: \(detail)"
    case .groupGone: "the port group no longer exists: \(detail)"
    case .listRefused: "the servers of this port group cannot be listed: \(detail)"
    case .readOnly: "not sent: \(detail)"
    case .cancelled: "stopped: \(detail)"
    }
  }

  /// What to do next, as one clause; empty if the kind is enough.
  package var hint: String {
    switch kind {
    case .credentialsRefused:
      "nothing more is sent, because accounts lock; check the user name and the password"
    case .forbidden: "the account needs the system administrator role"
    case .notFound: "check the target's address, and whether it was deleted"
    case .refused: "see the server's message"
    case .busy, .failed, .timedOut, .noAnswer: "try again later"
    case .unreachable: "check the target's address and port (443 or 8443) and the network"
    case .certificateUntrusted: ""
    case .nameUnknown: "check the spelling of the target, and this machine's name servers (DNS)"
    case .tlsFailed: "check the target's port (443 or 8443), and what listens there"
    case .tlsOutdated: "update the server, or turn on TLS 1.2 there"
    case .notHTTP:
      server.hasPrefix("http:")
        ? "if it speaks TLS, write https://; otherwise check the target's port, and what listens there"
        : "check the target's port (443 or 8443), and what listens there"
    case .clientCertificateWanted:
      "check the target's port (443 or 8443): Cisco Unity Connection takes a user name and a password"
    case .wrongTarget, .webPage:
      "check the target's address and port, and that no proxy or other web page answers there"
    case .pinMismatch:
      "if its certificate was renewed, find out its new pin; otherwise do not continue"
    case .unexpectedAnswer:
      "check that the target is a Cisco Unity Connection server and not a proxy or another web page"
    case .incompleteList: "another client may be changing it; try again"
    case .groupGone: "list the port groups and correct the file"
    case .listRefused:
      "check the port group in the web administration, and what the account may read"
    case .readOnly: "a dry run sends no changes"
    case .cancelled: "run it again to continue"
    }
  }
}

extension ServerError {
  /// The error of a connection that failed before a request was sent.
  package init(connectingTo server: String, _ error: ExchangeError) {
    // Without a response there is no `Retry-After`, so `now` is not used.
    let call = ServerCall(server: server, request: HTTPRequest(.get, "/"))
    self = call.error(ExchangeOutcome.classify(.failure(error), now: 0))
    self.call = "connecting"
  }
}

/// One request, for use in errors.
struct ServerCall {
  let server: String
  let request: HTTPRequest

  /// The error for an outcome that is not the expected one.
  func error(_ outcome: ExchangeOutcome) -> ServerError {
    switch outcome {
    case .done(let response):
      error(.unexpectedAnswer, detail: "status \(response.status)", status: response.status)
    case .refused(let refusal):
      error(Self.kind(refusal), detail: refusal.sentence, status: refusal.status)
    case .unauthorized(let refusal):
      error(.credentialsRefused, detail: refusal.sentence, status: refusal.status)
    case .notProcessed(let failure), .unknown(let failure):
      error(
        failure.kind, detail: failure.reason, status: failure.status,
        retryAfter: failure.retryAfter)
    case .blocked(let kind, let detail): error(kind, detail: detail)
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
