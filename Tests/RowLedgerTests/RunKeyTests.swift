// A key is used by the runs that have sent something or are done, for a limited time.

import Foundation
import PortGroupModel
import RowLedger
import Synchronization
import TestSupport
import Testing

@Suite struct RunKeyTests {
  let fixture: LedgerFixture

  init() throws { fixture = try LedgerFixture() }

  var ledger: Ledger { fixture.ledger }

  private static let week = Duration.seconds(7 * 86_400)

  /// A staged run with a key.
  private func keyed(_ key: String = "nightly", _ inputs: String = "abc") async throws -> RunID {
    let run = try await fixture.stage([LedgerFixture.row("a")])
    try await ledger.record(key: key, inputs: inputs, of: run)
    return run
  }

  /// Records that the rows of a run are about to be sent.
  private func journal(_ run: RunID) async throws {
    for group in try await ledger.openGroups(of: run) {
      let rows = try await ledger.rows(of: group.id)
      try await ledger.journal(
        BatchPlan(rows.map { ($0.id, .create([.host: "a"])) }), of: group.id)
    }
  }

  private func users(of key: String = "nightly", except: RunID? = nil) async throws -> [RunID] {
    try await ledger.runs(withKey: key, inLast: Self.week, except: except).map(\.run.id)
  }

  @Test func `the runs of a key are found, newest first, with their inputs`() async throws {
    let first = try await keyed()
    let second = try await keyed("nightly", "def")
    _ = try await keyed("weekly")
    _ = try await fixture.stage([LedgerFixture.row("a")])
    let found = try await ledger.runs(withKey: "nightly", inLast: Self.week)
    #expect(found.map(\.run.id) == [second, first])
    #expect(found.map(\.inputs) == ["def", "abc"])
    #expect(found.first?.run == (try await ledger.run(second)))
    #expect(try await users(except: second) == [first])
    #expect(try await users(of: "night") == [])
  }

  @Test func `a run keeps its first key`() async throws {
    let run = try await keyed()
    try await ledger.record(key: "weekly", inputs: "def", of: run)
    #expect(try await users() == [run])
    #expect(try await users(of: "weekly") == [])
  }

  @Test func `a key of a run that does not exist is an error`() async throws {
    await #expect(throws: LedgerError.self) {
      try await ledger.record(key: "nightly", inputs: "abc", of: RunID(start: .now, suffix: "none"))
    }
  }

  @Test func `an attempt whose rows were not recorded does not use its key up`() async throws {
    let run = try await ledger.beginStaging(LedgerFixture.opening())
    try await ledger.record(key: "nightly", inputs: "abc", of: run)
    #expect(try await users() == [], "it is still reading")
    try await ledger.abandon(run, RunEnding(.stopped), exitCode: 7)
    #expect(try await users() == [])
  }

  @Test(arguments: [RunEnding.How.refused, .declined, .stopped, .interrupted, .failed])
  func `a run that ended before its first write does not use its key up`(
    how: RunEnding.How
  ) async throws {
    let run = try await keyed()
    try await ledger.end(run, RunEnding(how), exitCode: 5)
    #expect(try await users() == [])
  }

  @Test(arguments: [RunEnding.How.stopped, .interrupted, .failed])
  func `a run that ended after its first write uses its key`(how: RunEnding.How) async throws {
    let run = try await keyed()
    try await journal(run)
    try await ledger.end(run, RunEnding(how), exitCode: 5)
    #expect(try await users() == [run])
  }

  @Test func `a run that is done uses its key, although it had nothing to send`() async throws {
    let run = try await keyed()
    try await ledger.end(run, RunEnding(.done), exitCode: 0)
    #expect(try await users() == [run])
  }

  @Test func `a run that is active or crashed uses its key`() async throws {
    let run = try await keyed()
    #expect(try await users() == [run])
  }

  @Test func `a dry run does not use its key up`() async throws {
    var opening = LedgerFixture.opening()
    opening.isDry = true
    let run = try await ledger.beginStaging(opening)
    _ = try await ledger.finishStaging(run)
    try await ledger.record(key: "nightly", inputs: "abc", of: run)
    try await ledger.end(run, RunEnding(.done), exitCode: 0)
    #expect(try await users() == [])
  }

  @Test func `a removed run does not use its key`() async throws {
    let run = try await fixture.stage([])
    try await ledger.record(key: "nightly", inputs: "abc", of: run)
    try await ledger.end(run, RunEnding(.done), exitCode: 0)
    #expect(try await users() == [run])
    #expect(try await ledger.prune(before: LedgerFixture.start + 1).runs == [run])
    #expect(try await users() == [])
  }

  @Test func `8 days later a key is free, also if its run is not finished`() async throws {
    let run = try await keyed()
    let later = { (seconds: Double) async throws in
      var environment = LedgerFixture.environment(firstSuffix: 100)
      environment.now = { LedgerFixture.start + seconds }
      return try await Ledger.open(.file(fixture.path), environment: environment)
        .runs(withKey: "nightly", inLast: Self.week).map(\.run.id)
    }
    #expect(try await later(7 * 86_400) == [run])
    #expect(try await later(7 * 86_400 + 1) == [])
    #expect(try await later(8 * 86_400) == [])
  }
}
