import PortGroupModel
import RowLedger
import Synchronization

/// A queue of open groups, which reads the ledger page by page; several workers take groups from it.
final class OpenGroups: Sendable {
  private struct State {
    var groups: ArraySlice<LedgerGroup> = []
    /// The last group that was read.
    var last: PortGroup?
    /// The number of groups that may still be taken; `nil` for all.
    var rest: Int?
  }

  private let book: RunBook
  private let state = Mutex(State())

  /// Creates a queue of the open groups of a run, by name; with a limit, of the first ones.
  init(_ book: RunBook, limit: Int? = nil) {
    self.book = book
    state.withLock { $0.rest = limit }
  }

  /// Takes the next group; returns `nil` when all were taken.
  ///
  /// `note` is called with the group before the next one is taken, so its calls are in the order of
  /// the groups.
  func next(
    noting note: (LedgerGroup) -> Void = { _ in }
  ) async throws(RunStop) -> LedgerGroup? {
    while true {
      let (next, last) = state.withLock { state in
        if state.rest == 0 { return (LedgerGroup?.none, state.last) }
        let next = state.groups.popFirst()
        if let next {
          note(next)
          if let rest = state.rest { state.rest = rest - 1 }
        }
        return (next, state.last)
      }
      if let next { return next }
      if state.withLock({ $0.rest == 0 }) { return nil }
      let page = try await book.openGroups(after: last)
      if page.isEmpty { return nil }
      state.withLock { state in
        // Another worker may have read the same page meanwhile.
        guard state.last == last else { return }
        state.groups = page[...]
        state.last = page.last?.group
      }
    }
  }
}
