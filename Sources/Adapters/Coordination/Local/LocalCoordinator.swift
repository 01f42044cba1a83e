package import PortGroupModel
package import SQLStores

/// Coordinates the processes of one machine by flock, the boot id and the process table.
///
/// Containers that share a folder are included.
package struct LocalCoordinator: Coordinator {
  private let folders: LockFolders?

  /// Creates a coordinator that locks targets in folders; without folders, every attempt to lock succeeds.
  package init(_ folders: LockFolders? = nil) { self.folders = folders }

  package var owner: RunOwner { ProcessIdentity.current }

  package func state(of owner: RunOwner) -> OwnerState {
    if ProcessIdentity.isAlive(owner) { return .working }
    return ProcessIdentity.hasEnded(owner) ? .ended : .unknown
  }

  /// No fence is necessary: a run is resumed only if its process is not active, which the target's lock shows.
  package var fence: SQLFence? { nil }

  package func lock(_ target: TargetName) -> TargetLocking {
    guard let folders = folders(for: target) else {
      return .failed("there is no folder to lock \(target.text) in")
    }
    return FileLocks.take(target.text, in: folders)
  }

  package func holder(of target: TargetName) -> String? {
    folders(for: target).flatMap { FileLocks.holder(of: target.text, in: $0) }
  }

  private func folders(for target: TargetName) -> LockFolders? {
    target.isPrivate ? folders?.withoutMachine : folders
  }
}
