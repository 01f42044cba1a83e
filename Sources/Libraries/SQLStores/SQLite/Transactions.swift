// Transactions as closures.

internal import CSQLite

extension Database {
  /// Whether a transaction is open; SQLite ends one by itself on some errors, such as a full disk.
  package var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

  /// Runs `body` in one transaction: all of it is committed, or nothing when it throws.
  ///
  /// The write lock is taken at once (`BEGIN IMMEDIATE`), so that no statement inside fails for it. Nothing
  /// is committed to a file that does not lie at its path any more: that is an error of kind `moved`.
  @discardableResult
  package func transaction<Value>(_ body: () throws -> Value) throws -> Value {
    // Before SQLite looks into the index of the log, which may have been cut short.
    try unsafe files?.check(handle, isOpen: false)
    try run("BEGIN IMMEDIATE")
    do {
      let value = try body()
      try unsafe files?.check(handle, isOpen: true)
      try run("COMMIT")
      try? unsafe files?.check(handle, isOpen: false)
      return value
    } catch {
      rollBack()
      throw error
    }
  }

  /// Runs queries that all see one state of the database.
  func snapshot<Value>(_ body: () throws -> Value) throws -> Value {
    try run("BEGIN")
    defer { rollBack() }
    return try body()
  }

  /// Ends the transaction without its changes, if it is still open.
  func rollBack() {
    if isInTransaction { try? execute("ROLLBACK") }
  }
}
