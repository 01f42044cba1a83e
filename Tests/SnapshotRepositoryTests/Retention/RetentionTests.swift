import Foundation
import SnapshotRepository
import Testing

@Suite struct RetentionTests {
  /// Returns a line a snapshot: its moment, `+` if it is kept, and the reasons.
  private func decide(_ history: History, _ policy: RetentionPolicy) throws -> [String] {
    zip(history.snapshots, try Retention(policy).decide(history.snapshots)).map {
      "\($0.id.text.prefix(13)) \($1.isKept ? "+" : "-") \($1.text)"
    }
  }

  @Test func `each rule keeps the newest of its periods`() throws {
    // 2023-12-31 was a Sunday, so the week ends with it.
    let history = try History(
      "2022-06-01T02:00", "2022-12-31T02:00", "2023-12-24T02:00", "2023-12-30T02:00",
      "2023-12-31T02:00", "2024-01-01T02:00", "2024-01-02T02:00", "2024-01-02T03:10",
      "2024-01-02T03:20")
    let policy = RetentionPolicy(
      keepLast: 1, keepHourly: 2, keepDaily: 3, keepWeekly: 3, keepMonthly: 2, keepYearly: 3,
      minGood: 1)
    #expect(
      try decide(history, policy) == [
        "20220601T0200 - no rule keeps it",
        "20221231T0200 + yearly",
        "20231224T0200 + weekly",
        "20231230T0200 - no rule keeps it",
        "20231231T0200 + daily, weekly, monthly, yearly",
        "20240101T0200 + daily",
        "20240102T0200 + hourly",
        "20240102T0310 - no rule keeps it",
        "20240102T0320 + one of the last, hourly, daily, weekly, monthly, yearly, last good",
      ])
  }

  @Test(arguments: [
    ("2024-03-31T02:00", "31d", "2024-02-29T02:00"),
    ("2024-04-01T02:00", "1m", "2024-03-01T02:00"),
    // There is no 31 February: in a leap year the 31st day of that month is 2 March.
    ("2024-03-31T02:00", "1m", "2024-03-02T02:00"),
    ("2023-03-31T02:00", "1m", "2023-03-03T02:00"),
    ("2024-02-29T02:00", "1y", "2023-03-01T02:00"),
    ("2024-01-15T02:00", "13m", "2022-12-15T02:00"),
    ("2026-11-29T02:00", "1y5m7d2h", "2025-06-22T00:00"),
  ])
  func `a duration is counted in the calendar, and what is as old is not in it`(
    newest: String, duration: String, end: String
  ) throws {
    let policy = RetentionPolicy(keepWithin: RetentionDuration(duration), minGood: 1)
    let moment = try History.moment(newest)
    var history = History()
    history.add(try History.moment(end))
    history.add(try History.moment(end).addingTimeInterval(1))
    for days in [2, 1, 0] { history.add(moment.addingTimeInterval(Double(days) * -86_400)) }
    let kept = try Retention(policy).decide(history.snapshots).map(\.isKept)
    #expect(kept == [false, true, true, true, true])
  }

  @Test func `suspects fill no place, and the newest three after the last good one are kept`()
    throws
  {
    var history = History()
    for (day, isGood) in [true, false, true, false, false, false, false].enumerated() {
      history.add(try History.moment("2026-11-0\(day + 1)T02:00"), isGood: isGood)
    }
    #expect(
      try decide(history, RetentionPolicy(keepDaily: 2)) == [
        "20261101T0200 + daily",
        "20261102T0200 - suspect, and a good one followed",
        "20261103T0200 + daily, last good",
        "20261104T0200 - suspect, and 3 newer ones are kept",
        "20261105T0200 + one of the newest suspects",
        "20261106T0200 + one of the newest suspects",
        "20261107T0200 + one of the newest suspects",
      ])
  }

  @Test func `where no snapshot is good, the newest suspects are kept`() throws {
    var history = History()
    for day in 1...5 {
      history.add(try History.moment("2026-11-0\(day)T02:00"), isGood: false)
    }
    let decisions = try Retention(RetentionPolicy(keepLast: 1)).decide(history.snapshots)
    #expect(decisions.map(\.isKept) == [false, false, true, true, true])
    #expect(try Retention(RetentionPolicy(keepLast: 1)).decide([]).isEmpty)
  }

  @Test func `kept and needed ones stay, good or suspect`() throws {
    var history = History()
    history.add(try History.moment("2026-11-01T02:00"), isKept: true)
    history.add(try History.moment("2026-11-02T02:00"), isGood: false, isNeeded: true)
    history.add(try History.moment("2026-11-03T02:00"), isKept: true, isNeeded: true)
    history.add(try History.moment("2026-11-04T02:00"))
    #expect(
      try decide(history, RetentionPolicy(keepLast: 1)) == [
        "20261101T0200 + kept by hand",
        "20261102T0200 + needed by an open run or plan",
        "20261103T0200 + kept by hand, needed by an open run or plan",
        "20261104T0200 + one of the last, last good",
      ])
  }

  @Test func `fewer good ones than asked for are never left`() throws {
    let history = try History(
      "2026-11-01T02:00", "2026-11-01T03:00", "2026-11-01T04:00", "2026-11-01T05:00")
    #expect(
      try decide(history, RetentionPolicy(keepYearly: 2)) == [
        "20261101T0200 - no rule keeps it",
        "20261101T0300 + one of the newest good ones",
        "20261101T0400 + one of the newest good ones",
        "20261101T0500 + yearly, last good",
      ])
  }

  @Test(arguments: [Double.nan, -.infinity, .infinity, -1e300, 1e300])
  func `a moment out of all bounds is decided about, too`(seconds: Double) throws {
    var history = try History("2026-11-01T02:00", "2026-11-02T02:00", "2026-11-03T02:00")
    history.snapshots[1].moment = Date(timeIntervalSince1970: seconds)
    let policy = RetentionPolicy(
      keepHourly: 9, keepMonthly: 9, keepWithin: RetentionDuration(years: 10_000), minGood: 1)
    #expect(try history.kept(by: policy).count == 3)
  }
}
