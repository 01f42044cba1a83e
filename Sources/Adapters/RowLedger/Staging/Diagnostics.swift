// Diagnostics in the ledger: of rows and of whole files.

package import PortGroupModel
internal import SQLStores

extension Ledger {
  /// Records diagnostics that do not belong to single rows.
  package func add(
    _ diagnostics: [Diagnostic], to run: RunID
  ) async throws(LedgerError) {
    try await write { [path] session in
      let number = try Ledger.number(of: run, in: session, path)
      try session.insert(diagnostics.map { (row: nil, diagnostic: $0) }, run: number)
    }
  }

  /// Records diagnostics of rows; rows with an error become invalid.
  package func add(
    _ remarks: [(row: RowID, diagnostic: Diagnostic)]
  ) async throws(LedgerError) {
    try await write { session in
      for (run, remarks) in Dictionary(grouping: remarks, by: \.row.run).sorted(by: {
        $0.key < $1.key
      }) {
        try session.insert(remarks.map { (row: $0.row.value, diagnostic: $0.diagnostic) }, run: run)
      }
      try session.runEach(
        "UPDATE rows SET state = 'invalid', reason = NULL WHERE row = ?1 AND state = 'pending'",
        remarks.filter { $0.diagnostic.severity == .error }.map { [.integer($0.row.value)] })
    }
  }

  /// Makes every row of a group reference invalid; each row gets the diagnostic with its own place.
  ///
  /// - Returns: The number of these rows.
  @discardableResult
  package func refuse(
    _ reference: ReferenceID, _ diagnostic: Diagnostic
  ) async throws(LedgerError) -> Int {
    try await write { session in
      try session.run(
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
          .text(diagnostic.place.value), .text(diagnostic.message), .text(diagnostic.hint.text),
        ])
      return try session.run(
        """
        UPDATE rows SET state = 'invalid', reason = NULL WHERE reference = ?1 AND state = 'pending'
        """, [.integer(reference.value)])
    }
  }

  /// All diagnostics of a run, in the order of the input; those of whole files come first.
  package func diagnostics(of run: RunID) async throws(LedgerError) -> LedgerPages<Diagnostic> {
    let number = try await number(of: run)
    let values: [SQLValue] = [.integer(number)]
    let ofFiles = LedgerPages<Diagnostic>.Query(
      sql: """
        SELECT number, \(Diagnostic.columns) FROM diagnostics
        WHERE run = ?1 AND row IS NULL AND number > ?2 ORDER BY number LIMIT ?3
        """, values: values, key: [.integer(0)], make: Diagnostic.init)
    let ofRows = LedgerPages<Diagnostic>.Query(
      sql: """
        SELECT row, number, \(Diagnostic.columns) FROM diagnostics
        WHERE run = ?1 AND (row, number) > (?2, ?3) ORDER BY row, number LIMIT ?4
        """, values: values, key: [.integer(0), .integer(0)], make: Diagnostic.init)
    return LedgerPages(self, [ofFiles, ofRows])
  }

  /// The diagnostics of one row, in the order in which they were found.
  package func diagnostics(of row: RowID) async throws(LedgerError) -> [Diagnostic] {
    try await read { session in
      try session.all(
        "SELECT \(Diagnostic.columns) FROM diagnostics WHERE row = ?1 ORDER BY number",
        [.integer(row.value)],
        Diagnostic.init)
    }
  }
}

extension SQLSession {
  /// Records diagnostics of a run in the given order, each of a row or of a file.
  func insert(_ found: [(row: Int?, diagnostic: Diagnostic)], run: Int) throws {
    try runEach(
      """
      INSERT INTO diagnostics (run, row, severity, code, file, line, column_number, record, field,
        value, message, hint)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
      """,
      found.map { row, diagnostic in
        let place = diagnostic.place
        return [
          .integer(run), .integer(row), .text(diagnostic.severity.rawValue),
          .text(diagnostic.code.rawValue), .text(place.file), .integer(place.line),
          .integer(place.column), .integer(place.record), .text(place.field), .text(place.value),
          .text(diagnostic.message), .text(diagnostic.hint.text),
        ]
      })
  }
}

extension Diagnostic {
  /// The columns that `init(_:)` reads.
  fileprivate static let columns =
    "severity, code, file, line, column_number, record, field, value, message, hint"

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
      row.text(), hint: Hint(row.text()))
  }
}
