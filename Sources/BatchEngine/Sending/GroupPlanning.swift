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

  /// One decision for each row, in the order of the rows.
  func decide(
    _ rows: [BatchRow], on before: [PortGroupServer], of group: PortGroup, by courier: Courier
  ) async throws(RunStop) -> [Decision] {
    if kind == .undo {
      let steps = rows.map { UndoPlanner.Step(row: $0.row, effect: $0.originEffect ?? .none) }
      return UndoPlanner(steps: steps, servers: before).plan()
    }
    let here = Set(before.map(\.objectID))
    let unknown = Set(rows.compactMap(\.row.objectID)).subtracting(here)
    let elsewhere =
      unknown.isEmpty
      ? [] : try await directory.elsewhere(unknown, than: group.objectID, by: courier)
    let claimed =
      kind == .retry
      ? try booked { () throws(LedgerError) in
        try ledger.serversOfRelatives(of: run, in: group.objectID)
      } : []
    return BatchPlanner(
      rows: rows.map(\.row), servers: before, integration: group.integration,
      elsewhere: elsewhere, claimed: claimed, isPart: isPart
    ).plan()
  }
}
