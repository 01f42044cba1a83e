// Rows of an export: staged in any order, and read in the order of the file.

import Foundation
import PortGroupModel
import RowLedger
import Testing

@Suite struct ExportTests {
  let fixture: LedgerFixture

  init() throws { fixture = try LedgerFixture() }

  var ledger: Ledger { fixture.ledger }

  /// The servers in the order of the file; ids count from 1.
  static let ordered: [FieldValues] = [
    [.host: "z"],
    [.service: "100", .host: "b"],
    [.service: "100", .precedence: "2", .host: "a"],
    [.service: "100", .precedence: "10", .host: "A"],
    [.service: "100", .precedence: "10", .host: "a", .port: "900"],
    [.service: "100", .precedence: "10", .host: "a", .hostV6: "::1", .port: "80"],
    [.service: "100", .precedence: "10", .host: "a", .hostV6: "::1", .port: "900"],
    [
      .service: "100", .precedence: "10", .host: "a", .hostV6: "::1", .port: "900", .tlsPort: "1",
    ],
    [
      .service: "100", .precedence: "10", .host: "a", .hostV6: "::1", .port: "900", .tlsPort: "1",
    ],
    [.service: "102", .precedence: "0", .host: "a"],
  ]

  private func servers(_ numbers: some Sequence<Int>) -> [PortGroupServer] {
    numbers.map { PortGroupServer(objectID: LedgerFixture.id($0 + 1), fields: Self.ordered[$0]) }
  }

  @Test func `files of exports are found by their size, the newest first`()
    async throws
  {
    var recorded: [ExportedFile] = []
    var runs: [RunID] = []
    for (size, checksum) in [(9, 1), (9, 0xFFFF_FFFF), (8, 1)] {
      let run = try await ledger.beginStaging(LedgerFixture.opening(.export))
      _ = try await ledger.finishStaging(run)
      let file = ExportedFile(
        size: size, checksum: checksum, target: LedgerFixture.opening(.export).target.url,
        version: "14.\(checksum)")
      try await ledger.record(file, writtenBy: run)
      recorded.append(file)
      runs.append(run)
    }
    #expect(try await ledger.exportedFiles(ofSize: 9) == [recorded[1], recorded[0]])
    #expect(try await ledger.exportedFiles(ofSize: 8) == [recorded[2]])
    #expect(try await ledger.exportedFiles(ofSize: 7) == [])
    try await ledger.end(runs[1], RunEnding(.done), exitCode: 0)
    _ = try await ledger.prune(before: .distantFuture)
    #expect(try await ledger.exportedFiles(ofSize: 9) == [recorded[0]])
  }

  /// Begins an export, and records the target as its file.
  private func beginExport() async throws -> (run: RunID, file: Int) {
    let run = try await ledger.beginStaging(LedgerFixture.opening(.export))
    return (run, try await ledger.addFile("https://cuc.example", to: run))
  }

  @Test func `servers are sorted by group, service, precedence, hosts, ports, id`() async throws {
    let (run, file) = try await beginExport()
    let numbers = [7, 2, 9, 0, 5, 8, 3, 6, 1, 4]
    try await ledger.stageExported(servers(numbers), of: LedgerFixture.sip, file: file, in: run)
    try await ledger.stageExported(servers([0]), of: LedgerFixture.sccp, file: file, in: run)
    #expect(try await ledger.finishStaging(run) == 11)
    var pages = try await ledger.exportedServers(of: run)
    var found: [ExportedServer] = []
    while case let page = try await pages.next(3), !page.isEmpty { found += page }
    #expect(found.map(\.server) == servers([0]) + servers(0..<10))
    #expect(found.map(\.group.displayName) == ["SCCP"] + Array(repeating: "SIP", count: 10))
    #expect(found.first?.group == LedgerFixture.sccp)
    #expect(try await ledger.run(run).rowCount == 11)
  }

  @Test func `two groups with the same name stay two groups`() async throws {
    let sameName = LedgerFixture.group("SIP", 3, .sip)
    let (run, file) = try await beginExport()
    try await ledger.stageExported(servers([1]), of: LedgerFixture.sip, file: file, in: run)
    try await ledger.stageExported(servers([2]), of: sameName, file: file, in: run)
    let found = try await ledger.exportedServers(of: run).all()
    #expect(found.map(\.group) == [LedgerFixture.sip, sameName])
  }

  @Test func `an export has rows and books like any other run`() async throws {
    let (run, file) = try await beginExport()
    try await ledger.stageExported(servers([2, 1]), of: LedgerFixture.sip, file: file, in: run)
    #expect(try await ledger.books(of: run) == Books(), "nothing is shown before all are staged")
    _ = try await ledger.finishStaging(run)
    let books = try await ledger.books(of: run)
    #expect(books.balances && books.read == 2 && books.exported == 2)
    let rows = try await ledger.rows(of: run).all()
    #expect(rows.map(\.state) == [.exported, .exported])
    #expect(rows.map(\.row?.fields) == servers([1, 2]).map(\.fields))
    #expect(rows.map(\.row?.operation) == [.upsert, .upsert])
    #expect(rows.map(\.group) == [LedgerFixture.sip, LedgerFixture.sip])
    #expect(rows.map(\.place.file) == ["https://cuc.example", "https://cuc.example"])
    #expect(try await ledger.openGroups(of: run).isEmpty)
    #expect(try await ledger.hasOpenGroups(run) == false)
    #expect(try await ledger.files(of: run).map(\.name) == ["https://cuc.example"])
    #expect(try await ledger.rows(of: run, states: ["exported"]).all().count == 2)
  }
}
