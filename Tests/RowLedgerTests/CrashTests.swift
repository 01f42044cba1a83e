// The ledger after a kill: everything that was acknowledged, and nothing incomplete.

import Foundation
import PortGroupModel
import RowLedger
import SQLStores
import Synchronization
import TestSupport
import Testing

@Suite struct CrashTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("ledger.sqlite")
  }

  @Test func `a kill while staging leaves only the attempt`() async throws {
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = self.path as String] in
      let dead = LedgerFixture.environment(owner: RunOwner(pid: 1, start: "dead"))
      let ledger = try Ledger.open(.file(path), environment: dead)
      let run = try await ledger.beginStaging(LedgerFixture.opening())
      let file = try await ledger.addFile("a.csv", to: run)
      let rows = (1...2000).map {
        StagedRow(
          file: file, record: $0, line: $0, row: LedgerFixture.row("h\($0)"), raw: "h\($0)")
      }
      try await ledger.stage(rows, in: run)
      kill(getpid(), SIGKILL)
    }
    let store = try Database(.file(path))
    #expect(try store.integer("SELECT count(*) FROM rows") == 2000)
    let ledger = try Ledger.open(.file(path), environment: LedgerFixture.environment())
    let run = try #require(try await ledger.runs().first)
    #expect(!run.isStaged && !run.isRunning && run.ending == nil)
    #expect(try store.integer("SELECT count(*) FROM rows") == 0)
    #expect(try store.integer("SELECT count(*) FROM files") == 0)
  }

  @Test func `a kill between intent and outcome leaves the intent open`() async throws {
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = self.path as String] in
      let dead = LedgerFixture.environment(owner: RunOwner(pid: 1, start: "dead"))
      let ledger = try Ledger.open(.file(path), environment: dead)
      let run = try await ledger.beginStaging(LedgerFixture.opening())
      let file = try await ledger.addFile("a.csv", to: run)
      let rows = (1...2).map {
        StagedRow(file: file, record: $0, line: $0, row: LedgerFixture.row("h\($0)"), raw: "r")
      }
      try await ledger.stage(rows, in: run)
      for reference in try await ledger.groupReferences(of: run).all() {
        try await ledger.resolve([(reference.id, LedgerFixture.sip)], in: run)
      }
      _ = try await ledger.finishStaging(run)
      let group = try #require(try await ledger.openGroups(of: run).first)
      let batch = try await ledger.rows(of: group.id)
      try await ledger.journal(
        BatchPlan(batch.map { ($0.id, .create($0.row.fields)) }), of: group.id)
      try await ledger.record([Outcome(row: batch[0].id, state: .created)], of: group.id)
      kill(getpid(), SIGKILL)
    }
    let ledger = try Ledger.open(.file(path), environment: LedgerFixture.environment())
    let run = try #require(try await ledger.runs().first)
    #expect(!run.isRunning)
    #expect(run.ending == nil)
    let books = try await ledger.books(of: run.id)
    #expect(books.balances)
    #expect(books.created == 1)
    #expect(books.pending == 0)
    #expect(books.inDoubt == 1, "it may have been sent")
    #expect(try await ledger.rows(of: run.id, states: ["inDoubt"]).all().map(\.state) == [.inDoubt])
    #expect(try await ledger.rows(of: run.id, states: ["pending"]).all().isEmpty)
    #expect(try await ledger.rows(of: run.id).all().map(\.state) == [.created, .inDoubt])
    let group = try #require(try await ledger.openGroups(of: run.id).first)
    #expect(try await ledger.rows(of: group.id).map { $0.entry?.isOpen } == [false, true])
    #expect(try await ledger.beforeImage(of: group.id) == [])
  }

  @Test func `a run that is staged while its owner is judged keeps its rows`() async throws {
    let ledger = try Ledger.open(.file(path), environment: LedgerFixture.environment())
    let run = try await ledger.beginStaging(LedgerFixture.opening())
    let file = try await ledger.addFile("a.csv", to: run)
    try await ledger.stage(
      [StagedRow(file: file, record: 1, line: 1, row: LedgerFixture.row("h"), raw: "h")], in: run)
    var environment = LedgerFixture.environment()
    let path = path
    let isFirst = Mutex(true)
    // It finishes and ends between the look and the transaction that would remove its rows.
    environment.ownerState = { _ in
      if isFirst.withLock({ first in
        defer { first = false }; return first
      }) {
        try? Database(.file(path)).execute("UPDATE runs SET staged = started")
      }
      return .ended
    }
    _ = try Ledger.open(.file(path), environment: environment)
    #expect(try Database(.file(path)).integer("SELECT count(*) FROM rows") == 1)
  }
}
