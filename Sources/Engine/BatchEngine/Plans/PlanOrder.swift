// Reports the plans of groups in one order, whichever of them was made first.

import RowLedger
import Synchronization

/// Lets several workers plan groups at one time, and reports their rows in the order in which the groups were taken.
final class PlanOrder: Sendable {
  private struct State {
    /// The groups that were taken, in order.
    var taken: [GroupID] = []
    /// How many of them were reported.
    var reported = 0
    var plans: [GroupID: [PlannedRow]] = [:]
    /// Those whose plans are made, while one before them is not.
    var ended: Set<GroupID> = []
  }

  private let state = Mutex(State())
  private let report: @Sendable (RunEvent) -> Void

  init(_ report: @escaping @Sendable (RunEvent) -> Void) { self.report = report }

  /// A group was taken, behind all that were taken before.
  func begin(_ group: GroupID) { state.withLock { $0.taken.append(group) } }

  /// Keeps the plan of a group until its turn.
  func add(_ rows: [PlannedRow], of group: GroupID) {
    state.withLock { $0.plans[group] = rows }
  }

  /// A group is planned, or cannot be: reports it once all before it were reported.
  func end(_ group: GroupID) {
    state.withLock { state in
      state.ended.insert(group)
      while state.reported < state.taken.count,
        state.ended.remove(state.taken[state.reported]) != nil
      {
        reportPlan(of: state.taken[state.reported], &state)
        state.reported += 1
      }
    }
  }

  /// Reports what is left where the run stopped before each group was planned.
  func finish() {
    state.withLock { state in
      for group in state.taken[state.reported...] { reportPlan(of: group, &state) }
      state.reported = state.taken.count
    }
  }

  private func reportPlan(of group: GroupID, _ state: inout State) {
    for row in state.plans.removeValue(forKey: group) ?? [] { report(.planned(row)) }
  }
}
