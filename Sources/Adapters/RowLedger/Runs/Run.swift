// A run as the ledger records it.

package import FoundationEssentials
package import PortGroupModel

/// What a run does.
package enum RunKind: String, Sendable, CaseIterable {
  case `import`
  case export
  /// Rows of its parent that failed, tried again.
  case retry
  /// What its parent changed, put back.
  case undo
}

/// The server, or the sandbox, that a run works on.
package struct RunTarget: Sendable, Equatable {
  /// As the user named it, without credentials.
  package var url: String
  /// The server's own id, where it showed one.
  package var identity: String?
  /// False if the user accepted it without a check of its certificate (`--insecure`).
  package var isVerified: Bool

  package init(url: String, identity: String? = nil, isVerified: Bool = true) {
    self.url = url
    self.identity = identity
    self.isVerified = isVerified
  }
}

/// What is known of a run when it begins.
package struct RunOpening: Sendable, Equatable {
  package var kind: RunKind
  /// What it reads: the input files for an import; for an export, the file that it writes.
  package var source: String
  package var target: RunTarget
  /// Everything that must be the same at a resume, as JSON text; never secrets.
  package var options: String
  package var toolVersion: String
  package var parent: RunID?
  /// True for a dry run: it changes nothing, and its rows are kept nowhere.
  package var isDry: Bool

  package init(
    kind: RunKind, source: String, target: RunTarget, options: String = "{}", toolVersion: String,
    parent: RunID? = nil, isDry: Bool = false
  ) {
    self.kind = kind
    self.source = source
    self.target = target
    self.options = options
    self.toolVersion = toolVersion
    self.parent = parent
    self.isDry = isDry
  }
}

/// How a run ended.
package struct RunEnding: Sendable, Equatable {
  package enum How: String, Sendable, CaseIterable {
    /// Everything that could be done was done.
    case done
    /// Nothing was sent, because the input is invalid.
    case refused
    /// It stopped by itself before the end: server busy, network, a fuse, credentials.
    case stopped
    /// A person or the system stopped it.
    case interrupted
    /// It ended with an error of its own.
    case failed
  }

  package var how: How
  /// One clause for people; empty where `how` is enough.
  package var reason: String

  package init(_ how: How, reason: String = "") {
    self.how = how
    self.reason = reason
  }
}

/// A run in the ledger, from its first second on.
package struct Run: Sendable, Equatable {
  package var id: RunID
  package var opening: RunOpening
  package var started: Date
  /// False before all of its rows are in the ledger, and for good where it ended before that: it has no rows then.
  package var isStaged: Bool
  /// How many rows were read, or servers exported.
  package var rowCount: Int
  /// Nil while it is at work, and after a crash.
  package var ended: Date?
  package var ending: RunEnding?
  package var exitCode: Int?
  /// How long its processes worked on it, by a clock that nobody sets; nil where it is not known.
  package var took: Duration?
  /// The process that began it, or resumed it.
  package var owner: RunOwner
  /// What was known of that process when the run was read.
  package var ownerState: OwnerState

  /// True if its process is at work on it.
  package var isRunning: Bool { ended == nil && ownerState == .working }
}
