/// How rows are pushed to a server; the same for every kind of run that writes.
package struct PushOptions: Sendable {
  /// Which written rows are read back.
  package enum Verification: String, Sendable, CaseIterable, Codable {
    case all
    case none
  }

  package var pace = Pace()
  /// How many rows may ask for a deletion.
  package var maxDelete: RowLimit = 0
  /// How many rows may fail before the run stops; any number where it is `nil`.
  package var maxFail: RowLimit?
  /// True if a group may lose its last call manager or SIP proxy.
  package var allowLast = false
  package var verify = Verification.all
  /// How long a creation whose answer was lost may still be in the server's queue: 255 requests at one a second.
  package var settleWait: Duration = .seconds(255)
  /// How long a request may take at most, and so how long another process's write may still be on its way.
  package var transferTimeout: Duration = .seconds(60)
  /// True if the good rows of a file with errors shall be sent.
  package var skipInvalid = false
  /// True if rows of the input were left out on purpose, so that a group's rows may not be all that mean it.
  package var isPart = false
  /// True if nothing is to be sent: what would be done is reported as ``RunEvent/planned(_:)``.
  package var isDry = false

  package init() {}
}
