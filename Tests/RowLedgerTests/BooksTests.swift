// The books, and the rows that they count.

import PortGroupModel
import RowLedger
import SQLStores
import Testing

@Suite struct BooksTests {
  let fixture: LedgerFixture

  init() throws { fixture = try LedgerFixture() }

  var ledger: Ledger { fixture.ledger }

  /// A run with one row in each state, in the order of `RowState.names`.
  private func runOfAllStates() async throws -> RunID {
    let states: [RowState?] = [
      nil, .created, .updated, .deleted, .unchanged, .failed(.refused), .inDoubt, .pending(.staged),
    ]
    let batch = try await fixture.batch(
      states.enumerated().map { index, state in state.map { _ in LedgerFixture.row("h\(index)") } })
    let outcomes = zip(batch.rows, states.compactMap { $0 }).map { row, state in
      Outcome(row: row.id, state: state)
    }
    try await ledger.record(outcomes, of: batch.group)
    return batch.run
  }

  @Test func `every row is in one state, and the books balance`() async throws {
    let books = try await ledger.books(of: try await runOfAllStates())
    var expected = Books()
    expected.read = 8
    (expected.invalid, expected.created, expected.updated, expected.deleted) = (1, 1, 1, 1)
    (expected.unchanged, expected.failed, expected.inDoubt, expected.pending) = (1, 1, 1, 1)
    #expect(books == expected)
    #expect(books.balances)
  }

  @Test(arguments: ["DELETE FROM rows WHERE state = 'created'", "UPDATE rows SET state = 'gone'"])
  func `the books do not balance if a row is lost or has no state`(accident: String) async throws {
    let run = try await runOfAllStates()
    try Database(.file(fixture.path)).execute(accident)
    #expect(try await !ledger.books(of: run).balances)
  }

  @Test(arguments: RowState.names.filter { $0 != "exported" })
  func `rows are listed by state`(name: String) async throws {
    let run = try await runOfAllStates()
    let rows = try await ledger.rows(of: run, states: [name]).all()
    #expect(rows.map(\.state.name) == [name])
  }

  @Test func `rows in several states are in the order of the input, and no state gives no row`()
    async throws
  {
    let run = try await runOfAllStates()
    let some = try await ledger.rows(of: run, states: ["pending", "created", "inDoubt"]).all()
    #expect(some.map(\.state.name) == ["created", "inDoubt", "pending"])
    #expect(try await ledger.rows(of: run, states: []).all() == [])
    #expect(try await ledger.rows(of: run).all().count == 8)
  }

  @Test func `valid deletions are counted before anything is sent`() async throws {
    let run = try await fixture.stage([
      LedgerFixture.row("a", .delete), LedgerFixture.row("b", .create), nil,
      LedgerFixture.row("c", group: "SCCP", .delete),
    ])
    #expect(try await ledger.deletions(in: run) == 2)
    let row = try await ledger.rows(of: run).all()[0]
    try await ledger.add([
      (row.id, Diagnostic(.error, .duplicateRow, at: row.place.place, "twice"))
    ])
    #expect(try await ledger.deletions(in: run) == 1)
  }
}
