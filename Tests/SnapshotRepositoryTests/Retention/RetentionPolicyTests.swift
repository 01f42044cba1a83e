import Foundation
import SnapshotRepository
import Testing

@Suite struct RetentionPolicyTests {
  private func decoded(_ json: String) throws -> RetentionPolicy {
    try JSONDecoder().decode(RetentionPolicy.self, from: Data(json.utf8))
  }

  @Test func `a policy is shown as its rules`() throws {
    let within = try #require(RetentionDuration("1y5m7d2h"))
    #expect("\(RetentionPolicy(keepDaily: 30, keepWeekly: 8))" == "keep-daily 30, keep-weekly 8")
    #expect(
      "\(RetentionPolicy(keepLast: 1, keepHourly: 2, keepMonthly: 3, keepYearly: 4, keepWithin: within, minGood: 5))"
        == "keep-last 1, keep-hourly 2, keep-monthly 3, keep-yearly 4, keep-within 1y5m7d2h, min-good 5"
    )
    #expect("\(RetentionPolicy())" == "keep nothing")
  }

  @Test func `the names in a file are stable`() throws {
    let json = #"""
      {"keepDaily":3,"keepHourly":2,"keepLast":1,"keepMonthly":5,"keepWeekly":4,"keepWithin":"2d12h","keepYearly":6,"minGood":7}
      """#
    let policy = RetentionPolicy(
      keepLast: 1, keepHourly: 2, keepDaily: 3, keepWeekly: 4, keepMonthly: 5, keepYearly: 6,
      keepWithin: RetentionDuration(days: 2, hours: 12), minGood: 7)
    #expect(try decoded(json) == policy)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(String(decoding: try encoder.encode(policy), as: UTF8.self) == json)
  }

  @Test func `what a file leaves out is not set`() throws {
    #expect(try decoded(#"{"keepLast":4}"#) == RetentionPolicy(keepLast: 4, minGood: 3))
    #expect(try decoded("{}").isEmpty)
  }

  @Test(arguments: [
    (#"{"keepDaily":0}"#, "keep-daily is 0: it is a number from 1 to 10000"),
    (#"{"keepLast":-1}"#, "keep-last is -1: it is a number from 1 to 10000"),
    (#"{"keepYearly":10001}"#, "keep-yearly is 10001: it is a number from 1 to 10000"),
    (#"{"keepLast":1,"minGood":0}"#, "min-good is 0: it is a number from 1 to 10000"),
    (#"{"keepWithin":"soon"}"#, "a duration is written as 1y5m7d2h"),
    (#"{"keepdaily":5}"#, "unknown rule of a policy: keepdaily"),
  ])
  func `a hostile file is refused`(json: String, reason: String) throws {
    let error = try #require(throws: DecodingError.self) { try decoded(json) }
    guard case .dataCorrupted(let context) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(context.debugDescription == reason)
  }

  @Test(arguments: [#"{"keepDaily":1e99}"#, #"{"keepDaily":"5"}"#, #"{"keepWithin":7}"#, "[]"])
  func `values of other types are refused`(json: String) {
    #expect(throws: DecodingError.self) { try decoded(json) }
  }

  @Test func `an empty policy is never applied`() {
    let error = #expect(throws: RetentionPolicy.Complaint.self) {
      _ = try Retention(RetentionPolicy(minGood: 30))
    }
    #expect(error.map { "\($0)" } == "the policy is empty: it would keep hardly anything")
    #expect(throws: RetentionPolicy.Complaint.count(name: "keep-hourly", 0)) {
      _ = try Retention(RetentionPolicy(keepHourly: 0))
    }
  }
}

@Suite struct RetentionDurationTests {
  @Test(arguments: ["1y5m7d2h", "1y", "5m", "7d", "2h", "1y2h", "10000d"])
  func `a duration is written as it was read`(text: String) throws {
    #expect(try "\(#require(RetentionDuration(text)))" == text)
  }

  @Test func `numbers have their units`() {
    #expect(
      RetentionDuration("1y5m07d0h") == RetentionDuration(years: 1, months: 5, days: 7, hours: 0))
    #expect(RetentionDuration("3m4h") == RetentionDuration(months: 3, hours: 4))
  }

  @Test(arguments: [
    "", "0d", "7", "d", "7d7", "7d1y", "7d7d", "7h1d", "-7d", "+7d", "7 d", "7D", "1.5d", "10001d",
    "99999999999999999999d", "٧d", "7d\u{301}", "1y5m7d2h1h", "7w",
  ])
  func `other texts are no durations`(text: String) { #expect(RetentionDuration(text) == nil) }
}
