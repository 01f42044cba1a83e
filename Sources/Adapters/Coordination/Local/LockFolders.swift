// Where targets are locked: for all users of this machine, and for all who share a state folder.

internal import Glibc

/// The folders in which a target is locked, each where it can be.
package struct LockFolders: Sendable, Equatable {
  /// The variable that names another folder for the whole machine; empty: none.
  package static let variable = "CUPIBULK_LOCK_FOLDER"

  /// The machine's folder where the variable names none.
  private static let standard = "/run/lock/cupibulk"

  /// For all users of this machine; nil where there is none that can be used.
  package private(set) var machine: String?
  /// The state folder: containers may share that, and no other.
  package let state: String

  /// Finds the folders for a state folder that exists; that of the machine is made where it is not there, unless `isMade` is false.
  ///
  /// The first process makes `/run/lock/cupibulk`, as the sticky folder of all. Whose it is does not matter:
  /// its owner could hold every lock there anyway, as everybody can.
  package init(in state: String, environment: [String: String], isMade: Bool = true) {
    self.state = state
    let folder = environment[Self.variable] ?? Self.standard
    guard folder.utf8.first == UInt8(ascii: "/") else { return }
    if isMade { Self.make(folder) }
    if Self.isUsable(folder) { machine = folder }
  }

  private init(machine: String?, state: String) {
    self.machine = machine
    self.state = state
  }

  /// The same without that of the machine.
  var withoutMachine: LockFolders { LockFolders(machine: nil, state: state) }

  /// Makes a folder for all; one that is there stays as it is, for it may be a private folder of the user's.
  ///
  /// The standard one is ours for sure: a process that was killed between two steps may have left it closed.
  private static func make(_ folder: String) {
    let isNew = unsafe mkdir(folder, 0o700) == 0
    guard isNew || folder == standard, let status = status(folder) else { return }
    if status.st_uid == geteuid(), status.st_mode & 0o7777 == 0o700 {
      _ = unsafe chmod(folder, 0o1777)
    }
  }

  /// True for a folder that is no link, and where not every user can remove our locks.
  private static func isUsable(_ folder: String) -> Bool {
    guard let status = status(folder) else { return false }
    guard status.st_mode & S_IWOTH == 0 || status.st_mode & S_ISVTX != 0 else { return false }
    return unsafe access(folder, W_OK | X_OK) == 0
  }

  /// The facts of a folder; nil for a link, or for anything else.
  private static func status(_ folder: String) -> stat? {
    var status = stat()
    guard unsafe lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return nil }
    return status
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
    // Long paths differ in their ends.
    return "target-" + String(safe.suffix(200)) + ".lock"
  }
}
