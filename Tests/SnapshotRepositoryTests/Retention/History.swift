import Foundation
import SnapshotRepository
import TestSupport

/// Snapshots of a target, in the order of the chain.
struct History {
  var snapshots: [RetentionCandidate] = []

  /// Adds a snapshot with the next id.
  mutating func add(
    _ moment: Date, isGood: Bool = true, isKept: Bool = false, isNeeded: Bool = false
  ) {
    let number = String(snapshots.count, radix: 36)
    let suffix = String(repeating: "0", count: 4 - number.count) + number
    snapshots.append(
      RetentionCandidate(
        id: SnapshotID(moment, suffix: suffix), moment: moment, isGood: isGood, isKept: isKept,
        isNeeded: isNeeded))
  }

  /// Good snapshots with these moments, such as `2026-11-27T02:00`.
  init(_ moments: String...) throws { for moment in moments { add(try Self.moment(moment)) } }

  init() {}

  static func moment(_ text: String) throws -> Date {
    try Date("\(text):00Z", strategy: .iso8601)
  }

  /// Some minutes after two o'clock, the night of that number after 1 January 2024.
  static func night(_ number: Int, _ chance: inout SeededGenerator) -> Date {
    let seconds = number * 86_400 + 7_200 + Int.random(in: 0..<600, using: &chance)
    return Date(timeIntervalSince1970: 1_704_067_200 + Double(seconds))
  }

  /// Nights in a row with a snapshot each.
  static func nights(_ numbers: Range<Int>, _ chance: inout SeededGenerator) -> History {
    var history = History()
    for number in numbers { history.add(night(number, &chance)) }
    return history
  }

  /// Random nights with outages, suspects, kept and needed ones, and several a day; with jumps of the clock if wanted.
  static func random(_ chance: inout SeededGenerator, jumps: Bool) -> History {
    var history = History()
    var night = 0
    var offset = 0.0
    for _ in 0..<Int.random(in: 1...150, using: &chance) {
      night += chance.chance(3) ? Int.random(in: 2...60, using: &chance) : 1
      if jumps, chance.chance(6) {
        // More than half of the time the clock is right.
        offset = chance.pick([0, 0, 0, 3_600, 86_400, 86_400 * 365, 86_400 * 3_650])
        if chance.chance(50) { offset = -offset }
      }
      let count = chance.chance(10) ? 4 : 1
      for part in 0..<count {
        history.add(
          Self.night(night, &chance).addingTimeInterval(offset + Double(part) * 7_200),
          isGood: !chance.chance(10), isKept: chance.chance(2), isNeeded: chance.chance(2))
      }
    }
    return history
  }

  /// The snapshots that a policy keeps at once.
  func kept(by policy: RetentionPolicy) throws -> [RetentionCandidate] {
    try Retention(policy).kept(snapshots)
  }

  /// The snapshots that are left where the policy was applied after each.
  func keptNightly(by policy: RetentionPolicy) throws -> [RetentionCandidate] {
    let retention = try Retention(policy)
    var left: [RetentionCandidate] = []
    for snapshot in snapshots { left = retention.kept(left + [snapshot]) }
    return left
  }
}

extension Retention {
  func kept(_ candidates: [RetentionCandidate]) -> [RetentionCandidate] {
    zip(candidates, decide(candidates)).filter { $1.isKept }.map { $0.0 }
  }
}

extension RetentionPolicy {
  /// A policy with at least one rule.
  static func random(_ chance: inout SeededGenerator, minGood: Int? = nil) -> RetentionPolicy {
    while true {
      func count(_ most: Int) -> Int? {
        chance.chance(35) ? Int.random(in: 1...most, using: &chance) : nil
      }
      let policy = RetentionPolicy(
        keepLast: count(20), keepHourly: count(40), keepDaily: count(60), keepWeekly: count(30),
        keepMonthly: count(18), keepYearly: count(4),
        keepWithin: chance.chance(40) ? .random(&chance) : nil,
        minGood: minGood ?? Int.random(in: 1...6, using: &chance))
      if !policy.isEmpty { return policy }
    }
  }
}

extension RetentionDuration {
  static func random(_ chance: inout SeededGenerator) -> RetentionDuration? {
    func number(_ most: Int) -> Int {
      chance.chance(40) ? Int.random(in: 1...most, using: &chance) : 0
    }
    return RetentionDuration(
      years: number(1), months: number(7), days: number(60), hours: number(100))
  }
}
