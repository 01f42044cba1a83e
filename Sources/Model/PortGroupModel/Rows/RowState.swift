/// The state of a row in its run.
///
/// What it did to the server is stored separately, as its ``Effect``.
package enum RowState: Sendable, Hashable {
  /// Refused before anything was sent.
  case invalid
  /// Still to be done.
  case pending(PendingReason)
  /// A write was sent and its answer was lost; it is settled by a comparison with the server, and not sent again before.
  case inDoubt
  case created
  case updated
  case deleted
  case unchanged
  case failed(FailureCode)
  /// A server as an export has read it; nothing is ever to be done with it.
  case exported

  /// Why a row has not been done yet.
  package enum PendingReason: String, Sendable, CaseIterable {
    /// Read, checked and waiting for its turn.
    case staged
    /// Sent, answered "not processed", and to be sent again.
    case notProcessed = "not-processed"
    /// The run stopped before it was done.
    case stopped
    /// It was in doubt; the server shows that it had no effect.
    case settled
    /// A row of the same group is in doubt, and must be settled first.
    case groupInDoubt = "group-in-doubt"
    /// The servers of its group cannot be listed, so that nothing can be decided.
    case groupUnreadable = "group-unreadable"
  }

  /// True for states in which nothing more is to be sent.
  package var isFinal: Bool {
    switch self {
    case .pending, .inDoubt: false
    case .invalid, .created, .updated, .deleted, .unchanged, .failed, .exported: true
    }
  }

  package var isFailed: Bool {
    if case .failed = self { true } else { false }
  }

  /// True if a row may go from this state to `next` in one move.
  ///
  /// A pending row may go anywhere but to `exported`, in which rows begin and stay. A row in doubt cannot become `invalid`, since a write of it was sent; it is
  /// pending again only once it is settled, and `unchanged` where its write shows no effect and another run, or
  /// another client, has made what it would make. Final states stay, but for
  /// what a late read-back shows of a row that was written: it keeps its state, or has failed.
  package func canMove(to next: RowState) -> Bool {
    switch (self, next) {
    case (_, .exported): false
    case (.pending, _): true
    case (.inDoubt, .invalid): false
    case (.inDoubt, .pending(let reason)): reason == .settled
    case (.inDoubt, _): true
    case (.created, .created), (.updated, .updated), (.deleted, .deleted): true
    case (.created, .failed(let code)), (.updated, .failed(let code)),
      (.deleted, .failed(let code)):
      code == .ignored || code == .missing || code == .cannotEmpty
    default: false
    }
  }
}

extension RowState {
  /// The name of the state without its reason, as files and tables show it.
  package var name: String {
    switch self {
    case .invalid: "invalid"
    case .pending: "pending"
    case .inDoubt: "inDoubt"
    case .created: "created"
    case .updated: "updated"
    case .deleted: "deleted"
    case .unchanged: "unchanged"
    case .failed: "failed"
    case .exported: "exported"
    }
  }

  /// The reason of a pending or the code of a failed row; `nil` for the others.
  package var detail: String? {
    switch self {
    case .pending(let reason): reason.rawValue
    case .failed(let code): code.rawValue
    default: nil
    }
  }

  /// All names, in the order of reports.
  package static let names = [
    "invalid", "created", "updated", "deleted", "unchanged", "failed", "inDoubt", "pending",
    "exported",
  ]

  /// Makes a state from `name` and `detail`; `nil` if no state has them.
  package init?(name: String, detail: String?) {
    switch name {
    case "invalid": self = .invalid
    case "pending":
      guard let reason = detail.flatMap(PendingReason.init(rawValue:)) else { return nil }
      self = .pending(reason)
    case "inDoubt": self = .inDoubt
    case "created": self = .created
    case "updated": self = .updated
    case "deleted": self = .deleted
    case "unchanged": self = .unchanged
    case "exported": self = .exported
    case "failed":
      guard let code = detail.flatMap(FailureCode.init(rawValue:)) else { return nil }
      self = .failed(code)
    default: return nil
    }
  }
}
