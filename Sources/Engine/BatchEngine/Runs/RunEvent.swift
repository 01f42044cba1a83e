package import PortGroupModel
package import RowLedger

/// What a run reports while it works; the command line shows it.
package enum RunEvent: Sendable {
  /// Something is wrong, doubtful or worth knowing about the input.
  case diagnostic(Diagnostic)
  /// The whole input has been read and checked; nothing has been sent.
  case staged(run: RunID, rows: Int, groups: Int)
  case progress(RunProgress)
  /// What a dry run would do for a row.
  case planned(PlannedRow)
  /// A request has to be repeated; the run waits so long before it does.
  case waiting(reason: String, delay: Duration)
  /// A group waits, because a write of another run may still arrive in it; that run should be resumed.
  case postponed(PortGroup, by: RunID, wait: Duration)
  /// A sentence worth knowing, such as a field of the server that we do not know.
  case remark(String)
  /// Rows that are not sent, because the user asked for some groups or for the first rows only.
  case leftOut(ofOtherGroups: Int, beyondLimit: Int, limit: Int?)
}

/// How far a run has come.
package struct RunProgress: Sendable, Equatable {
  /// Rows whose fate is decided, or servers that were read.
  package var done: Int
  /// Rows that were sent and answered, but are not recorded yet.
  package var underway: Int
  /// All rows; `nil` while it is not known.
  package var total: Int?
  package var failed: Int
  /// Rows of which it was not found out whether they were done.
  package var inDoubt = 0
  /// Requests in flight.
  package var inFlight: Int
  /// How many may be in flight now.
  package var slots: Int

  package init(
    done: Int = 0, underway: Int = 0, total: Int? = nil, failed: Int = 0, inFlight: Int = 0,
    slots: Int = 0
  ) {
    self.done = done
    self.underway = underway
    self.total = total
    self.failed = failed
    self.inFlight = inFlight
    self.slots = slots
  }
}
