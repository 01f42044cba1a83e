import RowLedger
import Synchronization

/// Reports the rows of groups that several workers plan, in the order in which the groups were taken.
final class PlanOrder: Sendable {
  private struct State {
    /// The groups that were taken and not reported, in order.
    var taken: ArraySlice<GroupID> = []
    var plans: [GroupID: [PlannedRow]] = [:]
    /// Groups whose plans are ready, while the plan of an earlier group is not.
    var ended: Set<GroupID> = []
    /// True while one worker reports: what others end meanwhile is reported by that one.
    var isReporting = false

    /// The rows of the next group whose turn it is; nothing where that is not planned yet.
    mutating func next() -> [PlannedRow]? {
      guard let group = taken.first, ended.remove(group) != nil else { return nil }
      taken.removeFirst()
      return plans.removeValue(forKey: group) ?? []
    }
  }

  private let state = Mutex(State())
  private let report: @Sendable (RunEvent) -> Void

  init(_ report: @escaping @Sendable (RunEvent) -> Void) { self.report = report }

  /// Adds a group after all that were taken before.
  func begin(_ group: GroupID) { state.withLock { $0.taken.append(group) } }

  /// Keeps the plan of a group until its turn.
  func add(_ rows: [PlannedRow], of group: GroupID) {
    state.withLock { $0.plans[group] = rows }
  }

  /// Ends a group that is planned or cannot be planned; it is reported when all groups before it were.
  func end(_ group: GroupID) {
    state.withLock { _ = $0.ended.insert(group) }
    reportNext()
  }

  /// Reports what is left where the run stopped before each group was planned; no worker plans any more.
  func finish() {
    state.withLock { $0.ended.formUnion($0.taken) }
    reportNext()
  }

  /// Reports outside of the lock: whoever reads the output may be slow.
  private func reportNext() {
    let isMine = state.withLock { state in
      defer { state.isReporting = true }
      return !state.isReporting
    }
    guard isMine else { return }
    while true {
      let rows = state.withLock { state -> [PlannedRow]? in
        let rows = state.next()
        // Under the same lock as above: what is ended is taken here, or its worker reports it.
        if rows == nil { state.isReporting = false }
        return rows
      }
      guard let rows else { return }
      for row in rows { report(.planned(row)) }
    }
  }
}
