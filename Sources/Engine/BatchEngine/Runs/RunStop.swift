package import PortGroupFiles
package import RowLedger
package import SnapshotRepository
package import UnityConnection

/// Why a run ends early.
package enum RunStop: Error, Sendable, Equatable {
  /// The user requested it (SIGINT).
  case interrupted
  /// The system requested it (SIGTERM).
  case terminated
  /// The terminal was closed (SIGHUP).
  case hungUp
  /// The process has used its processor time (SIGXCPU, `ulimit -t`).
  case outOfProcessorTime
  /// Requested a second time, or cancelled: requests in flight were aborted.
  case aborted
  /// No request succeeded for as long as `--give-up` allows; `reason` is the last failure.
  case gaveUp(after: Duration, reason: String)
  /// The server's name cannot be resolved: it is probably misspelt, so waiting would not help.
  case nameUnknown(String)
  /// The server refuses this client, or is not trusted: credentials, certificate, role.
  case refused(ServerError)
  /// The target is not the server of the run, or not a server of this kind.
  case wrongTarget(String)
  /// The server's answer cannot be used.
  case server(String)
  /// The ledger cannot be written or read, or another process has locked it.
  case ledger(LedgerError)
  /// The rows delete more servers than allowed; nothing was sent.
  case tooManyDeletes(DeleteExcess)
  /// More rows failed than `--max-fail` allows.
  case tooManyFailed(RowLimit)
  /// A port group to which the run is restricted does not exist; nothing was sent.
  case noSuchGroup(String, nearest: String?)
  /// The source of a restore, or a side of a comparison, cannot be used for this; nothing was sent.
  case unsuitable(String)
  /// The source of a restore was read from another server than the target; nothing was sent.
  case otherTarget(OtherTarget)
  /// The command cannot be used with this input; nothing was sent.
  case misused(String)
  /// A port group to which a restore is restricted is not in its source; nothing was sent.
  case sourceLacksGroup(String, nearest: String?)
  /// A port group could not be listed, and nothing may be sent without that.
  case unreadable(UnreadableGroup)
  /// Another run pushes to the same server; nothing was sent.
  case targetLocked(String)
  /// The file that locks the target cannot be used; nothing was sent.
  case lockFailed(String)
  /// The file that would be replaced has far more servers than were read.
  case shrunk(String)
  /// A repository of snapshots cannot be read or written.
  case repository(RepositoryFault)
  /// The output cannot be written.
  case output(String)
  /// The user saw the plan and did not agree to it; nothing was sent since it was shown.
  ///
  /// `isFinal` is true if the run has never sent anything, so that nothing of it is left to resume.
  case declined(String, isFinal: Bool)
  /// The user was asked whether to send the run, and did not agree; without a terminal there is no other question.
  case notAgreed
  /// The input cannot be read at all; its diagnostics have been reported.
  case input
  /// The plan file cannot be used; nothing was sent.
  case badPlan(PlanFault)
  /// The plan has expired, or was applied already; nothing was sent.
  case planUsed(String)
  /// Nobody has approved the plan; nothing was sent.
  case notApproved(String)
  /// Steps of the plan no longer hold, and none may be sent then.
  case planNotTrue(steps: Int)
  /// The groups that were to be done first are done; the others are not.
  case canary(groups: Int)
  /// No plan was written, because a port group could not be listed.
  case planIncomplete(UnreadableGroup)
}

/// The number of rows that delete, and the limit.
package struct DeleteExcess: Sendable, Equatable {
  package var deletions: Int
  package var allowed: Int
  /// The limit as the user gave it; a percentage refers to `rows`.
  package var limit: RowLimit
  package var rows: Int

  package init(deletions: Int, allowed: Int, limit: RowLimit, rows: Int) {
    self.deletions = deletions
    self.allowed = allowed
    self.limit = limit
    self.rows = rows
  }
}

extension Result where Failure == ServerError {
  /// Returns the value, or throws the error as a stop, if the run cannot continue without the value.
  func orStop() throws(RunStop) -> Success {
    switch self {
    case .success(let value): return value
    case .failure(let error) where error.kind == .webPage: throw .refused(error)
    case .failure(let error): throw .server(error.description)
    }
  }
}
