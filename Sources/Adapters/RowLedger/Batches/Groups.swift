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
      SELECT uses.reference, spelling.object_id, spelling.name, spelling.integration, uses.first,
        files.name, rows.line, rows.record, uses.count
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
        id: ReferenceID(value: row.integer(0)),
        reference: GroupReference(
          objectID: ObjectID(row.text(1)), name: row.text(2).isEmpty ? nil : row.text(2),
          integration: IntegrationMethod(rawValue: row.integer(3))),
        first: RowPlace(
          row: RowID(value: row.integer(4)), file: row.text(5), line: row.integer(6),
          record: row.integer(7)),
        rowCount: row.integer(8))
    }
  }

  /// Books which group of the target each reference means; several may mean one.
  package func resolve(
    _ found: [(reference: ReferenceID, group: PortGroup)], in run: RunID
  ) async throws(LedgerError) {
    try await write { [path] database in
      let number = try Ledger.number(of: run, in: database, path)
      try database.withStatement(
        "UPDATE group_references SET group_id = ? WHERE reference = ? AND run = ?"
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
      "\(LedgerGroup.select) WHERE run = ? ORDER BY group_id", [.integer(number)],
      make: LedgerGroup.init)
  }

  /// The groups that a run has written to, whichever process it was, in the order in which they were booked.
  package func changedGroups(of run: RunID) throws(LedgerError) -> [LedgerGroup] {
    try read { [path] database in
      let number = try Ledger.number(of: run, in: database, path)
      return try database.all(
        """
        \(LedgerGroup.select) WHERE run = ? AND EXISTS (
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
        \(LedgerGroup.select) WHERE run = ? AND group_id > ? AND is_open = 1
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
        SELECT rows.row, files.name, rows.line, rows.record, rows.state, rows.reason,
          rows.operation, rows.fields, rows.matching, spelling.object_id, spelling.name,
          spelling.integration, \(JournalEntry.columns), \(Effect.columns(of: "earlier"))
        FROM group_references AS spelling
        JOIN rows ON rows.reference = spelling.reference
        JOIN files ON files.run = rows.run AND files.file = rows.file
        LEFT JOIN journal ON journal.row = rows.row
        LEFT JOIN journal AS earlier ON earlier.row = rows.origin
        WHERE spelling.group_id = ? AND rows.state <> 'invalid' ORDER BY rows.row
        """, [.integer(group.value)], BatchRow.init)
    }
  }

  /// Books whether groups ask for a reset after their changes.
  package func setNeedsReset(
    _ needsReset: Bool, of group: GroupID
  ) async throws(LedgerError) {
    try await write { database in
      _ = try database.run(
        "UPDATE groups SET needs_reset = ? WHERE group_id = ?",
        [.integer(needsReset ? 1 : 0), .integer(group.value)])
    }
  }
}

extension Database {
  /// The number of a group in its run; a new one is booked.
  func group(_ group: PortGroup, run: Int) throws -> Int {
    try integer(
      """
      INSERT INTO groups (run, object_id, name, integration, needs_reset) VALUES (?, ?, ?, ?, ?)
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
  /// The columns that `init(_:)` reads.
  fileprivate static let select =
    "SELECT group_id, object_id, name, integration, needs_reset FROM groups"

  fileprivate init(_ row: borrowing ResultRow) throws {
    self.init(id: GroupID(value: row.integer(0)), group: try PortGroup(row, from: 1))
  }
}

extension PortGroup {
  /// Reads id, name, integration and need of a reset from four columns.
  init(_ row: borrowing ResultRow, from column: Int) throws {
    guard let id = ObjectID(row.text(column)) else {
      throw LedgerError.inconsistent("group \(row.text(column + 1))")
    }
    self.init(
      objectID: id, displayName: row.text(column + 1),
      integration: row.optionalInteger(column + 2).flatMap(IntegrationMethod.init(rawValue:)),
      needsReset: row.integer(column + 3) != 0)
  }
}

extension BatchRow {
  fileprivate init(_ row: borrowing ResultRow) throws {
    let id = RowID(value: row.integer(0))
    let origin = 12 + JournalEntry.columnCount
    // An earlier row that did nothing may have a server all the same: the one that it is about.
    let hasOrigin = !row.isNull(origin) || !row.isNull(origin + 1)
    guard
      let state = RowState(name: row.text(4), detail: row.optionalText(5)),
      let content = Row(row, operation: 6, fields: 7, matching: 8, reference: 9)
    else { throw LedgerError.inconsistent("row \(id.number)") }
    self.init(
      id: id,
      place: RowPlace(
        row: id, file: row.text(1), line: row.integer(2), record: row.integer(3)),
      state: state, row: content, entry: JournalEntry(row, from: 12),
      originEffect: hasOrigin ? Effect(row, from: origin) : nil)
  }
}

extension Row {
  /// Puts a row together again from its columns; nil if its record was not understood.
  init?(
    _ row: borrowing ResultRow, operation: Int, fields: Int, matching: Int, reference: Int
  ) {
    guard let operation = Operation(rawValue: row.text(operation)) else { return nil }
    self.init(
      operation: operation,
      group: GroupReference(
        objectID: ObjectID(row.text(reference)),
        name: row.text(reference + 1).isEmpty ? nil : row.text(reference + 1),
        integration: IntegrationMethod(rawValue: row.integer(reference + 2))),
      fields: row.fields(fields),
      match: row.fields(matching))
  }
}
