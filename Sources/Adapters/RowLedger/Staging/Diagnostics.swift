// Diagnostics in the ledger: of rows and of whole files.

package import PortGroupModel
internal import SQLiteStore

extension Ledger {
  /// Books what is wrong, or worth knowing, beyond single rows.
  package func add(
    _ diagnostics: [Diagnostic], to run: RunID
  ) async throws(LedgerError) {
    try await write { [path] database in
      let number = try Ledger.number(of: run, in: database, path)
      for diagnostic in diagnostics { try database.insert(diagnostic, row: nil, run: number) }
    }
  }

  /// Books remarks on rows, and makes those rows invalid that have an error among them.
  package func add(
    _ remarks: [(row: RowID, diagnostic: Diagnostic)]
  ) async throws(LedgerError) {
    try await write { database in
      for (row, diagnostic) in remarks {
        try database.insert(diagnostic, row: row.value, run: row.run)
        guard diagnostic.severity == .error else { continue }
        try database.run(
          "UPDATE rows SET state = 'invalid', reason = NULL WHERE row = ?1 AND state = 'pending'",
          [.integer(row.value)])
      }
    }
  }

  /// Makes every row of a group reference invalid; each gets the diagnostic, with its own place.
  ///
  /// - Returns: how many rows that were.
  @discardableResult
  package func refuse(
    _ reference: ReferenceID, _ diagnostic: Diagnostic
  ) async throws(LedgerError) -> Int {
    try await write { database in
      try database.run(
        """
        INSERT INTO diagnostics (run, row, severity, code, file, line, column_number, record, field,
          value, message, hint)
        SELECT rows.run, rows.row, ?2, ?3, files.name, rows.line, 0, rows.record, ?4, ?5, ?6, ?7
        FROM rows JOIN files ON files.run = rows.run AND files.file = rows.file
        WHERE rows.reference = ?1 AND rows.state = 'pending' ORDER BY rows.row
        """,
        [
          .integer(reference.value), .text(diagnostic.severity.rawValue),
          .text(diagnostic.code.rawValue), .text(diagnostic.place.field),
          .text(diagnostic.place.value), .text(diagnostic.message), .text(diagnostic.hint),
        ])
      return try database.run(
        """
        UPDATE rows SET state = 'invalid', reason = NULL WHERE reference = ?1 AND state = 'pending'
        """, [.integer(reference.value)])
    }
  }

  /// All diagnostics of a run, in the order of the input; those of whole files come first.
  package func diagnostics(of run: RunID) throws(LedgerError) -> LedgerCursor<Diagnostic> {
    let number = try number(of: run)
    return try cursor(
      "\(Diagnostic.select) WHERE run = ?1 ORDER BY row, number", [.integer(number)],
      make: Diagnostic.init)
  }

  /// The diagnostics of one row, in the order in which they were found.
  package func diagnostics(of row: RowID) throws(LedgerError) -> [Diagnostic] {
    try read { database in
      try database.all(
        "\(Diagnostic.select) WHERE row = ?1 ORDER BY number", [.integer(row.value)],
        Diagnostic.init)
    }
  }
}

extension Database {
  func insert(_ diagnostic: Diagnostic, row: Int?, run: Int) throws {
    let place = diagnostic.place
    try self.run(
      """
      INSERT INTO diagnostics (run, row, severity, code, file, line, column_number, record, field,
        value, message, hint)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
      """,
      [
        .integer(run), .integer(row), .text(diagnostic.severity.rawValue),
        .text(diagnostic.code.rawValue), .text(place.file), .integer(place.line),
        .integer(place.column), .integer(place.record), .text(place.field), .text(place.value),
        .text(diagnostic.message), .text(diagnostic.hint),
      ])
  }
}

extension Diagnostic {
  /// The columns that `init(_:)` reads.
  fileprivate static let select = """
    SELECT severity, code, file, line, column_number, record, field, value, message, hint
    FROM diagnostics
    """

  fileprivate init(_ row: inout ColumnReader) throws {
    guard
      let severity = Severity(rawValue: row.text()),
      let code = DiagnosticCode(rawValue: row.text())
    else { throw LedgerError.inconsistent("a diagnostic") }
    self.init(
      severity, code,
      at: Place(
        file: row.text(), line: row.integer(), column: row.integer(), record: row.integer(),
        field: row.text(), value: row.text()),
      row.text(), hint: row.text())
  }
}
