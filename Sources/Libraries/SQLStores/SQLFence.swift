/// A statement that a store runs first in each write transaction; it must change a row.
///
/// If it changes none, the transaction is rolled back, and its callers get an error of kind `fenced`. So a process
/// that no longer owns its work cannot write any more.
package struct SQLFence: Sendable {
  package let sql: String
  package let values: [SQLValue]

  package init(_ sql: String, _ values: [SQLValue] = []) {
    self.sql = sql
    self.values = values
  }
}
