// The files of an open database: whether they still are those that lie at its path.

internal import CSQLite
internal import Glibc

/// Which file of this machine it is, whatever it is called.
package struct FileIdentity: Sendable, Equatable {
  package let device: UInt
  package let inode: UInt

  /// The file at a path, links followed; nil if there is none.
  package init?(at path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  fileprivate init(_ status: stat) {
    device = UInt(status.st_dev)
    inode = UInt(status.st_ino)
  }
}

/// A database's file, its log and the log's index, as they were seen last.
///
/// A process continues writing to a file that was deleted, and nobody finds that again. The log never gets shorter
/// while a connection is open, as long as nobody asks for it (`wal_checkpoint(TRUNCATE)`): this program does not.
struct OpenFiles {
  /// The file of the database itself.
  let database: FileIdentity
  private let path: String
  private let log: String
  /// The log's index; nil where it is in memory.
  private let index: String?
  private var seen: [String: Seen] = [:]

  private struct Seen {
    let file: FileIdentity
    let size: Int
  }

  /// The files of a database that was just opened; nil where it is in memory.
  ///
  /// - Throws: `moved` where another file lies at its path by now (`SQLITE_FCNTL_HAS_MOVED`).
  init?(of opened: borrowing Database, sharesIndex: Bool) throws(SQLiteError) {
    guard let name = unsafe sqlite3_db_filename(opened.handle, "main"), unsafe name.pointee != 0
    else { return nil }
    path = unsafe String(cString: name)
    log = path + "-wal"
    index = sharesIndex ? path + "-shm" : nil
    var hasMoved: Int32 = 0
    _ = unsafe sqlite3_file_control(opened.handle, "main", SQLITE_FCNTL_HAS_MOVED, &hasMoved)
    guard hasMoved == 0, let file = FileIdentity(at: path) else { throw .moved(path) }
    database = file
  }

  /// Looks whether each file is still the one that was seen first, and not shorter than it was.
  ///
  /// Inside a transaction (`isOpen`) the log and its index must be there, and are remembered.
  ///
  /// - Throws: `SQLiteError` of kind `moved`, which names the file.
  mutating func check(isOpen: Bool) throws(SQLiteError) {
    guard FileIdentity(at: path) == database else { throw .moved(path) }
    for side in [log, index].compactMap(\.self) {
      if let found = try look(at: side, isOpen: isOpen) { seen[side] = found }
    }
  }

  private func look(at side: String, isOpen: Bool) throws(SQLiteError) -> Seen? {
    var status = stat()
    let exists = unsafe stat(side, &status) == 0
    let found = exists ? Seen(file: FileIdentity(status), size: Int(status.st_size)) : nil
    guard let before = seen[side] else {
      if isOpen, found == nil { throw .moved(side) }
      return isOpen ? found : nil
    }
    guard let found, found.file == before.file else { throw .moved(side) }
    guard found.size >= before.size else { throw .cutShort(side) }
    return found
  }
}

extension SQLiteError {
  /// Another file, or none, lies where an open one was.
  package static func moved(_ path: String) -> SQLiteError {
    SQLiteError(kind: .moved, message: "the file \(path) was deleted, moved or replaced")
  }

  fileprivate static func cutShort(_ path: String) -> SQLiteError {
    SQLiteError(kind: .moved, message: "the file \(path) was cut short")
  }
}
