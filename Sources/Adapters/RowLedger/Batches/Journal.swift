// The two transactions of a batch: intents before, outcomes after.

package import PortGroupModel
internal import SQLStores

extension Ledger {
  /// Records what will be sent for a group, which rows need no request, and the group's servers.
  ///
  /// When a group has a journal, each of its rows has an outcome or an intent: a later process continues
  /// from there and plans nothing again. Intents and before-image replace earlier ones, so no row of the
  /// group may be in doubt or have an open intent. Effects stay.
  package func journal(_ plan: BatchPlan, of group: GroupID) async throws(LedgerError) {
    let now = Timestamp.text(environment.now())
    try await write { [environment] session in
      try session.checkOwner(of: group, is: environment.owner)
      try session.run(
        "UPDATE groups SET before_image = ?1, journaled = ?2 WHERE group_id = ?3",
        [.utf8(FieldText.encode(plan.before)), .text(now), .integer(group.value)])
      let states = try session.states(of: group)
      for (step, _) in plan.writes where states[step.row]?.name != RowState.pending(.staged).name {
        throw LedgerError.forbidden(step.row, states[step.row], "be sent")
      }
      try session.runEach(
        Change.insert,
        plan.writes.map { step, change in
          [
            .integer(step.row.value), .text(change.verb.rawValue),
            .utf8(FieldText.encode(change.set)), .text(change.server?.text), .text(now),
          ]
        })
      try session.record(plan.settled, of: group)
    }
  }

  /// Marks the intents of rows as open again, before a later process sends their changes.
  package func reopenIntents(
    of rows: [RowID], in group: GroupID
  ) async throws(LedgerError) {
    try await write { [environment] session in
      try session.checkOwner(of: group, is: environment.owner)
      let states = try session.states(of: group)
      for row in rows where states[row]?.isFinal ?? true {
        throw LedgerError.forbidden(row, states[row], "be sent")
      }
      try session.runEach(
        "UPDATE journal SET is_open = 1 WHERE row = ?1", rows.map { [.integer($0.value)] })
    }
  }

  /// The servers that a group had before its batch; `nil` if no batch is recorded yet.
  package func beforeImage(of group: GroupID) async throws(LedgerError) -> [PortGroupServer]? {
    try await read { session in
      try session.first(
        "SELECT before_image FROM groups WHERE group_id = ?1", [.integer(group.value)]
      ) { row in row.optionalServers() } ?? nil
    }
  }

  /// Records outcomes of rows of a group; a group without rows that are pending or in doubt is closed.
  ///
  /// The call records all outcomes or none: it throws if one row's state does not allow the change. The effect `none`
  /// keeps an effect that was recorded earlier. `took` is added to the group's time. A group that `owesReadBack` stays
  /// open: its written rows have no verdicts yet.
  package func record(
    _ outcomes: [Outcome], of group: GroupID, owesReadBack: Bool = false, took: Duration = .zero
  ) async throws(LedgerError) {
    try await write { [environment] session in
      try session.checkOwner(of: group, is: environment.owner)
      try session.record(outcomes, of: group)
      try session.run(
        """
        UPDATE groups SET owes_read_back = ?2, took_ms = took_ms + ?3,
          is_open = CASE WHEN ?2 = 1 OR EXISTS (
            SELECT 1 FROM group_references JOIN rows USING (reference)
            WHERE group_id = ?1 AND state IN ('pending', 'inDoubt')) THEN 1 ELSE 0 END
        WHERE group_id = ?1
        """, [.integer(group.value), .integer(owesReadBack ? 1 : 0), .integer(took.milliseconds)])
    }
  }
}

extension SQLSession {
  /// Refuses to write where another process has resumed the run: this one has lost it, and sends nothing more.
  fileprivate func checkOwner(of group: GroupID, is owner: RunOwner) throws {
    let found = try first(
      """
      SELECT runs.name, \(RunOwner.columns)
      FROM groups JOIN runs ON runs.run = groups.run WHERE groups.group_id = ?1
      """, [.integer(group.value)]
    ) { row in (run: RunID(stored: row.text()), owner: RunOwner(&row)) }
    guard let found, found.owner != owner else { return }
    throw LedgerError.lost(found.run, to: found.owner)
  }

  /// The states of a group's rows.
  fileprivate func states(of group: GroupID) throws -> [RowID: RowState] {
    var states: [RowID: RowState] = [:]
    try forEach(
      """
      SELECT row, state, reason FROM group_references JOIN rows USING (reference)
      WHERE group_id = ?1
      """, [.integer(group.value)]
    ) { row in
      let id = RowID(value: row.integer())
      guard let state = RowState(name: row.text(), detail: row.optionalText()) else {
        throw LedgerError.inconsistent("row \(id.number)")
      }
      states[id] = state
    }
    return states
  }

  fileprivate func record(_ outcomes: [Outcome], of group: GroupID) throws {
    // Nearly all rows are pending, and a pending row may get any state; for the others it is looked
    // up.
    let moved = try runEach(
      Outcome.update, outcomes.map { $0.move(in: group, from: "pending") })
    let others = zip(outcomes, moved).filter { $0.1 == 0 }.map(\.0)
    if !others.isEmpty {
      let states = try states(of: group)
      let moves = try others.map { outcome in
        guard let state = states[outcome.row], state.canMove(to: outcome.state) else {
          throw LedgerError.forbidden(
            outcome.row, states[outcome.row], "become \(outcome.state.name)")
        }
        return outcome.move(in: group, from: state.name)
      }
      try runEach(Outcome.update, moves)
    }
    try runEach(
      "UPDATE journal SET is_open = 0 WHERE row = ?1",
      outcomes.filter(\.isEmpty).map { [.integer($0.row.value)] })
    let entries = outcomes.filter { !$0.isEmpty }.map(\.entry)
    let changed = try runEach(Outcome.updateEntry, entries)
    try runEach(Outcome.insertEntry, zip(entries, changed).filter { $0.1 == 0 }.map(\.0))
  }
}

extension Change {
  fileprivate static let insert = """
    INSERT INTO journal (row, action, sent_fields, target_id, journaled, is_open)
    VALUES (?1, ?2, ?3, ?4, ?5, 1)
    ON CONFLICT (row) DO UPDATE SET action = excluded.action,
      sent_fields = excluded.sent_fields, target_id = excluded.target_id,
      journaled = excluded.journaled, is_open = 1
    """
}

extension Outcome {
  /// An SQL condition that is true for the rows of a group.
  fileprivate static func isRow(ofGroup group: String) -> String {
    "(SELECT group_id FROM group_references WHERE reference = rows.reference) = \(group)"
  }

  /// Changes the state of a row of the group, if it has the expected one; for the values of `move(in:from:)`.
  fileprivate static let update = """
    UPDATE rows SET state = ?2, reason = ?3, detail = ?4
    WHERE row = ?1 AND state = ?6 AND \(isRow(ofGroup: "?5"))
    """

  fileprivate func move(in group: GroupID, from former: String) -> [SQLValue] {
    [
      .integer(row.value), .text(state.name), .text(state.detail), .text(detail),
      .integer(group.value), .text(former),
    ]
  }

  /// Takes the values of `entry`; changes nothing if the row has no entry yet.
  fileprivate static let updateEntry = """
    UPDATE journal SET is_open = 0,
      verdict = coalesce(?6, verdict), sent = coalesce(?7, sent),
      sent_boot = CASE WHEN ?7 IS NULL THEN sent_boot ELSE ?8 END,
      sent_uptime_ms = CASE WHEN ?7 IS NULL THEN sent_uptime_ms ELSE ?9 END,
      effect = CASE WHEN ?2 = 'none' THEN effect ELSE ?2 END,
      effect_id = CASE WHEN ?2 = 'none' THEN coalesce(effect_id, ?3) ELSE ?3 END,
      before = CASE WHEN ?2 = 'none' THEN coalesce(before, ?4) ELSE ?4 END,
      after = CASE WHEN ?2 = 'none' THEN after ELSE ?5 END
    WHERE row = ?1
    """

  /// The same for a row without an entry.
  fileprivate static let insertEntry = """
    INSERT INTO journal (row, effect, effect_id, before, after, verdict, sent, sent_boot,
      sent_uptime_ms, is_open)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0)
    """

  fileprivate var entry: [SQLValue] {
    [
      .integer(row.value), .text(effect.verb?.participle ?? "none"), .text(effect.objectID?.text),
      .utf8(effect.before.map(FieldText.encode)), .utf8(effect.after.map(FieldText.encode)),
      .text(verdict?.rawValue), .text(sent.map { Timestamp.text($0.date) }),
      .text(sent?.boot), .integer(sent?.uptime.milliseconds),
    ]
  }

  /// True if the state is all that has to be recorded.
  fileprivate var isEmpty: Bool { effect == .none && verdict == nil && sent == nil }
}

extension LedgerError {
  /// The error for a change that the row's state does not allow.
  fileprivate static func forbidden(
    _ row: RowID, _ state: RowState?, _ move: String
  ) -> LedgerError {
    guard let state else {
      return LedgerError(
        .unknown, "row \(row.number) does not belong to that group",
        hint: "this is a defect of cupibulk; please report it")
    }
    return LedgerError(
      .refused, "row \(row.number) is \(state.name) and cannot \(move)",
      hint: "this is a defect of cupibulk; please report it")
  }
}
