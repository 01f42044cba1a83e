// The books of a run as a table for people, and how a run ended in words.

import BatchEngine
import RowLedger

extension Books {
  /// The states that rows are in, with the sum below.
  ///
  /// Of a run that was refused, the good rows are not pending: nothing continues them.
  func table(wasRefused: Bool) -> TextTable {
    TextTable.summary(
      [
        ("created", created, .green), ("updated", updated, .green), ("deleted", deleted, .green),
        ("unchanged", unchanged, nil), ("invalid", invalid, .red), ("failed", failed, .red),
        ("in doubt", inDoubt, .yellow), (wasRefused ? "not sent" : "pending", pending, .yellow),
      ], total: ("read", read))
  }

  /// Names and counts in one order, for programs.
  var counts: [(name: String, count: Int)] {
    [
      ("read", read), ("invalid", invalid), ("created", created), ("updated", updated),
      ("deleted", deleted), ("unchanged", unchanged), ("failed", failed), ("inDoubt", inDoubt),
      ("pending", pending), ("exported", exported),
    ]
  }
}

extension RunStop {
  /// Why the run ended early, as a sentence without a full stop.
  var sentence: String {
    switch self {
    case .interrupted: "The run was stopped by Ctrl-C"
    case .terminated: "The run was stopped by SIGTERM"
    case .hungUp: "The run was stopped by SIGHUP (its terminal went away)"
    case .outOfProcessorTime:
      "The run was stopped by SIGXCPU (its processor time is used up: ulimit -t, or LimitCPU= of a unit)"
    case .aborted: "The run was cut off"
    case .gaveUp(let time, let reason):
      "The run gave up after \(Quantity.time(time)) without one success: \(reason)"
    case .refused(let reason): "The run was refused: \(reason)"
    case .nameUnknown(let reason): "Nothing was sent: \(reason)"
    case .server(let reason): "The server cannot be worked with: \(reason)"
    case .ledger(let reason), .ledgerLocked(let reason), .output(let reason): reason.sentenceStart
    case .fuse(let reason), .noSuchGroup(let reason): "Nothing was sent: \(reason)"
    case .tooManyFailed(let limit):
      "The run was stopped, because more rows failed than --max-fail \(limit) allows"
    case .targetLocked(let reason): reason.sentenceStart
    // It begins with the name of a file.
    case .shrunk(let reason): reason
    case .input: "Nothing was sent: the input cannot be read"
    }
  }

  /// What to do next where no run was begun, as a clause; `nil` where the sentence says it.
  var hint: String? {
    switch self {
    case .interrupted, .terminated, .hungUp, .outOfProcessorTime, .gaveUp, .server, .aborted:
      "run the same command again: nothing was sent"
    case .fuse: "check the rows that delete, then import again with --max-delete N"
    case .shrunk:
      "look at the target and at the file; where it is right to replace it, pass --accept-shrink"
    case .targetLocked: "wait until it has ended, or pass --lock-wait TIME"
    case .nameUnknown, .noSuchGroup, .refused, .tooManyFailed, .ledger, .ledgerLocked, .output,
      .input:
      nil
    }
  }
}
