/// How the program ends; scripts rely on the numbers.
package enum ExitCode: Int32, Sendable, CaseIterable {
  case done = 0
  case failure = 1
  case usage = 2
  case rowsFailed = 3
  case inputInvalid = 4
  case stopped = 5
  case inDoubt = 6
  case refused = 7
  case fuse = 8
  case locked = 11
  case interrupted = 130
  case terminated = 143

  /// What it tells, as help lists it.
  package var meaning: String {
    switch self {
    case .done: "done, nothing failed"
    case .failure: "another failure"
    case .usage: "the command line is wrong"
    case .rowsFailed: "some rows failed"
    case .inputInvalid: "the input is invalid: nothing was sent, or only its good rows"
    case .stopped: "stopped, try again: the server is busy or out of reach"
    case .inDoubt: "of some rows it is not known whether they were done"
    case .refused: "refused: credentials, certificate or wrong target"
    case .fuse: "a fuse blew: more deletions than allowed"
    case .locked: "another run is at work on the target"
    case .interrupted: "interrupted (Ctrl-C)"
    case .terminated: "terminated (SIGTERM)"
    }
  }

  /// The one to end with when several apply: a signal, then 7, 6, 8, 3, 5, 4, the others, 0.
  package static func gravest(_ codes: some Sequence<ExitCode>) -> ExitCode {
    codes.min { rank[$0.rawValue] ?? .max < rank[$1.rawValue] ?? .max } ?? .done
  }

  private static let rank: [Int32: Int] = {
    let order: [ExitCode] = [
      .interrupted, .terminated, .refused, .inDoubt, .fuse, .rowsFailed, .stopped, .inputInvalid,
      .locked, .usage, .failure, .done,
    ]
    return Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1.rawValue, $0) })
  }()
}
