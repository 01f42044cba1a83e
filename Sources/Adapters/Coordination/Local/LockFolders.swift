internal import Glibc

/// The folders in which a target is locked.
package struct LockFolders: Sendable, Equatable {
  /// The environment variable with another folder for the machine; if it is empty, there is none.
  package static let variable = "CUPIBULK_LOCK_FOLDER"

  /// The machine's folder if the variable is not set.
  private static let standard = "/run/lock/cupibulk"

  /// The folder for all users of this machine; `nil` if none can be used.
  package private(set) var machine: String?
  /// The state folder, which containers may share.
  package let state: String

  /// Finds the folders; creates the machine's folder if it does not exist, unless `isMade` is false.
  ///
  /// The state folder must exist. The first process creates `/run/lock/cupibulk` as a sticky folder for all
  /// users. Its owner does not matter, because every user can hold any lock there anyway.
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

  /// The same without the machine's folder.
  var withoutMachine: LockFolders { LockFolders(machine: nil, state: state) }

  /// Creates a folder for all users; an existing folder is not changed, because it may be private.
  ///
  /// The standard folder is certainly our own: a process that was killed between two steps may have left it
  /// closed.
  private static func make(_ folder: String) {
    let isNew = unsafe mkdir(folder, 0o700) == 0
    guard isNew || folder == standard, let status = status(folder) else { return }
    if status.st_uid == geteuid(), status.st_mode & 0o7777 == 0o700 {
      _ = unsafe chmod(folder, 0o1777)
    }
  }

  /// True for a folder that is not a link, and in which other users cannot remove our lock files.
  private static func isUsable(_ folder: String) -> Bool {
    guard let status = status(folder) else { return false }
    guard status.st_mode & S_IWOTH == 0 || status.st_mode & S_ISVTX != 0 else { return false }
    return unsafe access(folder, W_OK | X_OK) == 0
  }

  /// The status of a folder; `nil` for a link and for anything else.
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

  /// The file name for a target: each character other than letters, digits, `.` and `-` becomes `_`.
  private static func fileName(_ identity: String) -> String {
    let safe = identity.unicodeScalars.map { scalar in
      scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
        || scalar == "." || scalar == "-" ? Character(scalar) : "_"
    }
    // Long paths differ at their ends.
    return "target-" + String(safe.suffix(200)) + ".lock"
  }
}
