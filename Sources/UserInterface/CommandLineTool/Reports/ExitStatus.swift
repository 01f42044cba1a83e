package import BatchEngine
import RowLedger

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
  case limitExceeded = 8
  case notAsAsked = 9
  case stoppedEarly = 10
  case locked = 11
  case planNotTrue = 12
  case hungUp = 129
  case interrupted = 130
  case terminated = 143

  /// What it means, as help lists it.
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
    case .limitExceeded:
      "a limit was exceeded: more rows delete, or failed, than allowed, or an export or backup shrank"
    case .notAsAsked:
      "looked, and not as asked: diff --exit-code, backup verify, drill and status, or a port group that is not as the source after a restore"
    case .stoppedEarly:
      "stopped after the first port groups, as --canary-groups asks"
    case .planNotTrue: "the plan has expired, was applied already, or no longer holds"
    case .locked: "locked: another run is at work on the target, or another process on a file"
    case .hungUp: "hung up: the terminal went away (SIGHUP)"
    case .interrupted: "interrupted (Ctrl-C)"
    case .terminated: "terminated (SIGTERM)"
    }
  }

  /// All codes, the most severe first, after that of a wrong command line, for which nothing is done: the order for a run, and for several
  /// targets.
  package static let order: [ExitStatus] = [
    .usage, .hungUp, .interrupted, .terminated, .refused, .inDoubt, .limitExceeded, .failure,
    .rowsFailed, .planNotTrue,
    .tryAgain, .inputInvalid, .locked, .stoppedEarly, .notAsAsked, .success,
  ]

  /// The most severe of several codes; success if there is none.
  static func weightiest(_ codes: [ExitStatus]) -> ExitStatus {
    order.first(where: codes.contains) ?? .success
  }

  /// The status of a run: the most severe code that applies.
  ///
  /// Books that do not balance are a failure, regardless of everything else.
  package init(_ result: RunResult) {
    let books = result.books ?? Books()
    guard books.balances else { self = .failure; return }
    // The valid rows of a refused run are not open.
    if result.wasRefused { self = .inputInvalid; return }
    var codes = [result.stop?.status].compactMap(\.self)
    if books.inDoubt > 0 { codes.append(.inDoubt) }
    if books.failed > 0 { codes.append(.rowsFailed) }
    if books.pending > 0, codes != [.stoppedEarly], codes != [.planNotTrue] {
      codes.append(.tryAgain)
    }
    codes += result.unreadableGroups.map(\.status)
    if books.invalid > 0 { codes.append(.inputInvalid) }
    if let verdict = result.verdict, !verdict.isSame { codes.append(.notAsAsked) }
    self = Self.weightiest(codes)
  }
}

extension RunResult {
  /// The exit code of the run.
  package var status: ExitStatus { ExitStatus(self) }
}

extension ExportResult {
  package var status: ExitStatus { stop?.status ?? .success }
}

extension Validator.Findings {
  package var status: ExitStatus {
    stop?.status ?? (invalid == 0 ? .success : .inputInvalid)
  }
}

extension UnreadableGroup {
  /// The code for this failure; another one may be more severe.
  fileprivate var status: ExitStatus { isWebPage ? .refused : .tryAgain }
}

extension RunStop {
  /// The code for this stop; another one may be more severe.
  var status: ExitStatus {
    switch self {
    case .interrupted, .aborted: .interrupted
    case .terminated: .terminated
    case .hungUp: .hungUp
    case .refused, .wrongTarget, .otherTarget, .notAgreed, .notApproved: .refused
    case .planUsed, .planNotTrue: .planNotTrue
    case .canary: .stoppedEarly
    case .tooManyDeletes, .tooManyFailed, .shrunk: .limitExceeded
    case .ledger(let error): error.kind == .locked ? .locked : .failure
    case .server, .lockFailed, .output, .declined: .failure
    case .targetLocked: .locked
    case .repository(let fault): fault.status
    case .input, .noSuchGroup, .unsuitable, .sourceLacksGroup, .badPlan: .inputInvalid
    case .misused: .usage
    case .unreadable(let group), .planIncomplete(let group): group.status
    case .gaveUp, .nameUnknown, .outOfProcessorTime: .tryAgain
    }
  }
}
