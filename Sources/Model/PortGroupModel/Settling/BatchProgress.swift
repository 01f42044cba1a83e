/// The state of the batch of one group and its next action: the whole logic of sending, without I/O.
///
/// A driver carries out what `next` returns and reports the result, until it is `end`. Nothing is sent that was not
/// recorded before. A write whose answer was lost is settled with the group's list before the next one is sent. Every
/// row gets exactly one outcome, even if the run has to stop. Times are durations on the clock of the run; this type
/// has no clock.
package struct BatchProgress: Sendable {
  /// The driver's next action.
  package enum Action: Sendable, Equatable {
    /// Record the intents and the before-image, durably; then `journaled()`.
    case journal(BatchPlan)
    /// Mark the intents of these rows as open again, durably; then `journaled()`.
    case reopen([RowID])
    /// Send this write when the server can process it; then `answered(_:)`.
    case send(Change, RowID)
    /// Read this server; then `inspected(_:)`.
    case inspect(ObjectID)
    /// List the group; then `listed(_:)`, or `cannotLook()`.
    case look(Purpose)
    /// Continue at this time, with `waited()`; other groups go first. `reason` is for users.
    case wait(until: Duration, reason: String)
    /// Record the outcomes, durably; then `recorded()`.
    case record([Outcome], owesReadBack: Bool)
    /// Nothing is left to do.
    case end
  }

  /// Why the group is listed.
  package enum Purpose: Sendable, Equatable {
    /// To see which of the lost writes took effect.
    case settle
    /// To verify what was written.
    case readBack
    /// To see whether another client has changed a server that is to be written, and cannot be read alone.
    case beforeWriting
  }

  /// The result of a write.
  package enum Answer: Sendable, Equatable {
    /// It took effect; with the id of a created server, if the answer gives it.
    case done(ObjectID?, Departure)
    /// The server refused it, with this message; `isMissing` if it reports that there is no such server.
    case refused(String, isMissing: Bool, Departure)
    /// It may have taken effect.
    case unknown(LostWrite)
    /// The write had no effect, and the run has to stop; `wasTried` if it was sent, but the server did not process it.
    case notSent(wasTried: Bool)
  }

  /// One row and the write to send for it.
  struct Write: Sendable {
    let row: RowID
    let change: Change
    let isAfterFailure: Bool
    let isCircular: Bool
    /// How often this process has sent it.
    var attempts = 0
    /// True if an earlier process may have sent it.
    var mayHaveBeenSent = false

    var wasSent: Bool { attempts > 0 || mayHaveBeenSent }
  }

  /// The driver's current action, until it reports the result.
  package private(set) var next: Action
  let terms: Terms
  let before: [PortGroupServer]
  var writes: [Write] = []
  /// The indices of the writes to send, in order; a slice, so that removing the first element is fast.
  var unsent: ArraySlice<Int> = []
  /// The writes whose answers are unknown.
  var doubts: [(write: Int, lost: LostWrite)] = []
  var outcomes: [Outcome] = []
  /// What was sent for each written row, including by an earlier process.
  private var changes: [RowID: Change] = [:]
  /// Rows that an earlier process has written and not read back.
  private var unread: [Outcome] = []
  /// The effects of earlier processes in this batch.
  var earlier: [Effect] = []
  var deletes: DeleteGuard
  var createdIDs: Set<ObjectID> = []
  /// Servers that other runs are known to have created: they are not lost creations of this batch.
  var foreign: Set<ObjectID> = []
  /// For a resumed batch: the group as it was listed at the beginning.
  var found: [PortGroupServer]?
  /// A list that settling may use; invalid after the next write.
  var shown: [PortGroupServer]?
  /// The server of the next write as it was just read, or the group's list; `nil` if it must be read.
  var current: Current?
  /// True once a row stays in doubt: nothing more of this group is sent.
  var isStuck = false
  /// True once the run has to stop.
  var isHalted = false
  /// True once the group could not be listed.
  private var couldNotLook = false
  /// The number of outcomes that were returned to the driver, which has counted them.
  private var reported = 0

  /// How often a write with a lost answer is sent before the row stays in doubt.
  static let maxAttempts = 3

  /// Begins a batch that was just planned.
  package init(_ plan: BatchPlan, _ terms: Terms) {
    next = .journal(plan)
    self.terms = terms
    before = plan.before
    deletes = DeleteGuard(plan.before, allowLast: terms.allowLast)
    writes = plan.writes.map(Self.write)
    unsent = Array(writes.indices)[...]
    changes = Dictionary(writes.map { ($0.row, $0.change) }) { $1 }
    if writes.isEmpty {
      outcomes = plan.settled
      next = .record(outcomes, owesReadBack: false)
    }
  }

  /// The rest of a batch that an earlier process has begun.
  package struct Remainder: Sendable {
    /// What was recorded for the rows that are still open, in order.
    package var plan: BatchPlan
    /// The open rows that may have been sent.
    package var lost: [RowID: LostWrite] = [:]
    /// Everything that was recorded for the batch, including final rows.
    package var changes: [RowID: Change] = [:]
    /// Rows that were written and not read back.
    package var unread: [Outcome] = []
    /// The effects of final rows.
    package var earlier: [Effect] = []
    /// The servers of the group that other runs are known to have created.
    package var foreign: Set<ObjectID> = []
    /// All rows that are still open.
    package var open: [RowID] = []
    /// The open rows whose servers are as these rows want them, so that nothing has to be sent for them.
    package var alreadyDone: Set<RowID> = []

    package init(plan: BatchPlan) { self.plan = plan }
  }

  /// Resumes a batch.
  ///
  /// - Parameters:
  ///   - rest: The rest of the batch.
  ///   - found: The group as just listed.
  ///   - terms: As for a new batch.
  package init(resuming rest: Remainder, on found: [PortGroupServer], _ terms: Terms) {
    next = .reopen(rest.open)
    self.terms = terms
    before = rest.plan.before
    deletes = DeleteGuard(found, allowLast: terms.allowLast)
    writes = rest.plan.writes.map(Self.write)
    changes = rest.changes
    unread = rest.unread
    earlier = rest.earlier
    foreign = rest.foreign
    self.found = found
    shown = found
    createdIDs = Set(earlier.filter { $0.verb == .create }.compactMap(\.objectID))
    // Rows that are refused now, although they were to be sent.
    outcomes = rest.plan.settled
    for index in writes.indices {
      if let lost = rest.lost[writes[index].row] {
        writes[index].mayHaveBeenSent = true
        doubts.append((index, lost))
      } else {
        unsent.append(index)
      }
    }
  }

  private static func write(_ planned: (step: BatchPlan.Step, change: Change)) -> Write {
    Write(
      row: planned.step.row, change: planned.change, isAfterFailure: planned.step.isAfterFailure,
      isCircular: planned.step.isCircular)
  }

  /// True for a batch that an earlier process has begun: all of its rows may be in doubt.
  package var isResumed: Bool { found != nil }

  /// How many writes the batch has.
  package var writeCount: Int { writes.count }

  /// True if this process has changed the group.
  package var hasChanged: Bool { outcomes.contains { $0.effect.verb != nil } }

  // MARK: The next action

  /// Returns the next action, and the rows that became final since the last call.
  private mutating func advance() -> [Outcome] {
    next = continueSending() ?? finishing()
    defer { reported = outcomes.count }
    return outcomes[reported...].filter(\.state.isFinal)
  }

  /// The next step of sending and settling; `nil` when all rows have an outcome.
  private mutating func continueSending() -> Action? {
    while true {
      if !doubts.isEmpty {
        if isHalted {
          leaveInDoubt()
        } else if let servers = shown {
          shown = nil
          if let wait = settle(on: servers) { return wait }
        } else {
          return .look(.settle)
        }
      } else if let index = unsent.first {
        if let action = prepare(index) { return action }
        unsent.removeFirst()
      } else {
        return nil
      }
    }
  }

  /// The write to send now; `nil` if its row got an outcome without it.
  private mutating func prepare(_ index: Int) -> Action? {
    let write = writes[index]
    if isStuck || isHalted {
      // A write that was sent before is here only because the list showed no effect of it, so it is settled.
      note(write.row, .pending(write.wasSent ? .settled : isStuck ? .groupInDoubt : .stopped))
      return nil
    }
    if write.change.verb == .create, let server = newEqual(to: write.change) {
      note(
        write.row, .unchanged, detail: "it already exists", effect: Effect(nil, objectID: server))
      return nil
    }
    if write.change.verb == .delete, let server = write.change.server,
      let code = deletes.refusal(of: server, isAfterFailure: write.isAfterFailure)
    {
      note(
        write.row, .failed(code), detail: code.meaning,
        effect: Effect(nil, objectID: server, before: write.change.before))
      return nil
    }
    if let server = write.change.server, terms.inspectsBeforeWriting, !write.wasSent {
      guard let current else {
        if !couldNotLook { return .inspect(server) }
        note(write.row, .pending(.groupUnreadable))
        return nil
      }
      if let outcome = surprise(write, current) {
        self.current = nil
        if case .read = current { return .look(.beforeWriting) }
        if outcome.isGone { deletes.noteGone(server) }
        note(
          write.row, outcome.state, detail: outcome.detail,
          effect: Effect(nil, objectID: server, before: outcome.before))
        return nil
      }
    }
    return .send(write.change, write.row)
  }

  /// A server equal to what the row would create, which appeared while no process worked on the batch.
  private func newEqual(to change: Change) -> ObjectID? {
    guard let found else { return nil }
    var settlement = Settlement(before: before, after: found, claimed: createdIDs)
    if case .done(let id) = settlement.creation(change.set) { return id }
    return nil
  }

  /// The action after the last write.
  private func finishing() -> Action {
    let written = (outcomes + unread).filter { $0.effect.verb != nil }
    let lacksID = written.contains { $0.effect.verb == .create && $0.effect.objectID == nil }
    let owesReadBack = !written.isEmpty && (terms.verifies || lacksID)
    return owesReadBack && !isHalted && !couldNotLook
      ? .look(.readBack) : .record(outcomes, owesReadBack: owesReadBack)
  }

  // MARK: Reporting results

  /// Reports that the intents and the rows for which nothing is sent are recorded.
  ///
  /// - Returns: The rows that became final, because nothing has to be sent for them.
  package mutating func journaled() -> [Outcome] { advance() }

  /// Reports the result of a write.
  ///
  /// - Returns: The rows that became final.
  package mutating func answered(_ answer: Answer) -> [Outcome] {
    guard let index = unsent.popFirst() else { return [] }
    let isFirst = !writes[index].wasSent
    writes[index].attempts += 1
    shown = nil
    current = nil
    switch answer {
    case .done(let id, let left): done(index, id, left.moment)
    case .refused(let sentence, let isMissing, let left):
      refused(index, sentence, isMissing: isMissing, left)
    case .unknown(let lost): doubts.append((index, lost))
    case .notSent(let wasTried):
      isHalted = true
      note(
        writes[index].row,
        .pending(!isFirst ? .settled : wasTried ? .notProcessed : .stopped))
    }
    return advance()
  }

  /// Reports that the time of `wait(until:reason:)` has come.
  package mutating func waited() { next = .look(.settle) }

  /// Reports the group's servers; `nil` if the group no longer exists.
  ///
  /// - Returns: The rows that became final, or failed by the read-back.
  package mutating func listed(_ servers: [PortGroupServer]?) -> [Outcome] {
    if case .look(.beforeWriting) = next {
      current = .listed(servers ?? [])
      return advance()
    }
    guard case .look(.readBack) = next else {
      shown = servers ?? []
      return advance()
    }
    let failed = Set(outcomes.filter(\.state.isFailed).map(\.row))
    outcomes = ReadBack(before: before, after: servers ?? [], changes: changes)
      .judged(outcomes + unread)
    next = .record(outcomes, owesReadBack: false)
    return outcomes.filter { $0.state.isFailed && !failed.contains($0.row) }
  }

  /// Reports the server to inspect; `nil` if the request was refused, so that the group must be listed.
  ///
  /// - Returns: The rows that became final.
  package mutating func inspected(_ server: PortGroupServer?) -> [Outcome] {
    current = server.map { .read($0) }
    if server != nil { return advance() }
    next = .look(.beforeWriting)
    return []
  }

  /// Reports that the group cannot be listed: rows in doubt stay in doubt.
  ///
  /// - Returns: The rows that became final.
  package mutating func cannotLook() -> [Outcome] {
    couldNotLook = true
    leaveInDoubt()
    return advance()
  }

  /// Reports that the run has to stop: rows in doubt stay in doubt, and unsent rows are pending.
  ///
  /// - Returns: The rows that became final.
  package mutating func halted() -> [Outcome] {
    isHalted = true
    switch next {
    case .record, .end: return []
    case .journal, .reopen:
      // Nothing has begun: the ledger already has this state.
      next = .end
      return []
    case .send, .inspect, .look, .wait: return advance()
    }
  }

  /// Reports that the outcomes are recorded.
  ///
  /// - Returns: The rows that are final and were not returned before.
  package mutating func recorded() -> [Outcome] {
    next = .end
    defer { reported = outcomes.count }
    return outcomes[min(reported, outcomes.count)...].filter(\.state.isFinal)
  }

  // MARK: Recording

  mutating func done(_ index: Int, _ id: ObjectID?, _ sent: Moment?) {
    let write = writes[index]
    if write.change.verb == .create, let id { createdIDs.insert(id) }
    deletes.done(write.change, newID: id)
    note(
      write.row, write.change.verb.doneState, effect: write.change.effect(newID: id), sent: sent)
  }

  private mutating func refused(
    _ index: Int, _ sentence: String, isMissing: Bool, _ left: Departure
  ) {
    let write = writes[index]
    if write.change.verb == .delete, isMissing {
      var denied = LostWrite(
        reason: sentence, left: left.time, sent: left.moment, isAnswered: true)
      denied.isDenied = true
      return doubts.append((index, denied))
    }
    note(
      write.row, .failed(write.isCircular ? .cycle : .refused), detail: sentence,
      effect: Effect(nil, objectID: write.change.server), sent: left.moment)
  }

  mutating func note(
    _ row: RowID, _ state: RowState, detail: String? = nil, effect: Effect = .none,
    sent: Moment? = nil
  ) {
    if state.isFailed || state == .inDoubt { deletes.rowFailed() }
    outcomes.append(
      Outcome(row: row, state: state, detail: detail, effect: effect, sent: sent))
  }
}
