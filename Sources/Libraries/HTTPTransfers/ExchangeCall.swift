/// One exchange as its caller and the loop's thread both hold it.
import HTTPMessages
import Synchronization

typealias ExchangeResult = Result<HTTPResponse, ExchangeError>
typealias ExchangeContinuation = CheckedContinuation<ExchangeResult, Never>

final class ExchangeCall: Sendable {
  let request: HTTPRequest
  private let cancelled = Atomic(false)

  init(_ request: HTTPRequest) { self.request = request }

  var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

  /// Marks it; the loop must then be told to look.
  func cancel() { cancelled.store(true, ordering: .releasing) }
}
