import RowLedger
import Synchronization

/// Work that waits until a write whose answer was lost either shows or cannot come any more; its workers do other groups.
final class WaitingRoom: Sendable {
  enum Work: Sendable {
    /// Waits for a creation of its own.
    case batch(BatchDriver)
    /// Waits for a write of another run; nothing of it has been looked at yet.
    case group(LedgerGroup)
  }

  struct Waiting: Sendable {
    let work: Work
    /// On the clock of the run.
    let due: Duration
  }

  private let waiting = Mutex<[Waiting]>([])

  func add(_ work: Work, until due: Duration) {
    waiting.withLock { $0.append(Waiting(work: work, due: due)) }
  }

  /// Takes out the one that is due first; `nil` if none waits.
  func next() -> Waiting? {
    waiting.withLock { waiting in
      let first = waiting.indices.min { waiting[$0].due < waiting[$1].due }
      return first.map { waiting.remove(at: $0) }
    }
  }
}
