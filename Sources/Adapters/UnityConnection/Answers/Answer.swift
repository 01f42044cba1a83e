// What the result of an exchange means.

package import HTTPMessages
package import PortGroupModel

/// What the result of one exchange means; every decision about it is taken here, once.
package enum Answer: Sendable, Equatable {
  case done(HTTPResponse)
  /// Nothing was done, and the same request would be refused again.
  case refused(Refusal)
  /// Nothing was done, because the server was not reached or had no time; to be repeated later.
  case notProcessed(Setback)
  /// A write may have been done or not.
  case unknown(Setback)
  /// The session or the credentials were not accepted; nothing was done.
  case unauthorized(Refusal)
  /// Nothing was sent, and nothing may be sent: the server is not trusted, or this client may only
  /// read.
  case barred(ServerError.Kind, String)

  /// Sorts the result of an exchange.
  ///
  /// - Parameters:
  ///   - result: What came of it.
  ///   - now: Seconds since 1970, for a `Retry-After` that is a date.
  ///   - hide: Takes secrets out of a text that the server or the network gave.
  /// - Returns: What it means.
  package static func classify(
    _ result: Result<HTTPResponse, ExchangeError>, now: Int,
    hiding hide: @escaping (String) -> String = { $0 }
  ) -> Answer {
    switch result {
    case .success(let response): return classify(response, now: now, hide)
    case .failure(var error):
      error.detail = hide(error.detail)
      return classify(error)
    }
  }

  private static func classify(
    _ response: HTTPResponse, now: Int, _ hide: @escaping (String) -> String
  ) -> Answer {
    let setback = { (kind: ServerError.Kind) in
      Setback(
        kind, reason: response.statusSentence(hiding: hide), status: response.status,
        retryAfter: response.retryAfter(now: now))
    }
    let refusal = {
      Refusal(status: response.status, sentence: response.statusSentence(hiding: hide))
    }
    return switch response.status {
    // A page for people is not an answer of the API, whatever its status says: a proxy's "not found"
    // says nothing of the server behind it.
    case 200...299 where response.isHTML, 404 where response.isHTML, 410 where response.isHTML:
      .unknown(setback(.webPage))
    case 200...299: .done(response)
    case 401: .unauthorized(refusal())
    case 408, 429, 503: .notProcessed(setback(.busy))
    case 501: .refused(refusal())
    case 300...499: .refused(refusal())
    default: .unknown(setback(.failed))
    }
  }

  private static func classify(_ error: ExchangeError) -> Answer {
    switch error.cause {
    case .certificateUntrusted: return .barred(.certificateUntrusted, error.detail)
    case .pinMismatch: return .barred(.pinMismatch, error.detail)
    case .tlsFailed: return .barred(.tlsFailed, error.detail)
    case .tlsOutdated: return .barred(.tlsOutdated, error.detail)
    case .readOnly: return .barred(.readOnly, error.detail)
    default: break
    }
    let setback = Setback(kind(of: error), reason: error.detail, status: nil, retryAfter: nil)
    return error.mayHaveReached ? .unknown(setback) : .notProcessed(setback)
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

/// A server's no: nothing was done.
package struct Refusal: Sendable, Equatable, CustomStringConvertible {
  /// The status, or `nil` if the request could not even be written.
  package var status: Int?
  /// The server's own sentence, or what its status means.
  package var sentence: String

  package init(status: Int?, sentence: String) {
    self.status = status
    self.sentence = sentence
  }

  package var description: String { sentence }
}

/// Why an exchange brought no answer that settles it.
package struct Setback: Sendable, Equatable, CustomStringConvertible {
  package var kind: ServerError.Kind
  /// One clause for people.
  package var reason: String
  /// The status of a complete answer, or `nil` if none came.
  ///
  /// A complete 500 means that no queue holds the request any more.
  package var status: Int?
  /// How many seconds the server asked to wait.
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

/// What became of a write that was sent once.
package enum WriteAnswer: Sendable, Equatable {
  /// It was done. A creation tells the new server's id where the answer held it.
  case done(newID: ObjectID?)
  /// It was not done, and would be refused again.
  case refused(Refusal)
  /// It was not done; it may be sent again later.
  case notProcessed(Setback)
  /// It may have been done; look before anything else is sent.
  case unknown(Setback)
}
