// Runs statements on a connection, and reads their results.

internal import CSQLite

extension Database: SQLSession {
  /// Runs a script of statements without values (`sqlite3_exec`).
  package func execute(_ script: String) throws(SQLError) {
    guard unsafe sqlite3_exec(handle, script, nil, nil, nil) == SQLITE_OK else {
      throw unsafe SQLError(last: handle, sql: script)
    }
  }

  /// Runs one statement to its end.
  ///
  /// - Returns: The number of rows that it inserted, updated or deleted.
  @discardableResult
  package func run(_ sql: String, _ values: [SQLValue] = []) throws(SQLError) -> Int {
    let statement = try take(sql)
    defer { keep(statement, for: sql) }
    return try statement.run(values)
  }

  /// Runs one statement for each list of values; it is prepared at most once.
  ///
  /// - Returns: The number of rows that each run inserted, updated or deleted.
  @discardableResult
  package func runEach(_ sql: String, _ rows: [[SQLValue]]) throws(SQLError) -> [Int] {
    let statement = try take(sql)
    defer { keep(statement, for: sql) }
    var counts: [Int] = []
    counts.reserveCapacity(rows.count)
    for values in rows { counts.append(try statement.run(values)) }
    return counts
  }

  /// Calls `body` with each row of a query; only the current row is in memory.
  package func forEach(
    _ sql: String, _ values: [SQLValue] = [], _ body: (inout ColumnReader) throws -> Void
  ) throws {
    let statement = try take(sql)
    defer { keep(statement, for: sql) }
    try statement.bind(values)
    while try statement.step() { try statement.read(body) }
  }

  /// Returns an idle statement or a new one, because a query may run inside another one with the same text.
  private func take(_ sql: String) throws(SQLError) -> Statement {
    if let idle = idleStatements.removeValue(forKey: sql) { return idle }
    return try prepare(sql)
  }

  func prepare(_ sql: String) throws(SQLError) -> Statement {
    try unsafe Statement(sql, on: handle)
  }

  private func keep(_ statement: Statement, for sql: String) {
    statement.reset()
    // The program has few and fixed statements; the limit is for callers that build texts.
    if idleStatements.count < 256 { idleStatements[sql] = statement }
  }
}
