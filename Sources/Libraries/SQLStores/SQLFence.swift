// A condition on every transaction that writes.

/// A statement that a store runs first in each transaction that writes: it has to change a row.
///
/// Where it changes none, nothing of the transaction happens, and whoever left a write gets an error of kind `fenced`:
/// so a process that has lost what it was at work on writes nothing more.
package struct SQLFence: Sendable {
  package let sql: String
  package let values: [SQLValue]

  package init(_ sql: String, _ values: [SQLValue] = []) {
    self.sql = sql
    self.values = values
  }
}
