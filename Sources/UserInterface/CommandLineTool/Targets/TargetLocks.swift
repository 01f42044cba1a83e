// The locks of one run: on its target's name, and on the server that answers there.

import BatchEngine
import Coordination
import PortGroupModel
import Synchronization

/// Takes the locks of a run, waiting for other runs as long as the user allows, and holds them while it lives.
///
/// The name is locked before anything is asked; two names of one server meet at the server's own id.
final class TargetLocks: Sendable {
  let address: TargetAddress
  private let coordinator: any Coordinator
  /// How long to wait for another run, for all locks together.
  private let timeout: Duration
  private let conduct: RunConduct
  private let clock = MachineClock()
  private let held = Mutex<[any TargetLock]>([])
  private let hasTold = Atomic(false)

  init(
    _ address: TargetAddress, by coordinator: any Coordinator, timeout: Duration,
    _ conduct: RunConduct
  ) {
    self.address = address
    self.coordinator = coordinator
    self.timeout = timeout
    self.conduct = conduct
  }

  /// Locks the target by its name; Ctrl-C ends the wait.
  ///
  /// - Returns: Why the lock was not taken; `nil` if it was.
  func takeTarget() async -> RunStop? {
    // Signals are watched only for a wait: a password may be asked for next, and Ctrl-C is to end that.
    if case .taken(let lock) = coordinator.lock(address.name) {
      held.withLock { $0.append(lock) }
      return nil
    }
    return await conduct.run {
      do throws(RunStop) {
        try await self.take(self.address.name, shown: self.address.lockIdentity)
        return nil
      } catch {
        return error
      }
    }
  }

  /// Locks the server that bears this id, whatever it is called.
  func take(server id: ObjectID) async throws(RunStop) {
    try await take(address.name(of: id), shown: "\(address.text) under another name")
  }

  /// How often a lock that another run has is tried again.
  private static let pause = Duration.milliseconds(100)

  /// `shown` is what the user reads of the target.
  private func take(_ target: TargetName, shown: String) async throws(RunStop) {
    let start = clock.now()
    while true {
      switch coordinator.lock(target) {
      case .taken(let lock):
        held.withLock { $0.append(lock) }
        return
      case .failed(let reason): throw .lockFailed(reason)
      case .held(let holder):
        let rival = "another run of cupibulk is pushing to \(shown)\(holder)"
        let left = timeout - (clock.now() - start)
        guard left > .zero else { throw .targetLocked(rival) }
        if !hasTold.exchange(true, ordering: .relaxed) {
          conduct.console.note(
            "Waiting up to \(Quantity.time(timeout)): \(rival).".escapedForDisplay)
        }
        try await conduct.control.sleep(for: min(Self.pause, left), on: clock)
      }
    }
  }
}
