// Where targets are locked: for all users of this machine, and for all who share a state folder.

import Foundation

/// The folders in which a target is locked, each where it can be.
struct LockFolders: Equatable {
  /// The variable that names another folder for the whole machine; empty: none.
  static let variable = "CUPIBULK_LOCK_FOLDER"

  /// For all users of this machine; nil where there is none that can be used.
  let machine: String?
  /// The state folder: containers may share that, and no other.
  let state: String

  /// Finds the folders; that of the machine is made where it is not there.
  ///
  /// Whoever is first makes `/run/lock/cupibulk`, as the sticky folder of all. Whose it is does not matter:
  /// its owner could hold every lock there anyway, as everybody can.
  init(in state: StateFolder, environment: [String: String]) {
    self.state = state.path
    let folder = environment[Self.variable] ?? "/run/lock/cupibulk"
    machine = Self.isUsable(folder) ? folder : nil
  }

  private init(machine: String?, state: String) {
    self.machine = machine
    self.state = state
  }

  /// The folders for a target of a command line; the state folder is made where it is not there.
  ///
  /// A sandbox that the program runs itself is nobody else's: it is locked in the state folder alone.
  static func found(
    _ context: CommandContext, for address: TargetAddress
  ) throws(CommandFailure) -> LockFolders {
    let folder = try StateFolder.made(context.environment)
    guard address.isRemote else { return LockFolders(machine: nil, state: folder.path) }
    return LockFolders(in: folder, environment: context.environment)
  }

  /// Where a server is locked by its own id.
  ///
  /// At an address of this machine a sandbox listens, as a rule: they all tell the same id, and another
  /// user's is another one. Its address alone is locked for all users then.
  func forServerID(at address: TargetAddress) -> LockFolders {
    address.isOfThisMachine ? LockFolders(machine: nil, state: state) : self
  }

  private static func isUsable(_ folder: String) -> Bool {
    guard folder.utf8.first == UInt8(ascii: "/") else { return false }
    _ = unsafe mkdir(folder, 0o700)
    var status = stat()
    // The folder itself and no link; not open to all without the sticky bit, for then others' locks can be removed.
    guard unsafe lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      return false
    }
    // Made by now, or by one of our own processes that was killed before this.
    if status.st_uid == geteuid(), status.st_mode & 0o7777 == 0o700 {
      return unsafe chmod(folder, 0o1777) == 0
    }
    guard status.st_mode & S_IWOTH == 0 || status.st_mode & S_ISVTX != 0 else { return false }
    return unsafe access(folder, W_OK | X_OK) == 0
  }

  /// The lock files of a target.
  func files(_ identity: String) -> [(path: String, isShared: Bool)] {
    let name = "/" + Self.fileName(identity)
    let shared = machine.map { [(path: $0 + name, isShared: true)] } ?? []
    return shared + [(path: state + name, isShared: false)]
  }

  /// A file name that says which target it is for: everything but letters, digits, `.` and `-` becomes `_`.
  private static func fileName(_ identity: String) -> String {
    let safe = identity.unicodeScalars.map { scalar in
      scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
        || scalar == "." || scalar == "-" ? Character(scalar) : "_"
    }
    // Long paths are told apart by their ends.
    return "target-" + String(safe.suffix(200)) + ".lock"
  }
}
