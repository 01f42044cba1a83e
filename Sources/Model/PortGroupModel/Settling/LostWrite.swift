/// When a write left.
package struct Departure: Sendable, Equatable {
  /// On the clock of the run.
  package var time: Duration
  /// For the ledger.
  package var moment: Moment

  package init(time: Duration, moment: Moment) {
    self.time = time
    self.moment = moment
  }
}

/// A write that left, or may have, and whose answer is not known.
package struct LostWrite: Sendable, Equatable {
  /// What happened to the answer, for people.
  package var reason: String
  /// When it left at the latest, on the clock of the run.
  package var left: Duration
  /// The same for the ledger; `nil` where it is not recorded.
  package var sent: Moment?
  /// True if it cannot be in the server's queue any more: it was answered, though not well.
  package var isAnswered = false
  /// True for a delete that was answered "not found": believed once the group's list shows it, too.
  var isDenied = false
  /// True once it was waited for as long as a write can be in the server's queue.
  var hasWaited = false

  package init(reason: String, left: Duration, sent: Moment?, isAnswered: Bool = false) {
    self.reason = reason
    self.left = left
    self.sent = sent
    self.isAnswered = isAnswered
  }
}
