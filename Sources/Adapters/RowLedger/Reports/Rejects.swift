// The rows that failed or were invalid, as they were in their files: for a file to fix.

internal import SQLStores

/// An input file of a run, as the ledger has it.
package struct LedgerFile: Sendable, Equatable {
  /// The number that `addFile` gave.
  package var number: Int
  /// Its name as the user gave it.
  package var name: String
  /// JSON text that describes how the file was read.
  package var dialect: String
  /// How many of its rows failed or were invalid.
  package var rejects: Int
}

/// A row that failed or was invalid.
package struct RejectedRow: Sendable, Equatable {
  let row: Int
  /// The record as it was in its file.
  package var raw: String
  /// All that is wrong with it, each as `code: message`.
  package var reason: String
}

extension Ledger {
  /// The input files of a run, in the order of reading.
  package func files(of run: RunID) async throws(LedgerError) -> [LedgerFile] {
    try await read { [path] session in
      let number = try Ledger.number(of: run, in: session, path)
      return try session.all(
        """
        SELECT file, name, dialect, (
          SELECT count(*) FROM rows
          WHERE rows.run = files.run AND rows.file = files.file
            AND rows.state IN ('failed', 'invalid'))
        FROM files WHERE run = ?1 ORDER BY file
        """, [.integer(number)]
      ) { row in
        LedgerFile(
          number: row.integer(), name: row.text(), dialect: row.text(), rejects: row.integer())
      }
    }
  }

  /// The rows of a file that failed or were invalid, in the order of the file.
  package func rejects(
    of run: RunID, file: Int
  ) async throws(LedgerError) -> LedgerPages<RejectedRow> {
    let number = try await number(of: run)
    var query = LedgerPages<RejectedRow>.Query(
      sql: """
        SELECT row, row, raw, reason, detail FROM rows
        WHERE run = ?1 AND file = ?2 AND state IN ('failed', 'invalid') AND row > ?3
        ORDER BY row LIMIT ?4
        """, values: [.integer(number), .integer(file)], key: [.integer(0)]
    ) { row in
      RejectedRow(
        row: row.integer(), raw: row.text(),
        reason: [row.text(), row.text()].filter { !$0.isEmpty }.joined(separator: ": "))
    }
    query.complete = { session, page in
      guard let first = page.first, let last = page.last else { return [] }
      var errors: [Int: [String]] = [:]
      try session.forEach(
        """
        SELECT row, code, message FROM diagnostics
        WHERE run = ?1 AND row BETWEEN ?2 AND ?3 AND severity = 'error' ORDER BY row, number
        """, [.integer(number), .integer(first.row), .integer(last.row)]
      ) { row in
        errors[row.integer(), default: []].append("\(row.text()): \(row.text())")
      }
      return page.map { rejected in
        var rejected = rejected
        let reasons = [rejected.reason].filter { !$0.isEmpty } + errors[rejected.row, default: []]
        rejected.reason = reasons.joined(separator: "; ")
        return rejected
      }
    }
    return LedgerPages(self, [query])
  }
}
