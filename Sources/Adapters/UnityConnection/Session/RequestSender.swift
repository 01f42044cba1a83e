import HTTPMessages
import Synchronization

/// Sends requests with credentials or cookies, classifies the results, and hides secrets in the server's texts.
///
/// A server may echo what it was sent: the password, plain or encoded, or a cookie. Its texts are written to the
/// terminal, the ledger and the rejects file; therefore the secrets are hidden here, in one place.
final class RequestSender: Sendable {
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

  /// Sends a request once; it must already contain credentials or cookies.
  ///
  /// - Returns: The outcome, and the response if one was received.
  func send(_ request: HTTPRequest) async -> (outcome: ExchangeOutcome, response: HTTPResponse?) {
    let result = await exchange.result(of: request)
    let response = try? result.get()
    // Registering secrets is slow, and successful responses without cookies contain no new ones.
    if response?.isSuccess != true || response?.headerFields["Set-Cookie"] != nil {
      redaction.withLock { $0.learn(request, response) }
    }
    return (ExchangeOutcome.classify(result, now: clock.seconds(), hiding: hide), response)
  }

  /// Removes the secrets that were sent to the server from a text of the server.
  func hide(_ text: String) -> String {
    // Outside the lock, because the text may be long.
    redaction.withLock { $0 }.hide(text)
  }
}

extension HTTPExchanging {
  /// The response or the error of one exchange.
  func result(of request: HTTPRequest) async -> Result<HTTPResponse, ExchangeError> {
    do throws(ExchangeError) {
      return .success(try await send(request))
    } catch {
      return .failure(error)
    }
  }
}
