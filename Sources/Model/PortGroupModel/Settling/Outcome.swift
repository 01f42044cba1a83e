/// The result of a row.
package struct Outcome: Sendable, Equatable {
  package var row: RowID
  package var state: RowState
  /// The server's message, or another remark for users.
  package var detail: String?
  package var effect: Effect
  /// What the read-back showed; `nil` if the row was not read back.
  package var verdict: Verdict?
  /// When its last write was sent; `nil` if no write was sent.
  package var sent: Moment?

  package init(
    row: RowID, state: RowState, detail: String? = nil, effect: Effect = .none,
    verdict: Verdict? = nil, sent: Moment? = nil
  ) {
    self.row = row
    self.state = state
    self.detail = detail
    self.effect = effect
    self.verdict = verdict
    self.sent = sent
  }
}

extension [Outcome] {
  /// How many of them are failures.
  package var failures: Int { count(where: \.state.isFailed) }
}
