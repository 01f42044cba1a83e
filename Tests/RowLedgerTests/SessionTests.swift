// Sessions: which process worked on a run, when, and how that ended.

import Foundation
import PortGroupModel
import RowLedger
import SQLStores
import Testing

@Suite struct SessionTests {
  let fixture: LedgerFixture

  init() throws { fixture = try LedgerFixture() }

  /// The ledger as a process of this state opens it.
  private func ledger(_ state: String, _ opening: SessionOpening) throws -> Ledger {
    var environment = LedgerFixture.environment(
      firstSuffix: 50, owner: RunOwner(pid: 7, start: state, namespace: "here"))
    environment.session = { opening }
    return try Ledger.open(.file(fixture.path), environment: environment)
  }

  private func opening(_ command: String) -> SessionOpening {
    SessionOpening(
      who: "jd@jump01", toolVersion: "1.0", command: command, ticket: "CHG-1", note: "by night")
  }

  private func begin(_ ledger: Ledger) async throws -> RunID {
    let run = try await ledger.beginStaging(LedgerFixture.opening())
    _ = try await ledger.finishStaging(run)
    return run
  }

  @Test func `a session is recorded with its beginning and its end`() async throws {
    let ledger = try ledger("alive", opening("cupibulk import a.csv"))
    let run = try await begin(ledger)
    var session = try #require(await ledger.sessions(of: run).first)
    #expect(session.number == 1)
    #expect(session.opening == opening("cupibulk import a.csv"))
    #expect(session.started == LedgerFixture.start)
    #expect(session.end == .working)
    let ending = RunEnding(.interrupted, reason: "by the user")
    try await ledger.end(run, ending, exitCode: 130)
    session = try #require(await ledger.sessions(of: run).first)
    #expect(session.end == .ended(ending, exitCode: 130, at: LedgerFixture.start))
    #expect(try await ledger.sessions(of: run).count == 1)
  }

  @Test
  func `a process that was killed between begin and end is shown as crashed, also after a resume`()
    async throws
  {
    let run = try await begin(try ledger("dead", opening("cupibulk import a.csv")))
    let later = try ledger("alive", opening("cupibulk resume"))
    #expect(try await later.sessions(of: run).map(\.end) == [.crashed])
    try await later.reopen(run)
    #expect(try await later.sessions(of: run).map(\.end) == [.crashed, .working])
    let ending = RunEnding(.done)
    try await later.end(run, ending, exitCode: 0)
    #expect(
      try await later.sessions(of: run).map(\.end)
        == [.crashed, .ended(ending, exitCode: 0, at: LedgerFixture.start)])
    #expect(
      try await later.sessions(of: run).map(\.opening.command)
        == ["cupibulk import a.csv", "cupibulk resume"])
  }

  @Test func `a session whose process may be alive has crashed if another one began after it`()
    async throws
  {
    let first = try ledger("alive", SessionOpening())
    let run = try await begin(first)
    try await first.reopen(run)
    #expect(try await first.sessions(of: run).map(\.end) == [.crashed, .working])
  }

  @Test func `the first session of an earlier version is not known, and a resume is the second`()
    async throws
  {
    let ledger = try ledger("alive", opening("cupibulk resume"))
    let run = try await begin(ledger)
    try Database(.file(fixture.path)).execute("DELETE FROM sessions")
    #expect(try await ledger.sessions(of: run).isEmpty)
    try await ledger.reopen(run)
    #expect(try await ledger.sessions(of: run).map(\.number) == [2])
  }

  @Test func `an abandoned run keeps its session and its inputs`() async throws {
    let ledger = try ledger("alive", opening("cupibulk import a.csv"))
    let run = try await ledger.beginStaging(LedgerFixture.opening())
    let inputs = [RunInput(name: "a.csv", size: 3, sha256: "abc"), RunInput(name: "-")]
    for input in inputs { try await ledger.add(input, to: run) }
    let ending = RunEnding(.refused, reason: "the input cannot be read")
    try await ledger.abandon(run, ending, exitCode: 4)
    #expect(
      try await ledger.sessions(of: run).map(\.end)
        == [.ended(ending, exitCode: 4, at: LedgerFixture.start)])
    #expect(try await ledger.inputs(of: run) == inputs)
  }

  @Test func `a list reads runs with their books page by page, and leaves out what is not meant`()
    async throws
  {
    var runs: [RunID] = []
    for count in 0..<5 {
      runs.append(try await fixture.stage((0..<count).map { LedgerFixture.row("h\($0)") }))
    }
    let unwanted = runs[2]
    var pages = fixture.ledger.summaries(RunFilter(kind: .import) { $0.id != unwanted })
    var found: [RunSummary] = []
    while case let page = try await pages.next(2), !page.isEmpty { found += page }
    #expect(found.map(\.run.id) == [runs[4], runs[3], runs[1], runs[0]])
    #expect(found.map(\.books.pending) == [4, 3, 1, 0])
    for summary in found {
      #expect(try await fixture.ledger.summary(of: summary.run.id) == summary)
    }
    var none = fixture.ledger.summaries(RunFilter(since: LedgerFixture.start + 1))
    #expect(try await none.next().isEmpty)
  }
}
