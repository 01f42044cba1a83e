/// The state of a row in its run.
///
/// What it did to the server is stored separately, as its ``Effect``.
package enum RowState: Sendable, Hashable {
  /// Refused before anything was sent.
  case invalid
  /// Not done yet.
  case pending(PendingReason)
  /// A write was sent and its answer was lost; it is not sent again before a comparison with the server.
  case inDoubt
  case created
  case updated
  case deleted
  case unchanged
  case failed(FailureCode)
  /// A server that an export has read; nothing is ever sent for it.
  case exported

  /// Why a row has not been done yet.
  package enum PendingReason: String, Sendable, CaseIterable {
    /// Read and checked, and waiting to be sent.
    case staged
    /// Sent and answered "not processed"; it must be sent again.
    case notProcessed = "not-processed"
    /// The run stopped before it was done.
    case stopped
    /// It was in doubt; the server shows that it had no effect.
    case settled
    /// A row of the same group is in doubt, and must be settled first.
    case groupInDoubt = "group-in-doubt"
    /// The servers of its group cannot be listed; without them no decision is possible.
    case groupUnreadable = "group-unreadable"
  }

  /// True for states in which nothing more is sent.
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
  /// A pending row may get every state except `exported`, in which rows begin and stay. A row in doubt cannot become
  /// `invalid`, because its write was sent. It becomes pending again only after it is settled. It becomes `unchanged`
  /// if its write had no effect and another run or client has created the same server. Final states do not change,
  /// with one exception: a late read-back of a written row can show that the row failed.
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

  /// The reason of a pending row, or the code of a failed row; `nil` for other states.
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
