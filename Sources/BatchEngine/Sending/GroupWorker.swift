import PortGroupModel
import RowLedger
import UnityConnection

/// Works off one group after another: list, plan, journal, send, read back, record.
struct GroupWorker: Sendable {
  let run: RunID
  let ledger: Ledger
  let courier: Courier
  let directory: GroupDirectory
  let options: PushOptions
  let tally: RunTally

  /// Takes open groups until none is left.
  ///
  /// - Returns: Why it ended before that; `nil` if it did not.
  func work() async -> RunStop? {
    do throws(RunStop) {
      while let group = try await next() { try await push(group) }
      return nil
    } catch {
      // The other workers are not to begin another group either.
      courier.control.requestStop(error)
      return error
    }
  }

  private func next() async throws(RunStop) -> LedgerGroup? {
    try courier.control.check()
    return try booked { () throws(LedgerError) in try ledger.claimNextGroup(of: run) }
  }

  private func push(_ claimed: LedgerGroup) async throws(RunStop) {
    let group = claimed.group
    let rows = try booked { () throws(LedgerError) in try ledger.rows(of: claimed.id) }
      .filter { !$0.state.isFinal }
    guard let before = try await list(group) else {
      let outcomes = rows.map { row in
        Outcome(row: row.id, state: .failed(.groupGone), detail: FailureCode.groupGone.meaning)
      }
      return try await record(outcomes, of: claimed)
    }
    directory.note(before, of: group.objectID)
    let planned = try await plan(rows, before, group)
    let intents = intents(planned, before)
    if !intents.isEmpty {
      let pairs = planned.compactMap { step in
        intents[step.row.id].map { (row: step.row.id, intent: $0) }
      }
      try await journaled { () async throws(LedgerError) in
        try await ledger.journal(pairs, beforeImage: before, of: claimed.id)
      }
    }
    var sender = BatchSender(
      group: group, before: before, steps: planned, courier: courier,
      allowLast: options.allowLast, settleWait: options.settleWait)
    await sender.run()
    try await finish(sender, before, intents, claimed)
  }

  /// Reads back, judges and records; then passes on why the batch had to stop, if it had.
  private func finish(
    _ sender: BatchSender, _ before: [PortGroupServer], _ intents: [RowID: Intent],
    _ claimed: LedgerGroup
  ) async throws(RunStop) {
    var outcomes = sender.outcomes
    var stop = sender.stop
    let wrote = outcomes.contains { $0.effect.kind != .none }
    let lacksID = outcomes.contains { $0.effect.kind == .created && $0.effect.objectID == nil }
    if stop == nil, wrote, options.verify == .all || lacksID {
      do throws(RunStop) {
        let after = try await list(claimed.group) ?? []
        outcomes = ReadBack(before: before, after: after, intents: intents).judged(outcomes)
      } catch {
        stop = error
      }
    }
    if wrote { tally.changed(claimed) }
    try await record(outcomes, of: claimed)
    if let stop { throw stop }
  }

  private func plan(
    _ rows: [BatchRow], _ before: [PortGroupServer], _ group: PortGroup
  ) async throws(RunStop) -> [BatchSender.Step] {
    let here = Set(before.map(\.objectID))
    let unknown = Set(rows.compactMap(\.row.objectID)).subtracting(here)
    let elsewhere =
      unknown.isEmpty
      ? [] : try await directory.elsewhere(unknown, than: group.objectID, by: courier)
    let decisions = BatchPlanner(
      rows: rows.map(\.row), servers: before, integration: group.integration, elsewhere: elsewhere
    ).plan()
    return zip(rows, decisions).map { BatchSender.Step(row: $0, decision: $1) }
  }

  private func intents(
    _ steps: [BatchSender.Step], _ before: [PortGroupServer]
  ) -> [RowID: Intent] {
    var intents: [RowID: Intent] = [:]
    for step in steps {
      intents[step.row.id] =
        switch step.decision {
        case .create(let fields): Intent(.create, fields: fields)
        case .update(let index, let fields):
          Intent(.update, fields: fields, target: before[index].objectID)
        case .delete(let index): Intent(.delete, target: before[index].objectID)
        case .unchanged, .refuse: nil
        }
    }
    return intents
  }

  /// The group's servers; `nil` if the group is gone.
  private func list(_ group: PortGroup) async throws(RunStop) -> [PortGroupServer]? {
    let result = try await courier.ask { client throws(ServerError) in
      try await client.servers(of: group.objectID)
    }
    switch result {
    case .success(let list):
      tally.met(unknownFields: list.unknownFields)
      return list.servers
    case .failure(let error) where error.kind == .groupGone: return nil
    case .failure(let error): throw .server(error.description)
    }
  }

  private func record(_ outcomes: [Outcome], of claimed: LedgerGroup) async throws(RunStop) {
    try await journaled { () async throws(LedgerError) in
      try await ledger.record(outcomes, of: claimed.id)
    }
    tally.recorded(outcomes, courier)
  }
}

/// Runs a piece of bookkeeping; a ledger that fails stops the run.
func booked<Value>(_ work: () throws(LedgerError) -> Value) throws(RunStop) -> Value {
  do throws(LedgerError) {
    return try work()
  } catch {
    throw RunStop(error)
  }
}

/// Runs a piece of bookkeeping that is durable when this returns; a ledger that fails stops the run.
func journaled<Value>(
  _ work: () async throws(LedgerError) -> Value
) async throws(RunStop) -> Value {
  do throws(LedgerError) {
    return try await work()
  } catch {
    throw RunStop(error)
  }
}
