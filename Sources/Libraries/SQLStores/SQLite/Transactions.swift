// Transactions as closures.

internal import CSQLite

extension Database {
  /// Whether a transaction is open; on some errors, such as a full disk, SQLite ends it.
  package var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

  /// Runs `body` in one transaction, which is committed when it returns and rolled back when it throws.
  ///
  /// The write lock is taken at the start (`BEGIN IMMEDIATE`), so that no later statement fails because of
  /// it. If the file is no longer at its path, nothing is committed, and an error of kind `moved` is
  /// thrown.
  @discardableResult
  package func transaction<Value>(_ body: () throws -> Value) throws -> Value {
    // Checked before SQLite reads the index of the log, which may have been truncated.
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

  /// Runs queries on one state of the database.
  func snapshot<Value>(_ body: () throws -> Value) throws -> Value {
    try run("BEGIN")
    defer { rollBack() }
    return try body()
  }

  /// Rolls the transaction back, if it is still open.
  func rollBack() {
    if isInTransaction { try? execute("ROLLBACK") }
  }
}
