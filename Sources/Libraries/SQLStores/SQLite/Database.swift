internal import CSQLite
internal import Glibc
package import Bytes

/// The location of a database.
package enum DatabaseLocation: Sendable, Equatable {
  /// A file, created with mode 0600 if it does not exist.
  case file(String)
  /// The memory of this process, released when the connection is closed.
  case memory
}

/// How to open a connection.
package struct DatabaseOptions: Sendable {
  /// Refuses every write on this connection; the file must exist.
  package var readOnly = false
  /// Whether a commit survives a power loss; otherwise it survives only the end of the process.
  package var durable = true
  /// Excludes all other connections, also of this process, until this one is closed.
  package var exclusive = false
  /// The maximum wait for another connection's lock, in milliseconds.
  package var busyTimeout = 10_000

  package init(
    readOnly: Bool = false, durable: Bool = true, exclusive: Bool = false,
    busyTimeout: Int = 10_000
  ) {
    self.readOnly = readOnly
    self.durable = durable
    self.exclusive = exclusive
    self.busyTimeout = busyTimeout
  }
}

/// One connection; different threads may use it, but only one at a time.
///
/// Files are in WAL mode with `synchronous=FULL`, because NORMAL was measured to lose
/// acknowledged rows at a power loss. Foreign keys are on.
@safe package final class Database {
  /// SQLite's settings for the whole process; they must be made before its first use.
  private static let librarySettings =
    cupibulk_sqlite_count_no_memory() | cupibulk_sqlite_outlive_truncation()

  let handle: OpaquePointer
  /// The files that must still exist at the database's path when a transaction is committed; `nil` in memory.
  var files: OpenFiles?
  /// Prepared statements that are not in use, by their SQL.
  var idleStatements: [String: Statement] = [:]

  /// Opens a database (`sqlite3_open_v2`), and creates the file if it does not exist.
  package init(
    _ location: DatabaseLocation, options: DatabaseOptions = DatabaseOptions()
  ) throws(SQLError) {
    unsafe handle = try Database.open(location, options: options)
    unsafe sqlite3_extended_result_codes(handle, 1)
    unsafe sqlite3_busy_timeout(handle, Int32(clamping: options.busyTimeout))
    guard unsafe cupibulk_sqlite_distrust(handle) == SQLITE_OK else {
      throw unsafe SQLError(last: handle)
    }
    try execute("PRAGMA foreign_keys = ON")
    guard case .file = location else { return }
    // Before WAL mode is entered: then the log's index is in memory, and the lock is taken at the
    // same time.
    if options.exclusive { try execute("PRAGMA locking_mode = EXCLUSIVE") }
    try enterWriteAheadLog(options)
    try execute("PRAGMA synchronous = \(options.durable ? "FULL" : "OFF")")
    if options.readOnly { try execute("PRAGMA query_only = ON") }
    files = try OpenFiles(of: self, sharesIndex: !options.exclusive)
  }

  /// Opens an existing file to read it, without waiting, and without changing it or the files beside it.
  ///
  /// Without a log, the file is read as one that nobody changes, which takes no lock. With a log that has something,
  /// its index is only read, or made in memory.
  ///
  /// Source: https://www.sqlite.org/uri.html, `immutable`, `readonly_shm`.
  init(lookingAt path: String) throws(SQLError) {
    var (file, log) = (stat(), stat())
    guard unsafe stat(path, &file) == 0, file.st_mode & S_IFMT == S_IFREG else {
      throw SQLError(kind: .cannotOpen, systemError: ENOENT, message: "it is no regular file")
    }
    let hasLog = unsafe stat(path + "-wal", &log) == 0 && log.st_size > 0
    let isRolledBack = unsafe access(path + "-journal", F_OK) != 0
    let how = hasLog || !isRolledBack ? "mode=ro&readonly_shm=1" : "mode=ro&immutable=1"
    _ = Self.librarySettings
    var opened: OpaquePointer?
    let status = unsafe sqlite3_open_v2(
      "file:\(path.percentEncoded)?\(how)", &opened,
      SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, nil)
    guard status == SQLITE_OK, let opened = unsafe opened else {
      let error = unsafe SQLError(last: opened)
      unsafe sqlite3_close_v2(opened)
      throw error
    }
    unsafe handle = opened
    unsafe sqlite3_extended_result_codes(handle, 1)
    guard unsafe cupibulk_sqlite_distrust(handle) == SQLITE_OK else {
      throw unsafe SQLError(last: handle)
    }
    try execute("PRAGMA query_only = ON")
  }

  /// The identity of the database file; `nil` in memory.
  package var file: FileIdentity? { files?.database }

  deinit {
    idleStatements.removeAll()
    unsafe sqlite3_close_v2(handle)
  }

  private static func open(
    _ location: DatabaseLocation, options: DatabaseOptions
  ) throws(SQLError) -> OpaquePointer {
    // A reader opens for writing too, because it may have to create the shared-memory file of the
    // log.
    var flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX
    var path = ":memory:"
    switch location {
    case .memory:
      flags |= SQLITE_OPEN_MEMORY
    case .file(let name):
      guard !name.isEmpty, !name.utf8.contains(0) else {
        throw SQLError(kind: .cannotOpen, systemError: ENOENT, message: "the path is empty")
      }
      path = name.hasPrefix(":") ? "./" + name : name
      if !options.readOnly { try createFile(path) }
    }
    _ = librarySettings
    var opened: OpaquePointer?
    let status = unsafe sqlite3_open_v2(path, &opened, flags, nil)
    guard status == SQLITE_OK, let handle = unsafe opened else {
      let error = unsafe SQLError(last: opened)
      unsafe sqlite3_close_v2(opened)
      throw error
    }
    return unsafe handle
  }

  /// Creates an empty file that only its owner may read; SQLite's other files get the same mode.
  ///
  /// An existing file is not opened here: closing it would release all locks that other connections of
  /// this process have on it (fcntl(2)).
  private static func createFile(_ path: String) throws(SQLError) {
    var status = stat()
    if unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG { return }
    let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      let reason = errno
      // Another process has just created it, or it is a folder, a pipe or a device.
      if reason == EEXIST { return try refuseOtherThanFile(path) }
      throw SQLError(
        kind: reason == ENOSPC || reason == EDQUOT ? .full : .cannotOpen, systemError: reason,
        message: SystemReason.text(reason))
    }
    close(descriptor)
  }

  /// Refuses a folder with the system's message, and a pipe or a device, because reading it might not end.
  private static func refuseOtherThanFile(_ path: String) throws(SQLError) {
    var status = stat()
    let reason = unsafe stat(path, &status) == 0 ? EISDIR : errno
    switch status.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFDIR, 0:
      throw SQLError(
        kind: .cannotOpen, systemError: reason, message: SystemReason.text(reason))
    default: throw SQLError(kind: .notADatabase, message: "it is no regular file")
    }
  }

  /// Switches to the write-ahead log; if several connections try, one succeeds and the others wait for it.
  private func enterWriteAheadLog(_ options: DatabaseOptions) throws(SQLError) {
    let end = ContinuousClock.now + .milliseconds(options.busyTimeout)
    while true {
      do throws(SQLError) {
        return try execute("PRAGMA journal_mode = WAL")
      } catch {
        // SQLite does not always call its busy handler while it changes the journal mode.
        guard error.kind == .busy, ContinuousClock.now < end else { throw error }
        usleep(10_000)
      }
    }
  }
}

extension String {
  /// The text in a URI: all bytes but letters, digits and `/._-` are escaped, and none is left to be interpreted.
  fileprivate var percentEncoded: String {
    utf8.map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        String(Unicode.Scalar(byte))
      case _ where "/._-".utf8.contains(byte): String(Unicode.Scalar(byte))
      default: (byte < 16 ? "%0" : "%") + String(byte, radix: 16)
      }
    }.joined()
  }
}
