import Synchronization

/// Stops a run, and ends its waits at once.
///
/// A stopped run sends no new request, and finishes those in flight. To abort these as well, cancel
/// the run's task.
package final class RunControl: Sendable {
  private struct State {
    var stop: RunStop?
    var nextWaiter = 0
    var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
  }

  private let state = Mutex(State())

  package init() {}

  /// Why the run must stop; `nil` if it must not.
  package var stop: RunStop? { state.withLock(\.stop) }

  /// Stops the run; the first reason is kept.
  package func requestStop(_ reason: RunStop) {
    let waiters = state.withLock { state in
      if state.stop == nil { state.stop = reason }
      defer { state.waiters = [:] }
      return state.waiters.values
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Throws the reason if the run must stop.
  func check() throws(RunStop) {
    if let stop { throw stop }
    if Task.isCancelled { throw .aborted }
  }

  /// Waits for the given time; if the run is stopped or its task is cancelled, throws the reason at once.
  package func sleep(
    for duration: Duration, on clock: any RunClock
  ) async throws(RunStop) {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { try? await clock.sleep(for: duration) }
      group.addTask { await self.stopped() }
      await group.next()
      group.cancelAll()
    }
    try check()
  }

  /// Returns when the run is stopped, or the task is cancelled.
  private func stopped() async {
    let id = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        // If the task was cancelled or the run stopped before this line, this waiter would never be
        // resumed.
        let isLate = state.withLock { state in
          if state.stop != nil || Task.isCancelled { return true }
          state.waiters[id] = continuation
          return false
        }
        if isLate { continuation.resume() }
      }
    } onCancel: {
      // If the waiter is not added yet, the check under the lock above sees the cancellation.
      state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
    }
  }
}
