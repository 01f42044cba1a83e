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
  private let held = Mutex<[Held]>([])
  private let hasTold = Atomic(false)

  private struct Held: Sendable {
    let target: TargetName
    /// The target's name for the user.
    let shown: String
    let lock: any TargetLock
  }

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
      let taken = Held(target: address.name, shown: address.lockIdentity, lock: lock)
      held.withLock { $0.append(taken) }
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

  /// Performs `work` without the locks, such as a question to the user, and takes them again.
  ///
  /// - Throws: What `work` throws, or `RunStop` if another run has a lock now.
  func released(
    during work: () async throws(RunStop) -> Void
  ) async throws(RunStop) {
    let names = held.withLock { held in
      defer { held = [] }
      return held.map { ($0.target, $0.shown) }
    }
    try await work()
    for (target, shown) in names { try await take(target, shown: shown) }
  }

  /// Gives all locks back.
  func release() { held.withLock { $0 = [] } }

  /// The interval at which a lock of another run is tried again.
  private static let pause = Duration.milliseconds(100)

  /// `shown` is the target's name for the user.
  private func take(_ target: TargetName, shown: String) async throws(RunStop) {
    let start = clock.now()
    while true {
      switch coordinator.lock(target) {
      case .taken(let lock):
        let taken = Held(target: target, shown: shown, lock: lock)
        held.withLock { $0.append(taken) }
        return
      case .failed(let reason): throw .lockFailed(reason)
      case .held(let holder):
        let message = "another run of cupibulk is pushing to \(shown)\(holder)"
        let left = timeout - (clock.now() - start)
        guard left > .zero else { throw .targetLocked(message) }
        if !hasTold.exchange(true, ordering: .relaxed) {
          conduct.announcement.show(on: conduct.console)
          conduct.console.note(
            "Waiting up to \(Quantity.time(timeout)): \(message).".escapedForDisplay)
        }
        try await conduct.control.sleep(for: min(Self.pause, left), on: clock)
      }
    }
  }
}
