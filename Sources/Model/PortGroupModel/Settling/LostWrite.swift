/// When a write was sent.
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

/// A write that was sent, or may have been, and whose answer is unknown.
package struct LostWrite: Sendable, Equatable {
  /// What happened to the answer, for users.
  package var reason: String
  /// When it was sent at the latest, on the clock of the run.
  package var left: Duration
  /// The same as a time for the ledger; `nil` if it is not recorded.
  package var sent: Moment?
  /// The latest moment at which an earlier process may have sent it, if `sent` may be the moment of an earlier attempt.
  package var latest: Moment?
  /// True if it is no longer in the server's queue, because it was answered with an error.
  package var isAnswered = false
  /// True for a delete that was answered "not found", which the group's list must confirm.
  var isDenied = false
  /// True after the longest time that a write can be in the server's queue.
  var hasWaited = false

  package init(reason: String, left: Duration, sent: Moment?, isAnswered: Bool = false) {
    self.reason = reason
    self.left = left
    self.sent = sent
    self.isAnswered = isAnswered
  }
}
