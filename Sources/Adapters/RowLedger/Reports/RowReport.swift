// The rows of a run for people and programs to read.

package import PortGroupModel
internal import SQLiteStore

/// A row with all that the books say of it.
package struct RowReport: Sendable, Equatable {
  package var place: RowPlace
  /// The number of its file in its run.
  package var fileNumber: Int
  package var state: RowState
  /// The server's sentence, or another remark.
  package var detail: String?
  /// Nil if the record was not understood.
  package var row: Row?
  /// The group on the target; nil if it was not resolved.
  package var group: PortGroup?
  package var entry: JournalEntry?
  /// The row of an earlier run that it tries again or undoes.
  package var origin: RowID?

  package var id: RowID { place.row }

  /// The state as people see it: an intent without an outcome is a doubt, whatever ended its run.
  static let shownState = """
    CASE WHEN rows.state = 'pending' AND journal.is_open = 1 THEN 'inDoubt' ELSE rows.state END
    """
}

extension Ledger {
  /// The rows of a run in the order of the input: all, or those in some states by name.
  package func rows(
    of run: RunID, states: Set<String>? = nil
  ) throws(LedgerError) -> LedgerCursor<RowReport> {
    let number = try number(of: run)
    let range = RowID.all(of: number)
    let wanted = RowState.names.filter { states?.contains($0) ?? true }
    let places = wanted.indices.map { "?\($0 + 2)" }.joined(separator: ", ")
    let filter =
      states == nil
      ? "rows.row BETWEEN ?1 AND ?2"
      : "rows.run = ?1 AND \(RowReport.shownState) IN (\(places))"
    let values: [SQLValue] =
      states == nil
      ? [.integer(range.lowerBound), .integer(range.upperBound)]
      : [.integer(number)] + wanted.map { .text($0) }
    return try cursor(
      "\(RowReport.select) WHERE \(filter) ORDER BY rows.row", values, make: RowReport.init)
  }

  /// The valid rows of a run, when groups are resolved, but for those that plainly fit their groups.
  ///
  /// All for which `Row.check(in:at:allowed:)` finds something are among them. Left out are rows of
  /// groups whose integration is not known, and rows that say nothing of a skinny state machine and
  /// have a service that is usual in the group; in a PIMG group nothing is plain.
  package func misfits(of run: RunID) throws(LedgerError) -> LedgerCursor<RowReport> {
    let number = try number(of: run)
    return try cursor(
      """
      \(RowReport.select) WHERE rows.run = ?1 AND rows.state = 'pending'
        AND \(RowReport.mayNotFit) ORDER BY rows.row
      """, [.integer(number)], make: RowReport.init)
  }

  /// The rows of a run that were to delete a server and found none.
  package func deletesOfNothing(in run: RunID) throws(LedgerError) -> LedgerCursor<RowReport> {
    let number = try number(of: run)
    return try cursor(
      """
      \(RowReport.select)
      WHERE rows.run = ?1 AND rows.operation = 'delete' AND rows.state = 'unchanged'
      ORDER BY rows.row
      """, [.integer(number)], make: RowReport.init)
  }

  /// The rows of a run that changed the server, the last of the input first.
  package func changes(of run: RunID) throws(LedgerError) -> LedgerCursor<RowReport> {
    let number = try number(of: run)
    return try cursor(
      """
      \(RowReport.select)
      WHERE rows.run = ?1 AND \(Effect.isChange)
      ORDER BY rows.row DESC
      """, [.integer(number)], make: RowReport.init)
  }

  /// The record of a row as it stood in its file.
  package func rawRecord(of row: RowID) throws(LedgerError) -> String {
    let found = try read { database in
      try database.first("SELECT raw FROM rows WHERE row = ?1", [.integer(row.value)]) { row in
        row.text()
      }
    }
    guard let found else {
      throw LedgerError(
        .unknown, "the ledger \(path) has no row \(row.number) of that run",
        hint: "list the rows with: cupibulk runs rows")
    }
    return found
  }
}

extension RowReport {
  /// True for what `misfits(of:)` gives, as a condition on a row of `rows` and one of `groups`.
  static let mayNotFit = {
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

  /// The columns that `init(_:)` reads.
  fileprivate static let select = """
    SELECT \(RowPlace.columns), rows.file, \(shownState), rows.reason, rows.detail, \(Row.columns),
      \(PortGroup.columns), \(JournalEntry.columns), rows.origin
    FROM rows
    JOIN files ON files.run = rows.run AND files.file = rows.file
    LEFT JOIN group_references AS spelling ON spelling.reference = rows.reference
    LEFT JOIN groups ON groups.group_id = spelling.group_id
    LEFT JOIN journal ON journal.row = rows.row
    """

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
