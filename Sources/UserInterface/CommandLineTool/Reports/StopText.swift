// The texts for a run that ended early, for the user and for the ledger.

package import BatchEngine
import PortGroupFiles
import PortGroupModel
package import RowLedger
import SnapshotRepository

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
    case .gaveUp(let time, _):
      "The run gave up after \(Quantity.time(time)) without one success: \(reason)"
    case .refused, .wrongTarget, .otherTarget, .notAgreed, .notApproved:
      "The run was refused: \(reason)"
    case .server: "The server cannot be used: \(reason)"
    case .nameUnknown, .tooManyDeletes, .noSuchGroup, .unsuitable, .sourceLacksGroup, .misused,
      .unreadable, .input, .planUsed, .planNotTrue, .planIncomplete:
      "Nothing was sent: \(reason)"
    case .declined(_, let isFinal): "Nothing \(isFinal ? "" : "more ")was sent: \(reason)"
    case .canary: "The run was stopped as it was to be: \(reason)"
    case .badPlan(let fault): fault.message
    case .tooManyFailed: "The run was stopped, because \(reason)"
    case .ledger, .lockFailed, .output, .targetLocked: reason.sentenceStart
    case .repository(let fault): fault.sentence
    // The text begins with the name of a file.
    case .shrunk: reason
    }
  }

  /// Why a source cannot be read, as a sentence without a full stop.
  var sourceSentence: String {
    if case .repository(let fault) = self { fault.sentence } else { reason.sentenceStart }
  }

  /// Only the cause, as a clause.
  var reason: String {
    switch self {
    case .interrupted, .aborted: "by the user"
    case .terminated: "by the system"
    case .hungUp: "because its terminal went away"
    case .outOfProcessorTime: "its processor time is used up"
    case .refused(let error): error.fullText
    case .ledger(let error): error.fullText
    case .tooManyDeletes(let excess): excess.clause
    case .tooManyFailed(let limit): "more rows failed than --max-fail \(limit) allows"
    case .noSuchGroup(let name, let nearest):
      "the target has no port group \(name.quoted)"
        + (nearest.map { "; did you mean \($0.quoted)?" } ?? ", which --only-group asks for")
    case .repository(let fault): fault.message
    case .input: "the input cannot be read"
    case .badPlan(let fault): fault.message
    case .planNotTrue(let steps):
      "\(Quantity.count(steps, "step")) of the plan no longer \(steps == 1 ? "holds" : "hold"), and --on-drift none "
        + "sends nothing then"
    case .planIncomplete(let group): "no plan was written, because \(group.sentence)"
    case .canary(let groups):
      "\(Quantity.count(groups, "port group")) \(groups == 1 ? "is" : "are") done"
    case .notAgreed:
      "its plan was shown, and nobody has agreed to it; resume it on a terminal, or with --yes"
    case .unreadable(let group): group.sentence
    case .otherTarget(let other):
      other.origin == other.target
        ? "\(other.source) was read from another server than the one that now answers at \(other.target)"
        : "\(other.source) was read from \(other.origin), and the target is \(other.target)"
    case .sourceLacksGroup(let name, let nearest):
      "the source has no port group \(name.quoted)"
        + (nearest.map { "; did you mean \($0.quoted)?" } ?? ", which --only-group asks for")
    case .gaveUp(_, let reason), .declined(let reason, _), .unsuitable(let reason),
      .planUsed(let reason), .notApproved(let reason),
      .misused(let reason),
      .nameUnknown(let reason),
      .wrongTarget(let reason),
      .server(let reason), .targetLocked(let reason), .lockFailed(let reason),
      .shrunk(let reason), .output(let reason):
      reason
    }
  }

  /// The ending that the ledger records.
  package var ending: RunEnding {
    switch self {
    case .interrupted, .aborted, .terminated, .hungUp: RunEnding(.interrupted, reason: reason)
    case .input: RunEnding(.refused, reason: reason)
    case .planNotTrue, .planUsed, .notApproved: RunEnding(.declined, reason: reason)
    case .declined(_, let isFinal): RunEnding(isFinal ? .declined : .stopped, reason: reason)
    case .server, .ledger, .lockFailed, .output, .repository: RunEnding(.failed, reason: reason)
    case .outOfProcessorTime, .gaveUp, .nameUnknown, .refused, .wrongTarget, .otherTarget,
      .notAgreed,
      .tooManyDeletes,
      .tooManyFailed, .noSuchGroup, .unsuitable, .sourceLacksGroup, .misused, .unreadable,
      .targetLocked, .shrunk, .badPlan, .planIncomplete, .canary:
      RunEnding(.stopped, reason: reason)
    }
  }

  /// What to do next if no run was started, as a clause; `nil` if the sentence is enough.
  var hint: String? {
    switch self {
    case .interrupted, .terminated, .hungUp, .outOfProcessorTime, .gaveUp, .server, .aborted,
      .unreadable:
      "run the same command again: nothing was sent"
    case .declined(_, isFinal: true): "run the command again and, if its plan is right, agree to it"
    case .tooManyDeletes:
      "check the rows that delete, then run the command again with --max-delete N"
    case .shrunk:
      "look at the target and at the file; if it is right to replace the file, pass --accept-shrink"
    case .otherTarget: "if it is right to restore it onto another server, pass --from-other-target"
    case .misused: "import the file instead: cupibulk import"
    case .badPlan(let fault): fault.hint.isEmpty ? nil : fault.hint
    case .planUsed: "make a new plan: run the command that made it again"
    case .planNotTrue: "cupibulk plan check names them; make a new plan, or pass --on-drift row"
    case .planIncomplete: "run the same command again"
    case .repository(let fault): fault.hint
    case .targetLocked: "wait until it has ended, or pass --lock-wait TIME"
    case .declined, .notAgreed, .notApproved, .canary, .nameUnknown, .noSuchGroup, .unsuitable,
      .sourceLacksGroup,
      .refused, .wrongTarget,
      .tooManyFailed,
      .ledger,
      .lockFailed,
      .output, .input:
      nil
    }
  }
}

extension DeleteExcess {
  /// `2 rows would delete, and --max-delete allows 1`.
  fileprivate var clause: String {
    let allowed =
      if case .percent = limit { "\(allowed) (\(limit) of \(rows))" } else { "\(limit)" }
    return "\(deletions == 1 ? "1 row" : "\(deletions) rows") would delete, "
      + "and --max-delete allows \(allowed)"
  }
}
