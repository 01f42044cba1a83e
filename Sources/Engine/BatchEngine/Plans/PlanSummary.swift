import PortGroupModel
import Synchronization

/// The number of rows that the plan of a run creates, updates and so on.
package struct PlanSummary: Sendable, Equatable {
  package var creates = 0
  package var updates = 0
  package var deletes = 0
  package var unchanged = 0
  /// Rows that would fail.
  package var refused = 0

  package init() {}

  /// Rows for which something is sent.
  package var writes: Int { creates + updates + deletes }

  mutating func add(_ decision: Decision) {
    switch decision {
    case .unchanged: unchanged += 1
    case .refuse: refused += 1
    case .write(let change):
      switch change.verb {
      case .create: creates += 1
      case .update: updates += 1
      case .delete: deletes += 1
      }
    }
  }
}

/// Counts what several workers plan.
final class PlanCount: Sendable {
  private let counts = Mutex(PlanSummary())

  var summary: PlanSummary { counts.withLock { $0 } }

  /// Adds rows that cannot be done, because their group is gone.
  func add(refused rows: Int) { counts.withLock { $0.refused += rows } }

  /// Adds rows, and the number of those that are done already.
  func add(_ steps: [BatchPlan.Step], done: Int) {
    counts.withLock { counts in
      for step in steps { counts.add(step.decision) }
      counts.unchanged += done
    }
  }
}
