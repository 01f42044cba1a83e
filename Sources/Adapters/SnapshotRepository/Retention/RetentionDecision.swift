package import FoundationEssentials

/// A snapshot of the chain, as far as it matters whether it is kept.
package struct RetentionCandidate: Sendable, Equatable {
  package var id: SnapshotID
  /// When the snapshot ended, by the clock of the machine that took it, right or wrong.
  package var moment: Date
  /// False for a suspect one.
  package var isGood: Bool
  /// True if a person asked to keep it.
  package var isKept: Bool
  /// True if an open run or plan needs it.
  package var isNeeded: Bool

  package init(
    id: SnapshotID, moment: Date, isGood: Bool = true, isKept: Bool = false, isNeeded: Bool = false
  ) {
    self.id = id
    self.moment = moment
    self.isGood = isGood
    self.isKept = isKept
    self.isNeeded = isNeeded
  }
}

/// Whether a snapshot is kept, with all reasons.
package struct RetentionDecision: Sendable, Equatable {
  package let id: SnapshotID
  package let isKept: Bool
  /// Every reason, at least one, in the order in which ``RetentionReason`` declares them.
  package let reasons: [RetentionReason]

  /// The reasons in words, such as `daily, last good`.
  package var text: String { reasons.map(\.text).joined(separator: ", ") }
}

/// Why a snapshot is kept or forgotten; the raw values are stable names for files and JSON.
package enum RetentionReason: String, Sendable, Codable, CaseIterable {
  // Kept by the policy:
  case last, hourly, daily, weekly, monthly, yearly, within
  // Kept whatever the policy says:
  case lastGood, minGood, kept, needed, newestSuspect
  // Forgotten:
  case noRule, suspectBeforeGood, olderSuspect

  /// A few words for people.
  package var text: String {
    switch self {
    case .last: "one of the last"
    case .hourly: "hourly"
    case .daily: "daily"
    case .weekly: "weekly"
    case .monthly: "monthly"
    case .yearly: "yearly"
    case .within: "new enough"
    case .lastGood: "last good"
    case .minGood: "one of the newest good ones"
    case .kept: "kept by hand"
    case .needed: "needed by an open run or plan"
    case .newestSuspect: "one of the newest suspects"
    case .noRule: "no rule keeps it"
    case .suspectBeforeGood: "suspect, and a good one followed"
    case .olderSuspect: "suspect, and \(Retention.suspects) newer ones are kept"
    }
  }
}
