internal import SQLStores

/// How many rows of a run are in which state; every row that was read is in exactly one state.
package struct Books: Sendable, Equatable {
  package var read = 0
  package var invalid = 0
  package var created = 0
  package var updated = 0
  package var deleted = 0
  package var unchanged = 0
  package var failed = 0
  package var inDoubt = 0
  package var pending = 0
  package var exported = 0

  package init() {}

  /// True if the states add up to what was read.
  package var balances: Bool {
    read == invalid + created + updated + deleted + unchanged + failed + inDoubt + pending
      + exported
  }
}

extension Books {
  /// Sets the number of rows in a state, by its name.
  mutating func set(_ state: String, _ count: Int) {
    switch state {
    case "invalid": invalid = count
    case "created": created = count
    case "updated": updated = count
    case "deleted": deleted = count
    case "unchanged": unchanged = count
    case "failed": failed = count
    case "inDoubt": inDoubt = count
    case "pending": pending = count
    case "exported": exported = count
    // Left out of all counts, so that the books do not balance.
    default: break
    }
  }
}

extension Ledger {
  /// The books of a run; all zero before it is completely staged.
  ///
  /// A row whose intent has no outcome yet may have been sent: it is counted as in doubt.
  package func books(of run: RunID) async throws(LedgerError) -> Books {
    try await read { [path] session in
      let number = try Ledger.number(of: run, in: session, path)
      var books = Books()
      books.read = try session.integer(
        "SELECT row_count FROM runs WHERE run = ?1", [.integer(number)])
      try session.forEach(
        """
        SELECT \(RowReport.shownState), count(*)
        FROM rows JOIN runs USING (run) LEFT JOIN journal ON journal.row = rows.row
        WHERE rows.run = ?1 AND runs.staged IS NOT NULL GROUP BY 1
        """, [.integer(number)]
      ) { row in
        books.set(row.text(), row.integer())
      }
      return books
    }
  }

  /// The number of valid rows that delete.
  package func deletions(in run: RunID) async throws(LedgerError) -> Int {
    try await read { [path] session in
      let number = try Ledger.number(of: run, in: session, path)
      return try session.integer(
        """
        SELECT count(*) FROM rows
        WHERE run = ?1 AND operation = 'delete' AND state <> 'invalid'
        """, [.integer(number)])
    }
  }
}
