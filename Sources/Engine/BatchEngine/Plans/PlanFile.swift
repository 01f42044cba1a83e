package import FoundationEssentials
package import PortGroupFiles

/// The plan file that a command writes instead of sending anything.
package struct PlanFile: Sendable {
  package var path: String
  /// The user and the host.
  package var author: String
  package var ticket: String?
  /// When the plan was made.
  package var made: Date
  /// How long it can be applied, in whole seconds.
  package var validFor: Duration
  /// The fingerprint of the target's public key, if it is pinned.
  package var pin: String?
  /// The part of the input that was asked for; the number of invalid rows is known later.
  package var part: PlanHead.Part

  package init(
    path: String, author: String, ticket: String?, made: Date, validFor: Duration, pin: String?,
    part: PlanHead.Part = PlanHead.Part()
  ) {
    self.part = part
    self.path = path
    self.author = author
    self.ticket = ticket
    self.made = made
    self.validFor = validFor
    self.pin = pin
  }

  /// After this moment the plan is not applied.
  package var notAfter: Date { made.addingTimeInterval(Double(validFor.components.seconds)) }
}

/// A plan file that was written.
package struct WrittenPlan: Sendable, Equatable {
  package var path: String
  package var fingerprint: PlanFingerprint
  package var notAfter: Date
  package var counts: PlanCounts
}
