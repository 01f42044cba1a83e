// Selected groups or first rows: the other rows are checked, reported, and not sent.

import CommandLineTool
import PortGroupModel
import RowLedger
import Testing

@testable import BatchEngine

@Suite struct RowSelectionTests {
  private static let rows =
    (1...4).map { row(.create, host: "10.0.0.\($0)") }
    + (1...3).map { row(.create, in: EngineRig.sccp, service: 100, host: "10.1.0.\($0)") }

  private func run(
    _ rows: [Row] = rows, groups: [String] = [], limit: Int? = nil, on rig: EngineRig
  ) async -> RunResult {
    await rig.importer(of: rows, selection: RowSelection(groups: groups, limit: limit))
      .run(on: rig.client)
  }

  @Test(arguments: [["SCCP"], [EngineRig.sccp.objectID.text.uppercased()]])
  func `only the rows of a group are sent, by its name or id`(groups: [String]) async throws {
    let rig = try EngineRig()
    let result = await run(groups: groups, on: rig)
    #expect(result.books?.read == 3 && result.books?.created == 3)
    #expect(result.books?.balances == true)
    #expect(try await rig.servers() == [])
    #expect(try await rig.servers(of: EngineRig.sccp).count == 3)
    #expect(rig.events.leftOut == [[4, 0]])
  }

  @Test func `only the first rows of the selected groups are sent`() async throws {
    let rig = try EngineRig()
    let result = await run(groups: ["SIP", "SCCP"], limit: 5, on: rig)
    #expect(result.books?.created == 5)
    #expect(try await rig.servers().count == 4)
    #expect(try await rig.servers(of: EngineRig.sccp).map { $0.prefix(9) } == ["10.1.0.1:"])
    #expect(rig.events.leftOut == [[0, 2]])

    let other = try EngineRig()
    _ = await run(groups: ["SCCP"], limit: 2, on: other)
    #expect(other.events.leftOut == [[4, 1]])
    #expect(try await other.servers(of: EngineRig.sccp).count == 2)
  }

  @Test(arguments: [7, 8, Int.max])
  func `a limit that leaves nothing out is not reported`(limit: Int) async throws {
    let rig = try EngineRig()
    #expect(await run(limit: limit, on: rig).books?.created == 7)
    #expect(rig.events.leftOut == [])
  }

  @Test func `a missing group is reported before anything is sent`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    let result = await run(groups: ["SIP", "SCP"], on: rig)
    #expect(result.stop == .noSuchGroup("SCP", nearest: "SCCP"))
    #expect(result.status == .inputInvalid)
    #expect(try await rig.onlyAttempt() == result.stop?.ending)
    #expect(server.writes == 0)
  }

  @Test func `rows that are left out are checked nevertheless`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    let rows = [row(.create, in: EngineRig.sccp, service: 100, host: "10.1.0.1")] + Self.rows
    let result = await run(rows, groups: ["SIP"], on: rig)
    #expect(result.status == .inputInvalid)
    #expect(rig.events.diagnostics.map(\.code) == [.duplicateRow, .duplicateRow])
    #expect(server.writes == 0)
  }

  @Test func `deletions that are left out are not counted`() async throws {
    var rig = try EngineRig()
    rig.options.maxDelete = 1
    for host in 1...3 { try rig.add(50 + host, host: "10.0.0.\(host)") }
    let rows = (1...2).map { row(.delete, host: "10.0.0.\($0)") }
    #expect(await run(rows, on: rig).status == .limitExceeded)
    #expect(await run(rows, limit: 1, on: rig).books?.deleted == 1)
  }
}
