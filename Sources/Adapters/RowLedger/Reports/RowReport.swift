package import PortGroupModel
internal import SQLStores

/// A row with everything that the ledger has about it, for users and programs.
package struct RowReport: Sendable, Equatable {
  package var place: RowPlace
  /// The number of its file in its run.
  package var fileNumber: Int
  package var state: RowState
  /// The server's message, or another remark.
  package var detail: String?
  /// `nil` if the record was not understood.
  package var row: Row?
  /// The group on the target; `nil` if it was not resolved.
  package var group: PortGroup?
  package var entry: JournalEntry?
  /// The row of an earlier run that it retries or undoes.
  package var origin: RowID?
  /// The server as its group was listed before the batch; only read by ``Ledger/changes(in:states:)``.
  package var found: FieldValues?

  package var id: RowID { place.row }

  /// The state that is shown: a row with an intent and no outcome is in doubt.
  static let shownState = """
    CASE WHEN rows.state = 'pending' AND journal.is_open = 1 THEN 'inDoubt' ELSE rows.state END
    """
}

extension Ledger {
  /// The rows of a run in the order of the input: all, or those in some states by name.
  package func rows(
    of run: RunID, states: Set<String>? = nil
  ) async throws(LedgerError) -> LedgerPages<RowReport> {
    let number = try await number(of: run)
    guard let states else { return reports(of: number) }
    // Only names from the model enter the SQL text, never user input.
    let wanted = RowState.names.filter(states.contains).map { "'\($0)'" }.joined(separator: ", ")
    return reports(
      of: number, where: wanted.isEmpty ? "1 = 0" : "\(RowReport.shownState) IN (\(wanted))")
  }

  /// The valid rows of a run, when groups are resolved, except those that clearly fit their groups.
  ///
  /// They include every row for which `Row.check(in:at:allowed:)` finds something. They do not
  /// include rows of groups whose integration is not known, and rows that have a service which is
  /// usual in the group and do not set the skinny state machine. All rows of a PIMG group are
  /// included.
  package func rowsToRecheck(of run: RunID) async throws(LedgerError) -> LedgerPages<RowReport> {
    let number = try await number(of: run)
    return reports(of: number, where: "rows.state = 'pending' AND \(RowReport.needsRecheck)")
  }

  /// The rows of a run that ask for more than a server to exist as it is written: an operation, or `Match…` cells.
  package func rowsWithOperation(of run: RunID) async throws(LedgerError) -> LedgerPages<
    RowReport
  > {
    let number = try await number(of: run)
    return reports(
      of: number,
      where:
        "rows.operation IS NOT NULL AND (rows.operation <> 'upsert' OR rows.matching IS NOT NULL)")
  }

  /// The rows of one port group of a run, by its id, in the order of the input.
  func rows(of run: RunID, in group: ObjectID) async throws(LedgerError) -> LedgerPages<RowReport> {
    let number = try await number(of: run)
    return pages(
      """
      \(RowReport.select(by: "rows.row"))
      WHERE groups.run = ?1 AND groups.object_id = ?2 AND rows.row > ?3 ORDER BY rows.row LIMIT ?4
      """, [.integer(number), .text(group.text)], after: [.integer(0)], make: RowReport.init)
  }

  /// The rows of a run that no resume changes, in the order of the input: they are final, and read back if that is due.
  package func finalRows(of run: RunID) async throws(LedgerError) -> LedgerPages<RowID> {
    let number = try await number(of: run)
    return pages(
      """
      SELECT rows.row, rows.row FROM rows LEFT JOIN journal ON journal.row = rows.row
      LEFT JOIN group_references AS spelling ON spelling.reference = rows.reference
      LEFT JOIN groups ON groups.group_id = spelling.group_id
      WHERE rows.row > ?2 AND rows.row <= ?1
        AND \(RowReport.shownState) NOT IN ('pending', 'inDoubt')
        AND coalesce(groups.owes_read_back, 0) = 0
      ORDER BY rows.row LIMIT ?3
      """, [.integer(RowID.all(of: number).upperBound)],
      after: [.integer(RowID.all(of: number).lowerBound - 1)]
    ) { row in RowID(value: row.integer()) }
  }

  /// The rows of a run that should delete a server and found none.
  package func deletesWithoutServer(in run: RunID) async throws(LedgerError) -> LedgerPages<
    RowReport
  > {
    let number = try await number(of: run)
    return reports(of: number, where: "rows.operation = 'delete' AND rows.state = 'unchanged'")
  }

  /// The rows of a run that changed the server, in the reverse order of the input.
  package func changes(of run: RunID) async throws(LedgerError) -> LedgerPages<RowReport> {
    let number = try await number(of: run)
    return pages(
      """
      \(RowReport.select(by: "rows.row"))
      WHERE rows.run = ?1 AND rows.row < ?2 AND \(Effect.isChange)
      ORDER BY rows.row DESC LIMIT ?3
      """, [.integer(number)], after: [.integer(Int.max)], make: RowReport.init)
  }

  /// The rows of a run for which a condition is true, in the order of the input; exported ones in that of the file.
  private func reports(
    of number: Int, where condition: String = "1 = 1"
  ) -> LedgerPages<RowReport> {
    let ofFiles = LedgerPages<RowReport>.Query(
      sql: """
        \(RowReport.select(by: "rows.row"))
        WHERE rows.row > ?2 AND rows.row <= ?1 AND rows.order_key IS NULL AND \(condition)
        ORDER BY rows.row LIMIT ?3
        """,
      values: [.integer(RowID.all(of: number).upperBound)],
      key: [.integer(RowID.all(of: number).lowerBound - 1)], make: RowReport.init)
    let exported = LedgerPages<RowReport>.Query(
      sql: """
        \(RowReport.select(by: "rows.order_key, rows.row"))
        WHERE rows.run = ?1 AND (rows.order_key, rows.row) > (?2, ?3)
          AND rows.order_key IS NOT NULL AND \(condition)
        ORDER BY rows.order_key, rows.row LIMIT ?4
        """, values: [.integer(number)], key: [.bytes([]), .integer(0)], make: RowReport.init)
    return LedgerPages(self, [ofFiles, exported])
  }

  /// The record of a row as it was in its file.
  package func rawRecord(of row: RowID) async throws(LedgerError) -> String {
    let found = try await read { session in
      try session.first("SELECT raw FROM rows WHERE row = ?1", [.integer(row.value)]) { row in
        row.text()
      }
    }
    guard let found else {
      throw LedgerError(
        .unknown, "the ledger \(path) has no row \(row.number) of that run",
        hint: "check its number")
    }
    return found
  }
}

extension RowReport {
  /// The condition of `rowsToRecheck(of:)`, on a row of `rows` and a row of `groups`.
  static let needsRecheck = {
    let unusual = RemoteService.allCases.compactMap { service in
      service.usualIntegration.map { usual in
        "(rows.service = \(service.rawValue) AND groups.integration <> \(usual.rawValue))"
      }
    }
    return """
      (groups.integration IS NOT NULL
        AND (groups.integration = \(IntegrationMethod.pimg.rawValue)
          OR \(unusual.joined(separator: " OR "))
          OR rows.needs_recheck = 1))
      """
  }()

  /// Selects the key of a page, and the columns that `init(_:)` reads.
  fileprivate static func select(by key: String) -> String {
    """
    SELECT \(key), \(RowPlace.columns), rows.file, \(shownState), rows.reason, rows.detail, \(Row.columns),
      \(PortGroup.columns), \(JournalEntry.columns), rows.origin
    FROM rows
    JOIN files ON files.run = rows.run AND files.file = rows.file
    LEFT JOIN group_references AS spelling ON spelling.reference = rows.reference
    LEFT JOIN groups ON groups.group_id = spelling.group_id
    LEFT JOIN journal ON journal.row = rows.row
    """
  }

  fileprivate init(_ row: inout ColumnReader) throws {
    let place = RowPlace(&row)
    let fileNumber = row.integer()
    guard let state = RowState(name: row.text(), detail: row.optionalText()) else {
      throw LedgerError.inconsistent("row \(place.row.number)")
    }
    self.init(
      place: place, fileNumber: fileNumber, state: state, detail: row.optionalText(),
      row: Row(&row), group: try PortGroup.ifResolved(&row), entry: JournalEntry(&row),
      origin: row.optionalInteger().map(RowID.init(value:)))
  }
}
