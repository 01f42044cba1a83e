// The files of an open database: whether they still are those that lie at its path.

internal import Bytes
internal import CSQLite
internal import Glibc

/// A database's file, its log and the log's index, as they were seen last.
///
/// A process can write to a deleted file, and that content is lost. No file gets shorter while a connection is open,
/// with two exceptions: `wal_checkpoint(TRUNCATE)` truncates the log, but this program does not use it, and `VACUUM`
/// truncates the database, whose header then has the lower number of pages.
struct OpenFiles {
  /// The file of the database itself.
  let database: FileIdentity
  private let path: String
  private let log: String
  /// The log's index; `nil` if it is in memory.
  private let index: String?
  /// The last known size of the database file, in bytes.
  private var size = 0
  private var seen: [String: Seen] = [:]

  private struct Seen {
    let file: FileIdentity
    let size: Int
  }

  /// The files of a database that was just opened; `nil` if it is in memory.
  ///
  /// - Throws: `moved` if another file is at its path by now (`SQLITE_FCNTL_HAS_MOVED`).
  init?(of opened: borrowing Database, sharesIndex: Bool) throws(SQLError) {
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

  /// Checks that each file is still the same, and not shorter than before.
  ///
  /// Inside a transaction (`isOpen`) the log and its index must exist, and their identities are
  /// kept.
  ///
  /// - Throws: `SQLError` of kind `moved`, which names the file.
  mutating func check(_ handle: OpaquePointer, isOpen: Bool) throws(SQLError) {
    var status = stat()
    guard unsafe stat(path, &status) == 0, FileIdentity(status) == database else {
      throw .moved(path)
    }
    let found = Int(status.st_size)
    if found < size {
      guard let length = unsafe Self.lengthByHeader(of: handle), length <= found else {
        throw .cutShort(path)
      }
    }
    size = found
    for side in [log, index].compactMap(\.self) {
      if let found = try look(at: side, isOpen: isOpen) { seen[side] = found }
    }
  }

  /// The size of the database file in bytes according to its header; `nil` if it has none.
  ///
  /// It is read through the connection, because closing a separate descriptor would release all locks of this
  /// process.
  private static func lengthByHeader(of handle: OpaquePointer) -> Int? {
    var file: UnsafeMutablePointer<sqlite3_file>?
    let status = unsafe sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &file)
    guard status == SQLITE_OK, let file = unsafe file,
      let read = unsafe file.pointee.pMethods?.pointee.xRead
    else { return nil }
    // The first bytes, the page size and the number of pages (sqlite.org/fileformat2.html, section 1.3).
    var header = [UInt8](repeating: 0, count: 100)
    guard unsafe read(file, &header, Int32(header.count), 0) == SQLITE_OK,
      header.starts(with: Array("SQLite format 3\0".utf8))
    else { return nil }
    let pageSize = Int(header[16]) << 8 | Int(header[17])
    let pages = header[28..<32].reduce(0) { $0 << 8 | Int($1) }
    return (pageSize == 1 ? 65_536 : pageSize) * pages
  }

  private func look(at side: String, isOpen: Bool) throws(SQLError) -> Seen? {
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

extension SQLError {
  /// The error for an open file that was deleted, moved or replaced.
  package static func moved(_ path: String) -> SQLError {
    SQLError(kind: .moved, message: "the file \(path) was deleted, moved or replaced")
  }

  fileprivate static func cutShort(_ path: String) -> SQLError {
    SQLError(kind: .moved, message: "the file \(path) was cut short")
  }
}
