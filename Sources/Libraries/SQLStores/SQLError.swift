internal import CSQLite
internal import Glibc

/// An error of SQLite as data: its codes, its message and the statement, never the bound values.
package struct SQLError: Error, Sendable, Equatable {
  /// The cases that callers distinguish.
  package enum Kind: Sendable, Equatable {
    /// Another connection has held the lock for longer than the busy timeout.
    case busy
    /// The disk, or the space granted to the database, is full.
    case full
    /// The file is not a SQLite database.
    case notADatabase
    /// The file was a SQLite database, and is damaged.
    case damaged
    /// The file or its folder cannot be written.
    case readOnly
    /// The file cannot be opened or created; `systemError` has the cause.
    case cannotOpen
    /// A row breaks a constraint of the schema.
    case constraint
    /// The file is a valid database of another program.
    case anotherProgram
    /// The file was made by a newer version, with migrations that are unknown here.
    case newerVersion
    /// The file's tables differ from those that its migrations create.
    case foreignSchema
    /// The file, its log or the log's index was deleted, moved, replaced or cut short while it was open.
    case moved
    /// The store's fence changed no row: another process has taken over.
    case fenced
    case other
  }

  package var kind: Kind
  /// SQLite's extended result code, such as 2067 for a violated UNIQUE; 0 for an error of the store itself.
  package var extendedCode: Int32
  /// The `errno` of the failed system call, or 0.
  package var systemError: Int32
  package var message: String
  /// The statement as it was prepared, with `?1` in place of a value; `nil` if there was no statement.
  package var sql: String?

  package init(
    kind: Kind, extendedCode: Int32 = 0, systemError: Int32 = 0, message: String,
    sql: String? = nil
  ) {
    self.kind = kind
    self.extendedCode = extendedCode
    self.systemError = systemError
    self.message = message
    self.sql = sql
  }

  /// SQLite's primary result code: the lowest byte of the extended one.
  package var code: Int32 { extendedCode & 0xFF }
}

extension SQLError {
  /// The error of the last failed call on a connection (`sqlite3_extended_errcode`).
  init(last handle: OpaquePointer?, sql: String? = nil) {
    let extendedCode = unsafe sqlite3_extended_errcode(handle)
    // SQLite does not keep the cause of a commit that could not be written.
    let systemError =
      extendedCode & 0xFF == SQLITE_IOERR
      ? unsafe Self.fileError(handle, extendedCode) : unsafe sqlite3_system_errno(handle)
    self.init(
      kind: Kind(resultCode: extendedCode, systemError: systemError),
      extendedCode: extendedCode,
      systemError: systemError,
      message: unsafe String(cString: sqlite3_errmsg(handle)),
      sql: sql)
  }
}

extension SQLError {
  /// The `errno` of the last failed call on the log's file, on the database's, else that of the connection.
  ///
  /// The database file is written before a log exists, and at a checkpoint.
  /// (`SQLITE_FCNTL_JOURNAL_POINTER`, `SQLITE_FCNTL_LAST_ERRNO`)
  private static func fileError(_ handle: OpaquePointer?, _ extendedCode: Int32) -> Int32 {
    var code: Int32 = 0
    var file: UnsafeMutablePointer<sqlite3_file>?
    if unsafe sqlite3_file_control(handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file)
      == SQLITE_OK,
      let file = unsafe file, let methods = unsafe file.pointee.pMethods
    {
      _ = unsafe methods.pointee.xFileControl?(file, SQLITE_FCNTL_LAST_ERRNO, &code)
    }
    if code == 0 {
      _ = unsafe sqlite3_file_control(handle, "main", SQLITE_FCNTL_LAST_ERRNO, &code)
    }
    if code == 0 { code = unsafe sqlite3_system_errno(handle) }
    // A rollback journal that could not be written has been removed, and its cause is lost. A full disk has
    // its own code, so the cause must be the limit for file sizes, if there is one.
    if code == 0, extendedCode == Self.cannotWrite, hasFileSizeLimit { return EFBIG }
    return code
  }

  /// `SQLITE_IOERR_WRITE`, a macro with an operator.
  private static let cannotWrite = SQLITE_IOERR | 3 << 8

  /// Whether a limit for file sizes applies to this process (`getrlimit`).
  private static var hasFileSizeLimit: Bool {
    var limit = rlimit()
    let status = unsafe getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    return status == 0 && limit.rlim_cur != rlim_t.max
  }
}

extension SQLError.Kind {
  /// Derives the kind from a primary or extended result code and the `errno` of the failed call.
  package init(resultCode: Int32, systemError: Int32 = 0) {
    let isOutOfSpace = [ENOSPC, EDQUOT, EFBIG].contains(systemError)
    self =
      switch resultCode & 0xFF {
      // SQLite does not report a full disk as "full" when it creates the files of the log.
      case SQLITE_IOERR where isOutOfSpace, SQLITE_CANTOPEN where isOutOfSpace: .full
      case SQLITE_BUSY, SQLITE_LOCKED: .busy
      case SQLITE_FULL: .full
      case SQLITE_NOTADB: .notADatabase
      case SQLITE_CORRUPT: .damaged
      case SQLITE_READONLY: .readOnly
      case SQLITE_CANTOPEN, SQLITE_PERM: .cannotOpen
      case SQLITE_CONSTRAINT: .constraint
      default: .other
      }
  }
}

extension SQLError {
  /// The message with SQLite's code.
  package var detail: String { "\(message) (SQLite code \(extendedCode))" }
}

extension SQLError: CustomStringConvertible {
  package var description: String {
    let place = sql.map { " in: \($0)" } ?? ""
    return detail + place
  }
}
