// The two transactions of a batch: intents before, outcomes after.

package import PortGroupModel
internal import SQLiteStore

extension Ledger {
  /// Books what is going to be sent for a group, what is settled without sending, and how the group looked.
  ///
  /// Once a group has a journal, each of its rows has an outcome or an intent: a later process goes on
  /// from there and plans nothing anew. Intents and before-image take the place of earlier ones, so
  /// that no row of the group may be in doubt or have an open intent; effects stay.
  package func journal(
    _ intents: [(row: RowID, intent: Intent)], settled: [Outcome] = [],
    beforeImage: [PortGroupServer], of group: GroupID
  ) async throws(LedgerError) {
    let now = Timestamp.text(environment.now())
    try await write { database in
      try database.run(
        "UPDATE groups SET before_image = ?, journaled = ? WHERE group_id = ?",
        [.utf8(FieldText.encode(beforeImage)), .text(now), .integer(group.value)])
      let states = try database.states(in: group)
      try database.withStatement(Intent.insert) { statement in
        for (row, intent) in intents {
          let state = try states.state(of: row)
          guard case .pending = state else { throw LedgerError.forbidden(row, state, "be sent") }
          try statement.run([
            .integer(row.value), .text(intent.action.rawValue),
            .utf8(FieldText.encode(intent.fields)), .text(intent.target?.text), .text(now),
          ])
        }
      }
      try database.record(settled, in: states)
    }
  }

  /// Marks the intents of rows as open again, before what they mean is sent in a later process.
  package func reopenIntents(
    of rows: [RowID], in group: GroupID
  ) async throws(LedgerError) {
    try await write { database in
      let states = try database.states(in: group)
      try database.withStatement("UPDATE journal SET is_open = 1 WHERE row = ?") { statement in
        for row in rows {
          let state = try states.state(of: row)
          guard !state.isFinal else { throw LedgerError.forbidden(row, state, "be sent") }
          try statement.run([.integer(row.value)])
        }
      }
    }
  }

  /// The servers that a group had before its batch; nil if none was journalled yet.
  package func beforeImage(of group: GroupID) throws(LedgerError) -> [PortGroupServer]? {
    try read { database in
      try database.first(
        "SELECT before_image FROM groups WHERE group_id = ?", [.integer(group.value)]
      ) { row in row.isNull(0) ? nil : row.withUTF8(0) { FieldText.decodeServers($0) } } ?? nil
    }
  }

  /// Books what became of rows of a group; a group without pending and doubtful rows is closed.
  ///
  /// All or nothing: a move that a row's state does not allow refuses the whole call. The effect of
  /// `none` leaves an effect that was booked earlier. `took` is added to the group's time. A group that `owesReadBack` stays open: its
  /// written rows have no verdicts yet.
  package func record(
    _ outcomes: [Outcome], of group: GroupID, owesReadBack: Bool = false, took: Duration = .zero
  ) async throws(LedgerError) {
    try await write { database in
      try database.record(outcomes, in: database.states(in: group))
      try database.run(
        """
        UPDATE groups SET owes_read_back = ?2, took_ms = took_ms + ?3, is_open = ?2 OR EXISTS (
          SELECT 1 FROM group_references JOIN rows USING (reference)
          WHERE group_id = ?1 AND state IN ('pending', 'inDoubt'))
        WHERE group_id = ?1
        """, [.integer(group.value), .integer(owesReadBack ? 1 : 0), .integer(took.milliseconds)])
    }
  }
}

extension [RowID: RowState] {
  /// The state of a row, which must belong to the group whose states these are.
  fileprivate func state(of row: RowID) throws -> RowState {
    guard let state = self[row] else {
      throw LedgerError(
        .unknown, "row \(row.number) does not belong to that group",
        hint: "this is a defect of cupibulk; please report it")
    }
    return state
  }
}

extension Database {
  /// The states of a group's rows but for invalid ones, which no batch has.
  fileprivate func states(in group: GroupID) throws -> [RowID: RowState] {
    var found: [RowID: RowState] = [:]
    try forEach(
      """
      SELECT row, state, reason FROM group_references JOIN rows USING (reference)
      WHERE group_id = ? AND state <> 'invalid'
      """, [.integer(group.value)]
    ) { row in
      let id = RowID(value: row.integer(0))
      guard let state = RowState(name: row.text(1), detail: row.optionalText(2)) else {
        throw LedgerError.inconsistent("row \(id.number)")
      }
      found[id] = state
    }
    return found
  }

  fileprivate func record(_ outcomes: [Outcome], in states: [RowID: RowState]) throws {
    var states = states
    try withStatement(Outcome.update) { update in
      try withStatement(Outcome.book) { book in
        for outcome in outcomes {
          let state = try states.state(of: outcome.row)
          guard state.canMove(to: outcome.state) else {
            throw LedgerError.forbidden(outcome.row, state, "become \(outcome.state.name)")
          }
          try update.run([
            .text(outcome.state.name), .text(outcome.state.detail), .text(outcome.detail),
            .integer(outcome.row.value),
          ])
          states[outcome.row] = outcome.state
          if outcome.tellsNothing {
            try run(
              "UPDATE journal SET is_open = 0 WHERE row = ?", [.integer(outcome.row.value)])
          } else {
            let values = outcome.bookValues
            if try book.run(values) == 0 { try run(Outcome.bookAnew, values) }
          }
        }
      }
    }
  }
}

extension Intent {
  fileprivate static let insert = """
    INSERT INTO journal (row, action, sent_fields, target_id, journaled, is_open)
    VALUES (?, ?, ?, ?, ?, 1)
    ON CONFLICT (row) DO UPDATE SET action = excluded.action,
      sent_fields = excluded.sent_fields, target_id = excluded.target_id,
      journaled = excluded.journaled, is_open = 1
    """
}

extension Outcome {
  fileprivate static let update = "UPDATE rows SET state = ?, reason = ?, detail = ? WHERE row = ?"

  /// The statement that `bookValues` belong to; it changes nothing where the row has no entry.
  fileprivate static let book = """
    UPDATE journal SET is_open = 0,
      verdict = coalesce(?6, verdict), sent = coalesce(?7, sent),
      effect = iif(?2 = 'none', effect, ?2),
      effect_id = iif(?2 = 'none', coalesce(effect_id, ?3), ?3),
      before = iif(?2 = 'none', before, ?4),
      after = iif(?2 = 'none', after, ?5)
    WHERE row = ?1
    """

  /// The same for a row without an entry.
  fileprivate static let bookAnew = """
    INSERT INTO journal (row, effect, effect_id, before, after, verdict, sent, is_open)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)
    """

  fileprivate var bookValues: [SQLValue] {
    [
      .integer(row.value), .text(effect.kind.rawValue), .text(effect.objectID?.text),
      .utf8(effect.before.map(FieldText.encode)), .utf8(effect.after.map(FieldText.encode)),
      .text(verdict?.rawValue), .text(sent.map(Timestamp.text)),
    ]
  }

  /// True if there is nothing to tell but that the row has an outcome now.
  fileprivate var tellsNothing: Bool { effect == .none && verdict == nil && sent == nil }
}

extension LedgerError {
  /// A move that the row's state does not allow.
  fileprivate static func forbidden(
    _ row: RowID, _ state: RowState, _ move: String
  ) -> LedgerError {
    LedgerError(
      .refused, "row \(row.number) is \(state.name) and cannot \(move)",
      hint: "this is a defect of cupibulk; please report it")
  }
}
