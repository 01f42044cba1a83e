/// How far a run is, at one moment.
package struct ProgressState: Sendable, Equatable {
  /// What is being done, as one word: `Reading`, `Sending`.
  package var phase: String
  /// What is counted, in the singular: `row`, `group`.
  package var unit: String
  /// How many are through with this phase.
  package var done: Int
  /// How many there are in all; `nil` while that is not known.
  package var total: Int?
  package var failed: Int
  package var inDoubt: Int
  /// Requests in flight.
  package var slotsInUse: Int
  /// Requests that may be in flight now; 0 where there are none, as in reading.
  package var slots: Int
  /// Why nothing is sent at the moment, as a clause: `the server is busy (503)`; else `nil`.
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

/// How fast it works.
package struct ProgressPace: Sendable, Equatable {
  /// How many a second; `nil` until something can be said.
  package var rate: Double?
  /// The time that the rest will take at this rate; `nil` if that is not known.
  package var left: Duration?

  package init(rate: Double? = nil, left: Duration? = nil) {
    self.rate = rate
    self.left = left
  }
}
