package import RowLedger
import UnityConnection

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
  /// Asked a second time, or cancelled: what flew was cut.
  case aborted
  /// No request succeeded for as long as `--give-up` allows; `reason` is the last trouble.
  case gaveUp(after: Duration, reason: String)
  /// The server's name is not known: more likely misspelt than lost, so that waiting would not help.
  case nameUnknown(String)
  /// The server will not talk to us: credentials, certificate, role.
  case refused(String)
  /// The server answered what cannot be worked with.
  case server(String)
  /// The ledger cannot be written or read.
  case ledger(String)
  /// Another process keeps the ledger locked.
  case ledgerLocked(String)
  /// A fuse: more deletes than allowed; nothing was sent.
  case fuse(String)
  /// A fuse: more rows failed than `--max-fail` allows.
  case tooManyFailed(RowLimit)
  /// A group that `--only-group` asks for is not there; nothing was sent.
  case noSuchGroup(String)
  /// Another run pushes to the same server; nothing was sent.
  case targetLocked(String)
  /// A fuse: the file that would be replaced holds far more than what was read.
  case shrunk(String)
  /// The output cannot be written.
  case output(String)
  /// The input cannot be read at all; its diagnostics have been reported.
  case input
}

extension RunStop {
  init(_ error: LedgerError) {
    self = error.kind == .locked ? .ledgerLocked(error.description) : .ledger(error.description)
  }

  /// What the ledger says of a run that ended so.
  package var ending: RunEnding {
    switch self {
    case .interrupted, .aborted: RunEnding(.interrupted, reason: "by the user")
    case .terminated: RunEnding(.interrupted, reason: "by the system")
    case .hungUp: RunEnding(.interrupted, reason: "because its terminal went away")
    case .outOfProcessorTime: RunEnding(.stopped, reason: "its processor time is used up")
    case .gaveUp(_, let reason): RunEnding(.stopped, reason: reason)
    case .nameUnknown(let reason), .refused(let reason), .fuse(let reason), .shrunk(let reason):
      RunEnding(.stopped, reason: reason)
    case .tooManyFailed(let limit):
      RunEnding(.stopped, reason: "more rows failed than --max-fail \(limit) allows")
    case .targetLocked(let reason), .noSuchGroup(let reason):
      RunEnding(.stopped, reason: reason)
    case .input: RunEnding(.refused, reason: "the input cannot be read")
    case .server(let reason), .ledger(let reason), .ledgerLocked(let reason),
      .output(let reason):
      RunEnding(.failed, reason: reason)
    }
  }
}

extension Result where Failure == ServerError {
  /// The answer; an error of a question without which the run cannot continue stops it.
  func orStop() throws(RunStop) -> Success {
    switch self {
    case .success(let value): return value
    case .failure(let error) where error.kind == .webPage: throw .refused(error.description)
    case .failure(let error): throw .server(error.description)
    }
  }
}
