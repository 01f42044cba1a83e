package import PortGroupModel
package import RowLedger

/// An event of a run, which the command line shows.
package enum RunEvent: Sendable {
  /// A diagnostic of the input.
  case diagnostic(Diagnostic)
  /// The whole input has been read and checked; nothing has been sent.
  case staged(run: RunID, rows: Int, groups: Int)
  case progress(RunProgress)
  /// What a run would do for a row; only of a dry run.
  case planned(PlannedRow)
  /// A request must be repeated; the run waits for `delay` first.
  case waiting(reason: String, delay: Duration)
  /// A group waits, because a write of another run may still arrive in it; that run should be resumed.
  case postponed(PortGroup, by: RunID, wait: Duration)
  /// This process has finished with a group, for the time being; how many of its rows are in which state, by name.
  case groupEnded(PortGroup, rows: [(state: String, count: Int)], took: Duration)
  /// A sentence for the user, such as about an unknown field of the server.
  case remark(String)
  /// Rows that are not sent, because the user selected some groups or the first rows.
  case leftOut(ofOtherGroups: Int, beyondLimit: Int, limit: Int?)
}

/// The progress of a run.
package struct RunProgress: Sendable, Equatable {
  /// The number of rows with a final state, or of servers that were read.
  package var done: Int
  /// The number of rows that were sent and answered, but are not recorded yet.
  package var underway: Int
  /// The number of all rows; `nil` while it is not known.
  package var total: Int?
  package var failed: Int
  /// The number of rows in doubt.
  package var inDoubt = 0
  /// The number of requests in flight.
  package var inFlight: Int
  /// The maximum number of requests in flight now.
  package var slots: Int
  /// True while the rows are only planned.
  package var isPlanning = false

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
