// Moments: what can be measured from them, and what cannot.

import Foundation
import PortGroupModel
import RowLedger
import SQLStores
import Testing

@Suite struct MomentTests {
  private static let now = Moment(date: LedgerFixture.start, boot: "b", uptime: .seconds(100))

  @Test(arguments: [
    ("b", 40, Duration?.some(.seconds(60))), ("b", 100, .zero), ("b", 101, nil), ("c", 40, nil),
    ("", 40, nil),
  ])
  func `time is measured only within one boot`(boot: String, uptime: Int, elapsed: Duration?) {
    // The wall clock has no effect.
    let earlier = Moment(date: .distantPast, boot: boot, uptime: .seconds(uptime))
    #expect(Self.now.elapsed(since: earlier) == elapsed)
  }

  @Test func `nothing is measured from a moment without a boot`() {
    let undated = Moment(date: LedgerFixture.start)
    #expect(undated.elapsed(since: undated) == nil)
  }

  @Test func `a row of an older ledger has a time and no boot`() async throws {
    let fixture = try LedgerFixture()
    let batch = try await fixture.batch([LedgerFixture.row("a")])
    let row = batch.rows[0].id
    try await fixture.ledger.journal(BatchPlan([(row, .create([:]))]), of: batch.group)
    try await fixture.ledger.record(
      [Outcome(row: row, state: .inDoubt, sent: Self.now)], of: batch.group)
    #expect(try await fixture.ledger.rows(of: batch.group)[0].entry?.sent == Self.now)
    // If the outcome is recorded again without a time, the row keeps its time.
    try await fixture.ledger.record(
      [Outcome(row: row, state: .inDoubt, verdict: .missing)], of: batch.group)
    #expect(try await fixture.ledger.rows(of: batch.group)[0].entry?.sent == Self.now)
    try Database(.file(fixture.path)).execute(
      "UPDATE journal SET sent_boot = NULL, sent_uptime_ms = NULL")
    #expect(
      try await fixture.ledger.rows(of: batch.group)[0].entry?.sent
        == Moment(date: LedgerFixture.start))
  }
}
