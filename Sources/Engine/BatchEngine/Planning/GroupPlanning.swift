import PortGroupModel
import RowLedger
import UnityConnection

/// Decides what is to be done for the rows of a group, by the kind of the run.
struct GroupPlanning: Sendable {
  let run: RunID
  let kind: RunKind
  let ledger: Ledger
  let directory: GroupDirectory
  /// True if rows of the input were left out, so that a group's rows may not be all that mean it.
  let isPart: Bool

  /// What is decided for the rows of a group.
  struct Plan {
    /// One for each row, in the order of the rows.
    var decisions: [Decision]
    /// The servers that no row of the input names.
    ///
    /// None where rows were left out, or where the rows come from an earlier run: others may name them.
    var unnamed: [PortGroupServer] = []
  }

  /// Decides for all rows; or gives the group without whose servers nothing can be decided.
  func decide(
    _ rows: [BatchRow], on before: [PortGroupServer], of group: PortGroup, by courier: Courier
  ) async throws(RunStop) -> Result<Plan, UnreadableGroup> {
    if kind == .undo {
      let steps = rows.map { UndoPlanner.Step(row: $0.row, effect: $0.originEffect ?? .none) }
      return .success(Plan(decisions: UndoPlanner(steps: steps, servers: before).plan()))
    }
    let here = Set(before.map(\.objectID))
    let wanted = kind == .retry ? rows.map { $0.retried(on: here) } : rows.map(\.row)
    let unknown = Set(wanted.compactMap(\.objectID)).subtracting(here)
    let elsewhere: Set<ObjectID>
    switch unknown.isEmpty
      ? .success([]) : try await directory.elsewhere(unknown, than: group.objectID, by: courier)
    {
    case .success(let found): elsewhere = found
    case .failure(let unreadable): return .failure(unreadable)
    }
    let claimed =
      kind == .retry
      ? try booked { () throws(LedgerError) in
        try ledger.serversOfRelatives(of: run, in: group.objectID)
      } : []
    let planner = BatchPlanner(
      rows: wanted, servers: before, integration: group.integration, elsewhere: elsewhere,
      claimed: claimed, isPart: isPart)
    let plan = planner.plan()
    let isWhole = kind == .import && !isPart
    return .success(
      Plan(decisions: plan.decisions, unnamed: isWhole ? plan.unnamed.map { before[$0] } : []))
  }
}

extension BatchRow {
  /// The row as it is tried again: where its first try made or changed a server, it means that very server.
  ///
  /// A creation whose fields did not all stick then sets those that are missing.
  fileprivate func retried(on servers: Set<ObjectID>) -> Row {
    guard row.operation != .delete, let own = originEffect?.objectID, servers.contains(own)
    else { return row }
    var row = row
    row.fields[.objectID] = .text(own.text)
    if row.operation == .create { row.operation = .upsert }
    return row
  }
}
