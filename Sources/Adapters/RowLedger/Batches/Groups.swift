// The groups of a run: how the rows name them, which groups of the target they are, and which are not finished.

package import PortGroupModel
internal import SQLStores

extension Ledger {
  /// Every spelling of a group that valid rows of the run use, in the order of their first rows.
  ///
  /// All rows of a spelling are counted, so that call this while either all of them are valid or
  /// none is.
  package func groupReferences(
    of run: RunID
  ) async throws(LedgerError) -> LedgerPages<StagedReference> {
    let number = try await number(of: run)
    try await write(
      .references, of: number,
      """
      SELECT ?1, ?2, min(row), reference, count(*)
      FROM group_references JOIN rows USING (reference)
      WHERE group_references.run = ?1 GROUP BY reference
      """)
    return pages(
      .references, of: number,
      "work.other, \(GroupReference.columns), \(RowPlace.columns), work.count",
      """
      JOIN group_references AS spelling ON spelling.reference = work.other
      JOIN rows ON rows.row = work.row
      JOIN files ON files.run = rows.run AND files.file = rows.file
      """, where: "rows.state = 'pending'"
    ) { row in
      StagedReference(
        id: ReferenceID(value: row.integer()), reference: GroupReference(&row),
        first: RowPlace(&row), rowCount: row.integer())
    }
  }

  /// Records which group of the target each reference means; several references may mean one group.
  package func resolve(
    _ found: [(reference: ReferenceID, group: PortGroup)], in run: RunID
  ) async throws(LedgerError) {
    try await write { [path] session in
      let number = try Ledger.number(of: run, in: session, path)
      var ids: [ObjectID: Int] = [:]
      for (_, group) in found where ids[group.objectID] == nil {
        ids[group.objectID] = try session.group(group, run: number)
      }
      try session.runEach(
        "UPDATE group_references SET group_id = ?1 WHERE reference = ?2 AND run = ?3",
        found.map { reference, group in
          [.integer(ids[group.objectID]), .integer(reference.value), .integer(number)]
        })
    }
  }

  /// The resolved groups of a run, in the order in which they were recorded.
  package func groups(of run: RunID) async throws(LedgerError) -> LedgerPages<LedgerGroup> {
    let number = try await number(of: run)
    return pages(
      """
      SELECT group_id, \(LedgerGroup.columns) FROM groups
      WHERE run = ?1 AND group_id > ?2 ORDER BY group_id LIMIT ?3
      """, [.integer(number)], after: [.integer(0)], make: LedgerGroup.init)
  }

  /// The groups that a run has written to in any process, in the order in which they were recorded.
  package func changedGroups(of run: RunID) async throws(LedgerError) -> [LedgerGroup] {
    try await read { [path] session in
      let number = try Ledger.number(of: run, in: session, path)
      return try session.all(
        """
        \(LedgerGroup.select) WHERE run = ?1 AND EXISTS (
          SELECT 1 FROM group_references JOIN rows USING (reference) JOIN journal USING (row)
          WHERE group_references.group_id = groups.group_id
            AND \(Effect.isChange))
        ORDER BY group_id
        """, [.integer(number)], LedgerGroup.init)
    }
  }

  /// All resolved groups of a run by name, as plans show them and writes are sent.
  package func groupsByName(of run: RunID) async throws(LedgerError) -> LedgerPages<LedgerGroup> {
    let number = try await number(of: run)
    return pages(
      """
      SELECT order_key, \(LedgerGroup.columns) FROM groups
      WHERE run = ?1 AND order_key > ?2 ORDER BY order_key LIMIT ?3
      """, [.integer(number)], after: [.bytes([])], make: LedgerGroup.init)
  }

  /// The next groups by name with rows that are pending, in doubt or not yet read back; empty at the end.
  ///
  /// They come after `last`, if that is given. The time does not depend on how many groups are done.
  package func openGroups(
    of run: RunID, after last: PortGroup? = nil, limit: Int = 100
  ) async throws(LedgerError) -> [LedgerGroup] {
    try await read { [path] session in
      let number = try Ledger.number(of: run, in: session, path)
      return try session.all(
        """
        \(LedgerGroup.select) WHERE run = ?1 AND order_key > ?2 AND is_open = 1
          AND (owes_read_back = 1 OR EXISTS (
            SELECT 1 FROM group_references JOIN rows USING (reference)
            WHERE group_references.group_id = groups.group_id AND state IN ('pending', 'inDoubt')))
        ORDER BY order_key LIMIT ?3
        """, [.integer(number), .bytes(last?.orderKey ?? []), .integer(limit)], LedgerGroup.init)
    }
  }

  /// The valid rows of a group in the order of the input.
  package func rows(of group: GroupID) async throws(LedgerError) -> [BatchRow] {
    try await read { session in
      try session.all(
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

  /// Records whether groups need a reset after their changes.
  package func setNeedsReset(
    _ needsReset: Bool, of group: GroupID
  ) async throws(LedgerError) {
    try await write { session in
      _ = try session.run(
        "UPDATE groups SET needs_reset = ?1 WHERE group_id = ?2",
        [.integer(needsReset ? 1 : 0), .integer(group.value)])
    }
  }
}

extension SQLSession {
  /// The number of a group in its run; a new group is recorded.
  func group(_ group: PortGroup, run: Int) throws -> Int {
    try integer(
      """
      INSERT INTO groups (run, object_id, name, integration, needs_reset, order_key)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6)
      ON CONFLICT (run, object_id) DO UPDATE SET name = excluded.name,
        integration = excluded.integration, order_key = excluded.order_key
      RETURNING group_id
      """,
      [
        .integer(run), .text(group.objectID.text), .text(group.displayName),
        .integer(group.integration?.rawValue), .integer(group.needsReset ? 1 : 0),
        .bytes(group.orderKey),
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
  /// The key by which groups are sorted: the bytes of the name; the id distinguishes equal names.
  var orderKey: [UInt8] { Array(displayName.utf8) + [0] + Array(objectID.text.utf8) }

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

  /// Reads the same columns; `nil` where the row has no group.
  static func ifResolved(_ row: inout ColumnReader) throws -> PortGroup? {
    guard row.isNull else { return try PortGroup(&row) }
    row.skip(4)
    return nil
  }
}

extension RowPlace {
  /// The columns that `init(_:)` reads.
  static let columns = columns(of: "rows", in: "files")

  /// The same columns of tables with other names.
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

  /// Builds a row from its columns; `nil` if its record was not understood.
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
