// Runs: their names, their states, and what is left of incomplete ones.

import Foundation
import PortGroupModel
import RowLedger
import SQLStores
import Synchronization
import Testing

@Suite struct RunTests {
  let fixture: LedgerFixture

  init() throws { fixture = try LedgerFixture() }

  var ledger: Ledger { fixture.ledger }

  /// A ledger whose writes run once, and ask for one suffix each.
  private func plain() throws -> Ledger {
    var environment = LedgerFixture.environment(firstSuffix: 1)
    environment.openStore = FileStore.opener
    return try Ledger.open(.file(fixture.path), environment: environment)
  }

  @Test func `a run is named by its UTC start and a suffix`() async throws {
    let run = try await plain().beginStaging(LedgerFixture.opening())
    #expect(run.text == "20261123T191502Z-0001")
  }

  @Test(arguments: [
    ("20261123T191502Z-ab3f", true), ("20261123t191502z-AB3F", true),
    ("20261123T191502Z", false), ("20261123T191502Z-ab3", false), ("2026-ab3f", false),
    ("20261123T191502Z-ab3f-x", false), ("20261123T191502Z-a%3f", false), ("", false),
  ])
  func `a typed name is parsed in any case`(text: String, isName: Bool) {
    #expect(RunID(text)?.text == (isName ? "20261123T191502Z-ab3f" : nil))
  }

  @Test func `names with random suffixes are valid`() {
    for _ in 0..<20 {
      #expect(RunID("20261123T191502Z-" + RunID.randomSuffix()) != nil)
    }
  }

  @Test func `a name that is taken gets another suffix`() async throws {
    let first = try await plain().beginStaging(LedgerFixture.opening())
    let second = try await plain().beginStaging(LedgerFixture.opening())
    #expect(first.text == "20261123T191502Z-0001")
    #expect(second.text == "20261123T191502Z-0002")
  }

  @Test func `a run is visible from the start, and its rows when all are staged`()
    async throws
  {
    let run = try await beginRun(in: ledger)
    #expect(try await ledger.runs().map(\.id) == [run])
    #expect(try await !ledger.run(run).isStaged)
    #expect(try await ledger.run(run).isRunning)
    #expect(try await ledger.books(of: run) == Books())
    #expect(try await ledger.finishStaging(run) == 1)
    #expect(try await ledger.run(run).isStaged)
    #expect(try await ledger.books(of: run).pending == 1)
  }

  @Test func `a dry run is recorded as one`() async throws {
    var opening = LedgerFixture.opening()
    opening.isDry = true
    let run = try await ledger.beginStaging(opening)
    #expect(try await ledger.run(run).opening == opening)
  }

  /// A run with one row that is still staging.
  private func beginRun(in ledger: Ledger) async throws -> RunID {
    let run = try await ledger.beginStaging(LedgerFixture.opening())
    let file = try await ledger.addFile("a.csv", to: run)
    try await ledger.stage(
      [StagedRow(file: file, record: 1, line: 2, row: LedgerFixture.row("b"), raw: "b")], in: run)
    return run
  }

  /// The number of rows in all tables that belong to runs.
  private func content() throws -> [Int] {
    try ["rows", "files", "group_references", "groups", "diagnostics", "work"].map {
      try fixture.count("SELECT count(*) FROM \($0)")
    }
  }

  @Test func `a run is read back as it was begun and ended`() async throws {
    let parent = try await fixture.stage([])
    var opening = LedgerFixture.opening(.undo)
    opening.target.identity = "cluster-7"
    opening.target.isVerified = false
    opening.options = #"{"mode":"upsert"}"#
    opening.parent = parent
    let id = try await ledger.beginStaging(opening)
    _ = try await ledger.finishStaging(id)
    var run = try await ledger.run(id)
    #expect(run.opening == opening)
    #expect(run.started == LedgerFixture.start)
    #expect(run.ending == nil)
    #expect(run.exitCode == nil)
    #expect(run.isRunning)

    try await ledger.end(id, RunEnding(.stopped, reason: "server busy"), exitCode: 5)
    run = try await ledger.run(id)
    #expect(run.ended == LedgerFixture.start)
    #expect(run.ending == RunEnding(.stopped, reason: "server busy"))
    #expect(run.exitCode == 5)
    #expect(!run.isRunning)

    try await ledger.reopen(id)
    #expect(try await ledger.run(id).isRunning)
    #expect(try await ledger.run(id).exitCode == nil)
  }

  @Test func `runs are listed newest first`() async throws {
    var ids: [RunID] = []
    for _ in 0..<3 { ids.append(try await fixture.stage([])) }
    #expect(try await ledger.runs().map(\.id) == ids.reversed())
    #expect(try await ledger.runs(limit: 1).map(\.id) == [ids[2]])
  }

  @Test func `the error for an unknown run names it`() async throws {
    let id = try #require(RunID("20261123T191502Z-ab3f"))
    let error = await #expect(throws: LedgerError.self) {
      try await ledger.end(id, RunEnding(.done), exitCode: 0)
    }
    #expect(error?.kind == .unknown)
    #expect(
      error?.description == "the ledger \(fixture.path) has no run 20261123T191502Z-ab3f; "
        + "check its name")
  }

  @Test func `an abandoned run keeps only its ending, a staged one all of its rows`() async throws {
    let ending = RunEnding(.stopped, reason: "no password")
    let run = try await beginRun(in: ledger)
    #expect(try content() != [0, 0, 0, 0, 0, 0])
    try await ledger.abandon(run, ending, exitCode: 7)
    #expect(try content() == [0, 0, 0, 0, 0, 0])
    #expect(try await ledger.run(run).ending == ending)
    #expect(try await ledger.run(run).exitCode == 7)
    #expect(try await !ledger.run(run).isStaged)
    #expect(try await !ledger.run(run).isRunning)

    let kept = try await fixture.stage([LedgerFixture.row("a")])
    try await ledger.abandon(kept, ending, exitCode: 7)
    #expect(try await ledger.books(of: kept).pending == 1)
    #expect(try await ledger.run(kept).ending == ending)
  }

  @Test
  func `opening removes rows that dead processes were staging, and keeps those of live processes`()
    async throws
  {
    let dead = RunOwner(pid: 1, start: "dead")
    let old = try Ledger.open(
      .file(fixture.path), environment: LedgerFixture.environment(firstSuffix: 50, owner: dead))
    let (killed, alive) = (try await beginRun(in: old), try await beginRun(in: ledger))
    let whole = try await old.beginStaging(LedgerFixture.opening())
    _ = try await old.finishStaging(whole)
    #expect(try fixture.count("SELECT count(*) FROM rows") == 2)

    let ledger = try fixture.reopened()
    #expect(try fixture.count("SELECT count(*) FROM rows") == 1)
    #expect(try Set(await ledger.runs().map(\.id)) == [killed, alive, whole])
    #expect(try await !ledger.run(killed).isRunning)
    #expect(try await ledger.run(killed).ending == nil)
    #expect(try await ledger.run(alive).isRunning)
    #expect(try await !ledger.run(whole).isRunning)
  }

  @Test func `opening keeps rows that a process with unknown state is staging`() async throws {
    let owner = RunOwner(pid: 1, start: "another machine")
    let other = try Ledger.open(
      .file(fixture.path), environment: LedgerFixture.environment(firstSuffix: 50, owner: owner))
    _ = try await beginRun(in: other)
    _ = try fixture.reopened()
    #expect(try fixture.count("SELECT count(*) FROM rows") == 1)
  }

  @Test func `a clock that was set back gives no end before the start, and no negative time`()
    async throws
  {
    let clock = Mutex((date: LedgerFixture.start, uptime: Duration.seconds(100)))
    let environment = Ledger.Environment(
      now: { clock.withLock { $0.date } }, uptime: { clock.withLock { $0.uptime } })
    let ledger = try Ledger.open(.file(fixture.path), environment: environment)
    let run = try await ledger.beginStaging(LedgerFixture.opening())
    _ = try await ledger.finishStaging(run)
    clock.withLock { $0 = (LedgerFixture.start - 3600, .seconds(130)) }
    try await ledger.end(run, RunEnding(.stopped), exitCode: 5)
    #expect(try await ledger.run(run).ended == LedgerFixture.start)
    #expect(try await ledger.run(run).took == .seconds(30))

    // A later process adds its own time.
    clock.withLock { $0.uptime = .seconds(7) }
    let later = try Ledger.open(.file(fixture.path), environment: environment)
    try await later.reopen(run)
    clock.withLock { $0 = (LedgerFixture.start + 60, .seconds(9)) }
    try await later.end(run, RunEnding(.done), exitCode: 0)
    #expect(try await later.run(run).ended == LedgerFixture.start + 60)
    #expect(try await later.run(run).took == .seconds(32))
  }

  @Test func `a run is found however many came after it`() async throws {
    let old = try await fixture.stage([LedgerFixture.row("a")])
    try Database(.file(fixture.path), options: DatabaseOptions(durable: false)).execute(
      """
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1234)
      INSERT INTO runs (name, kind, source, target, options, tool_version, owner_pid, owner_start,
        started)
      SELECT printf('20270101T000000Z-%04d', i), 'export', 'f', 't', '{}', '1', 1, 'dead',
        '2027-01-01T00:00:00Z' FROM n
      """)
    #expect(try await ledger.newestRun { $0.opening.kind == .import }?.id == old)
    #expect(try await ledger.newestRun { _ in true }?.id.text == "20270101T000000Z-1234")
    #expect(try await ledger.newestRun { $0.opening.kind == .undo } == nil)
    let prefix = String(old.text.prefix(12)).lowercased()
    #expect(try await ledger.runs(named: prefix, limit: 5).map(\.id) == [old])
    #expect(try await ledger.runs(named: "2027", limit: 5).count == 5)
  }
}
