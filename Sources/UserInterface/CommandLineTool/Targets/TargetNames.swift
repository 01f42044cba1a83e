// The names by which targets are locked, and the folders of the locks.

import BatchEngine
import Coordination
import PortGroupModel

extension TargetAddress {
  /// The target by its address; a sandbox that this program runs is private.
  var name: TargetName { TargetName(lockName, isPrivate: !isRemote) }

  /// The server by its own id.
  ///
  /// A server at an address of this machine is usually a sandbox. All sandboxes report the same id, so only the
  /// address is locked for all users.
  func name(of server: ObjectID) -> TargetName {
    TargetName("server-\(server.text)", isPrivate: !isRemote || isOfThisMachine)
  }
}

extension LocalCoordinator {
  /// Locks a target of a command line; creates the state folder if it does not exist.
  static func made(
    _ context: CommandContext, for address: TargetAddress
  ) throws(CommandFailure) -> LocalCoordinator {
    let state = try StateFolder.made(context.environment)
    let folders = LockFolders(
      in: state.path, environment: context.environment, isMade: address.isRemote)
    let named = context.environment[LockFolders.variable] ?? ""
    if address.isRemote, folders.machine == nil, !named.isEmpty {
      throw CommandFailure(
        .failure, "Targets cannot be locked in \(named), which \(LockFolders.variable) names",
        hint:
          "name a folder, by its whole path, that you can write and where no other user can remove your files (chmod +t), "
          + "or leave the variable empty for none")
    }
    return LocalCoordinator(folders)
  }

  /// Only checks locks, and creates nothing.
  static func looking(_ environment: [String: String]) -> LocalCoordinator {
    let state = StateFolder(environment: environment)
    return LocalCoordinator(LockFolders(in: state.path, environment: environment, isMade: false))
  }
}
