/// A database that several processes may use at once; closures run in its transactions.
///
/// A closure is synchronous and belongs to one transaction. It must not write while it reads a list, and
/// must not branch inside a loop of statements: it calls `runEach` and then handles the exceptions, so
/// that a store on a network can send many statements at once.
package protocol SQLStore: Sendable {
  /// Queues `work` for the next shared transaction, after all earlier work.
  ///
  /// It may run twice, where a transaction fails that it shares, and must change nothing but the database. A store
  /// that cannot tell whether a commit took effect finds that out before a closure runs again; in a file, a commit
  /// that failed is rolled back.
  ///
  /// - Returns: The queued write; see ``PendingWrite/value``.
  func submit<Value: Sendable>(
    _ work: @escaping @Sendable (any SQLSession) throws -> Value
  ) -> PendingWrite<Value>

  /// Runs queries on one state of the database, which includes all writes that have returned.
  func read<Value: Sendable>(
    _ work: @Sendable (any SQLSession) throws -> Value
  ) async throws -> Value

  /// Returns unused space to the file system.
  ///
  /// - Returns: False if that is not possible now: the database is in use, or there is no room.
  func compact() throws -> Bool
}

/// Saves a copy of all that a store holds under a path that does not exist yet.
package typealias StoreCopy = (_ path: String) throws(SQLError) -> Void

/// What a store is, and what it does for whoever opens it.
package struct StoreOptions: Sendable {
  /// What the database must be, or is brought to.
  package var schema: Schema
  /// Whether a commit survives a power loss; without, it survives the end of the process only.
  package var durable: Bool
  /// What has to change a row in each transaction that writes; `nil` for nothing.
  package var fence: SQLFence?
  /// True if there is something to clean before the store is used; looks only.
  package var needsCleaning: @Sendable (any SQLSession) throws -> Bool
  /// Cleans a part, in a transaction of its own, and returns whether more is left.
  package var clean: @Sendable (any SQLSession) throws -> Bool
  /// Turns the error of a transaction into what callers get; it may save a copy first.
  package var explain: @Sendable (any Error, StoreCopy) -> any Error

  package init(
    schema: Schema, durable: Bool = true, fence: SQLFence? = nil,
    needsCleaning: @escaping @Sendable (any SQLSession) throws -> Bool = { _ in false },
    clean: @escaping @Sendable (any SQLSession) throws -> Bool = { _ in false },
    explain: @escaping @Sendable (any Error, StoreCopy) -> any Error = { error, _ in error }
  ) {
    self.schema = schema
    self.durable = durable
    self.fence = fence
    self.needsCleaning = needsCleaning
    self.clean = clean
    self.explain = explain
  }
}

/// Opens the store at a path or address.
package typealias StoreOpener =
  @Sendable (_ path: String, _ options: StoreOptions) throws -> any SQLStore

/// One transaction of a store, as its closure sees it.
///
/// Parameters are `?1`, `?2` and so on without a gap, in any order, and may be used twice.
package protocol SQLSession: AnyObject {
  /// Runs one statement to its end.
  ///
  /// - Returns: The number of rows that it inserted, updated or deleted.
  @discardableResult
  func run(_ sql: String, _ values: [SQLValue]) throws -> Int

  /// Runs one statement for each list of values, in order.
  ///
  /// - Returns: The number of rows that each run inserted, updated or deleted.
  @discardableResult
  func runEach(_ sql: String, _ rows: [[SQLValue]]) throws -> [Int]

  /// Calls `body` with each row of a query; only the current row is in memory.
  func forEach(
    _ sql: String, _ values: [SQLValue], _ body: (inout ColumnReader) throws -> Void) throws
}

extension SQLSession {
  @discardableResult
  package func run(_ sql: String) throws -> Int { try run(sql, []) }

  /// All rows of a query as values; for results that are known to be small.
  package func all<Value>(
    _ sql: String, _ values: [SQLValue] = [], _ make: (inout ColumnReader) throws -> Value
  ) throws -> [Value] {
    var found: [Value] = []
    try forEach(sql, values) { row in found.append(try make(&row)) }
    return found
  }

  /// The row of a query that returns at most one row, as a value.
  package func first<Value>(
    _ sql: String, _ values: [SQLValue] = [], _ make: (inout ColumnReader) throws -> Value
  ) throws -> Value? {
    var found: Value?
    try forEach(sql, values) { row in
      let value = try make(&row)
      if found == nil { found = value }
    }
    return found
  }

  /// The integer in the only column of a query that returns at most one row; 0 without a row, or for NULL.
  package func integer(_ sql: String, _ values: [SQLValue] = []) throws -> Int {
    try first(sql, values) { row in row.integer() } ?? 0
  }
}
