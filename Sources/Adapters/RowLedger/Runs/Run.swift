package import FoundationEssentials
package import PortGroupModel

/// How a run ended.
package struct RunEnding: Sendable, Equatable {
  package enum How: String, Sendable, CaseIterable {
    /// It has processed everything that it could.
    case done
    /// Nothing was sent, because the input is invalid.
    case refused
    /// Nothing was sent, because the user saw the plan and did not agree to it.
    case declined
    /// It stopped before the end: server busy, network, a limit, credentials.
    case stopped
    /// The user or the system stopped it.
    case interrupted
    /// It ended with an internal error.
    case failed
  }

  package var how: How
  /// One clause for users; empty if `how` is enough.
  package var reason: String

  package init(_ how: How, reason: String = "") {
    self.how = how
    self.reason = reason
  }
}

/// A run in the ledger.
package struct Run: Sendable, Equatable {
  package var id: RunID
  package var opening: RunOpening
  package var started: Date
  /// False until all of its rows are in the ledger; a run that ended before that has no rows.
  package var isStaged: Bool
  /// How many rows were read, or servers exported.
  package var rowCount: Int
  /// `nil` while it is active, and after a crash.
  package var ended: Date?
  package var ending: RunEnding?
  package var exitCode: Int?
  /// How long its processes worked on it, by a clock that is never set; `nil` if that is not known.
  package var took: Duration?
  /// The process that began it, or resumed it.
  package var owner: RunOwner
  /// The state of that process when the run was read.
  package var ownerState: OwnerState

  /// True if its process is working on it.
  package var isRunning: Bool { ended == nil && ownerState == .working }

  /// True if nothing was sent, because rows are invalid.
  package var wasRefused: Bool { ending?.how == .refused }

  /// True if nothing was sent and nothing can be resumed: rows are invalid, or the user did not agree.
  package var wasNotSent: Bool { wasRefused || ending?.how == .declined }
}
