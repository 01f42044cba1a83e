import HTTPMessages
import Synchronization

typealias ExchangeResult = Result<HTTPResponse, ExchangeError>
typealias ExchangeContinuation = CheckedContinuation<ExchangeResult, Never>

/// A request, and whether its caller has cancelled it.
final class ExchangeCall: Sendable {
  let request: HTTPRequest
  private let cancelled = Atomic(false)

  init(_ request: HTTPRequest) { self.request = request }

  var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

  /// Marks the call as cancelled; `LoopCore.checkCancelled()` must be called after this.
  func cancel() { cancelled.store(true, ordering: .releasing) }
}
