/// Which snapshots of a target are kept: the newest, the newest of each of the last periods, and those not too old.
///
/// In a file it is an object with the names of the properties; what is not set is left out. A policy from a file is
/// checked: an unknown name, a count outside of 1 to 10,000 or a duration in another notation is a `DecodingError`.
package struct RetentionPolicy: Sendable, Equatable {
  /// How many of the newest good snapshots to keep.
  package var keepLast: Int?
  /// For how many hours that have a good snapshot to keep the newest one of each; the same for the longer periods.
  package var keepHourly: Int?
  package var keepDaily: Int?
  /// Weeks begin on Monday, as in ISO 8601.
  package var keepWeekly: Int?
  package var keepMonthly: Int?
  package var keepYearly: Int?
  /// Keeps every good snapshot that is newer than this, measured from the newest good one.
  package var keepWithin: RetentionDuration?
  /// Fewer good snapshots than this are never left, whatever the rest of the policy says.
  package var minGood: Int

  /// The number of good snapshots that are always kept where nothing else was asked for.
  package static let usualMinGood = 3

  /// The counts that can be set.
  package static let counts = 1...10_000

  package init(
    keepLast: Int? = nil, keepHourly: Int? = nil, keepDaily: Int? = nil, keepWeekly: Int? = nil,
    keepMonthly: Int? = nil, keepYearly: Int? = nil, keepWithin: RetentionDuration? = nil,
    minGood: Int = usualMinGood
  ) {
    self.keepLast = keepLast
    self.keepHourly = keepHourly
    self.keepDaily = keepDaily
    self.keepWeekly = keepWeekly
    self.keepMonthly = keepMonthly
    self.keepYearly = keepYearly
    self.keepWithin = keepWithin
    self.minGood = minGood
  }

  /// True if no rule is set: such a policy would keep hardly anything, and is never applied.
  package var isEmpty: Bool { keepWithin == nil && numberedRules.allSatisfy { $0.count == nil } }

  /// What is wrong with the policy; `nil` if it can be applied.
  package var complaint: Complaint? {
    let counts = numberedRules + [(name: "min-good", count: minGood)]
    for case (let name, let count?) in counts where !Self.counts.contains(count) {
      return .count(name: name, count)
    }
    return isEmpty ? .isEmpty : nil
  }

  /// Why a policy is not applied.
  package enum Complaint: Error, Equatable, CustomStringConvertible {
    case isEmpty
    /// A count outside of 1 to 10,000.
    case count(name: String, Int)

    package var description: String {
      switch self {
      case .isEmpty: "the policy is empty: it would keep hardly anything"
      case .count(let name, let count): "\(name) is \(count): it is a number from 1 to 10000"
      }
    }
  }

  private var numberedRules: [(name: String, count: Int?)] {
    [
      ("keep-last", keepLast), ("keep-hourly", keepHourly), ("keep-daily", keepDaily),
      ("keep-weekly", keepWeekly), ("keep-monthly", keepMonthly), ("keep-yearly", keepYearly),
    ]
  }
}

extension RetentionPolicy: CustomStringConvertible {
  /// The rules that are set, such as `keep-daily 30, keep-weekly 8`; an empty policy is `keep nothing`.
  package var description: String {
    var words = numberedRules.compactMap { rule in rule.count.map { "\(rule.name) \($0)" } }
    if let keepWithin { words.append("keep-within \(keepWithin)") }
    if words.isEmpty { words = ["keep nothing"] }
    if minGood != Self.usualMinGood { words.append("min-good \(minGood)") }
    return words.joined(separator: ", ")
  }
}

extension RetentionPolicy: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case keepLast, keepHourly, keepDaily, keepWeekly, keepMonthly, keepYearly, keepWithin, minGood
  }

  /// Any name at all, so that an unknown one is noticed: a rule that is not understood must not be left out.
  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  package init(from decoder: any Decoder) throws {
    let known = Set(CodingKeys.allCases.map(\.stringValue))
    let names = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func corrupted(_ reason: String) -> DecodingError {
      .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: reason))
    }
    if let unknown = names.filter({ !known.contains($0) }).min() {
      throw corrupted("unknown rule of a policy: \(unknown)")
    }
    self.init(
      keepLast: try values.decodeIfPresent(Int.self, forKey: .keepLast),
      keepHourly: try values.decodeIfPresent(Int.self, forKey: .keepHourly),
      keepDaily: try values.decodeIfPresent(Int.self, forKey: .keepDaily),
      keepWeekly: try values.decodeIfPresent(Int.self, forKey: .keepWeekly),
      keepMonthly: try values.decodeIfPresent(Int.self, forKey: .keepMonthly),
      keepYearly: try values.decodeIfPresent(Int.self, forKey: .keepYearly),
      keepWithin: try values.decodeIfPresent(RetentionDuration.self, forKey: .keepWithin),
      minGood: try values.decodeIfPresent(Int.self, forKey: .minGood) ?? Self.usualMinGood)
    if let complaint, complaint != .isEmpty { throw corrupted("\(complaint)") }
  }
}
