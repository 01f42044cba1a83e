/// The limits for requests, and for how long a run continues without an answer.
package struct Pace: Sendable {
  /// The maximum number of requests in flight, 1 or more; the server has five for all its web clients together.
  package var slots: Int
  /// The maximum number of requests a second; `nil` for no limit.
  package var rate: Double?
  /// How long the run continues without a success.
  package var giveUp: Duration
  /// How long it continues before the first answer if connections are refused or cut; `nil` means `giveUp`.
  package var connectWait: Duration?

  /// The number of groups processed at one time: while one is planned or recorded, another uses the slot.
  ///
  /// With one slot, one group follows the other, so that everything is sent in the order in which a plan has it.
  var workers: Int { slots == 1 ? 1 : slots * 2 }

  package init(
    slots: Int = 2, rate: Double? = nil, giveUp: Duration = .seconds(600),
    connectWait: Duration? = nil
  ) {
    self.slots = slots
    self.rate = rate
    self.giveUp = giveUp
    self.connectWait = connectWait
  }
}

/// Limits that become known after the server was reached, and that only lower those of the run.
package struct PaceLimit: Sendable, Equatable {
  /// The maximum number of requests in flight; `nil` for no limit.
  package var slots: Int?
  /// The maximum number of requests a second; `nil` for no limit.
  package var rate: Double?

  package init(slots: Int? = nil, rate: Double? = nil) {
    self.slots = slots
    self.rate = rate
  }
}
