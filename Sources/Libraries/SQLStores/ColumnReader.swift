internal import CSQLite

/// Reads the current row of a query from left to right; it is valid only inside the closure that receives it.
///
/// The columns are read in the order of the select list, each once: the query throws if a row is read past
/// its end or not to its end. NULL is read as 0, "" or no bytes, or as `nil` by the functions that return
/// optionals.
@safe package struct ColumnReader: ~Copyable {
  private let handle: OpaquePointer
  private let count: Int32
  /// The index of the next column, from 0.
  private var next: Int32 = 0

  init(_ handle: OpaquePointer, count: Int32) {
    unsafe self.handle = handle
    self.count = count
  }

  /// True if the next column is NULL; does not advance.
  package var isNull: Bool {
    unsafe next >= count || sqlite3_column_type(handle, next) == SQLITE_NULL
  }

  /// Skips columns.
  package mutating func skip(_ columns: Int = 1) { next += Int32(columns) }

  /// The next column as a value that can be bound to a statement.
  package mutating func value() -> SQLValue {
    switch unsafe next < count ? sqlite3_column_type(handle, next) : SQLITE_NULL {
    case SQLITE_INTEGER: return .integer(integer())
    case SQLITE_TEXT: return .text(text())
    case SQLITE_BLOB: return .bytes(bytes())
    default:
      skip()
      return .null
    }
  }

  package mutating func integer() -> Int {
    guard let column = take() else { return 0 }
    return unsafe Int(sqlite3_column_int64(handle, column))
  }

  package mutating func optionalInteger() -> Int? {
    guard !isNull else {
      skip()
      return nil
    }
    return integer()
  }

  /// True for any integer other than 0.
  package mutating func flag() -> Bool { integer() != 0 }

  /// The text of the next column; bytes that are not UTF-8 are replaced by U+FFFD.
  package mutating func text() -> String {
    withUTF8 { bytes in
      unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
  }

  package mutating func optionalText() -> String? {
    guard !isNull else {
      skip()
      return nil
    }
    return text()
  }

  /// Calls `body` with the bytes of a text as they are in the database; NULL has no bytes.
  package mutating func withUTF8<Value>(_ body: (Span<UInt8>) throws -> Value) rethrows -> Value {
    // sqlite3_column_text is called first, because it may convert the value and change its length.
    guard let column = take(), let start = unsafe sqlite3_column_text(handle, column) else {
      return try body(Span())
    }
    let length = unsafe Int(sqlite3_column_bytes(handle, column))
    return try unsafe body(UnsafeBufferPointer(start: start, count: length).span)
  }

  package mutating func bytes() -> [UInt8] {
    guard let column = take(), let start = unsafe sqlite3_column_blob(handle, column) else {
      return []
    }
    let length = unsafe Int(sqlite3_column_bytes(handle, column))
    return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: length))
  }

  /// Returns the next column and advances; `nil` after the last column.
  private mutating func take() -> Int32? {
    defer { next += 1 }
    return next < count ? next : nil
  }

  /// Throws if a row was not read exactly to its end: its select list and its reader differ.
  func checkEnd(of sql: String) throws(SQLError) {
    guard next != count else { return }
    throw SQLError(kind: .other, message: "\(next) columns read of \(count)", sql: sql)
  }
}
