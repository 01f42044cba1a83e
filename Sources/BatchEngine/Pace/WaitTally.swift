import RowLedger
import Synchronization
import UnityConnection

/// What a run waits for, counted by cause for its books.
final class WaitTally: Sendable {
  private let sums = Mutex<[WaitCause: WaitSum]>([:])

  /// Counts a wait that is over.
  func count(_ cause: WaitCause, _ time: Duration) {
    sums.withLock { sums in
      sums[cause, default: WaitSum()].count += 1
      sums[cause, default: WaitSum()].time += time
    }
  }

  /// What was counted, once: it begins anew.
  func take() -> [WaitCause: WaitSum] {
    sums.withLock { sums in
      defer { sums = [:] }
      return sums
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
