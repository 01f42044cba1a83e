import Foundation
import SnapshotRepository
import TestSupport
import Testing

/// A clock that was wrong, and the properties that hold for every history.
@Suite struct RetentionClockTests {
  /// A policy is applied each night; then for one night the clock is wrong, and then right again.
  @Test(arguments: [3_650, -365, 1, -1, 29, -40, 36_500], 0..<8)
  func `a night with a wrong clock costs at most one place a rule`(days: Int, seed: Int) throws {
    var chance = SeededGenerator(seed: UInt64(abs(days) * 100 + seed))
    let policy = RetentionPolicy.random(&chance)
    let nights = Int.random(in: 100...300, using: &chance)
    let usual = History.nights(0..<nights + 4, &chance)
    var disturbed = usual
    disturbed.snapshots[nights].moment.addTimeInterval(Double(days) * 86_400)
    var without = usual
    without.snapshots.remove(at: nights)

    let left = Set(try disturbed.keptNightly(by: policy).map(\.id))
    var lost: [RetentionReason: Int] = [:]
    let survivors = try without.keptNightly(by: policy)
    for decision in try Retention(policy).decide(survivors) where !left.contains(decision.id) {
      for reason in decision.reasons { lost[reason, default: 0] += 1 }
    }
    #expect(lost[.within] == nil, "\(policy)")
    #expect(lost.values.allSatisfy { $0 == 1 }, "\(policy): \(lost)")
  }

  @Test func `a clock ten years ahead evicts nothing that is new enough`() throws {
    var chance = SeededGenerator(seed: 1)
    let policy = RetentionPolicy(keepWithin: RetentionDuration(days: 30))
    var history = History.nights(0..<400, &chance)
    history.add(History.night(400 + 3_650, &chance))
    // It and the 29 nights before it: as on any other night, the oldest gives way to it.
    #expect(try history.keptNightly(by: policy) == history.snapshots.suffix(30))
    for night in 401..<404 { history.add(History.night(night, &chance)) }
    // The three, what is left of the 30 nights, and the one of the future.
    #expect(try history.keptNightly(by: policy).count == 30)
  }

  @Test func `a clock ahead for three days is believed`() throws {
    var chance = SeededGenerator(seed: 1)
    var history = History.nights(0..<400, &chance)
    let policy = RetentionPolicy(keepWithin: RetentionDuration(days: 30), minGood: 1)
    for night in 400..<402 { history.add(History.night(night + 3_650, &chance)) }
    // They count as three days later than night 399: as one more than they are.
    #expect(try history.kept(by: policy).count == 29)
    history.add(History.night(402 + 3_650, &chance))
    #expect(try history.kept(by: policy).count == 3)
  }

  @Test func `for three days after a clock set back nothing becomes too old`() throws {
    let policy = RetentionPolicy(keepWithin: RetentionDuration(days: 4), minGood: 1)
    var history = try History(
      "2026-11-24T02:00", "2025-11-28T02:00", "2026-11-29T02:00", "2026-11-29T08:00",
      "2026-11-30T02:00")
    #expect(try history.keptNightly(by: policy) == history.snapshots)
    history.add(try History.moment("2026-12-01T02:00"))
    #expect(try history.keptNightly(by: policy) == history.snapshots.suffix(4))
  }

  @Test func `a duration of a few hours keeps no snapshots of the days before`() throws {
    var chance = SeededGenerator(seed: 2)
    let history = History.nights(0..<30, &chance)
    let policy = RetentionPolicy(
      keepYearly: 1, keepWithin: RetentionDuration(hours: 14), minGood: 1)
    #expect(try history.keptNightly(by: policy) == history.snapshots.suffix(1))
  }

  @Test func `a clock set back does not replace the snapshots of the year before`() throws {
    let policy = RetentionPolicy(keepYearly: 2, minGood: 1)
    let history = try History(
      "2024-12-31T02:00", "2025-11-28T02:00", "2025-12-31T02:00", "2026-11-28T02:00",
      "2025-11-29T02:00", "2026-11-30T02:00")
    let kept = try history.keptNightly(by: policy).map { $0.id.text.prefix(8) }
    #expect(kept == ["20251231", "20251129", "20261130"])
  }

  @Test func `a clock that stays a year behind has new days of its own`() throws {
    var chance = SeededGenerator(seed: 5)
    let policy = RetentionPolicy(keepDaily: 30)
    var history = History.nights(400..<500, &chance)
    for night in 100..<120 { history.add(History.night(night, &chance)) }
    let kept = try history.keptNightly(by: policy)
    #expect(kept == Array(history.snapshots.suffix(30)))
  }

  @Test(arguments: 0..<60)
  func `these hold for every history`(seed: Int) throws {
    var chance = SeededGenerator(seed: UInt64(1_000 + seed))
    let policy = RetentionPolicy.random(&chance)
    let history = History.random(&chance, jumps: seed % 2 == 0)
    let retention = try Retention(policy)
    let decisions = retention.decide(history.snapshots)
    #expect(decisions.map(\.id) == history.snapshots.map(\.id))
    #expect(decisions.allSatisfy { !$0.reasons.isEmpty })

    let left = retention.kept(history.snapshots)
    let good = history.snapshots.filter(\.isGood)
    #expect(left.count(where: \.isGood) >= min(policy.minGood, good.count))
    #expect(left.last(where: \.isGood) == good.last)
    for (snapshot, decision) in zip(history.snapshots, decisions) {
      if snapshot.isKept || snapshot.isNeeded { #expect(decision.isKept) }
    }
    let newest = history.snapshots.reversed().prefix { !$0.isGood }.prefix(3)
    let suspects = history.snapshots.filter { snapshot in
      !snapshot.isGood && (snapshot.isKept || snapshot.isNeeded || newest.contains(snapshot))
    }
    #expect(left.filter { !$0.isGood } == suspects)
    #expect(retention.kept(left) == left, "\(policy): a second decision forgets nothing more")
  }

  @Test(arguments: 0..<60)
  func `applied each night or once at the end, a policy keeps the same`(seed: Int) throws {
    var chance = SeededGenerator(seed: UInt64(2_000 + seed))
    var policy = RetentionPolicy.random(&chance)
    let jumps = seed % 2 == 0
    // The rules of periods do even where the clock jumps; what is too old, and how many are left then, depends on the night.
    if jumps {
      policy.keepWithin = nil
      policy.minGood = 1
      if policy.isEmpty { policy.keepDaily = 7 }
    }
    let history = History.random(&chance, jumps: jumps)
    #expect(try history.keptNightly(by: policy) == history.kept(by: policy), "\(policy)")
  }
}
