// Exports: every server of every group, in the order of the file; complete or not at all.

import CommandLineTool
import HTTPMessages
import PortGroupModel
import RowLedger
import SandboxServer
import TestSupport
import Testing

@testable import BatchEngine

@Suite struct ExporterTests {
  private struct DiskFull: Error, CustomStringConvertible {
    var description: String { "the disk is full" }
  }

  /// Exports, and returns the result with the servers that the writer got: `group service
  /// host:port/precedence`.
  private func export(
    _ rig: EngineRig, failing: Bool = false
  ) async throws -> (result: ExportResult, count: Int?, servers: [ExportedServer]) {
    var count: Int?
    var servers: [ExportedServer] = []
    let exporter = Exporter(
      pace: rig.options.pace, setting: rig.setting())
    let result = try await exporter.run(on: rig.client) { total, pages in
      count = total
      servers = try await pages.all()
      if failing { throw DiskFull() }
    }
    return (result, count, servers)
  }

  private func lines(_ servers: [ExportedServer]) -> [String] {
    servers.map { exported in
      let fields = exported.server.fields
      let texts = [Field.service, .precedence, .host, .port].map { fields[$0].text ?? "-" }
      return ([exported.group.displayName] + texts).joined(separator: " ")
    }
  }

  @Test func `servers are sorted by group name, service, precedence, host and port`() async throws {
    let groups = [
      EngineRig.group(1, "Zulu", .sip), EngineRig.group(2, "Alpha", .sccp),
      EngineRig.group(3, "Empty", .sip),
    ]
    let rig = try EngineRig(groups: groups)
    try rig.add(59, to: groups[0], service: 102, host: "10.0.0.2", precedence: 1)
    try rig.add(58, to: groups[0], service: 102, host: "10.0.0.9", precedence: 0)
    try rig.add(57, to: groups[0], service: 101, host: "10.0.0.3", precedence: 5)
    try rig.add(56, to: groups[0], service: 102, host: "10.0.0.1", port: 5070, precedence: 1)
    try rig.add(55, to: groups[0], service: 102, host: "10.0.0.1", port: 5060, precedence: 1)
    try rig.add(54, to: groups[1], service: 100, host: "10.1.0.1")

    let (result, count, servers) = try await export(rig)

    #expect(
      lines(servers) == [
        "Alpha 100 0 10.1.0.1 5060", "Zulu 101 5 10.0.0.3 5060", "Zulu 102 0 10.0.0.9 5060",
        "Zulu 102 1 10.0.0.1 5060", "Zulu 102 1 10.0.0.1 5070", "Zulu 102 1 10.0.0.2 5060",
      ])
    #expect(count == 6 && result.servers == 6)
    #expect(result.status == .success)
    let run = try await rig.ledger.run(result.run)
    #expect(run.opening.kind == .export)
    #expect(run.ending == RunEnding(.done))
    #expect(run.exitCode == 0)
    #expect(rig.sandbox.counts.writes == 0)
  }

  @Test func `lists of several pages are exported completely`() async throws {
    let groups = (1...250).map { EngineRig.group($0, "Branch \($0 + 1000)", .sip) }
    let rig = try EngineRig(groups: groups)
    for number in 1...205 {
      try rig.add(1000 + number, to: groups[249], host: "10.0.0.\(number)", precedence: number)
    }
    for index in 0..<249 { try rig.add(2000 + index, to: groups[index], host: "10.1.0.1") }

    let (result, count, servers) = try await export(rig)

    #expect(result.status == .success)
    #expect(count == 454)
    #expect(Set(servers.map(\.server.objectID)).count == 454)
    #expect(
      servers.suffix(205).map { $0.server.fields[.precedence].text } == (1...205).map(String.init))
  }

  @Test func `an import restores an export, and then changes nothing`() async throws {
    let rig = try EngineRig()
    try rig.add(51, host: "10.0.0.1", precedence: 2)
    try rig.add(52, host: "10.0.0.1", port: 5070, precedence: 3)
    try rig.add(61, to: EngineRig.sccp, service: 100, host: "ccm.example.net")
    let exported = try await export(rig).servers
    let rows = exported.map { exported in
      Row(
        operation: .upsert, group: GroupReference(name: exported.group.displayName),
        fields: exported.server.fields.filtered {
          ![.objectID, .groupObjectID, .uri, .groupURI].contains($0)
        })
    }
    let other = try EngineRig()
    #expect(await other.run(rows).books?.created == 3)
    #expect(try lines(await export(other).servers) == lines(exported))
    #expect(await other.run(rows).books?.unchanged == 3)
  }

  @Test func `a field is staged as the server shows it, even if it is empty`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    try rig.add(51, host: "10.0.0.1")
    server.setRule { call in
      call.verb == "list" ? .edited { $0.replacing("<Port>5060</Port>", with: "<Port/>") } : .pass
    }
    let fields = try #require(await export(rig).servers.first).server.fields
    #expect(fields[.port] == .empty)
    #expect(fields[.hostV6] == .empty)
  }

  @Test(arguments: [503, 404, 200])
  func `a server that does not report its version is exported nevertheless`(
    status: Int
  ) async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    try rig.add(51, host: "10.0.0.1")
    let isVersion = { @Sendable (call: Call) in
      call.request.target == "/vmrest/version" && call.request.headerFields["Authorization"] == nil
    }
    server.setRule { isVersion($0) ? .status(status) : .pass }
    let folder = try TemporaryFolder()
    let path = try folder.write("a file", to: "out.csv")
    let result = try await Exporter(pace: rig.options.pace, setting: rig.setting())
      .run(on: rig.client, to: path) { _, _ in }
    #expect(result.status == .success)
    let run = try #require(try await rig.ledger.runs().first)
    #expect(run.ending == RunEnding(.done))
    #expect(try await rig.ledger.exportedFiles(ofSize: 6).map(\.version) == [""])
    server.setRule { _ in .pass }
    _ = try await Exporter(pace: rig.options.pace, setting: rig.setting())
      .run(on: rig.client, to: path) { _, _ in }
    #expect(try await rig.ledger.exportedFiles(ofSize: 6).map(\.version) == ["14.0.1.0", ""])
  }

  @Test func `an export that is stopped while it requests the version leaves no file`()
    async throws
  {
    let (rig, server) = try EngineRig.withFaultyServer()
    let setting = rig.setting()
    server.setRule { call in
      // The last request before the version is for a group.
      if call.verb == "list" { setting.control.requestStop(.interrupted) }
      return .pass
    }
    let result = try await Exporter(pace: rig.options.pace, setting: setting)
      .run(on: rig.client, to: "out.csv") { _, _ in Issue.record("a file is written") }
    #expect(result.stop == .interrupted)
    #expect(try await rig.onlyAttempt() == RunEnding(.interrupted, reason: "by the user"))
  }

  @Test func `a group that disappears meanwhile has nothing to export`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    try rig.add(51, host: "10.0.0.1")
    try rig.add(61, to: EngineRig.sccp, service: 100, host: "10.1.0.1")
    server.setRule { call in
      switch call.name {
      case "list 1": .edited { _ in EngineRig.emptyList }
      case "group 1": .status(404)
      default: .pass
      }
    }
    let (result, _, servers) = try await export(rig)
    #expect(lines(servers) == ["SCCP 100 0 10.1.0.1 5060"])
    #expect(result.status == .success)
  }

  @Test
  func `if a server cannot be read completely, only the attempt remains, and no file is begun`()
    async throws
  {
    let (rig, server) = try EngineRig.withFaultyServer()
    try rig.add(51, host: "10.0.0.1")
    server.setRule { call in call.name == "list 2" ? .status(500) : .pass }
    let (result, count, _) = try await export(rig)
    #expect(count == nil, "the writer was not called")
    #expect(result.status == .failure)
    #expect(try await rig.onlyAttempt()?.how == .failed)
  }

  @Test func `a list that is shorter than its total is not exported`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    try rig.add(51, host: "10.0.0.1")
    server.setRule { call in
      call.name == "list 1"
        ? .edited { $0.replacing("total=\"1\"", with: "total=\"2\"") } : .pass
    }
    let (result, count, _) = try await export(rig)
    #expect(count == nil)
    #expect(result.status == .failure)
    #expect(try await rig.onlyAttempt()?.how == .failed)
  }

  @Test(arguments: [Misbehavior.busy, .connectionRefused])
  func `a busy server is waited for, until the run gives up`(misbehavior: Misbehavior) async throws
  {
    let (rig, server) = try EngineRig.withFaultyServer()
    server.setRule { call in call.verb == "list" && call.nth <= 3 ? misbehavior : .pass }
    #expect(try await export(rig).result.status == .success)
    server.setRule { call in call.verb == "list" ? misbehavior : .pass }
    let (result, _, _) = try await export(rig)
    #expect(result.status == .tryAgain)
    #expect(try await rig.ledger.run(result.run).ending?.how == .stopped)
  }

  @Test func `a stop leaves only the attempt`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    server.setRule { [control = rig.control] call in
      if call.verb == "list" { control.requestStop(.interrupted) }
      return .pass
    }
    let (result, count, _) = try await export(rig)
    #expect(result.status == .interrupted)
    #expect(count == nil)
    #expect(try await rig.onlyAttempt() == RunEnding(.interrupted, reason: "by the user"))
  }

  @Test func `refused credentials are reported as such`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    server.setRule { _ in .status(401) }
    let (result, _, _) = try await export(rig)
    #expect(result.status == .refused)
    #expect(server.log == ["login"])
  }

  @Test func `a file that cannot be written fails the run, and the ledger records it`() async throws
  {
    let rig = try EngineRig()
    try rig.add(51, host: "10.0.0.1")
    let (result, _, _) = try await export(rig, failing: true)
    #expect(result.status == .failure)
    #expect(result.stop == .output("the disk is full"))
    let run = try await rig.ledger.run(result.run)
    #expect(run.ending == RunEnding(.failed, reason: "the disk is full"))
    #expect(run.exitCode == 1)
  }

  @Test func `there are never more requests in flight than slots`() async throws {
    let groups = (1...20).map { EngineRig.group($0, "Branch \($0)", .sip) }
    var (rig, server) = try EngineRig.withFaultyServer(groups: groups)
    rig.options.pace.slots = 3
    server.setRule { _ in
      try? await Task.sleep(for: .milliseconds(5))
      return .pass
    }
    #expect(try await export(rig).result.status == .success)
    #expect(server.mostInFlight == 3)
  }

  @Test func `unknown fields of the server are named once`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    try rig.add(51, host: "10.0.0.1")
    try rig.add(61, to: EngineRig.sccp, service: 100, host: "10.1.0.1")
    server.setRule { call in
      call.verb == "list"
        ? .edited { $0.replacing("<Precedence>", with: "<Weight>3</Weight><Precedence>") } : .pass
    }
    _ = try await export(rig)
    #expect(
      rig.events.remarks == [
        "the server also sends fields that cupibulk does not know, and leaves alone: Weight"
      ])
  }
}
