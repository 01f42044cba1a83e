// The plan of a run as it was shown to the user, who was asked before anything was sent.

package import FoundationEssentials
package import PortGroupModel
internal import SQLStores

extension Ledger {
  /// Records the plan of a group, which replaces an earlier one.
  package func record(_ plan: BatchPlan) async throws(LedgerError) {
    let values = plan.steps.map { step in
      RowPlan(step.decision, on: step.found).values(of: step.row)
    }
    try await write { session in _ = try session.runEach(RowPlan.insert, values) }
  }

  /// The plan of a group's rows; rows that were not planned are left out.
  package func plan(of group: GroupID) async throws(LedgerError) -> [RowID: RowPlan] {
    let rows = try await read { session in
      try session.all(
        """
        SELECT plans.row, plans.action, plans.code, plans.server, plans.sent_fields, plans.found,
          plans.beside
        FROM group_references AS spelling
        JOIN rows ON rows.reference = spelling.reference
        JOIN plans ON plans.row = rows.row
        WHERE spelling.group_id = ?1
        """, [.integer(group.value)]
      ) { row in (RowID(value: row.integer()), try RowPlan(&row)) }
    }
    return Dictionary(rows) { first, _ in first }
  }

  /// Records that the user is asked now: from now on the run needs an agreement.
  package func ask(about run: RunID) async throws(LedgerError) {
    try await set("asked", of: run)
  }

  /// Records that the user agreed to the plan: from now on only that is sent.
  package func agree(to run: RunID) async throws(LedgerError) {
    try await set("agreed", of: run)
  }

  /// Records the time now in a column of the run that has none yet.
  private func set(_ column: String, of run: RunID) async throws(LedgerError) {
    let now = Timestamp.text(environment.now())
    try await write { [path] session in
      let number = try Ledger.number(of: run, in: session, path)
      try session.run(
        "UPDATE runs SET \(column) = coalesce(\(column), ?1) WHERE run = ?2",
        [.text(now), .integer(number)])
    }
  }

  /// When the user was first asked about the plan of a run, and when the user agreed; `nil` if that did not happen.
  package func agreement(of run: RunID) async throws(LedgerError) -> (
    asked: Date?, agreed: Date?
  ) {
    let found = try await read { session in
      try session.first("SELECT asked, agreed FROM runs WHERE name = ?1", [.text(run.text)]) {
        row in
        (asked: row.optionalText(), agreed: row.optionalText())
      }
    }
    return (found?.asked.flatMap(Timestamp.date), found?.agreed.flatMap(Timestamp.date))
  }

  /// Removes a plan to which nobody agreed, such as that of a process that died while it asked.
  package func discardPlan(of run: RunID) async throws(LedgerError) {
    try await write { [path] session in
      let number = try Ledger.number(of: run, in: session, path)
      let rows = RowID.all(of: number)
      try session.run(
        """
        DELETE FROM plans WHERE row BETWEEN ?1 AND ?2
          AND (SELECT agreed FROM runs WHERE run = ?3) IS NULL
        """, [.integer(rows.lowerBound), .integer(rows.upperBound), .integer(number)])
    }
  }
}

extension RowPlan {
  /// Its parameters are those of `values(of:)`.
  static let insert = """
    INSERT INTO plans (row, action, code, server, sent_fields, found, beside)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT (row) DO UPDATE SET action = excluded.action, code = excluded.code,
      server = excluded.server, sent_fields = excluded.sent_fields, found = excluded.found,
      beside = excluded.beside
    """

  func values(of row: RowID) -> [SQLValue] {
    var (action, code): (String?, String?)
    var server: ObjectID?
    var fields: FieldValues?
    switch decision {
    case .write(let change):
      (action, server, fields) = (change.verb.rawValue, change.server, change.set)
    case .unchanged(let found): server = found
    case .refuse(let reason): code = reason.rawValue
    }
    return [
      .integer(row.value), .text(action), .text(code), .text(server?.text),
      .utf8(fields.map(FieldText.encode)), .utf8(found.map { FieldText.encode([$0]) }),
      .integer(beside),
    ]
  }

  /// Reads the columns behind the row's number.
  fileprivate init(_ row: inout ColumnReader) throws {
    let (action, reason) = (row.optionalText(), row.optionalText())
    let server = ObjectID(row.text())
    let fields = row.fields()
    let found = (row.optionalServers() ?? []).first
    let verb = action.flatMap(Change.Verb.init)
    let change = verb.flatMap {
      Change($0, server: server, set: fields, before: $0 == .create ? nil : found?.fields)
    }
    let code = reason.flatMap(FailureCode.init)
    // Something that this version does not know must not become "nothing to do".
    guard (action == nil) == (change == nil), (reason == nil) == (code == nil) else {
      throw LedgerError.inconsistent("the plan of a row")
    }
    let decision: Decision =
      change.map { .write($0) } ?? code.map { .refuse($0) } ?? .unchanged(server)
    self.init(decision, on: found, beside: row.integer())
  }
}
