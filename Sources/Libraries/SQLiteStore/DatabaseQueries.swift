// Running statements on a connection, and reading what they answer.

internal import CSQLite

extension Database {
  /// Runs a script of statements without values (`sqlite3_exec`).
  package func execute(_ script: String) throws(SQLiteError) {
    guard unsafe sqlite3_exec(handle, script, nil, nil, nil) == SQLITE_OK else {
      throw unsafe SQLiteError(last: handle, sql: script)
    }
  }

  /// Runs one statement to its end.
  ///
  /// - Returns: how many rows it inserted, updated or deleted.
  @discardableResult
  package func run(_ sql: String, _ values: [SQLValue] = []) throws(SQLiteError) -> Int {
    let statement = try take(sql)
    defer { keep(statement, for: sql) }
    return try statement.run(values)
  }

  /// Lends a statement that is to run again and again: it is looked up once.
  package func withStatement<Value>(
    _ sql: String, _ body: (Statement) throws -> Value
  ) throws -> Value {
    let statement = try take(sql)
    defer { keep(statement, for: sql) }
    return try body(statement)
  }

  /// Hands each row of a query to `body`, one at a time; nothing is held but the current row.
  package func forEach(
    _ sql: String, _ values: [SQLValue] = [], _ body: (inout ColumnReader) throws -> Void
  ) throws {
    let statement = try take(sql)
    defer { keep(statement, for: sql) }
    try statement.bind(values)
    while try statement.step() { try statement.read(body) }
  }

  /// Every row of a query, made into values; for results that are known to be small.
  package func all<Value>(
    _ sql: String, _ values: [SQLValue] = [], _ make: (inout ColumnReader) throws -> Value
  ) throws -> [Value] {
    var found: [Value] = []
    try forEach(sql, values) { row in found.append(try make(&row)) }
    return found
  }

  /// The first row of a query made into a value, or nil when there is none.
  package func first<Value>(
    _ sql: String, _ values: [SQLValue] = [], _ make: (inout ColumnReader) throws -> Value
  ) throws -> Value? {
    let statement = try take(sql)
    defer { keep(statement, for: sql) }
    try statement.bind(values)
    return try statement.step() ? statement.read(make) : nil
  }

  /// The integer in the only column of the first row; 0 when there is no row or it is NULL.
  package func integer(_ sql: String, _ values: [SQLValue] = []) throws -> Int {
    try first(sql, values) { row in row.integer() } ?? 0
  }

  /// The row id that the last successful INSERT gave.
  package var lastInsertedID: Int { unsafe Int(sqlite3_last_insert_rowid(handle)) }

  /// An idle statement, or a new one; a query may run inside another one of the same text.
  private func take(_ sql: String) throws(SQLiteError) -> Statement {
    if let idle = idleStatements.removeValue(forKey: sql) { return idle }
    return try prepare(sql)
  }

  func prepare(_ sql: String) throws(SQLiteError) -> Statement {
    try unsafe Statement(sql, on: handle)
  }

  private func keep(_ statement: Statement, for sql: String) {
    statement.reset()
    // The program's statements are few and fixed; the bound only stops a caller who builds texts.
    if idleStatements.count < 256 { idleStatements[sql] = statement }
  }
}
