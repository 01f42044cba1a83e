import BatchEngine
import FoundationEssentials
import Glibc
import Bytes

/// The folder for the ledger and the locks of targets, according to XDG or systemd.
struct StateFolder {
  let path: String

  /// Finds the folder, without creating it.
  ///
  /// It is systemd's `$STATE_DIRECTORY`, otherwise `$XDG_STATE_HOME/cupibulk`, otherwise
  /// `~/.local/state/cupibulk`.
  ///
  /// Source: systemd.exec(5), which may list several folders; XDG Base Directory Specification,
  /// by which a relative path counts as not set.
  init(environment: [String: String]) {
    if let folders = environment["STATE_DIRECTORY"],
      let first = folders.unicodeScalars.split(separator: ":").first
    {
      path = String(first)
    } else if let base = environment["XDG_STATE_HOME"], base.utf8.first == UInt8(ascii: "/") {
      path = base + "/cupibulk"
    } else {
      path =
        (environment["HOME"] ?? FileManager.default.homeDirectoryForCurrentUser.path)
        + "/.local/state/cupibulk"
    }
  }

  /// The ledger that is used if none is named.
  var ledger: String { path + "/ledger.sqlite" }

  /// Returns the folder, and creates it if it does not exist.
  static func made(_ environment: [String: String]) throws(CommandFailure) -> StateFolder {
    let folder = StateFolder(environment: environment)
    try folder.make()
    try folder.check()
    return folder
  }

  /// Refuses a folder that another user owns or may write: that user could put a ledger there.
  private func check() throws(CommandFailure) {
    var status = stat()
    let base = URL(filePath: path).deletingLastPathComponent().path
    // A user who may rename files in the parent folder can replace the state folder.
    if unsafe stat(base, &status) == 0, status.st_mode & S_IWOTH != 0, status.st_mode & S_ISVTX == 0
    {
      throw CommandFailure(
        .failure,
        "All users may rename what is in \(base), where the state folder is (mode \(String(status.st_mode & 0o777, radix: 8)))",
        hint: "close it with: chmod o-w \(base.shellWord)")
    }
    guard unsafe stat(path, &status) == 0 else { return }
    if status.st_uid != geteuid(), status.st_uid != 0 {
      throw CommandFailure(
        .failure, "The state folder \(path) belongs to another user (uid \(status.st_uid))",
        hint: "set XDG_STATE_HOME to a folder of your own, or give this one to yourself with: "
          + "chown \(geteuid()) \(path.shellWord)")
    }
    if status.st_mode & (S_IWGRP | S_IWOTH) != 0 {
      throw CommandFailure(
        .failure,
        "Other users may write the state folder \(path) (mode \(String(status.st_mode & 0o777, radix: 8)))",
        hint: "close it with: chmod go-w \(path.shellWord)")
    }
  }

  /// True for a file in the folder itself, also if its path contains links.
  func holds(_ file: String) -> Bool {
    let folder = URL(filePath: AbsolutePath.of(file)).deletingLastPathComponent().path
    return folder == URL(filePath: path).standardizedFileURL.resolvingSymlinksInPath().path
  }

  /// Creates the folder and missing parent folders with mode 0700.
  private func make() throws(CommandFailure) {
    var folder = path.utf8.first == UInt8(ascii: "/") ? "" : "."
    // By scalars: a slash with a combining mark is another `Character`.
    for name in path.unicodeScalars.split(separator: "/") {
      folder += "/" + String(name)
      if unsafe mkdir(folder, 0o700) == 0 || errno == EEXIST { continue }
      let reason = SystemReason.text(errno)
      throw CommandFailure(
        .failure, "The state folder \(path) cannot be made: \(reason)",
        hint: "set XDG_STATE_HOME to a folder that you can write, or pass --ledger FILE")
    }
  }
}
