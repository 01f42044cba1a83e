import PortGroupModel
import RowLedger
import Testing

/// The rows that a resume leaves as they are, and the rows of one port group.
@Suite struct FinishedRowTests {
  private let fixture: LedgerFixture

  init() throws { fixture = try LedgerFixture() }

  private var ledger: Ledger { fixture.ledger }

  private func finished(_ run: RunID) async throws -> [RowID] {
    try await ledger.finalRows(of: run).all()
  }

  @Test func `a row is finished when its state is final and it is read back`() async throws {
    let batch = try await fixture.batch(["a", "b", "c"].map { LedgerFixture.row($0) } + [nil])
    let invalid = try await ledger.rows(of: batch.run, states: ["invalid"]).all().map(\.id)
    #expect(invalid.count == 1)
    #expect(try await finished(batch.run) == invalid)
    let (first, second) = (batch.rows[0].id, batch.rows[1].id)
    // An intent without an outcome is in doubt.
    try await ledger.journal(
      BatchPlan([(first, .create([:])), (second, .create([:]))]), of: batch.group)
    try await ledger.record(
      [Outcome(row: first, state: .created)], of: batch.group, owesReadBack: true)
    #expect(try await finished(batch.run) == invalid)
    try await ledger.record([Outcome(row: first, state: .created)], of: batch.group)
    #expect(try await finished(batch.run) == [first] + invalid)
  }

  @Test func `the rows of a port group are those of each of its spellings`() async throws {
    let run = try await fixture.stage([
      LedgerFixture.row("a"), LedgerFixture.row("b", group: "SCCP"), LedgerFixture.row("c"),
    ])
    func numbers(_ group: PortGroup) async throws -> [Int] {
      try await ledger.changes(in: run, of: group.objectID).all().map(\.id.number)
    }
    #expect(try await numbers(LedgerFixture.sip) == [1, 3])
    #expect(try await numbers(LedgerFixture.sccp) == [2])
  }
}
