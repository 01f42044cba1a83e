/// How hard a server is pushed, and for how long without an answer.
package struct Pace: Sendable {
  /// Requests in flight at most, 1 or more; the server has five for all its web clients together.
  package var slots: Int
  /// Requests a second at most; `nil` for no bound.
  package var rate: Double?
  /// How long the run continues without one success.
  package var giveUp: Duration
  /// How long it continues before the first answer ever, where connections are refused or cut; `nil`: as `giveUp`.
  package var connectWait: Duration?

  /// How many groups are worked on at one time: while one plans or books, another has its slot.
  var workers: Int { slots * 2 }

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
