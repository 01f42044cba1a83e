// Old runs are removed with everything that belongs to them, unless another run needs them.

import Foundation
import PortGroupModel
import RowLedger
import SQLStores
import Testing

@Suite struct PruningTests {
  let fixture: LedgerFixture

  init() throws { fixture = try LedgerFixture() }

  var ledger: Ledger { fixture.ledger }

  /// A time after every run of the fixture, whose clock does not advance.
  private static let later = LedgerFixture.start + 1

  /// A run whose rows are all final.
  private func finished(_ hosts: [String] = ["a", "b"]) async throws -> RunID {
    let run = try await fixture.stage(hosts.map { LedgerFixture.row($0) })
    try await finish(run)
    return run
  }

  private func finish(_ run: RunID) async throws {
    for group in try await ledger.openGroups(of: run) {
      let rows = try await ledger.rows(of: group.id)
      try await ledger.journal(
        BatchPlan(rows.map { ($0.id, .create([.host: "a"])) }), of: group.id)
      try await ledger.record(rows.map { Outcome(row: $0.id, state: .created) }, of: group.id)
    }
    try await ledger.end(run, RunEnding(.done), exitCode: 0)
  }

  private func counts() throws -> [Int] {
    try ["runs", "rows", "journal", "files", "groups", "group_references", "diagnostics", "waits"]
      .map { try fixture.count("SELECT count(*) FROM \($0)") }
  }

  @Test func `a finished run is removed with everything that belongs to it`() async throws {
    let kept = try await fixture.stage([LedgerFixture.row("k")])
    let before = try counts()
    let old = try await finished()
    try await ledger.add([.busy: WaitSum(count: 1, time: .seconds(3))], to: old)
    let pruning = try await ledger.prune(before: Self.later)
    #expect(pruning.runs == [old])
    #expect(pruning.rows == 2)
    #expect(try counts() == before)
    #expect(try await ledger.runs().map(\.id) == [kept])
    #expect(!pruning.gaveSpaceBack, "the run that is kept is active")
    #expect(try await ledger.books(of: kept).balances)
  }

  @Test func `listing removable runs removes nothing`() async throws {
    let old = try await finished()
    let before = try counts()
    #expect(try await ledger.prunable(before: Self.later).runs == [old])
    #expect(try counts() == before)
  }

  @Test func `a run that ended on the given day or later is kept`() async throws {
    _ = try await finished()
    #expect(try await ledger.prunable(before: LedgerFixture.start).runs == [])
    #expect(try await ledger.prune(before: LedgerFixture.start) == Pruning())
  }

  @Test func `unfinished runs of any age are kept: crashed, stopped with open rows, in doubt`()
    async throws
  {
    _ = try await fixture.stage([LedgerFixture.row("a")])
    let stopped = try await fixture.stage([LedgerFixture.row("a")])
    try await ledger.end(stopped, RunEnding(.stopped), exitCode: 5)
    let unread = try await fixture.batch([LedgerFixture.row("a")])
    try await ledger.record(
      [Outcome(row: unread.rows[0].id, state: .created)], of: unread.group, owesReadBack: true)
    try await ledger.end(unread.run, RunEnding(.stopped), exitCode: 5)
    #expect(try await ledger.prunable(before: Self.later).runs == [])

    let refused = try await fixture.stage([LedgerFixture.row("a"), nil])
    try await ledger.end(refused, RunEnding(.refused), exitCode: 4)
    #expect(
      try await ledger.prunable(before: Self.later).runs == [refused], "no process resumes it")
  }

  @Test func `the run of an unfinished undo is kept until the undo is finished`() async throws {
    let first = try await finished()
    let second = try await finished()
    let origin = try #require(try await ledger.rows(of: first).first(1).first)
    var opening = LedgerFixture.opening(.undo)
    // The parent of a retry of an undo is the undo, and its rows refer to the rows before it.
    opening.parent = second
    let undo = try await ledger.beginStaging(opening)
    let file = try await ledger.addFile("servers.csv", to: undo)
    try await ledger.stage(
      [
        StagedRow(
          file: file, record: 1, line: 2, row: LedgerFixture.row("a"), raw: "", origin: origin.id)
      ], in: undo)
    let references = try await ledger.groupReferences(of: undo).all()
    try await ledger.resolve(references.map { ($0.id, LedgerFixture.sip) }, in: undo)
    _ = try await ledger.finishStaging(undo)
    #expect(try await ledger.prunable(before: Self.later).runs == [])
    #expect(try await ledger.children(of: second) == [RelatedRun(run: undo, relation: .retry)])
    #expect(try await ledger.parent(of: undo) == RelatedRun(run: second, relation: .retry))

    try await finish(undo)
    #expect(try await ledger.prunable(before: Self.later).runs == [first, second, undo])
    #expect(try await ledger.prune(before: Self.later).runs.count == 3)
    #expect(try counts().allSatisfy { $0 == 0 })
  }

  @Test func `a child is kept without its parent`() async throws {
    let parent = try await finished()
    var opening = LedgerFixture.opening(.undo)
    opening.parent = parent
    let child = try await ledger.beginStaging(opening)
    _ = try await ledger.finishStaging(child)
    #expect(try await ledger.children(of: parent) == [RelatedRun(run: child, relation: .undo)])
    try await ledger.end(child, RunEnding(.done), exitCode: 0)
    try Database(.file(fixture.path)).run(
      "UPDATE runs SET ended = '2030-01-01T00:00:00.000Z' WHERE name = ?1", [.text(child.text)])
    #expect(try await ledger.prune(before: Self.later).runs == [parent])
    #expect(try await ledger.run(child).opening.parent == nil)
    #expect(try await ledger.parent(of: child) == nil)
  }

  @Test(arguments: [
    ("2026-11-23T19:15:01.000Z", "before it started"),
    ("2030-01-01T00:00:00.000Z", "in the future"),
  ])
  func `a run with an impossible end is kept`(ended: String, why: String) async throws {
    let run = try await finished()
    try Database(.file(fixture.path)).run("UPDATE runs SET ended = ?1", [.text(ended)])
    let farOff = LedgerFixture.start + 1_000_000_000
    #expect(try await ledger.prunable(before: farOff).runs == [], "it ended \(why)")
    #expect(try await ledger.prune(before: farOff).runs == [])
    #expect(try await ledger.run(run).rowCount == 2)
  }

  @Test func `an old run of a process with unknown state is removed`() async throws {
    let left = try await ledger.beginStaging(LedgerFixture.opening())
    for (namespace, boot) in [("'pid:[1]'", "owner_start"), ("NULL", "'another boot/1'")] {
      try Database(.file(fixture.path)).execute(
        "UPDATE runs SET owner_namespace = \(namespace), owner_start = \(boot)")
      _ = try fixture.reopened()
      _ = try await ledger.prune(before: LedgerFixture.start)
      #expect(try await !ledger.run(left).isStaged, "it is still there")
    }
    #expect(try await ledger.prune(before: Self.later).runs == [left])
    await #expect(throws: LedgerError.self) { try await ledger.run(left) }
  }

  @Test func `an attempt is removed like a run, and an active one is kept`() async throws {
    let ended = try await ledger.beginStaging(LedgerFixture.opening())
    try await ledger.abandon(ended, RunEnding(.stopped, reason: "no password"), exitCode: 7)
    let working = try await ledger.beginStaging(LedgerFixture.opening())
    #expect(try await ledger.prune(before: Self.later).runs == [ended])
    #expect(try await ledger.runs().map(\.id) == [working])
  }

  @Test func `exports are removed as well, and the file becomes smaller`() async throws {
    for number in 1...3 {
      let run = try await ledger.beginStaging(LedgerFixture.opening(.export))
      for group in 1...20 {
        let servers = (1...100).map { index in
          PortGroupServer(
            objectID: LedgerFixture.id(number << 20 | group << 8 | index),
            fields: [.host: "10.0.0.1", .service: "102"])
        }
        try await ledger.stageExported(
          servers, of: LedgerFixture.group("G\(group)", group, .sip), file: 0, in: run)
      }
      _ = try await ledger.finishStaging(run)
      try await ledger.end(run, RunEnding(.done), exitCode: 0)
    }
    try Database(.file(fixture.path)).execute("PRAGMA wal_checkpoint(FULL)")
    let before = try size()
    let pruning = try await ledger.prune(before: Self.later)
    #expect(pruning.rows == 6000 && pruning.gaveSpaceBack)
    #expect(try size() * 4 < before)
    #expect(try fixture.count("SELECT count(*) FROM rows") == 0)
  }

  private func size() throws -> Int {
    let facts = try FileManager.default.attributesOfItem(atPath: fixture.path)
    return (facts[.size] as? Int) ?? 0
  }

  @Test
  func `a run is invisible before its first row is removed, and the next process removes the rest`()
    async throws
  {
    let run = try await finished()
    // The state after a process has died during pruning.
    try Database(.file(fixture.path)).execute(
      """
      UPDATE runs SET is_removed = 1, owner_start = 'dead';
      DELETE FROM rows WHERE row = (SELECT min(row) FROM rows);
      """)
    #expect(try await ledger.runs() == [])
    await #expect(throws: LedgerError.self) { try await ledger.run(run) }
    _ = try fixture.reopened()
    #expect(try counts().allSatisfy { $0 == 0 })
  }

  @Test func `a run that an undo goes back to since it was chosen is kept`() async throws {
    let run = try await finished()
    #expect(try await ledger.prunable(before: Self.later).runs == [run])
    var opening = LedgerFixture.opening(.undo)
    opening.parent = run
    _ = try await ledger.beginStaging(opening)
    #expect(try await ledger.prune(before: Self.later).runs.isEmpty)
    #expect(try await ledger.rows(of: run).all().count == 2)
  }

  @Test func `no undo begins of a run that is being removed`() async throws {
    let run = try await finished()
    try Database(.file(fixture.path)).execute("UPDATE runs SET is_removed = 1")
    var opening = LedgerFixture.opening(.undo)
    opening.parent = run
    let child = opening
    let error = await #expect(throws: LedgerError.self) { try await ledger.beginStaging(child) }
    #expect(error?.kind == .unknown)
  }
}
