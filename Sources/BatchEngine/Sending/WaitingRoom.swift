import Synchronization

/// Batches that wait until a lost creation has either shown or cannot come any more; their workers go on with others.
final class WaitingRoom: Sendable {
  struct Waiting: Sendable {
    let batch: Batch
    /// On the clock of the run.
    let due: Duration
  }

  private let waiting = Mutex<[Waiting]>([])

  func add(_ batch: Batch, until due: Duration) {
    waiting.withLock { $0.append(Waiting(batch: batch, due: due)) }
  }

  /// Takes out the one that is due first; `nil` if none waits.
  func next() -> Waiting? {
    waiting.withLock { waiting in
      let first = waiting.indices.min { waiting[$0].due < waiting[$1].due }
      return first.map { waiting.remove(at: $0) }
    }
  }
}
