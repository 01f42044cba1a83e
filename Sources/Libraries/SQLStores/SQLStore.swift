// What a database has to offer to whoever keeps tables in it: transactions, and statements inside them.

/// A database that several processes may use at once; closures run in its transactions.
///
/// A closure is synchronous and belongs to one transaction. It has no list open across a write, and does
/// not branch inside a loop of statements: it runs `runEach` and treats the exceptions, so that a store
/// behind a network can send many statements at once.
package protocol SQLStore: Sendable {
  /// Leaves `work` for the next shared transaction, behind all that was left before.
  ///
  /// It may run twice, where a transaction fails that it shares, and must change nothing but the database. A store
  /// that cannot tell whether a commit took effect finds that out before a closure runs again; in a file, a commit
  /// that failed is rolled back.
  ///
  /// - Returns: The write on its way; see ``PendingWrite/value``.
  func submit<Value: Sendable>(
    _ work: @escaping @Sendable (any SQLSession) throws -> Value
  ) -> PendingWrite<Value>

  /// Runs queries on one state of the database, which includes all writes that have returned.
  func read<Value: Sendable>(
    _ work: @Sendable (any SQLSession) throws -> Value
  ) async throws -> Value

  /// Gives space that is not used any more back to the file system.
  ///
  /// - Returns: False where it cannot be done now: the database is in use, or there is no room.
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
  /// - Returns: How many rows it inserted, updated or deleted.
  @discardableResult
  func run(_ sql: String, _ values: [SQLValue]) throws -> Int

  /// Runs one statement for each list of values, in that order.
  ///
  /// - Returns: How many rows each inserted, updated or deleted.
  @discardableResult
  func runEach(_ sql: String, _ rows: [[SQLValue]]) throws -> [Int]

  /// Hands each row of a query to `body`, one at a time; nothing is held but the current row.
  func forEach(
    _ sql: String, _ values: [SQLValue], _ body: (inout ColumnReader) throws -> Void) throws
}

extension SQLSession {
  @discardableResult
  package func run(_ sql: String) throws -> Int { try run(sql, []) }

  /// Every row of a query, made into values; for results that are known to be small.
  package func all<Value>(
    _ sql: String, _ values: [SQLValue] = [], _ make: (inout ColumnReader) throws -> Value
  ) throws -> [Value] {
    var found: [Value] = []
    try forEach(sql, values) { row in found.append(try make(&row)) }
    return found
  }

  /// The row of a query that gives one or none, made into a value.
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

  /// The integer in the only column of a query that gives one row or none; 0 without a row, or for NULL.
  package func integer(_ sql: String, _ values: [SQLValue] = []) throws -> Int {
    try first(sql, values) { row in row.integer() } ?? 0
  }
}
