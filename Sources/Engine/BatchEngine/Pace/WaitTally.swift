import RowLedger
import Synchronization
import UnityConnection

/// Counts the waits of a run by cause, for the ledger.
///
/// Times are elapsed times: if two workers wait at the same time for one cause, it counts once.
final class WaitTally: Sendable {
  private struct State {
    var sums: [WaitCause: WaitSum] = [:]
    /// The number of workers that wait now, and since when at least one waits.
    var waiting: [WaitCause: (count: Int, since: Duration)] = [:]
  }

  private let state = Mutex(State())

  /// A worker begins to wait.
  func begin(_ cause: WaitCause, at time: Duration) {
    state.withLock { state in
      state.sums[cause, default: WaitSum()].count += 1
      state.waiting[cause, default: (0, time)].count += 1
    }
  }

  /// A worker has finished a wait.
  func end(_ cause: WaitCause, at time: Duration) {
    state.withLock { state in
      guard let waiting = state.waiting[cause] else { return }
      state.waiting[cause] = waiting.count > 1 ? (waiting.count - 1, waiting.since) : nil
      if waiting.count == 1 { state.sums[cause, default: WaitSum()].time += time - waiting.since }
    }
  }

  /// Returns the waits counted so far, and resets the counters.
  func take() -> [WaitCause: WaitSum] {
    state.withLock { state in
      defer { state.sums = [:] }
      return state.sums
    }
  }
}

extension WaitCause {
  /// The cause of a wait before a request is repeated.
  init(_ kind: ServerError.Kind) {
    self =
      switch kind {
      case .busy: .busy
      case .unreachable: .unreachable
      case .nameUnknown: .nameUnknown
      case .timedOut: .timedOut
      case .noAnswer, .notHTTP: .noAnswer
      default: .failed
      }
  }
}
