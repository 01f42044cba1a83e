// Requests out, answers in, and no secret in any word of them.

import HTTPMessages
import Synchronization

/// Sends signed requests and sorts their answers; all texts of the server and the network pass through it.
///
/// A server may say back what it was sent: the password, as it is or encoded, or a cookie. Its words go on
/// to the terminal, the ledger and the rejects file, so the secrets are hidden here, once.
final class Conversation: Sendable {
  private let exchange: any HTTPExchanging
  private let clock: SessionClock
  private let redaction: Mutex<TraceRedaction>

  init(over exchange: any HTTPExchanging, credentials: Credentials, clock: SessionClock) {
    self.exchange = exchange
    self.clock = clock
    var redaction = TraceRedaction()
    redaction.learn(
      HTTPRequest(.get, "/", headerFields: ["Authorization": credentials.basic.reveal()]), nil)
    self.redaction = Mutex(redaction)
  }

  /// Sends a request that is signed already, once.
  ///
  /// - Returns: What its answer means, and the answer where one came.
  func send(_ request: HTTPRequest) async -> (answer: Answer, response: HTTPResponse?) {
    let result = await exchange.result(of: request)
    let response = try? result.get()
    // Learning takes longer than most answers; those that say yes and set no cookie have nothing new.
    if response?.isSuccess != true || response?.headerFields["Set-Cookie"] != nil {
      redaction.withLock { $0.learn(request, response) }
    }
    return (Answer.classify(result, now: clock.seconds(), hiding: hide), response)
  }

  /// A text of the server without the secrets that it was sent.
  func hide(_ text: String) -> String {
    // Hidden outside the lock: a text may be long.
    redaction.withLock { $0 }.hide(text)
  }
}

extension HTTPExchanging {
  /// The answer or the error of one exchange, as one value.
  func result(of request: HTTPRequest) async -> Result<HTTPResponse, ExchangeError> {
    do throws(ExchangeError) {
      return .success(try await send(request))
    } catch {
      return .failure(error)
    }
  }
}
