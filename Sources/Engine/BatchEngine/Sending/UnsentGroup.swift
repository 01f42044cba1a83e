import PortGroupModel
import RowLedger

/// A group to which nothing can be sent, because it cannot be listed or no longer exists.
struct UnsentGroup {
  private let group: LedgerGroup
  /// When this process began with the group, on the run's clock.
  private let began: Duration
  private let shared: SharedWork

  init(_ group: LedgerGroup, since began: Duration, _ shared: SharedWork) {
    self.group = group
    self.began = began
    self.shared = shared
  }

  /// Changes nothing in the group, and records the reason for the rows that were not planned yet.
  func record(_ rows: [BatchRow], without unreadable: UnreadableGroup) async throws(RunStop) {
    shared.tally.unreadable(unreadable)
    guard !rows.isEmpty else { return }
    try await record(
      rows.map { row in
        Outcome(row: row.id, state: .pending(.groupUnreadable), detail: unreadable.reason)
      })
  }

  /// Records that the group no longer exists: nothing can be sent, and its servers are gone, too.
  func recordGone(_ rows: [BatchRow]) async throws(RunStop) {
    let detail = FailureCode.groupGone.meaning
    let open = rows.filter { !$0.state.isFinal }.map { row in
      Outcome(row: row.id, state: .failed(.groupGone), detail: detail)
    }
    let written = rows.compactMap(\.unread).map { outcome in
      var outcome = outcome
      outcome.state = .failed(.missing)
      outcome.verdict = .missing
      outcome.detail = detail
      return outcome
    }
    try await record(open + written)
    shared.fuse.count(open.count + written.count)
  }

  private func record(_ outcomes: [Outcome]) async throws(RunStop) {
    try await shared.book.record(
      outcomes, of: group, took: shared.client.clock.now() - began)
    shared.tally.recorded(outcomes, shared.client)
    shared.client.report(
      .groupEnded(
        group.group, rows: outcomes.map(\.state).sums, took: shared.client.clock.now() - began))
  }
}
