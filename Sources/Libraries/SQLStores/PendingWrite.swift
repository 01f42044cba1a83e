internal import Synchronization

/// A queued write; the caller may continue and await its result later.
package final class PendingWrite<Value: Sendable>: Sendable {
  private enum State {
    case underway
    case awaited(CheckedContinuation<Value, any Error>)
    case finished(Result<Value, any Error>)
  }

  private let state = Mutex(State.underway)

  init() {}

  /// The result of the write when it is committed; may be read only once, by one task.
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
