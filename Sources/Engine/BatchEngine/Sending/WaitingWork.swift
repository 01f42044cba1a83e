import RowLedger
import Synchronization

/// Work that waits until a write whose answer was lost can no longer arrive; workers process other groups first.
final class WaitingWork: Sendable {
  enum Work: Sendable {
    /// A batch that waits for one of its own creations.
    case batch(BatchDriver)
    /// A group that waits for a write of another run; it has not been listed yet.
    case group(LedgerGroup)
  }

  struct Waiting: Sendable {
    let work: Work
    /// When it may continue, on the run's clock.
    let due: Duration
  }

  private let waiting = Mutex<[Waiting]>([])

  func add(_ work: Work, until due: Duration) {
    waiting.withLock { $0.append(Waiting(work: work, due: due)) }
  }

  /// Removes and returns the work that may continue first; `nil` if none waits.
  func next() -> Waiting? {
    waiting.withLock { waiting in
      let first = waiting.indices.min { waiting[$0].due < waiting[$1].due }
      return first.map { waiting.remove(at: $0) }
    }
  }
}
