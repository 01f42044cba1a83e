import Glibc
import PortGroupModel
import RowLedger
import UnityConnection

/// Sends the writes of one group's batch, one after another, and notes what came of each.
///
/// It always ends with an outcome for every write it was given, also when the run has to stop; `stop`
/// tells why then. A write whose answer was lost is settled by looking before the next one is sent.
/// Where that needs a wait, `run` returns, so that the worker can do other groups meanwhile.
struct BatchSender {
  /// One row and the write that is to be sent for it.
  struct Step {
    let row: BatchRow
    let decision: Decision
    /// True if a row that comes before has failed already: it is no time to delete.
    var isAfterFailure = false
    /// True if it takes what another update frees, and the other way round.
    var isCircular = false
    /// Set where an earlier process may have sent it already.
    var lost: LostWrite?
  }

  /// A write that left, or may have, and whose answer nobody has.
  struct LostWrite {
    let reason: String
    /// When it left at the latest, on the clock of the run.
    let left: Duration
    /// `nil` where nobody booked it.
    let sent: Moment?
    /// True if it cannot be in the server's queue any more: it was answered, though not well.
    let isAnswered: Bool
    /// True for a delete that was answered "not found": believed once the group's list shows it, too.
    var isDenied = false
    var hasWaited = false
  }

  let group: PortGroup
  let before: [PortGroupServer]
  let steps: [Step]
  /// When the batch would be finished if all workers took turns; see `SlotGate`.
  let due: Int
  let courier: Courier
  let tally: RunTally
  /// Told of each row that fails here.
  let fuse: FailureFuse
  /// How long a creation whose answer was lost may still be on its way in the server's queue.
  let settleWait: Duration
  /// The rows of the batch that an earlier process has finished.
  let earlier: [BatchRow]

  private(set) var outcomes: [Outcome] = []
  /// How long other batches went before its first write: it was not worked on meanwhile.
  private(set) var waited = Duration.zero
  /// Why the run must stop before the batch is finished; `nil` if it need not.
  private(set) var stop: RunStop?
  /// Set where the group could not be looked at, so that rows stay in doubt.
  private(set) var unreadable: UnreadableGroup?
  private var deletes: DeleteGuard
  /// A slice, so that taking its first is quick however many there are.
  private var unsent: ArraySlice<Int>
  private var doubts: [(step: Int, lost: LostWrite)]
  private var attempts: [Int: Int] = [:]
  private var createdIDs: Set<ObjectID>
  /// Servers that other runs are known to have created: no lost creation of this batch is one of them.
  private let foreign: Set<ObjectID>
  /// Where a batch is taken up again: the group as it stood then.
  private let found: [PortGroupServer]?
  /// What `settle` may look at without asking the server again; stale once something is sent.
  private var shown: [PortGroupServer]?
  /// True while a row is in doubt for good: nothing more of this group is sent.
  private var isStuck = false

  /// How often a write with a lost answer is sent before the row stays in doubt.
  private static let tries = 3

  /// Makes a sender.
  ///
  /// - Parameters:
  ///   - group: The group.
  ///   - before: The group as it was listed before the batch.
  ///   - steps: The writes, in the order of `SendingOrder`.
  ///   - due: When they would be done in turns.
  ///   - courier: Carries the requests.
  ///   - tally: Counts the rows as they are answered.
  ///   - fuse: Stops the run when too many rows have failed.
  ///   - allowLast: True if the group may lose its last call manager or SIP proxy.
  ///   - settleWait: How long a creation whose answer was lost may still be queued.
  ///   - earlier: What an earlier process has finished of this batch.
  ///   - found: The group as listed just now, where an earlier process has begun the batch.
  ///   - foreign: The servers in it that other runs are known to have created.
  init(
    group: PortGroup, before: [PortGroupServer], steps: [Step], due: Int, courier: Courier,
    tally: RunTally, fuse: FailureFuse, allowLast: Bool, settleWait: Duration,
    earlier: [BatchRow] = [], found: [PortGroupServer]? = nil, foreign: Set<ObjectID> = []
  ) {
    self.group = group
    self.foreign = foreign
    self.before = before
    self.steps = steps
    self.due = due
    self.courier = courier
    self.tally = tally
    self.fuse = fuse
    self.settleWait = settleWait
    self.earlier = earlier
    self.found = found
    shown = found
    deletes = DeleteGuard(found ?? before, allowLast: allowLast)
    doubts = steps.indices.compactMap { index in steps[index].lost.map { (index, $0) } }
    unsent = steps.indices.filter { steps[$0].lost == nil }[...]
    outcomes.reserveCapacity(steps.count)
    createdIDs = Set(
      earlier.compactMap(\.entry?.effect).filter { $0.kind == .created }.compactMap(\.objectID))
  }

  /// True for a batch that an earlier process has begun: all of its rows may be in doubt.
  var isTakenUp: Bool { found != nil }

  /// Goes on until all is done, or until a wait is due.
  ///
  /// - Returns: When to go on, on the clock of the run; `nil` when the batch has ended.
  mutating func run() async -> Duration? {
    var slot = SlotGate.KeptSlot()
    defer { courier.gate.letGo(&slot) }
    while true {
      if !doubts.isEmpty {
        // Settling asks, and a question waits for a slot of its own.
        courier.gate.letGo(&slot)
        if let due = await settle() { return due }
      } else if let next = unsent.popFirst() {
        await take(next, &slot)
      } else {
        return nil
      }
    }
  }

  /// Ends the batch early: what is in doubt stays so, what was not sent is pending.
  mutating func halt(_ reason: RunStop) { stop = reason }

  private mutating func take(_ index: Int, _ slot: inout SlotGate.KeptSlot) async {
    let row = steps[index].row.id
    if isStuck { return note(row, .pending(.groupInDoubt)) }
    if stop != nil { return note(row, .pending(attempts[index] == nil ? .stopped : .settled)) }
    let group = group.objectID
    switch steps[index].decision {
    case .unchanged, .refuse: return
    case .create(let fields):
      if let server = standing(fields) {
        return note(
          row, .unchanged, detail: "it already exists",
          effect: Effect(.none, objectID: server))
      }
      await send(index, &slot) { client throws(ServerError) in
        try await client.create(fields, in: group)
      }
    case .update(let server, let fields):
      let id = before[server].objectID
      await send(index, &slot) { client throws(ServerError) in
        try await client.update(id, in: group, fields)
      }
    case .delete(let server):
      let id = before[server].objectID
      let isAfterFailure = steps[index].isAfterFailure
      if let code = deletes.refusal(of: id, isAfterFailure: isAfterFailure) {
        return refuse(row, code, before[server])
      }
      await send(index, &slot) { client throws(ServerError) in
        try await client.delete(id, in: group)
      }
    }
  }

  /// A server that has come to the group while nobody worked on the batch, and is what a row would create.
  private func standing(_ fields: FieldValues) -> ObjectID? {
    guard let found else { return nil }
    var settlement = Settlement(before: before, after: found, claimed: createdIDs)
    if case .done(let id) = settlement.creation(fields) { return id }
    return nil
  }

  private mutating func send(
    _ index: Int, _ slot: inout SlotGate.KeptSlot,
    _ write: @escaping @Sendable (ConnectionClient) async throws(ServerError) -> WriteAnswer
  ) async {
    let row = steps[index].row.id
    let isFirst = attempts[index] == nil && steps[index].lost == nil
    attempts[index, default: 0] += 1
    shown = nil
    let delivery: Courier.Delivery
    let left: Courier.Departure
    do throws(Courier.Undelivered) {
      (delivery, left) = try await courier.send(due: due, keeping: &slot, write)
    } catch {
      stop = error.stop
      return note(
        row, .pending(!isFirst ? .settled : error.wasTried ? .notProcessed : .stopped))
    }
    if outcomes.isEmpty { waited = max(waited, left.inLine) }
    switch delivery {
    case .done(let id): done(index, id, left.moment)
    case .refused(let refusal): refused(index, refusal, left)
    case .unknown(let setback):
      let lost = LostWrite(
        reason: setback.reason, left: left.time, sent: left.moment,
        isAnswered: setback.status == 500)
      doubts.append((index, lost))
    }
  }

  private mutating func refused(_ index: Int, _ refusal: Refusal, _ left: Courier.Departure) {
    if case .delete = steps[index].decision, refusal.status == 404 || refusal.status == 410 {
      let denied = LostWrite(
        reason: refusal.sentence, left: left.time, sent: left.moment, isAnswered: true,
        isDenied: true
      )
      return doubts.append((index, denied))
    }
    note(
      steps[index].row.id, .failed(steps[index].isCircular ? .cycle : .refused),
      detail: refusal.sentence, effect: Effect(.none, objectID: target(of: index)),
      sent: left.moment)
  }

  /// The server that a write is about; `nil` for a creation.
  private func target(of index: Int) -> ObjectID? {
    switch steps[index].decision {
    case .update(let server, _), .delete(let server): before[server].objectID
    case .create, .unchanged, .refuse: nil
    }
  }

  /// The group's list shows that a server is gone, as the answer to its delete said.
  private mutating func confirmedGone(_ index: Int, _ sent: Moment?) {
    // After a lost answer it is ours: it took effect after we had looked.
    guard attempts[index] == 1, steps[index].lost == nil, let id = target(of: index) else {
      return done(index, nil, sent)
    }
    deletes.picture.deleted(id)
    note(
      steps[index].row.id, .unchanged, detail: "it was gone already",
      effect: Effect(.none, objectID: id), sent: sent)
  }

  private mutating func done(_ index: Int, _ id: ObjectID?, _ sent: Moment?) {
    let row = steps[index].row.id
    switch steps[index].decision {
    case .create(let fields):
      if let id { createdIDs.insert(id) }
      deletes.picture.created(id, service: fields.service)
      let sentFields = fields.filtered { fields.holds($0) }
      note(row, .created, effect: Effect(.created, objectID: id, after: sentFields), sent: sent)
    case .update(let place, let fields):
      let server = before[place]
      var after = server.fields
      for field in fields.updated { after[field] = fields[field] }
      note(
        row, .updated,
        effect: Effect(.updated, objectID: server.objectID, before: server.fields, after: after),
        sent: sent)
    case .delete(let place):
      let server = before[place]
      deletes.picture.deleted(server.objectID)
      note(
        row, .deleted,
        effect: Effect(.deleted, objectID: server.objectID, before: server.fields), sent: sent)
    case .unchanged, .refuse: return
    }
  }

  // MARK: Settling

  /// Looks which of the doubtful writes took effect; those that did not are sent again, unless denied.
  ///
  /// A creation that does not show may still be in the server's queue, so it is looked for once more
  /// after `settleWait`; one that was answered left no queue.
  ///
  /// - Returns: When to look again; `nil` if nothing is in doubt any more, or will be for this run.
  private mutating func settle() async -> Duration? {
    guard let servers = await look() else {
      for (index, lost) in doubts { doubt(index, lost, lost.reason) }
      doubts = []
      return nil
    }
    var settlement = settlement(on: servers)
    var waiting: [(step: Int, lost: LostWrite)] = []
    var again: [Int] = []
    for (index, lost) in doubts {
      let decision = steps[index].decision
      switch find(decision, &settlement) {
      case .done where lost.isDenied: confirmedGone(index, lost.sent)
      case .notDone where lost.isDenied:
        note(
          steps[index].row.id, .failed(.refused),
          detail: "\(lost.reason); yet the group's list still shows the server",
          effect: Effect(.none, objectID: target(of: index)), sent: lost.sent)
      case .done(let id): done(index, id, lost.sent)
      case .unclear(let id):
        doubt(
          index, lost,
          "\(lost.reason); the new server \(id) may be the one of this row in another form")
      case .notDone where decision.isCreation && !lost.isAnswered && !lost.hasWaited:
        waiting.append((index, lost))
      case .notDone where attempts[index, default: 0] >= Self.tries:
        doubt(index, lost, "it was sent \(Self.tries) times, and no effect shows: \(lost.reason)")
      case .notDone: again.append(index)
      }
    }
    doubts = waiting
    unsent = again + unsent
    return nextLook()
  }

  /// When the waiting creations are to be looked for again; they are, the next time.
  private mutating func nextLook() -> Duration? {
    guard let due = doubts.map({ $0.lost.left + settleWait }).max() else { return nil }
    let now = courier.clock.now()
    for index in doubts.indices { doubts[index].lost.hasWaited = true }
    guard due > now else { return nil }
    courier.report(
      .waiting(
        reason: "a creation may still be on its way (\(doubts[0].lost.reason))", delay: due - now))
    return due
  }

  /// The group as it is now; `nil` where that cannot be seen, so that nothing may be sent again.
  private mutating func look() async -> [PortGroupServer]? {
    if stop != nil { return nil }
    if let shown {
      self.shown = nil
      return shown
    }
    do throws(RunStop) {
      switch try await courier.servers(of: group) {
      case .listed(let list): return list.servers
      case .gone: return []
      case .unreadable(let group): unreadable = group
      }
    } catch {
      stop = error
    }
    return nil
  }

  private func settlement(on servers: [PortGroupServer]) -> Settlement {
    var settlement = Settlement(
      before: before, after: servers, claimed: createdIDs.union(foreign))
    // Creations that were answered without an id claim their servers first.
    let effects = earlier.compactMap(\.entry?.effect) + outcomes.map(\.effect)
    for effect in effects where effect.kind == .created && effect.objectID == nil {
      if let sent = effect.after { _ = settlement.creation(sent) }
    }
    return settlement
  }

  private func find(
    _ decision: Decision, _ settlement: inout Settlement
  ) -> Settlement.Finding {
    switch decision {
    case .create(let fields): settlement.creation(fields)
    case .update(let server, let fields): settlement.update(before[server].objectID, fields)
    case .delete(let server): settlement.deletion(before[server].objectID)
    case .unchanged, .refuse: .notDone
    }
  }

  // MARK: Noting

  private mutating func doubt(_ index: Int, _ lost: LostWrite, _ detail: String) {
    isStuck = true
    note(steps[index].row.id, .inDoubt, detail: detail, sent: lost.sent)
  }

  private mutating func refuse(_ row: RowID, _ code: FailureCode, _ server: PortGroupServer) {
    note(
      row, .failed(code), detail: code.meaning,
      effect: Effect(.none, objectID: server.objectID, before: server.fields))
  }

  private mutating func note(
    _ row: RowID, _ state: RowState, detail: String? = nil, effect: Effect = .none,
    sent: Moment? = nil
  ) {
    if state.isFailed || state == .inDoubt { deletes.trouble() }
    if state.isFailed { fuse.count(1) }
    outcomes.append(
      Outcome(row: row, state: state, detail: detail, effect: effect, sent: sent))
    if state.isFinal { tally.answered(courier) }
  }
}

extension Decision {
  fileprivate var isCreation: Bool {
    if case .create = self { true } else { false }
  }
}
