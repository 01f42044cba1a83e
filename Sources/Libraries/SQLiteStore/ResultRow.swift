// One row of a result, read column by column.

internal import CSQLite

/// The current row of a running query; it lives only inside the closure that receives it.
///
/// Columns count from 0. A NULL reads as 0, "" or no bytes unless asked for as optional.
@safe package struct ResultRow: ~Copyable {
  private let handle: OpaquePointer

  init(_ handle: OpaquePointer) { unsafe self.handle = handle }

  package func isNull(_ column: Int) -> Bool {
    unsafe sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL
  }

  package func integer(_ column: Int) -> Int {
    unsafe Int(sqlite3_column_int64(handle, Int32(column)))
  }

  package func optionalInteger(_ column: Int) -> Int? {
    isNull(column) ? nil : integer(column)
  }

  /// The text of a column; bytes that are not UTF-8 are replaced by U+FFFD.
  package func text(_ column: Int) -> String {
    // sqlite3_column_text comes first: it may convert, and so change the length.
    guard let start = unsafe sqlite3_column_text(handle, Int32(column)) else { return "" }
    let length = unsafe Int(sqlite3_column_bytes(handle, Int32(column)))
    return unsafe String(
      decoding: UnsafeBufferPointer(start: start, count: length), as: UTF8.self)
  }

  /// Lends the bytes of a text, as they are in the database; those of NULL are none.
  package func withUTF8<Value>(_ column: Int, _ body: (Span<UInt8>) throws -> Value) rethrows
    -> Value
  {
    guard let start = unsafe sqlite3_column_text(handle, Int32(column)) else {
      return try body(Span())
    }
    let length = unsafe Int(sqlite3_column_bytes(handle, Int32(column)))
    return try unsafe body(UnsafeBufferPointer(start: start, count: length).span)
  }

  package func optionalText(_ column: Int) -> String? {
    isNull(column) ? nil : text(column)
  }

  package func bytes(_ column: Int) -> [UInt8] {
    guard let start = unsafe sqlite3_column_blob(handle, Int32(column)) else { return [] }
    let length = unsafe Int(sqlite3_column_bytes(handle, Int32(column)))
    return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: length))
  }

  package func optionalBytes(_ column: Int) -> [UInt8]? {
    isNull(column) ? nil : bytes(column)
  }
}
