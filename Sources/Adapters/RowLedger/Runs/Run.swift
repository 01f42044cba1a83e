package import FoundationEssentials
package import PortGroupModel

/// What a run does.
package enum RunKind: String, Sendable, CaseIterable {
  case `import`
  case export
  /// It retries rows of its parent that failed.
  case retry
  /// It reverts what its parent changed.
  case undo
}

/// The server, or the sandbox, that a run works on.
package struct RunTarget: Sendable, Equatable {
  /// As the user named it, without credentials.
  package var url: String
  /// The server's own id, if the server reports one.
  package var identity: String?
  /// False if the user accepted it without a check of its certificate (`--insecure`).
  package var isVerified: Bool

  package init(url: String, identity: String? = nil, isVerified: Bool = true) {
    self.url = url
    self.identity = identity
    self.isVerified = isVerified
  }
}

/// The facts about a run that are known when it begins.
package struct RunOpening: Sendable, Equatable {
  package var kind: RunKind
  /// The input files of an import, or the file that an export writes.
  package var source: String
  package var target: RunTarget
  /// Everything that must be the same at a resume, as JSON text; never secrets.
  package var options: String
  package var toolVersion: String
  package var parent: RunID?
  /// True for a dry run: it changes nothing, and its rows are not kept.
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
    /// It has processed everything that it could.
    case done
    /// Nothing was sent, because the input is invalid.
    case refused
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
}
