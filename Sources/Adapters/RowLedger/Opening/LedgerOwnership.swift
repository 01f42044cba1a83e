internal import FoundationEssentials
import Glibc
internal import SQLStores

/// Checks that no other user owns a ledger or may change it, before it is opened.
struct LedgerOwnership {
  let path: String

  init(_ path: String) { self.path = path }

  /// Refuses a ledger that another user could have planted, or could change.
  ///
  /// A file that does not exist yet is accepted. The files next to it are checked too, because SQLite
  /// applies a log.
  ///
  /// - Throws: `LedgerError` of kind `foreign`.
  func check() throws(LedgerError) {
    for file in FileStore.files(of: path) {
      try Self.checkLink(file)
      guard let status = Self.status(file), status.st_mode & S_IFMT == S_IFREG else { continue }
      if !Self.isTrusted(status.st_uid) {
        throw LedgerError(
          .foreign, "the file \(file) belongs to another user (uid \(status.st_uid))",
          hint: "make it yours (chown \(geteuid()) \(file))")
      }
      if status.st_mode & S_IWOTH != 0 {
        throw LedgerError(
          .foreign, "all users of this machine may write the file \(file)",
          hint: "close it (chmod o-w \(file))")
      }
    }
    let folder = URL(filePath: path).deletingLastPathComponent().path
    guard let status = Self.status(folder) else { return }
    let isForAll = status.st_mode & S_IWOTH != 0 && status.st_mode & S_ISVTX == 0
    if isForAll {
      throw LedgerError(
        .foreign, "all users of this machine may replace the files in the folder \(folder)",
        hint: "close it (chmod o-w \(folder))")
    }
  }

  /// Refuses a link of another user, because that user would decide which file is used.
  private static func checkLink(_ file: String) throws(LedgerError) {
    var link = stat()
    guard unsafe lstat(file, &link) == 0, link.st_mode & S_IFMT == S_IFLNK,
      !isTrusted(link.st_uid)
    else { return }
    throw LedgerError(
      .foreign, "the file \(file) is a link of another user (uid \(link.st_uid))",
      hint: "remove the link")
  }

  /// Files of this user and of root are trusted.
  private static func isTrusted(_ owner: uid_t) -> Bool { owner == geteuid() || owner == 0 }

  private static func status(_ path: String) -> stat? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? status : nil
  }
}
