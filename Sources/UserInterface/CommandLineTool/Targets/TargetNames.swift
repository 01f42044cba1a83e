// What targets are called where they are locked, and in which folders that is.

import BatchEngine
import Coordination
import PortGroupModel

extension TargetAddress {
  /// The target by its address; a sandbox that the program runs itself is nobody else's.
  var name: TargetName { TargetName(lockName, isPrivate: !isRemote) }

  /// The server that answers there, by its own id.
  ///
  /// At an address of this machine a sandbox listens, as a rule: they all show the same id, and another user's is
  /// another one. Its address alone is locked for all users then.
  func name(of server: ObjectID) -> TargetName {
    TargetName("server-\(server.text)", isPrivate: !isRemote || isOfThisMachine)
  }
}

extension LocalCoordinator {
  /// Locks a target of a command line; the state folder is made where it does not exist.
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
          "name a folder, by its whole path, that you can write and where nobody can remove your files (chmod +t), "
          + "or leave the variable empty for none")
    }
    return LocalCoordinator(folders)
  }

  /// Only looks at locks: nothing is made.
  static func looking(_ environment: [String: String]) -> LocalCoordinator {
    let state = StateFolder(environment: environment)
    return LocalCoordinator(LockFolders(in: state.path, environment: environment, isMade: false))
  }
}
