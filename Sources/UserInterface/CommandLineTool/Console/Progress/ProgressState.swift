/// The progress of a run at one moment.
package struct ProgressState: Sendable, Equatable {
  /// The current activity, as one word: `Reading`, `Sending`.
  package var phase: String
  /// What is counted, in the singular: `row`, `group`.
  package var unit: String
  /// The number of finished items in this phase.
  package var done: Int
  /// The total number; `nil` while it is not known.
  package var total: Int?
  package var failed: Int
  package var inDoubt: Int
  /// Requests in flight.
  package var slotsInUse: Int
  /// The maximum number of requests in flight now; 0 in a phase without requests.
  package var slots: Int
  /// Why nothing is sent at the moment, as a clause: `the server is busy (503)`; otherwise `nil`.
  package var waiting: String?

  package init(
    phase: String, unit: String = "row", done: Int = 0, total: Int? = nil, failed: Int = 0,
    inDoubt: Int = 0,
    slotsInUse: Int = 0, slots: Int = 0, waiting: String? = nil
  ) {
    self.phase = phase
    self.unit = unit
    self.done = done
    self.total = total
    self.failed = failed
    self.inDoubt = inDoubt
    self.slotsInUse = slotsInUse
    self.slots = slots
    self.waiting = waiting
  }
}

/// The speed and the remaining time.
package struct ProgressPace: Sendable, Equatable {
  /// The number of items a second; `nil` until it is known.
  package var rate: Double?
  /// The remaining time at this rate; `nil` if it is not known.
  package var left: Duration?

  package init(rate: Double? = nil, left: Duration? = nil) {
    self.rate = rate
    self.left = left
  }
}
