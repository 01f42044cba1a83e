package import HTTPMessages
package import PortGroupModel

/// The meaning of the result of one exchange; this is the only code that decides about it.
package enum ExchangeOutcome: Sendable, Equatable {
  case done(HTTPResponse)
  /// The request was not processed, and would be refused again.
  case refused(Refusal)
  /// The request was not processed, because the server was not reached or was busy; it can be repeated later.
  case notProcessed(TransientFailure)
  /// It is unknown whether a write was processed.
  case unknown(TransientFailure)
  /// The session or the credentials were not accepted; the request was not processed.
  case unauthorized(Refusal)
  /// Nothing was sent, and nothing may be sent: the server is not trusted, or the client is read-only.
  case blocked(ServerError.Kind, String)

  /// Classifies the result of an exchange.
  ///
  /// - Parameters:
  ///   - result: The result of the exchange.
  ///   - now: Seconds since 1970, for a `Retry-After` field with a date.
  ///   - hide: Removes secrets from a text of the server or the network.
  /// - Returns: The meaning of the result.
  package static func classify(
    _ result: Result<HTTPResponse, ExchangeError>, now: Int,
    hiding hide: @escaping (String) -> String = { $0 }
  ) -> ExchangeOutcome {
    switch result {
    case .success(let response): return classify(response, now: now, hide)
    case .failure(var error):
      error.detail = hide(error.detail)
      return classify(error)
    }
  }

  private static func classify(
    _ response: HTTPResponse, now: Int, _ hide: @escaping (String) -> String
  ) -> ExchangeOutcome {
    let failure = { (kind: ServerError.Kind) in
      TransientFailure(
        kind, reason: response.statusSentence(hiding: hide), status: response.status,
        retryAfter: response.retryAfter(now: now))
    }
    let refusal = {
      Refusal(status: response.status, sentence: response.statusSentence(hiding: hide))
    }
    return switch response.status {
    // An HTML page is not a response of the API, with any status: "not found" from a proxy does not
    // concern the server behind it.
    case 200...299 where response.isHTML, 404 where response.isHTML, 410 where response.isHTML:
      .unknown(failure(.webPage))
    case 200...299: .done(response)
    case 401: .unauthorized(refusal())
    case 408, 429, 503: .notProcessed(failure(.busy))
    case 501: .refused(refusal())
    case 300...499: .refused(refusal())
    default: .unknown(failure(.failed))
    }
  }

  private static func classify(_ error: ExchangeError) -> ExchangeOutcome {
    switch error.cause {
    case .certificateUntrusted: return .blocked(.certificateUntrusted, error.detail)
    case .pinMismatch: return .blocked(.pinMismatch, error.detail)
    case .tlsFailed: return .blocked(.tlsFailed, error.detail)
    case .tlsOutdated: return .blocked(.tlsOutdated, error.detail)
    case .readOnly: return .blocked(.readOnly, error.detail)
    default: break
    }
    let failure = TransientFailure(
      kind(of: error), reason: error.detail, status: nil, retryAfter: nil)
    return error.mayHaveReached ? .unknown(failure) : .notProcessed(failure)
  }

  private static func kind(of error: ExchangeError) -> ServerError.Kind {
    switch error.cause {
    case .cancelled: .cancelled
    case .couldNotResolve: .nameUnknown
    case .connectionRefused, .unreachable, .other: .unreachable
    case .timedOut: .timedOut
    case .closedWithoutAnswer, .answerBroken: .noAnswer
    case .answerNotHTTP: .notHTTP
    case .clientCertificateWanted: .clientCertificateWanted
    case .answerTooLarge: .unexpectedAnswer
    case .certificateUntrusted: .certificateUntrusted
    case .pinMismatch: .pinMismatch
    case .tlsFailed: .tlsFailed
    case .tlsOutdated: .tlsOutdated
    case .readOnly: .readOnly
    }
  }
}

/// A refusal by the server: the request was not processed.
package struct Refusal: Sendable, Equatable, CustomStringConvertible {
  /// The status, or `nil` if the request could not be encoded.
  package var status: Int?
  /// The server's message, or the meaning of its status.
  package var sentence: String

  package init(status: Int?, sentence: String) {
    self.status = status
    self.sentence = sentence
  }

  package var description: String { sentence }
}

/// Why an exchange has no definite outcome.
package struct TransientFailure: Sendable, Equatable, CustomStringConvertible {
  package var kind: ServerError.Kind
  /// One clause for users.
  package var reason: String
  /// The status of a complete response, or `nil` if none was received.
  ///
  /// A complete 500 response means that the request is no longer in any queue.
  package var status: Int?
  /// The wait in seconds that the server requested.
  package var retryAfter: Int?

  package init(
    _ kind: ServerError.Kind, reason: String, status: Int? = nil, retryAfter: Int? = nil
  ) {
    self.kind = kind
    self.reason = reason
    self.status = status
    self.retryAfter = retryAfter
  }

  package var description: String { reason }
}

/// The outcome of a write that was sent once.
package enum WriteOutcome: Sendable, Equatable {
  /// The write was processed. For a creation, `newID` is the new server's id, if the response has it.
  case done(newID: ObjectID?)
  /// The write was not processed, and would be refused again.
  case refused(Refusal)
  /// The write was not processed; it may be sent again later.
  case notProcessed(TransientFailure)
  /// The write may have been processed; read the group before anything else is sent.
  case unknown(TransientFailure)
}
