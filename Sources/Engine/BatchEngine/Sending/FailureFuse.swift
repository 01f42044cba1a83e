import PortGroupModel
import RowLedger
import Synchronization

/// Counts the failed rows of a run, and stops it when there are more than `--max-fail` allows.
///
/// What is in flight then is finished, so that a few more may fail.
final class FailureFuse: Sendable {
  private let limit: RowLimit?
  private let allowed: Int
  private let failed: Mutex<Int>
  private let control: RunControl

  /// A fuse for a run whose books stand so; rows that failed before count.
  init(_ limit: RowLimit?, books: Books, control: RunControl) {
    self.limit = limit
    allowed = limit?.rows(of: books.read - books.invalid) ?? .max
    failed = Mutex(books.failed)
    self.control = control
    count(0)
  }

  /// Takes note of rows that have just failed.
  func count(_ rows: Int) {
    let sum = failed.withLock { failed in
      failed += rows
      return failed
    }
    guard sum > allowed, let limit else { return }
    control.requestStop(.tooManyFailed(limit))
  }
}
