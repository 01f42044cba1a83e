// Resolving the groups of a run, and handing them out to be worked on.

package import PortGroupModel
internal import SQLiteStore
internal import Synchronization

extension Ledger {
  /// Every spelling of a group that valid rows of the run use, in the order of their first rows.
  ///
  /// To be asked while all rows of a spelling are valid, or none is: all are counted.
  package func groupReferences(
    of run: RunID
  ) throws(LedgerError) -> LedgerCursor<StagedReference> {
    let number = try number(of: run)
    return try cursor(
      """
      SELECT uses.reference, \(GroupReference.columns), \(RowPlace.columns), uses.count
      FROM (
        SELECT reference, min(row) AS first, count(*) AS count
        FROM group_references JOIN rows USING (reference)
        WHERE group_references.run = ?1 GROUP BY reference
      ) AS uses
      JOIN group_references AS spelling ON spelling.reference = uses.reference
      JOIN rows ON rows.row = uses.first
      JOIN files ON files.run = rows.run AND files.file = rows.file
      WHERE rows.state = 'pending' ORDER BY uses.first
      """, [.integer(number)]
    ) { row in
      StagedReference(
        id: ReferenceID(value: row.integer()), reference: GroupReference(&row),
        first: RowPlace(&row), rowCount: row.integer())
    }
  }

  /// Books which group of the target each reference means; several may mean one.
  package func resolve(
    _ found: [(reference: ReferenceID, group: PortGroup)], in run: RunID
  ) async throws(LedgerError) {
    try await write { [path] database in
      let number = try Ledger.number(of: run, in: database, path)
      try database.withStatement(
        "UPDATE group_references SET group_id = ?1 WHERE reference = ?2 AND run = ?3"
      ) { update in
        for (reference, group) in found {
          let id = try database.group(group, run: number)
          try update.run([.integer(id), .integer(reference.value), .integer(number)])
        }
      }
    }
  }

  /// The resolved groups of a run, in the order in which they were booked.
  package func groups(of run: RunID) throws(LedgerError) -> LedgerCursor<LedgerGroup> {
    let number = try number(of: run)
    return try cursor(
      "\(LedgerGroup.select) WHERE run = ?1 ORDER BY group_id", [.integer(number)],
      make: LedgerGroup.init)
  }

  /// The groups that a run has written to, whichever process it was, in the order in which they were booked.
  package func changedGroups(of run: RunID) throws(LedgerError) -> [LedgerGroup] {
    try read { [path] database in
      let number = try Ledger.number(of: run, in: database, path)
      return try database.all(
        """
        \(LedgerGroup.select) WHERE run = ?1 AND EXISTS (
          SELECT 1 FROM group_references JOIN rows USING (reference) JOIN journal USING (row)
          WHERE group_references.group_id = groups.group_id
            AND \(Effect.isChange))
        ORDER BY group_id
        """, [.integer(number)], LedgerGroup.init)
    }
  }

  /// Hands out the next group with rows that are pending or in doubt; each group once a process.
  ///
  /// The time does not depend on how many groups are done. ``reopen(_:)`` begins anew.
  ///
  /// - Returns: nil when every open group has been handed out.
  package func claimNextGroup(of run: RunID) throws(LedgerError) -> LedgerGroup? {
    let number = try number(of: run)
    // Held over the query, which is short and takes the other lock only inside: no two get one.
    let result: Result<LedgerGroup?, LedgerError> = claims.withLock { claims in
      do throws(LedgerError) {
        let last = claims[number] ?? 0
        let next = try openGroup(of: number, after: last)
        if let next { claims[number] = next.id.value }
        return .success(next)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private func openGroup(of run: Int, after last: Int) throws(LedgerError) -> LedgerGroup? {
    try read { database in
      try database.first(
        """
        \(LedgerGroup.select) WHERE run = ?1 AND group_id > ?2 AND is_open = 1
          AND (owes_read_back = 1 OR EXISTS (
            SELECT 1 FROM group_references JOIN rows USING (reference)
            WHERE group_references.group_id = groups.group_id AND state IN ('pending', 'inDoubt')))
        ORDER BY group_id LIMIT 1
        """, [.integer(run), .integer(last)], LedgerGroup.init)
    }
  }

  /// The rows of a group in the order of the input, but for invalid ones.
  package func rows(of group: GroupID) throws(LedgerError) -> [BatchRow] {
    try read { database in
      try database.all(
        """
        SELECT \(RowPlace.columns), rows.state, rows.reason, \(Row.columns),
          \(JournalEntry.columns), \(Effect.columns(of: "earlier"))
        FROM group_references AS spelling
        JOIN rows ON rows.reference = spelling.reference
        JOIN files ON files.run = rows.run AND files.file = rows.file
        LEFT JOIN journal ON journal.row = rows.row
        LEFT JOIN journal AS earlier ON earlier.row = rows.origin
        WHERE spelling.group_id = ?1 AND rows.state <> 'invalid' ORDER BY rows.row
        """, [.integer(group.value)], BatchRow.init)
    }
  }

  /// Books whether groups ask for a reset after their changes.
  package func setNeedsReset(
    _ needsReset: Bool, of group: GroupID
  ) async throws(LedgerError) {
    try await write { database in
      _ = try database.run(
        "UPDATE groups SET needs_reset = ?1 WHERE group_id = ?2",
        [.integer(needsReset ? 1 : 0), .integer(group.value)])
    }
  }
}

extension Database {
  /// The number of a group in its run; a new one is booked.
  func group(_ group: PortGroup, run: Int) throws -> Int {
    try integer(
      """
      INSERT INTO groups (run, object_id, name, integration, needs_reset) VALUES (?1, ?2, ?3, ?4, ?5)
      ON CONFLICT (run, object_id) DO UPDATE SET
        name = excluded.name, integration = excluded.integration
      RETURNING group_id
      """,
      [
        .integer(run), .text(group.objectID.text), .text(group.displayName),
        .integer(group.integration?.rawValue), .integer(group.needsReset ? 1 : 0),
      ])
  }
}

extension LedgerGroup {
  fileprivate static let select = "SELECT \(columns) FROM groups"

  /// The columns that `init(_:)` reads.
  static let columns = "groups.group_id, \(PortGroup.columns)"

  init(_ row: inout ColumnReader) throws {
    self.init(id: GroupID(value: row.integer()), group: try PortGroup(&row))
  }
}

extension PortGroup {
  /// The columns that `init(_:)` reads.
  static let columns = "groups.object_id, groups.name, groups.integration, groups.needs_reset"

  init(_ row: inout ColumnReader) throws {
    let id = ObjectID(row.text())
    let name = row.text()
    guard let id else { throw LedgerError.inconsistent("group \(name)") }
    self.init(
      objectID: id, displayName: name,
      integration: row.optionalInteger().flatMap(IntegrationMethod.init(rawValue:)),
      needsReset: row.flag())
  }

  /// Reads the same columns; nil where the row has no group.
  static func ifResolved(_ row: inout ColumnReader) throws -> PortGroup? {
    guard row.isNull else { return try PortGroup(&row) }
    row.skip(4)
    return nil
  }
}

extension RowPlace {
  /// The columns that `init(_:)` reads.
  static let columns = columns(of: "rows", in: "files")

  /// The same, where `rows` and `files` have other names.
  static func columns(of rows: String, in files: String) -> String {
    "\(rows).row, \(files).name, \(rows).line, \(rows).record"
  }

  init(_ row: inout ColumnReader) {
    self.init(
      row: RowID(value: row.integer()), file: row.text(), line: row.integer(),
      record: row.integer())
  }
}

extension BatchRow {
  fileprivate init(_ row: inout ColumnReader) throws {
    let place = RowPlace(&row)
    guard
      let state = RowState(name: row.text(), detail: row.optionalText()), let content = Row(&row)
    else { throw LedgerError.inconsistent("row \(place.row.number)") }
    self.init(
      id: place.row, place: place, state: state, row: content, entry: JournalEntry(&row),
      originEffect: Effect(&row))
  }
}

extension Row {
  /// The columns that `init(_:)` reads.
  static let columns = "rows.operation, rows.fields, rows.matching, \(GroupReference.columns)"

  /// Puts a row together again from its columns; nil if its record was not understood.
  init?(_ row: inout ColumnReader) {
    let operation = Operation(rawValue: row.text())
    let (fields, match) = (row.fields(), row.fields())
    let group = GroupReference(&row)
    guard let operation else { return nil }
    self.init(operation: operation, group: group, fields: fields, match: match)
  }
}

extension GroupReference {
  /// The columns that `init(_:)` reads.
  static let columns = "spelling.object_id, spelling.name, spelling.integration"

  init(_ row: inout ColumnReader) {
    let id = ObjectID(row.text())
    let name = row.text()
    self.init(
      objectID: id, name: name.isEmpty ? nil : name,
      integration: IntegrationMethod(rawValue: row.integer()))
  }
}
