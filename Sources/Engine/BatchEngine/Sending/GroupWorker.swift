import Glibc
import PortGroupModel
import RowLedger
import UnityConnection

/// Works off one group after another: list, plan, journal, send, read back, record.
///
/// A batch that an earlier process has begun is taken up from its journal: nothing is planned anew.
struct GroupWorker: Sendable {
  let run: RunID
  let ledger: Ledger
  let courier: Courier
  let planning: GroupPlanning
  let unsettled: UnsettledGroups
  let options: PushOptions
  let tally: RunTally
  let fuse: FailureFuse
  /// Of a dry run alone.
  let planOrder: PlanOrder?
  let waitingRoom = WaitingRoom()

  /// Takes open groups until none is left, then those that had to wait.
  ///
  /// - Returns: Why it ended before that; `nil` if it did not.
  func work() async -> RunStop? {
    do throws(RunStop) {
      while let group = try await next() {
        if !isPostponed(group) { try await push(group) }
        planOrder?.end(group.id)
      }
      while let waiting = waitingRoom.next() { try await goOn(waiting) }
      return nil
    } catch {
      // The other workers are not to begin another group either.
      courier.control.requestStop(error)
      await endWaiting(error)
      return error
    }
  }

  /// Books what is known of the batches that wait: nobody goes on with them in this process.
  private func endWaiting(_ stop: RunStop) async {
    while let waiting = waitingRoom.next() {
      guard case .batch(var batch) = waiting.work else { continue }
      batch.sender.halt(stop)
      do throws(RunStop) {
        try await send(batch)
      } catch {
        // It ends with the stop that is known already; a ledger that fails leaves its rows in doubt.
      }
    }
  }

  private func next() async throws(RunStop) -> LedgerGroup? {
    try courier.control.check()
    let claim = { () throws(RunStop) in
      try booked { () throws(LedgerError) in try ledger.claimNextGroup(of: run) }
    }
    return if let planOrder { try planOrder.next(claim) } else { try claim() }
  }

  /// Puts a group aside in which another run's write may still arrive.
  private func isPostponed(_ group: LedgerGroup) -> Bool {
    guard let run = unsettled.runs[group.group.objectID] else { return false }
    let left = unsettled.due - courier.clock.now()
    guard left > .zero else { return false }
    courier.report(.postponed(group.group, by: run, wait: left))
    waitingRoom.add(.group(group), until: unsettled.due)
    return true
  }

  /// How far the run was when a worker began with a group, before it asked for anything.
  private struct Beginning {
    /// On the clock of the run.
    let time: Duration
    /// How many writes the run had begun.
    let writes: Int

    /// When a batch of so many writes is due, as `SlotGate` counts.
    func due(_ writes: Int, _ courier: Courier) -> Int {
      self.writes + courier.workers * writes
    }
  }

  private func push(_ claimed: LedgerGroup) async throws(RunStop) {
    let began = Beginning(time: courier.clock.now(), writes: courier.gate.writes)
    let rows = try booked { () throws(LedgerError) in try ledger.rows(of: claimed.id) }
    let open = rows.filter { !$0.state.isFinal }
    // The journal of a batch is one transaction: either all of its rows have been planned, or none.
    let isBegun = open.isEmpty || open.contains { $0.entry?.intent != nil }
    switch try await courier.servers(of: claimed.group) {
    case .gone: try await giveUp(open, rows, of: claimed, since: began.time)
    case .unreadable(let group):
      try await leave(isBegun ? [] : open, of: claimed, because: group, since: began.time)
    case .listed(let list):
      tally.met(unknownFields: list.unknownFields)
      planning.directory.note(list.servers, of: claimed.group.objectID)
      let batch =
        isBegun
        ? try await takenUp(open, rows, claimed, list.servers, since: began)
        : try await begun(open, rows, claimed, list.servers, since: began)
      if let batch { try await send(batch) }
    }
  }

  /// Leaves a group as it is, and records why with the rows that were not planned yet.
  private func leave(
    _ unplanned: [BatchRow], of claimed: LedgerGroup, because group: UnreadableGroup,
    since began: Duration
  ) async throws(RunStop) {
    tally.unreadable(group)
    guard !unplanned.isEmpty else { return }
    let outcomes = unplanned.map { row in
      Outcome(row: row.id, state: .pending(.groupUnreadable), detail: group.reason)
    }
    try await record(outcomes, of: claimed, since: began)
  }

  /// Plans a batch and books the plan; `nil` where nothing is to be sent.
  private func begun(
    _ open: [BatchRow], _ rows: [BatchRow], _ claimed: LedgerGroup, _ before: [PortGroupServer],
    since began: Beginning
  ) async throws(RunStop) -> Batch? {
    let decisions: [Decision]
    switch try await planning.decide(open, on: before, of: claimed.group, by: courier) {
    case .success(let plan):
      decisions = plan.decisions
      tally.unnamed(plan.unnamed, of: claimed.group)
    case .failure(let group):
      try await leave(open, of: claimed, because: group, since: began.time)
      return nil
    }
    let plan = ordered(
      zip(open, decisions).map { BatchSender.Step(row: $0, decision: $1) }, before, rows)
    if options.isDry { return tell(plan, before, before, claimed) }
    let settled = plan.compactMap { step in step.settled(on: before) }
    let steps = plan.filter(\.decision.isWrite)
    guard !steps.isEmpty else {
      try await record(settled, of: claimed, since: began.time)
      fuse.count(settled.failures)
      return nil
    }
    let intents = steps.map { step in (row: step.row.id, intent: step.intent(on: before)) }
    try await journaled { () async throws(LedgerError) in
      try await ledger.journal(intents, settled: settled, beforeImage: before, of: claimed.id)
    }
    tally.recorded(settled, courier)
    fuse.count(settled.failures)
    let sender = BatchSender(
      group: claimed.group, before: before, steps: steps,
      due: began.due(steps.count, courier), courier: courier, tally: tally,
      fuse: fuse, allowLast: options.allowLast, settleWait: options.settleWait,
      earlier: rows.filter(\.state.isFinal))
    return Batch(
      claimed: claimed, began: began.time, before: before, sender: sender,
      intents: Dictionary(intents.map { ($0.row, $0.intent) }, uniquingKeysWith: { $1 }),
      unread: [])
  }

  /// Takes up a batch from its journal; what may be sent again is booked as open first.
  private func takenUp(
    _ open: [BatchRow], _ rows: [BatchRow], _ claimed: LedgerGroup, _ listed: [PortGroupServer],
    since began: Beginning
  ) async throws(RunStop) -> Batch? {
    let before =
      try booked { () throws(LedgerError) in try ledger.beforeImage(of: claimed.id) } ?? listed
    let begunSteps = open.compactMap { row in
      row.entry?.intent.flatMap { Decision($0, on: before) }.map { decision in
        BatchSender.Step(row: row, decision: decision, lost: row.lost(now: courier.clock.now()))
      }
    }
    let steps = ordered(begunSteps, before, rows)
    if options.isDry { return tell(steps, before, listed, claimed) }
    try await journaled { () async throws(LedgerError) in
      try await ledger.reopenIntents(of: open.map(\.id), in: claimed.id)
    }
    let foreign = try booked { () throws(LedgerError) in
      try ledger.serversCreated(in: claimed.group.objectID, besides: run)
    }
    let sender = BatchSender(
      group: claimed.group, before: before, steps: steps,
      due: began.due(steps.count, courier), courier: courier, tally: tally,
      fuse: fuse, allowLast: options.allowLast, settleWait: options.settleWait,
      earlier: rows.filter(\.state.isFinal), found: listed, foreign: foreign)
    let intents = rows.compactMap { row in row.entry?.intent.map { (row.id, $0) } }
    return Batch(
      claimed: claimed, began: began.time, before: before, sender: sender,
      intents: Dictionary(intents, uniquingKeysWith: { $1 }), unread: rows.compactMap(\.unread))
  }

  /// The steps in the order of sending, each knowing what of its batch has failed before it.
  private func ordered(
    _ steps: [BatchSender.Step], _ before: [PortGroupServer], _ rows: [BatchRow]
  ) -> [BatchSender.Step] {
    let order = SendingOrder(
      of: steps.map(\.row.row.operation), steps.map(\.decision), on: before)
    let failed = rows.filter(\.state.isFailed)
    let hasFailedWrite = failed.contains { $0.row.operation != .delete }
    let firstFailedDelete = failed.filter { $0.row.operation == .delete }.map(\.id).min()
    var hasRefusal = false
    return order.indices.map { index in
      var step = steps[index]
      let isLater = firstFailedDelete.map { $0 < step.row.id } ?? false
      step.isAfterFailure = hasRefusal || hasFailedWrite || isLater
      step.isCircular = order.circular.contains(index)
      if case .refuse = step.decision { hasRefusal = true }
      return step
    }
  }

  /// Tells what would be done; nothing is.
  private func tell(
    _ plan: [BatchSender.Step], _ before: [PortGroupServer], _ listed: [PortGroupServer],
    _ claimed: LedgerGroup
  ) -> Batch? {
    let plan = foreseen(plan, before, listed)
    let decisions = plan.map(\.decision)
    planOrder?.add(
      plan.map { PlannedRow($0, among: decisions, on: before, of: claimed.group) }, of: claimed.id)
    return nil
  }

  /// The plan with those deletes refused that the sender would hold back when their turn comes.
  private func foreseen(
    _ plan: [BatchSender.Step], _ before: [PortGroupServer], _ listed: [PortGroupServer]
  ) -> [BatchSender.Step] {
    var deletes = DeleteGuard(listed, allowLast: options.allowLast)
    return plan.map { step in
      var refusal: FailureCode?
      switch step.decision {
      case .refuse:
        deletes.trouble()
        return step
      case .create(let fields): deletes.picture.created(nil, service: fields.service)
      case .delete(let index):
        let id = before[index].objectID
        refusal = deletes.refusal(of: id, isAfterFailure: step.isAfterFailure)
        if refusal == nil { deletes.picture.deleted(id) }
      case .update, .unchanged: break
      }
      guard let refusal else { return step }
      deletes.trouble()
      return BatchSender.Step(row: step.row, decision: .refuse(refusal))
    }
  }

  private func goOn(_ waiting: WaitingRoom.Waiting) async throws(RunStop) {
    switch waiting.work {
    case .group(let group):
      try await wait(until: waiting.due)
      try await push(group)
    case .batch(var batch):
      do throws(RunStop) {
        try await wait(until: waiting.due)
      } catch {
        batch.sender.halt(error)
      }
      try await send(batch)
    }
  }

  private func wait(until due: Duration) async throws(RunStop) {
    let left = due - courier.clock.now()
    if left > .zero { try await courier.sleep(left, for: .settling) }
  }

  private func send(_ batch: Batch) async throws(RunStop) {
    var batch = batch
    // One request follows the other here, with little between them; but settling many doubts takes its time,
    // and would hold up the requests of all other groups.
    let executor = batch.sender.isTakenUp ? nil : courier.client.executor
    let due = await withTaskExecutorPreference(executor) { await batch.sender.run() }
    if let due {
      waitingRoom.add(.batch(batch), until: due)
      return
    }
    try await finish(batch)
  }

  /// Reads back, judges and records; then passes on why the batch had to stop, if it had.
  private func finish(_ batch: Batch) async throws(RunStop) {
    var outcomes = batch.sender.outcomes
    let answered = outcomes.count(where: \.state.isFinal)
    let wrote = outcomes.contains { $0.effect.kind != .none }
    var written = outcomes + batch.unread
    let lacksID = written.contains { $0.effect.kind == .created && $0.effect.objectID == nil }
    var owesReadBack =
      !written.filter { $0.effect.kind != .none }.isEmpty
      && (options.verify == .all || lacksID)
    var stop = batch.sender.stop
    if let group = batch.sender.unreadable { tally.unreadable(group) }
    if stop == nil, batch.sender.unreadable == nil, owesReadBack {
      do throws(RunStop) {
        if let after = try await readBack(batch.claimed.group) {
          written = ReadBack(before: batch.before, after: after, intents: batch.intents)
            .judged(written)
          outcomes = written
          // Those that the read-back has found; the sender has counted the others.
          fuse.count(written.failures - batch.sender.outcomes.failures)
          owesReadBack = false
        }
      } catch {
        stop = error
      }
    }
    if wrote { tally.changed(batch.claimed) }
    try await record(
      outcomes, underway: answered, of: batch.claimed, since: batch.began + batch.sender.waited,
      owesReadBack: owesReadBack)
    if let stop { throw stop }
  }

  /// The group is not there any more: nothing can be sent, and what was written is gone with it.
  private func giveUp(
    _ open: [BatchRow], _ rows: [BatchRow], of claimed: LedgerGroup, since began: Duration
  ) async throws(RunStop) {
    let outcomes = open.map { row in
      Outcome(row: row.id, state: .failed(.groupGone), detail: FailureCode.groupGone.meaning)
    }
    let gone = rows.compactMap(\.unread).map { outcome in
      var outcome = outcome
      outcome.state = .failed(.missing)
      outcome.verdict = .missing
      outcome.detail = FailureCode.groupGone.meaning
      return outcome
    }
    try await record(outcomes + gone, of: claimed, since: began)
    fuse.count(outcomes.count + gone.count)
  }

  /// The group after its batch; `nil` where it cannot be listed, so that the read-back is still owed.
  private func readBack(_ group: PortGroup) async throws(RunStop) -> [PortGroupServer]? {
    switch try await courier.servers(of: group) {
    case .listed(let list):
      tally.met(unknownFields: list.unknownFields)
      return list.servers
    case .gone: return []
    case .unreadable(let group):
      tally.unreadable(group)
      return nil
    }
  }

  private func record(
    _ outcomes: [Outcome], underway: Int = 0, of claimed: LedgerGroup, since began: Duration,
    owesReadBack: Bool = false
  ) async throws(RunStop) {
    try await journaled { () async throws(LedgerError) in
      try await ledger.record(
        outcomes, of: claimed.id, owesReadBack: owesReadBack, took: courier.clock.now() - began)
    }
    tally.recorded(outcomes, underway: underway, courier)
  }
}

/// A batch on its way: what was planned, and how far it has come.
struct Batch: Sendable {
  let claimed: LedgerGroup
  /// When this process began it, on the clock of the run.
  let began: Duration
  let before: [PortGroupServer]
  var sender: BatchSender
  let intents: [RowID: Intent]
  /// Rows that an earlier process has written and not read back.
  let unread: [Outcome]
}
