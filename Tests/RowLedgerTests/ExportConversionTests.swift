// Exports of earlier versions, whose servers had their own table, are converted when the ledger is opened.

import Foundation
import PortGroupModel
import SQLStores
import TestSupport
import Testing

@testable import RowLedger

@Suite struct ExportConversionTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path("ledger.sqlite") }

  init() throws { folder = try TemporaryFolder() }

  /// A ledger of the previous version, with an export of `count` servers, 1,000 in each group.
  private func makeOld(_ count: Int, ended: Bool = true) throws {
    let database = try Database(.file(path), options: DatabaseOptions(durable: false))
    let migrations = LedgerSchema.schema(LedgerFixture.ownerState).migrations
    try database.adopt(
      Schema(
        applicationID: LedgerSchema.applicationID, migrations: Array(migrations.prefix(7))))
    let owner = LedgerFixture.owner
    try database.run(
      """
      INSERT INTO runs (run, name, kind, source, target, options, tool_version, owner_pid,
        owner_start, owner_namespace, started, staged, row_count, ended, ending)
      VALUES (1, '20250101T000000Z-aaaa', 'export', 'old.csv', 'https://cuc.example', '{}', '1',
        ?1, ?2, ?3, '2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z', ?4,
        CASE WHEN ?5 = 1 THEN '2025-01-01T00:00:00Z' END, 'done')
      """,
      [
        .integer(owner.pid), .text(owner.start), .text(owner.namespace), .integer(count),
        .integer(ended ? 1 : 0),
      ])
    try database.execute(
      """
      WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < \(count / 1000))
      INSERT INTO groups (group_id, run, object_id, name, integration)
      SELECT i + 1, 1, printf('00000000-0000-0000-0000-%012d', i), printf('G%06d', i), 2 FROM n;
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count))
      INSERT INTO exported_servers (run, group_id, object_id, service, precedence, host, fields)
      SELECT 1, i / 1000 + 1, printf('00000000-0000-0000-0001-%012d', i), 102, 0,
        printf('h%07d', \(count) - i),
        printf('MediaRemoteServiceEnum=102%sHostOrIPAddress=h%07d%sObjectId=00000000-0000-0000-0001-%012d',
          char(10), \(count) - i, char(10), i)
      FROM n;
      """)
  }

  private func check(_ ledger: Ledger, _ count: Int) async throws {
    let run = try #require(try await ledger.runs().first)
    let books = try await ledger.books(of: run.id)
    #expect(books.balances && books.read == count && books.exported == count)
    var pages = try await ledger.exportedServers(of: run.id)
    var found = 0
    var last = ""
    while case let page = try await pages.next(), !page.isEmpty {
      for entry in page {
        let place = entry.group.displayName + " " + (entry.server.fields[.host].text ?? "")
        #expect(last < place)
        last = place
        found += 1
      }
    }
    #expect(found == count)
    #expect(try await ledger.files(of: run.id).map(\.name) == ["https://cuc.example"])
  }

  @Test func `all servers become rows, in the order of the file`() async throws {
    try makeOld(12_345)
    try await check(try Ledger.open(.file(path), environment: LedgerFixture.environment()), 12_345)
    let database = try Database(.file(path), options: DatabaseOptions(readOnly: true))
    #expect(
      try database.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'exported_servers'")
        == 0)
    // A second call finds nothing to convert.
    try await check(try Ledger.open(.file(path), environment: LedgerFixture.environment()), 12_345)
  }

  @Test func `a conversion that is killed after any part is continued by the next process`()
    async throws
  {
    let count = ProcessInfo.processInfo.environment["CUPIBULK_SOAK"] == nil ? 23_456 : 1_000_000
    try makeOld(count)
    var parts = 0
    while parts < 4 {
      parts += 1
      let database = try Database(.file(path), options: DatabaseOptions(durable: false))
      try database.adopt(
        Schema(
          applicationID: LedgerSchema.applicationID,
          migrations: LedgerSchema.schema(LedgerFixture.ownerState).migrations.prefix {
            $0.name != "exports as rows"
          }.map(\.self)))
      // The part that is not committed is rolled back.
      #expect(throws: CancellationError.self) {
        try database.transaction {
          _ = try ExportConversion(database, LedgerFixture.ownerState).convertNext()
          throw CancellationError()
        }
      }
      let progress = try database.transaction {
        try ExportConversion(database, LedgerFixture.ownerState).convertNext()
      }
      #expect(progress == .more)
      let left = try database.integer("SELECT count(*) FROM exported_servers")
      #expect(left == count - parts * ExportConversion.chunk)
    }
    try await check(try Ledger.open(.file(path), environment: LedgerFixture.environment()), count)
  }

  @Test func `a ledger with an active run is not converted`() async throws {
    try makeOld(10, ended: false)
    let error = #expect(throws: LedgerError.self) {
      try Ledger.open(.file(path), environment: LedgerFixture.environment())
    }
    #expect(error?.kind == .locked)
    #expect(
      error?.description
        == "the ledger is from an earlier version and has to be converted, and run "
        + "20250101T000000Z-aaaa is at work in it; wait until that run has ended, then run the command again"
    )
    let database = try Database(.file(path))
    #expect(try database.integer("SELECT count(*) FROM exported_servers") == 10)
    try database.run("UPDATE runs SET ended = started")
    try await check(try Ledger.open(.file(path), environment: LedgerFixture.environment()), 10)
  }

  @Test func `an export that may be at work elsewhere is left to its process`() async throws {
    try makeOld(10, ended: false)
    try Database(.file(path)).execute(
      "UPDATE runs SET owner_start = 'another machine', staged = NULL")
    for _ in 1...2 {
      let ledger = try Ledger.open(.file(path), environment: LedgerFixture.environment())
      let run = try #require(try await ledger.runs().first)
      #expect(!run.isStaged && !run.isRunning)
    }
    // The rest of the ledger is up to date meanwhile.
    let ledger = try Ledger.open(.file(path), environment: LedgerFixture.environment())
    let begun = try await ledger.beginStaging(
      RunOpening(
        kind: .import, source: "x", target: RunTarget(url: "sandbox:"), toolVersion: "test"))
    #expect(try await ledger.sessions(of: begun).count == 1)
    try await ledger.abandon(begun, RunEnding(.done), exitCode: 0)
    let database = try Database(.file(path))
    #expect(try database.integer("SELECT count(*) FROM exported_servers") == 10)
    // It ends after all.
    try database.execute("DELETE FROM sessions; DELETE FROM runs WHERE source = 'x'")
    try database.run("UPDATE runs SET staged = started, ended = started")
    try await check(try Ledger.open(.file(path), environment: LedgerFixture.environment()), 10)
  }
}
