import BatchEngine
import Coordination
import PortGroupModel
import Synchronization

/// Takes the locks of a run, waits for other runs as long as the user allows, and holds the locks while it exists.
///
/// The name is locked before the first request; the server's own id is locked too, because a server
/// may have several names.
final class TargetLocks: Sendable {
  let address: TargetAddress
  private let coordinator: any Coordinator
  /// The maximum wait for other runs, for all locks together.
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
    // Signals are watched only while it waits: next, a password may be requested, which Ctrl-C must
    // end.
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

  /// Locks the server with this id.
  func take(server id: ObjectID) async throws(RunStop) {
    try await take(address.name(of: id), shown: "\(address.text) under another name")
  }

  /// The interval at which a lock of another run is tried again.
  private static let pause = Duration.milliseconds(100)

  /// `shown` is the target's name for the user.
  private func take(_ target: TargetName, shown: String) async throws(RunStop) {
    let start = clock.now()
    while true {
      switch coordinator.lock(target) {
      case .taken(let lock):
        held.withLock { $0.append(lock) }
        return
      case .failed(let reason): throw .lockFailed(reason)
      case .held(let holder):
        let message = "another run of cupibulk is pushing to \(shown)\(holder)"
        let left = timeout - (clock.now() - start)
        guard left > .zero else { throw .targetLocked(message) }
        if !hasTold.exchange(true, ordering: .relaxed) {
          conduct.console.note(
            "Waiting up to \(Quantity.time(timeout)): \(message).".escapedForDisplay)
        }
        try await conduct.control.sleep(for: min(Self.pause, left), on: clock)
      }
    }
  }
}
