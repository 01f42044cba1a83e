package import RowLedger

/// How a command ends, as the exit code that scripts see; docs/manual.md lists them.
package enum ExitStatus: Int32, Sendable, CaseIterable {
  case success = 0
  case failure = 1
  case usage = 2
  case rowsFailed = 3
  case inputInvalid = 4
  case tryAgain = 5
  case inDoubt = 6
  case refused = 7
  case fuse = 8
  case locked = 11
  case hungUp = 129
  case interrupted = 130
  case terminated = 143

  /// What it tells, as help lists it.
  package var meaning: String {
    switch self {
    case .success: "done, nothing failed"
    case .failure: "another failure"
    case .usage: "the command line is wrong"
    case .rowsFailed: "some rows failed"
    case .inputInvalid: "the input is invalid: nothing was sent, or only its good rows"
    case .tryAgain: "stopped, try again: the server is busy or out of reach"
    case .inDoubt: "of some rows it is not known whether they were done"
    case .refused: "refused: credentials, certificate or wrong target"
    case .fuse: "a fuse blew: more rows delete, or failed, than allowed, or an export shrank"
    case .locked: "locked: another run is at work on the target, or another process on a file"
    case .hungUp: "hung up: the terminal went away (SIGHUP)"
    case .interrupted: "interrupted (Ctrl-C)"
    case .terminated: "terminated (SIGTERM)"
    }
  }

  /// The status of a run that pushed rows.
  ///
  /// Where several apply, the order is: signal, refused, in doubt, fuse, failed rows, stopped, invalid
  /// rows that were skipped. Books that do not balance are a failure before all of them. `wasRefused`
  /// says that nothing was sent, because rows are invalid; `leavesGroups`, that groups could not be read.
  package init(
    books: Books, stop: RunStop?, wasRefused: Bool = false, leavesGroups: Bool = false
  ) {
    self =
      if !books.balances {
        .failure
      } else if wasRefused {
        .inputInvalid
      } else {
        switch stop {
        case .interrupted, .aborted: .interrupted
        case .terminated: .terminated
        case .hungUp: .hungUp
        case .refused: .refused
        default: ExitStatus(unsignalled: books, stop, leavesGroups)
        }
      }
  }

  private init(unsignalled books: Books, _ stop: RunStop?, _ leavesGroups: Bool) {
    if books.inDoubt > 0 { self = .inDoubt; return }
    switch stop {
    case .fuse, .tooManyFailed, .shrunk: self = .fuse
    case .ledger, .server, .output: self = .failure
    case .ledgerLocked, .targetLocked: self = .locked
    case .input, .noSuchGroup: self = .inputInvalid
    case _ where books.failed > 0: self = .rowsFailed
    case .gaveUp, .nameUnknown, .outOfProcessorTime: self = .tryAgain
    case _ where books.pending > 0 || leavesGroups: self = .tryAgain
    default: self = books.invalid > 0 ? .inputInvalid : .success
    }
  }
}
