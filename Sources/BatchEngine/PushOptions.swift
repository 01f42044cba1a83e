/// How rows are pushed to a server; the same for every kind of run that writes.
package struct PushOptions: Sendable {
  /// Which written rows are read back.
  package enum Verification: String, Sendable, CaseIterable {
    case all
    case none
  }

  /// Requests in flight at most, 1 or more; the server has five for all its web clients together.
  package var slots = 2
  /// Requests a second at most; `nil` for no bound.
  package var rate: Double?
  /// How many rows may ask for a deletion.
  package var maxDelete = 0
  /// True if a group may lose its last call manager or SIP proxy.
  package var allowLast = false
  package var verify = Verification.all
  /// How long a creation whose answer was lost may still be in the server's queue: 255 requests at one a second.
  package var settleWait: Duration = .seconds(255)
  /// How long the run goes on without one success.
  package var giveUp: Duration = .seconds(600)
  /// True if the good rows of a file with errors shall be sent.
  package var skipInvalid = false

  package init() {}
}
