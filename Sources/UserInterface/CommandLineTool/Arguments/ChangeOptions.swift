// The options with which a change is planned, approved and done.

import BatchEngine

/// What apply does where a step of the plan no longer holds.
enum DriftRule: String, CaseIterable {
  /// That row fails, and the others are done.
  case row
  /// Nothing is sent.
  case none
}

extension Option {
  package static let planFile = Option(
    "plan", .text("FILE", .files), in: .safety, readsEnvironment: false,
    "send nothing: write what would be done to FILE, which apply does after it was approved"
  )
  package static let validFor = Option(
    "valid-for", .duration(.seconds(60) ... .seconds(365 * 86400)), in: .safety,
    fallback: "7d", "how long the plan of --plan can be applied")
  package static let approve = Option(
    "approve", .text("FINGERPRINT", .anything), in: .safety, readsEnvironment: false,
    "the 26 letters of the plan's fingerprint, as whoever approved the plan has seen it; without it they are "
      + "typed on the terminal")
  package static let onDrift = Option(
    "on-drift", .choice(of: DriftRule.self), in: .safety, fallback: DriftRule.row.rawValue,
    "where a server was changed since the plan was made: leave that row alone, or send nothing at all"
  )
  package static let canaryGroups = Option(
    "canary-groups", .number(1...Int.max), in: .safety, readsEnvironment: false,
    "do the first N port groups, read them back, and stop; resume does the others")
  package static let runKey = Option(
    "run-key", .line(200), in: .safety,
    "do this once, under the name TEXT: for 7 days the same command with the same name returns the result of "
      + "its run and sends nothing, or resumes it")
  package static let targetMoved = Option(
    "target-moved", in: .safety, readsEnvironment: false,
    "apply the plan although its server has another address now")
}
