// Renamed and deleted groups, rows that were left out, and servers that are replaced: nothing else is touched.

import CommandLineTool
import HTTPMessages
import PortGroupModel
import RowLedger
import SandboxServer
import TestSupport
import Testing

@testable import BatchEngine

@Suite struct RestoreGroupTests {
  @Test func `two groups of the source never become one group of the target`() async throws {
    // Group 1 was deleted since, and group 2 got its name.
    let before = [RestoreTests.group(2, "SIP", .sip, [(21, "10.0.1.1", 0)])]
    let (rig, server) = try EngineRig.holding(before)
    let result = await rig.restore(RestoreTests.two)
    #expect(result.status == .inputInvalid)
    #expect(server.writes == 0)
    #expect(
      rig.events.diagnostics.filter { $0.severity == .error }.map(\.message) == [
        "two port groups of the source, \"Branch\" (\(EngineRig.id(2))) and \"SIP\" (\(EngineRig.id(1))), would both "
          + "be restored to port group \"SIP\" of the target (2 rows name it so)"
      ])
    let empty = await rig.restore([RestoreTests.group(1, "SIP"), RestoreTests.group(2, "Branch")])
    #expect(empty.status == .inputInvalid)
  }

  @Test func `if the target has no group of the source, there is nothing to restore`() async throws
  {
    let (rig, _) = try EngineRig.holding([RestoreTests.group(5, "Other")])
    let result = await rig.restore(RestoreTests.two, .exact { $0.missingGroups = .skip })
    #expect(
      result.stop == .unsuitable("the target has none of the port groups of backups@latest"))
    #expect(result.status == .inputInvalid)
  }

  @Test func `a server of a row that was left out is not overwritten`() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    var (rig, server) = try EngineRig.holding([
      RestoreTests.group(1, "SIP", .sip, [(12, "10.0.0.1", 0)])
    ])
    rig.options.skipInvalid = true
    // The second row is meant for the server, and it is invalid.
    let source = try RestoreTests.file(
      "\(RestoreTests.heading),ObjectId\nSIP,102,10.0.0.1,5070,5071,5,\(EngineRig.id(19))\n"
        + "SIP,102,10.0.0.1,x,5061,0,\(EngineRig.id(12))\n", in: folder)
    let result = await rig.restore(source, RestoreTerms())
    #expect(try await rig.states(result) == ["failed:left-out", "invalid"])
    #expect(server.writes == 0)
    #expect(result.verdict?.isPart == true)
  }

  @Test func `an invalid row keeps an exact restore from looking for servers to delete`()
    async throws
  {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let (rig, server) = try EngineRig.holding(RestoreTests.three)
    let source = try RestoreTests.file(
      "\(RestoreTests.heading)\nSIP,102,10.0.0.1,5060,5061,5\nSIP,102,10.0.0.2,x,5061,1\n",
      in: folder)
    let result = await rig.restore(source)
    #expect(result.books?.read == 2)
    #expect(server.count("list 1") == 0)
  }

  @Test func `a replaced server is created again, and its neighbour is left alone`() async throws {
    var before = RestoreTests.group(1, "SIP", .sip, [(11, "10.0.0.1", 0), (12, "10.0.0.1", 5)])
    before.servers[1][.port] = .empty
    before.servers[1][.tlsPort] = .empty
    var after = RestoreTests.group(1, "SIP", .sip, [(11, "10.0.0.1", 0)])
    after.servers[0][.port] = .empty
    after.servers[0][.tlsPort] = .empty
    let (rig, server) = try EngineRig.holding([before], habits: .withoutDefaultPorts)
    var terms = RestoreTerms()
    terms.replaces = true
    let result = await rig.restore([after], terms)
    #expect(try await rig.states(result) == ["created", "deleted"])
    #expect(server.count("delete 1/11") == 1 && server.count("update") == 0)
    #expect(try await rig.servers(of: before.group) == ["10.0.0.1:-/0", "10.0.0.1:-/5"])
  }

  @Test(arguments: [false, true])
  func `rows without a service are refused if only some services are restored`(isExact: Bool)
    async throws
  {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let (rig, server) = try EngineRig.holding([
      RestoreTests.group(1, "SIP", .sip, [(11, "10.0.0.1", 0)])
    ])
    let source = try RestoreTests.file(
      "PortGroup,ObjectId,Precedence\nSIP,\(EngineRig.id(11)),7\n", in: folder)
    var terms = RestoreTerms()
    terms.isExact = isExact
    terms.onlyServices = [102]
    let result = await rig.restore(source, terms)
    #expect(server.writes == 0)
    #expect(
      result.stop
        == .unsuitable(
          "1 row of \(folder.path("backup.csv")) gives no service, so that it is not known whether it is to be "
            + "restored"))
    #expect(result.status == .inputInvalid)
  }

  @Test func `a group that is deleted during the restore is not as the source`() async throws {
    let (rig, server) = try EngineRig.holding([
      RestoreTests.two[0], RestoreTests.group(2, "Branch"),
    ])
    server.setRule { call in
      guard call.name == "list 2", call.nth == 2 else { return .pass }
      return .answer(HTTPResponse(status: 404))
    }
    let result = await rig.restore([RestoreTests.two[0], RestoreTests.group(2, "Branch")])
    #expect(result.status != .success)
    #expect(result.verdict?.same == 1)
  }
}
