// The rows that did not make it, as they stood in their files, for a file to mend.

internal import SQLiteStore

/// An input file of a run, as the books have it.
package struct LedgerFile: Sendable, Equatable {
  /// The number that `addFile` gave.
  package var number: Int
  /// As the user named it.
  package var name: String
  /// JSON text that says how the file was understood.
  package var dialect: String
  /// How many of its rows failed or were invalid.
  package var rejects: Int
}

/// A row that failed or was invalid.
package struct RejectedRow: Sendable, Equatable {
  /// The record as it stood in its file.
  package var raw: String
  /// All that is wrong with it, each as `code: message`.
  package var reason: String
}

extension Ledger {
  /// The input files of a run, in the order of reading.
  package func files(of run: RunID) throws(LedgerError) -> [LedgerFile] {
    try read { [path] database in
      let number = try Ledger.number(of: run, in: database, path)
      return try database.all(
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
  ) throws(LedgerError) -> LedgerCursor<RejectedRow> {
    let number = try number(of: run)
    return try cursor(
      """
      SELECT rows.raw, rows.reason, rows.detail, (
        SELECT group_concat(text, '; ') FROM (
          SELECT code || ': ' || message AS text FROM diagnostics
          WHERE diagnostics.row = rows.row AND severity = 'error' ORDER BY number))
      FROM rows
      WHERE rows.run = ?1 AND rows.file = ?2 AND rows.state IN ('failed', 'invalid')
      ORDER BY rows.row
      """, [.integer(number), .integer(file)]
    ) { row in
      let raw = row.text()
      let failure = [row.text(), row.text()].filter { !$0.isEmpty }.joined(separator: ": ")
      let reasons = [failure, row.text()].filter { !$0.isEmpty }
      return RejectedRow(raw: raw, reason: reasons.joined(separator: "; "))
    }
  }
}
