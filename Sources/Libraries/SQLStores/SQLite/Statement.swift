internal import CSQLite

/// Owns one `sqlite3_stmt`; its database keeps it for the next use.
@safe final class Statement {
  private let handle: OpaquePointer
  private let connection: OpaquePointer
  private let sql: String
  private let columnCount: Int32

  /// Prepares the first statement of `sql` (`sqlite3_prepare_v3`, meant to be kept).
  init(_ sql: String, on connection: OpaquePointer) throws(SQLError) {
    var prepared: OpaquePointer?
    let status = unsafe sqlite3_prepare_v3(
      connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
    guard status == SQLITE_OK, let handle = unsafe prepared else {
      throw unsafe SQLError(last: connection, sql: sql)
    }
    unsafe self.handle = handle
    unsafe self.connection = connection
    self.sql = sql
    columnCount = unsafe sqlite3_column_count(handle)
    try checkParameters()
  }

  deinit { unsafe sqlite3_finalize(handle) }

  /// Throws for parameters other than `?1`, `?2` and so on without a gap, because other stores need this form.
  private func checkParameters() throws(SQLError) {
    for index in 0..<(unsafe sqlite3_bind_parameter_count(handle)) {
      if let name = unsafe sqlite3_bind_parameter_name(handle, index + 1),
        unsafe String(cString: name) == "?\(index + 1)"
      {
        continue
      }
      throw SQLError(
        kind: .other, message: "parameter \(index + 1) is not called ?\(index + 1)", sql: sql)
    }
  }

  /// Binds the values of `?1`, `?2` and so on; throws if their number is not that of the parameters.
  func bind(_ values: [SQLValue]) throws(SQLError) {
    let wanted = unsafe Int(sqlite3_bind_parameter_count(handle))
    guard values.count == wanted else {
      throw SQLError(
        kind: .other, message: "\(values.count) values given for \(wanted) places", sql: sql)
    }
    for index in values.indices {
      guard bind(values[index], at: Int32(index + 1)) == SQLITE_OK else {
        throw unsafe SQLError(last: connection, sql: sql)
      }
    }
  }

  private func bind(_ value: SQLValue, at index: Int32) -> Int32 {
    switch value {
    case .null:
      return unsafe sqlite3_bind_null(handle, index)
    case .integer(let number):
      return unsafe sqlite3_bind_int64(handle, index, number)
    case .text(var text):
      return text.withUTF8 { utf8 in
        // An empty text may have no address, and a null pointer would bind NULL.
        guard let start = utf8.baseAddress, !utf8.isEmpty else {
          return unsafe cupibulk_sqlite_bind_text(handle, index, "", 0)
        }
        return unsafe cupibulk_sqlite_bind_text(
          handle, index, UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self),
          UInt64(utf8.count))
      }
    case .utf8(let bytes):
      return unsafe bytes.withUnsafeBytes { buffer in
        guard let start = buffer.baseAddress, !bytes.isEmpty else {
          return unsafe cupibulk_sqlite_bind_text(handle, index, "", 0)
        }
        return unsafe cupibulk_sqlite_bind_text(
          handle, index, start.assumingMemoryBound(to: CChar.self), UInt64(buffer.count))
      }
    case .bytes(let bytes):
      return unsafe bytes.withUnsafeBytes { buffer in
        guard !bytes.isEmpty, let start = buffer.baseAddress else {
          return unsafe sqlite3_bind_zeroblob(handle, index, 0)
        }
        return unsafe cupibulk_sqlite_bind_bytes(handle, index, start, UInt64(buffer.count))
      }
    }
  }

  /// Runs to the end with these values, and resets the statement.
  ///
  /// - Returns: The number of rows that it inserted, updated or deleted.
  @discardableResult
  func run(_ values: [SQLValue]) throws(SQLError) -> Int {
    defer { unsafe sqlite3_reset(handle) }
    try bind(values)
    while try step() {}
    return unsafe Int(sqlite3_changes64(connection))
  }

  /// Advances to the next row (`sqlite3_step`); returns false if there is none.
  func step() throws(SQLError) -> Bool {
    switch unsafe sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw unsafe SQLError(last: connection, sql: sql)
    }
  }

  /// Calls `body` with the current row; it must read all columns.
  func read<Value>(_ body: (inout ColumnReader) throws -> Value) throws -> Value {
    var row = unsafe ColumnReader(handle, count: columnCount)
    let value = try body(&row)
    try row.checkEnd(of: sql)
    return value
  }

  /// Resets the statement and clears its values.
  func reset() {
    unsafe sqlite3_reset(handle)
    unsafe sqlite3_clear_bindings(handle)
  }
}
