import Coordination
import PortGroupModel
import RowLedger
import UnityConnection

/// Prepares batches: lists a group, and plans its batch or reads the plan that was recorded before.
struct BatchPlanning: Sendable {
  var shared: SharedWork
  let kind: RunKind
  let directory: GroupDirectory
  /// True if rows of the input were left out, so that the run may not have all rows of a group.
  let isPart: Bool
  /// Which plans the user agreed to.
  var agreement = Agreement.none

  /// What the user agreed to, after seeing the plan of the whole run.
  enum Agreement: Sendable {
    /// Nobody was asked: each group is planned when its turn comes.
    case none
    /// Recorded plans are kept; a group without one is planned now.
    case partial
    /// All that may be sent is in recorded plans.
    case whole
  }

  private var book: RunBook { shared.book }
  private var client: PacedClient { shared.client }

  /// What to do with a group.
  enum Preparation: Sendable {
    /// A new plan; nothing was recorded for the group yet.
    case planned(BatchPlan, [BatchRow])
    /// An earlier process has recorded its intents; `on` is the group as it is now.
    case resumed(BatchProgress.Remainder, on: [PortGroupServer], [BatchRow])
    /// The group, or another group that is needed to plan these rows, cannot be listed.
    case unreadable(UnreadableGroup, [BatchRow])
    /// The target does not have the group any more.
    case gone([BatchRow])
    /// The user agreed to a plan that does not have the group, because it could not be listed then.
    case unplanned
  }

  /// Lists a group and plans its batch.
  func prepare(_ claimed: LedgerGroup) async throws(RunStop) -> Preparation {
    let rows = try await book.rows(of: claimed)
    let open = rows.filter { !$0.state.isFinal }
    // All intents of a batch are recorded in one transaction: either all of its rows are planned, or none.
    let isPlanned = open.isEmpty || open.contains { $0.entry?.change != nil }
    switch try await client.servers(of: claimed.group) {
    case .gone: return .gone(rows)
    case .unreadable(let group): return .unreadable(group, isPlanned ? [] : open)
    case .listed(let list):
      shared.tally.met(unknownFields: list.unknownFields)
      directory.add(list.servers, of: claimed.group.objectID)
      if isPlanned {
        let rest = try await remainder(rows, open, claimed, list.servers)
        return .resumed(rest, on: list.servers, rows)
      }
      if let agreed = try await agreed(rows, open, claimed, list.servers) { return agreed }
      return try await plan(rows, open, claimed, list.servers)
    }
  }

  /// The recorded plan, as far as it still holds; `nil` if the group is planned now.
  private func agreed(
    _ rows: [BatchRow], _ open: [BatchRow], _ claimed: LedgerGroup, _ listed: [PortGroupServer]
  ) async throws(RunStop) -> Preparation? {
    if case .none = agreement { return nil }
    let plans = try await book.plan(of: claimed)
    guard open.allSatisfy({ plans[$0.id] != nil }) else {
      if case .whole = agreement { return .unplanned }
      return nil
    }
    let shown = open.compactMap { row in
      plans[row.id].map { PlanComparison.PlannedRow(request: row.row, plan: $0) }
    }
    let now = PlanComparison(shown, with: listed, isFromFile: kind == .apply).plans()
    return .planned(
      BatchPlan(
        zip(open, now).map { ($0.id, $0.row, $1) }, on: listed, after: rows.failures,
        keepsOrder: kind == .apply),
      rows)
  }

  private func plan(
    _ rows: [BatchRow], _ open: [BatchRow], _ claimed: LedgerGroup, _ before: [PortGroupServer]
  ) async throws(RunStop) -> Preparation {
    switch try await decide(open, on: before, of: claimed) {
    case .failure(let group): return .unreadable(group, open)
    case .success(let decided):
      var plan = BatchPlan(
        zip(open, decided.rows).map { ($0.id, $0.row, $1) }, on: before, after: rows.failures)
      plan.unnamed = decided.unnamed
      return .planned(plan, rows)
    }
  }

  /// The rest of a batch that an earlier process has recorded.
  private func remainder(
    _ rows: [BatchRow], _ open: [BatchRow], _ claimed: LedgerGroup, _ listed: [PortGroupServer]
  ) async throws(RunStop) -> BatchProgress.Remainder {
    let before = try await book.beforeImage(of: claimed) ?? listed
    let found = Dictionary(before.map { ($0.objectID, $0) }) { first, _ in first }
    /// The change that was recorded; `nil` if its server is not in the before-image.
    func change(of row: BatchRow) -> Change? {
      guard var change = row.entry?.change else { return nil }
      guard let server = change.server else { return change }
      change.before = found[server]?.fields
      return change.before == nil ? nil : change
    }
    let now = client.clock.now()
    var planned = open.compactMap { row in
      change(of: row).map { change in
        let server = change.server.flatMap { found[$0] }
        return (id: row.id, request: row.row, plan: RowPlan(.write(change), on: server))
      }
    }
    let lost = Dictionary(
      open.compactMap { row in row.lost(now: now).map { (row.id, $0) } }
    ) { first, _ in first }
    let compared = PlanComparison(
      planned.map { PlanComparison.PlannedRow(request: $0.request, plan: $0.plan) }, with: listed,
      isFromFile: kind == .apply
    ).plans()
    var alreadyDone: Set<RowID> = []
    for (index, now) in compared.enumerated() {
      switch now.decision {
      case .unchanged: alreadyDone.insert(planned[index].id)
      case .refuse:
        // Whether a lost creation took effect is found out otherwise: see `Settlement`.
        let isLostCreation =
          planned[index].plan.decision.change?.verb == .create && lost[planned[index].id] != nil
        if agreement != .none, !isLostCreation { planned[index].plan.decision = now.decision }
      case .write: break
      }
    }
    var rest = BatchProgress.Remainder(
      plan: BatchPlan(
        planned, on: before, after: rows.failures, keepsOrder: kind == .apply))
    rest.lost = lost
    rest.alreadyDone = alreadyDone
    for row in rows { rest.changes[row.id] = row.entry?.change }
    rest.unread = rows.compactMap(\.unread)
    rest.earlier = rows.filter(\.state.isFinal).compactMap(\.entry?.effect)
    rest.foreign = try await book.foreignServers(in: claimed)
    rest.open = open.map(\.id)
    return rest
  }

  /// Plans all rows; fails with a group that must be listed for that, but cannot be listed.
  private func decide(
    _ rows: [BatchRow], on before: [PortGroupServer], of claimed: LedgerGroup
  ) async throws(RunStop) -> Result<BatchPlanner.Plan, UnreadableGroup> {
    let group = claimed.group
    if kind == .undo {
      let steps = rows.map { UndoPlanner.Step(row: $0.row, effect: $0.originEffect ?? .none) }
      let plans = UndoPlanner(
        steps: steps, servers: before,
        earlier: try await book.serversBeforeRuns(revertedIn: claimed)
      ).plan()
      return .success(BatchPlanner.Plan(rows: plans))
    }
    let here = Set(before.map(\.objectID))
    if kind == .restore {
      let planner = RestorePlanner(
        rows: rows.map { $0.retried(on: here) }, servers: before, integration: group.integration,
        claimed: try await book.serversOfAncestors(in: group), isPart: isPart)
      return .success(planner.plan())
    }
    let wanted = kind == .retry ? rows.map { $0.retried(on: here) } : rows.map(\.row)
    let unknown = Set(wanted.compactMap(\.objectID)).subtracting(here)
    let elsewhere: Set<ObjectID>
    switch unknown.isEmpty
      ? .success([]) : try await directory.elsewhere(unknown, than: group.objectID, by: client)
    {
    case .success(let found): elsewhere = found
    case .failure(let unreadable): return .failure(unreadable)
    }
    let planner = BatchPlanner(
      rows: wanted, servers: before, integration: group.integration, elsewhere: elsewhere,
      claimed: kind == .retry ? try await book.serversOfAncestors(in: group) : [], isPart: isPart)
    var plan = planner.plan()
    // If rows were left out, or come from an earlier run, other rows may name the remaining
    // servers.
    if kind != .import || isPart { plan.unnamed = [] }
    return .success(plan)
  }
}

extension [BatchRow] {
  /// The rows that have already failed.
  fileprivate var failures: BatchPlan.EarlierFailures {
    var failures = BatchPlan.EarlierFailures()
    for row in self where row.state.isFailed { failures.add(row.id, row.row.operation) }
    return failures
  }
}

extension BatchRow {
  /// The row of a retry: if the first attempt created or changed a server, the row means exactly that server.
  ///
  /// A create becomes an upsert: if the server did not keep all fields, the retry sets the missing ones.
  fileprivate func retried(on servers: Set<ObjectID>) -> Row {
    guard row.operation != .delete, let own = originEffect?.objectID, servers.contains(own)
    else { return row }
    var row = row
    row.fields[.objectID] = .text(own.text)
    if row.operation == .create { row.operation = .upsert }
    return row
  }

  /// The write that an earlier process may have sent.
  ///
  /// The settle wait counts from the write if its time was recorded since the last boot, otherwise from now. For an
  /// open intent it counts from now: the recorded time may be that of an earlier attempt.
  fileprivate func lost(now: Duration) -> LostWrite? {
    guard state == .inDoubt || entry?.isOpen == true else { return nil }
    let sent = entry?.isOpen == true ? nil : entry?.sent
    let ago = sent.flatMap { Moment.now().elapsed(since: $0) } ?? .zero
    var lost = LostWrite(
      reason: "an earlier process ended before its answer came", left: now - ago,
      sent: entry?.sent ?? entry?.journaled.map { Moment(date: $0) })
    if entry?.isOpen == true { lost.latest = .now() }
    return lost
  }

  /// The outcome of a row that was written and not read back; `nil` for others.
  var unread: Outcome? {
    guard state.isFinal, let entry, entry.verdict == nil, entry.effect.verb != nil else {
      return nil
    }
    return Outcome(row: id, state: state, effect: entry.effect, sent: entry.sent)
  }
}
