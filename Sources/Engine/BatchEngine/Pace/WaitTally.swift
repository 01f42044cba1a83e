import RowLedger
import Synchronization
import UnityConnection

/// What a run waits for, counted by cause for its books.
///
/// Times are what a clock on the wall shows: two workers that wait at once for one cause wait once.
final class WaitTally: Sendable {
  private struct State {
    var sums: [WaitCause: WaitSum] = [:]
    /// How many workers wait now, and since when some do.
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

  /// One of those who have begun has waited.
  func end(_ cause: WaitCause, at time: Duration) {
    state.withLock { state in
      guard let waiting = state.waiting[cause] else { return }
      state.waiting[cause] = waiting.count > 1 ? (waiting.count - 1, waiting.since) : nil
      if waiting.count == 1 { state.sums[cause, default: WaitSum()].time += time - waiting.since }
    }
  }

  /// What was counted, once; counting starts again.
  func take() -> [WaitCause: WaitSum] {
    state.withLock { state in
      defer { state.sums = [:] }
      return state.sums
    }
  }
}

extension WaitCause {
  /// What a wait before a repetition is for.
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
