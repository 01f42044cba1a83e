import Synchronization

/// Asks a run to stop, and lets its waits end at once.
///
/// Stopping means: start nothing new, finish what flies. To cut what flies, cancel the run's task.
package final class RunControl: Sendable {
  private struct State {
    var stop: RunStop?
    var nextWaiter = 0
    var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
  }

  private let state = Mutex(State())

  package init() {}

  /// Why the run shall stop; `nil` while it shall continue.
  package var stop: RunStop? { state.withLock(\.stop) }

  /// Asks the run to stop; the first reason given stays.
  package func requestStop(_ reason: RunStop) {
    let waiters = state.withLock { state in
      if state.stop == nil { state.stop = reason }
      defer { state.waiters = [:] }
      return state.waiters.values
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Throws the reason if the run shall stop.
  func check() throws(RunStop) {
    if let stop { throw stop }
    if Task.isCancelled { throw .aborted }
  }

  /// Waits for the time given, or until the run is asked to stop or is cut; then throws why.
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

  /// Returns when the run is asked to stop, or the task is cancelled.
  private func stopped() async {
    let id = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        // Cancelled or asked to stop before this line: nobody would wake this waiter any more.
        let isLate = state.withLock { state in
          if state.stop != nil || Task.isCancelled { return true }
          state.waiters[id] = continuation
          return false
        }
        if isLate { continuation.resume() }
      }
    } onCancel: {
      // If the waiter is not there yet, the check under the lock above sees the cancellation.
      state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
    }
  }
}
