package import RowLedger
package import UnityConnection

/// Why a run ends before its work is done.
package enum RunStop: Error, Sendable, Equatable {
  /// The user asked for it (SIGINT).
  case interrupted
  /// The system asked for it (SIGTERM).
  case terminated
  /// The terminal went away (SIGHUP).
  case hungUp
  /// The processor time that the process may use is over (SIGXCPU, `ulimit -t`).
  case outOfProcessorTime
  /// Asked a second time, or cancelled: requests in flight were cut.
  case aborted
  /// No request succeeded for as long as `--give-up` allows; `reason` is the last trouble.
  case gaveUp(after: Duration, reason: String)
  /// The server's name is not known: more likely misspelt than lost, so that waiting would not help.
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
  /// Another run pushes to the same server; nothing was sent.
  case targetLocked(String)
  /// The file that locks the target cannot be used; nothing was sent.
  case lockFailed(String)
  /// The file that would be replaced has far more servers than were read.
  case shrunk(String)
  /// The output cannot be written.
  case output(String)
  /// The input cannot be read at all; its diagnostics have been reported.
  case input
}

/// How many rows delete, and how many may.
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
  /// The answer; an error of a question without which the run cannot continue stops it.
  func orStop() throws(RunStop) -> Success {
    switch self {
    case .success(let value): return value
    case .failure(let error) where error.kind == .webPage: throw .refused(error)
    case .failure(let error): throw .server(error.description)
    }
  }
}
