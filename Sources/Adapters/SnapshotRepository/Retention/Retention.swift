import FoundationEssentials

/// Decides which snapshots of one target a policy keeps.
///
///     let decisions = try Retention(policy).decide(candidates)
///
/// The rules are restic's, and where the clock always rose, so is the result. A clock that was wrong for a night does
/// little harm (decision 51): the order of the chain decides which snapshot is newer, a snapshot takes at most one place
/// a rule, and a night ages the others by at most a day and a half.
package struct Retention: Sendable {
  package let policy: RetentionPolicy

  /// The number of suspects after the last good snapshot that are kept.
  package static let suspects = 3

  /// Creates the decision maker of a policy.
  ///
  /// - Parameter policy: The rules; an empty one is refused.
  /// - Throws: What is wrong with the policy.
  package init(_ policy: RetentionPolicy) throws(RetentionPolicy.Complaint) {
    if let complaint = policy.complaint { throw complaint }
    self.policy = policy
  }

  /// Decides about all snapshots of one target.
  ///
  /// - Parameter candidates: The snapshots in the order of the chain, oldest first.
  /// - Returns: A decision about each, in the same order.
  package func decide(_ candidates: [RetentionCandidate]) -> [RetentionDecision] {
    var reasons = [Set<RetentionReason>](repeating: [], count: candidates.count)
    let newestFirst = candidates.indices.reversed()
    for index in newestFirst {
      if candidates[index].isKept { reasons[index].insert(.kept) }
      if candidates[index].isNeeded { reasons[index].insert(.needed) }
    }
    let good = newestFirst.filter { candidates[$0].isGood }
    if let lastGood = good.first { reasons[lastGood].insert(.lastGood) }
    applyRules(to: good.map { ($0, candidates[$0].moment) }, &reasons)

    // The floor comes last: it adds the newest ones only where too few good ones were kept.
    var missing = policy.minGood - good.count { !reasons[$0].isEmpty }
    for index in good where missing > 0 && reasons[index].isEmpty {
      reasons[index].insert(.minGood)
      missing -= 1
    }

    let suspects = newestFirst.filter { !candidates[$0].isGood }
    for (rank, index) in suspects.enumerated() {
      if index < good.first ?? 0 {
        if reasons[index].isEmpty { reasons[index].insert(.suspectBeforeGood) }
      } else if rank < Self.suspects {
        reasons[index].insert(.newestSuspect)
      } else if reasons[index].isEmpty {
        reasons[index].insert(.olderSuspect)
      }
    }
    return zip(candidates, reasons).map { candidate, reasons in
      let all = reasons.isEmpty ? [.noRule] : RetentionReason.allCases.filter(reasons.contains)
      return RetentionDecision(
        id: candidate.id, isKept: reasons.contains(where: \.keeps), reasons: all)
    }
  }

  /// A good snapshot: its place in the chain, and its moment.
  private typealias Good = (index: Int, moment: Date)

  private func applyRules(to good: [Good], _ reasons: inout [Set<RetentionReason>]) {
    let times = good.map { UTCTime($0.moment) }
    for index in 0..<min(policy.keepLast ?? 0, good.count) {
      reasons[good[index].index].insert(.last)
    }
    let rules: [(RetentionReason, Int?, UTCTime.Period)] = [
      (.hourly, policy.keepHourly, .hour), (.daily, policy.keepDaily, .day),
      (.weekly, policy.keepWeekly, .week), (.monthly, policy.keepMonthly, .month),
      (.yearly, policy.keepYearly, .year),
    ]
    for case (let reason, let count?, let period) in rules {
      for index in Self.newestOfPeriods(times, period, count) {
        reasons[good[index].index].insert(reason)
      }
    }
    if let duration = policy.keepWithin {
      for index in Self.within(times, duration) { reasons[good[index].index].insert(.within) }
    }
  }
}

extension RetentionReason {
  /// False for the reasons to forget.
  fileprivate var keeps: Bool {
    switch self {
    case .noRule, .suspectBeforeGood, .olderSuspect: false
    default: true
    }
  }
}
