// Coordination on one machine: flock, the boot id and the process table.

package import PortGroupModel
package import SQLStores

/// Keeps the processes of one machine out of each other's way, also those of its containers that share a folder.
package struct LocalCoordinator: Coordinator {
  private let folders: LockFolders?

  /// Judges processes, and locks targets in folders; without folders every target is free.
  package init(_ folders: LockFolders? = nil) { self.folders = folders }

  package var owner: RunOwner { ProcessIdentity.current }

  package func state(of owner: RunOwner) -> OwnerState {
    if ProcessIdentity.isAlive(owner) { return .working }
    return ProcessIdentity.hasEnded(owner) ? .ended : .unknown
  }

  /// None: a run is resumed only when its process is not at work any more, and the target's lock shows that.
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
