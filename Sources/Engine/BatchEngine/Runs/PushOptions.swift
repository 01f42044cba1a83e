/// How rows are sent to a server, for every kind of run that writes.
package struct PushOptions: Sendable {
  /// Which written rows are read back.
  package enum Verification: String, Sendable, CaseIterable, Codable {
    case all
    case none
  }

  package var pace = Pace()
  /// The maximum number of rows that delete.
  package var maxDelete: RowLimit = 0
  /// The maximum number of failed rows before the run stops; `nil` for no limit.
  package var maxFail: RowLimit?
  /// True if a group may lose its last call manager or SIP proxy.
  package var allowLast = false
  package var verify = Verification.all
  /// How long a creation whose answer was lost may still be in the server's queue: 255 requests at one a second.
  package var settleWait: Duration = .seconds(255)
  /// The maximum time of a request, and so the time in which another process's write may still arrive.
  package var transferTimeout: Duration = .seconds(60)
  /// True if the valid rows of a file with errors are sent.
  package var skipInvalid = false
  /// True if the user left out rows of the input, so that the run may not have all rows of a group.
  package var isPart = false
  /// True if the user has agreed in advance to what is sent.
  package var isAgreed = false
  /// The number of groups after which the run stops, so that they can be looked at; `nil` for no stop.
  package var canaryGroups: Int?
  /// True if nothing is sent where a step of the plan no longer holds.
  package var sendsOnlyWhole = false
  /// What a restore may do; `nil` for every other run.
  package var restore: RestoreTerms?
  /// True for a dry run: nothing is sent, and the plan is reported as ``RunEvent/planned(_:)``.
  package var isDry = false

  package init() {}
}
