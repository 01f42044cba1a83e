import PortGroupModel
import RowLedger
import Synchronization

/// Counts the failed rows of a run, and stops it when there are more than `--max-fail` allows.
///
/// Requests in flight are finished, so that a few more rows may fail.
final class FailureLimit: Sendable {
  private let limit: RowLimit?
  private let allowed: Int
  private let failed: Mutex<Int>
  private let control: RunControl

  /// Creates a limit for a run with these books; rows that failed before count.
  init(_ limit: RowLimit?, books: Books, control: RunControl) {
    self.limit = limit
    allowed = limit?.rows(of: books.read - books.invalid) ?? .max
    failed = Mutex(books.failed)
    self.control = control
    count(0)
  }

  /// Counts rows that have just failed.
  func count(_ rows: Int) {
    let sum = failed.withLock { failed in
      failed += rows
      return failed
    }
    guard sum > allowed, let limit else { return }
    control.requestStop(.tooManyFailed(limit))
  }
}
