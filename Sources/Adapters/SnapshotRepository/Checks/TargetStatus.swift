package import FoundationEssentials

/// Whether the snapshots of a target are as they should be.
package struct TargetStatus: Sendable, Equatable {
  /// The states; a target has the first that applies.
  package enum State: String, Sendable, CaseIterable {
    /// Lines of its chain are missing or were changed, so that it is not certain which snapshot is the last good one.
    case damaged = "DAMAGED"
    /// The newest snapshot is suspect.
    case suspect = "SUSPECT"
    /// There is no snapshot.
    case never = "NEVER"
    /// The last good snapshot is too old, or from the future.
    case old = "OLD"
    /// No drill has succeeded, or the last one is too old.
    case undrilled = "UNDRILLED"
    case ok = "OK"
  }

  /// What is expected of a target.
  package struct Terms: Sendable {
    package var now: Date
    /// The age in seconds that the last good snapshot may have.
    package var maxAge: TimeInterval
    /// The age in seconds that the last good drill may have; 0 for any, and for none at all.
    package var drillAge: TimeInterval

    package init(now: Date, maxAge: TimeInterval, drillAge: TimeInterval) {
      self.now = now
      self.maxAge = maxAge
      self.drillAge = drillAge
    }

    /// True if this was longer ago than allowed, or is in the future by more than two clocks differ.
    func isOld(_ moment: Date, _ limit: TimeInterval) -> Bool {
      let age = now.timeIntervalSince(moment)
      return age > limit || age < -Self.clockDifference
    }

    private static let clockDifference: TimeInterval = 300
  }

  package let title: String
  package let state: State
  package let lastGood: Snapshot?
  package let newest: Snapshot?
  package let lastDrill: Date?
  /// The newest drill failed.
  package let hasFailedDrill: Bool

  /// The status of an expected target without snapshots.
  package init(expected title: String) {
    self.title = title
    state = .never
    lastGood = nil
    newest = nil
    lastDrill = nil
    hasFailedDrill = false
  }

  package init(_ history: TargetHistory, _ terms: Terms) {
    title = history.title
    lastGood = history.lastGood
    newest = history.newest
    lastDrill = history.lastDrill
    hasFailedDrill = history.newestDrill?.passed == false
    let isUndrilled =
      terms.drillAge > 0
      && (hasFailedDrill || (lastDrill.map { terms.isOld($0, terms.drillAge) } ?? true))
    if history.isDamaged {
      state = .damaged
    } else if let newest, !newest.isGood {
      state = .suspect
    } else if let lastGood {
      state = terms.isOld(lastGood.ended, terms.maxAge) ? .old : isUndrilled ? .undrilled : .ok
    } else {
      state = .never
    }
  }
}
