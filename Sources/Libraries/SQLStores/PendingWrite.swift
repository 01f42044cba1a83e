// A write that was left to the queue, and what comes of it.

internal import Synchronization

/// A write on its way: whoever left it may do something else before asking what came of it.
package final class PendingWrite<Value: Sendable>: Sendable {
  private enum State {
    case underway
    case awaited(CheckedContinuation<Value, any Error>)
    case finished(Result<Value, any Error>)
  }

  private let state = Mutex(State.underway)

  init() {}

  /// What the write returned, once it is committed; to be asked for by one task, once.
  package var value: Value {
    get async throws {
      try await withCheckedThrowingContinuation { continuation in
        let result = state.withLock { state -> Result<Value, any Error>? in
          if case .finished(let result) = state { return result }
          state = .awaited(continuation)
          return nil
        }
        if let result { continuation.resume(with: result) }
      }
    }
  }

  func finish(_ result: Result<Value, any Error>) {
    let waiter = state.withLock { state -> CheckedContinuation<Value, any Error>? in
      defer { state = .finished(result) }
      guard case .awaited(let continuation) = state else { return nil }
      return continuation
    }
    waiter?.resume(with: result)
  }
}
