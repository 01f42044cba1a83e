// Deletes must be allowed, and are held back if they could do harm.

import CommandLineTool
import HTTPMessages
import PortGroupModel
import RowLedger
import SandboxServer
import Testing

@testable import BatchEngine

@Suite struct DeletionTests {
  private func rig(
    maxDelete: RowLimit, allowLast: Bool = false
  ) throws -> (rig: EngineRig, server: FaultyServer) {
    var (rig, server) = try EngineRig.withFaultyServer()
    rig.options.maxDelete = maxDelete
    rig.options.allowLast = allowLast
    try rig.add(51, host: "10.0.0.1")
    try rig.add(52, host: "10.0.0.2")
    return (rig, server)
  }

  private func delete(_ host: String, in group: PortGroup = EngineRig.sip) -> Row {
    row(.delete, in: group, host: host)
  }

  @Test func `more deletes than allowed stop the run before anything is sent`() async throws {
    let (rig, server) = try rig(maxDelete: 1)
    let result = await rig.run([
      row(.create, host: "10.0.0.3"), delete("10.0.0.1"), delete("10.0.0.77"),
    ])
    #expect(
      result.stop
        == .tooManyDeletes(DeleteExcess(deletions: 2, allowed: 1, limit: .rows(1), rows: 3)))
    #expect(result.status == .limitExceeded)
    #expect(server.log == ["login", "groups"])
    #expect(try await rig.states(result) == Array(repeating: "pending:staged", count: 3))
    let run = try await rig.ledger.run(try #require(result.run))
    #expect(run.ending?.how == .stopped)
    #expect(run.exitCode == 8)
  }

  @Test(arguments: [(33, 0), (34, nil)])
  func `the allowed deletes can be a percentage of all rows`(
    share: Int, allowed: Int?
  ) async throws {
    let (rig, _) = try rig(maxDelete: .percent(share))
    let result = await rig.run([
      row(.create, host: "10.0.0.3"), row(.create, host: "10.0.0.4"), delete("10.0.0.1"),
    ])
    #expect(
      result.stop
        == allowed.map {
          .tooManyDeletes(
            DeleteExcess(deletions: 1, allowed: $0, limit: .percent(share), rows: 3))
        })
    let run = try #require(result.run)
    let options = try await rig.ledger.run(run).opening.options
    let stored = try #require(StoredOptions(json: options))
    #expect(stored.maxDelete == .percent(share))
    #expect(options.contains("\"maxDelete\":\"\(share)%\""))
  }

  @Test func `no delete is allowed by default`() async throws {
    let rig = try EngineRig()
    try rig.add(51, host: "10.0.0.1")
    try rig.add(52, host: "10.0.0.2")
    let result = await rig.run([delete("10.0.0.1")])
    #expect(result.status == .limitExceeded)
    #expect(rig.sandbox.counts.writes == 0)
  }

  @Test func `an invalid delete does not count against the limit`() async throws {
    var (rig, _) = try rig(maxDelete: 1)
    rig.options.skipInvalid = true
    let result = await rig.run([
      delete("10.0.0.1"), delete("10.0.0.1", in: EngineRig.group(9, "Nowhere", .sip)),
    ])
    #expect(try await rig.states(result) == ["deleted", "invalid"])
  }

  @Test(arguments: [100, 102])
  func `the last call manager or SIP proxy of a group is not deleted`(service: Int) async throws {
    var rig = try EngineRig()
    rig.options.maxDelete = 2
    try rig.add(51, service: service, host: "10.0.0.1")
    try rig.add(52, service: service, host: "10.0.0.2")
    try rig.add(53, service: 101, host: "10.0.0.3")
    let result = await rig.run([
      row(.delete, service: service, host: "10.0.0.1"),
      row(.delete, service: service, host: "10.0.0.2"),
    ])
    #expect(try await rig.states(result) == ["deleted", "failed:last-server"])
    #expect(rig.sandbox.counts.writes == 1)
    #expect(result.status == .rowsFailed)
  }

  @Test func `the last server is deleted if that is allowed`() async throws {
    let (rig, _) = try rig(maxDelete: 2, allowLast: true)
    let result = await rig.run([delete("10.0.0.1"), delete("10.0.0.2")])
    #expect(try await rig.states(result) == ["deleted", "deleted"])
    #expect(try await rig.servers().isEmpty)
  }

  @Test func `the last TFTP server may be deleted`() async throws {
    var rig = try EngineRig()
    rig.options.maxDelete = 1
    try rig.add(51, service: 101, host: "10.0.0.1")
    let result = await rig.run([row(.delete, service: 101, host: "10.0.0.1")])
    #expect(try await rig.states(result) == ["deleted"])
  }

  @Test(arguments: [201, 204])
  func `the last server may be deleted when its successor exists`(answer: Int) async throws {
    let (rig, server) = try rig(maxDelete: 2)
    server.setRule { call in
      call.verb == "create" && answer == 204 ? .doneThenAnswer(HTTPResponse(status: 204)) : .pass
    }
    let result = await rig.run([
      delete("10.0.0.1"), row(.create, host: "10.0.0.3"), delete("10.0.0.2"),
    ])
    #expect(try await rig.states(result) == ["deleted", "created", "deleted"])
    #expect(try await rig.servers() == ["10.0.0.3:5060/0"])
  }

  @Test func `a successor may follow the delete in the file, because creations are sent first`()
    async throws
  {
    let (rig, _) = try rig(maxDelete: 2)
    let result = await rig.run([
      delete("10.0.0.1"), delete("10.0.0.2"), row(.create, host: "10.0.0.3"),
    ])
    #expect(try await rig.states(result) == ["deleted", "deleted", "created"])
  }

  @Test func `after a failure no delete of the group is sent, but those of other groups are`()
    async throws
  {
    let (rig, server) = try rig(maxDelete: 4)
    try rig.add(53, host: "10.0.0.3")
    try rig.add(61, to: EngineRig.sccp, service: 100, host: "10.1.0.1")
    try rig.add(62, to: EngineRig.sccp, service: 100, host: "10.1.0.2")
    server.setRule { call in call.name == "update 1/52" ? .status(400) : .pass }
    let result = await rig.run([
      delete("10.0.0.1"), row(.update, host: "10.0.0.2", precedence: 4), delete("10.0.0.3"),
      row(.create, host: "10.0.0.4"),
      row(.delete, in: EngineRig.sccp, service: 100, host: "10.1.0.1"),
    ])
    #expect(
      try await rig.states(result) == [
        "failed:after-failure", "failed:refused", "failed:after-failure", "created", "deleted",
      ])
    #expect(server.count("delete") == 1)
  }

  @Test func `a row that cannot be done holds back the deletes after it, too`() async throws {
    let (rig, server) = try rig(maxDelete: 1)
    let result = await rig.run([row(.update, host: "10.0.0.77"), delete("10.0.0.1")])
    #expect(try await rig.states(result) == ["failed:no-match", "failed:after-failure"])
    #expect(server.writes == 0)
  }

  @Test(arguments: [404, 410])
  func `a delete of a missing server is unchanged when the list confirms it`(
    status: Int
  ) async throws {
    let (rig, server) = try rig(maxDelete: 1)
    server.setRule { [sandbox = rig.sandbox] call in
      guard call.verb == "delete" else { return .pass }
      sandbox.meanwhile(.delete, "\(EngineRig.id(1))/portgroupservers/\(EngineRig.id(51))")
      return .status(status)
    }
    let result = await rig.run([delete("10.0.0.1")])
    #expect(try await rig.states(result) == ["unchanged"])
    #expect(server.log.suffix(2) == ["delete 1/51", "list 1"])
    let report = try await rig.reports(result)[0]
    #expect(report.detail == "it was gone already")
    #expect(report.entry?.effect.verb == nil, "undo must not bring it back")
    #expect(result.status == .success)
  }

  @Test(arguments: [404, 410], [PushOptions.Verification.all, .none])
  func `a delete answered with 404 is not accepted while the server is listed`(
    status: Int, verify: PushOptions.Verification
  ) async throws {
    var (rig, server) = try rig(maxDelete: 2)
    rig.options.verify = verify
    server.setRule { call in call.name == "delete 1/51" ? .status(status) : .pass }
    let result = await rig.run([delete("10.0.0.1"), delete("10.0.0.2")])
    #expect(try await rig.states(result) == ["failed:refused", "failed:after-failure"])
    let report = try await rig.reports(result)[0]
    let path = "/vmrest/portgroups/\(EngineRig.id(1))/portgroupservers/\(EngineRig.id(51))"
    #expect(
      report.detail
        == "status \(status): \(status == 404 ? "Not Found" : "Gone") (DELETE \(path), sandbox); "
        + "yet the group's list still shows the server")
    #expect(report.entry?.effect == Effect(.none, objectID: EngineRig.id(51)))
    #expect(result.status == .rowsFailed)
    #expect(server.count("delete") == 1)
  }

  @Test func `a proxy's page with 404 is not an answer, and the delete is sent again`()
    async throws
  {
    let (rig, server) = try rig(maxDelete: 1)
    server.setRule { call in
      call.verb == "delete" && call.nth == 1 ? .page(404) : .pass
    }
    let result = await rig.run([delete("10.0.0.1")])
    #expect(try await rig.states(result) == ["deleted"])
    #expect(server.count("delete") == 2)
    #expect(try await rig.reports(result)[0].entry?.verdict == .verified)
  }

  @Test func `a delete answered with 404 stays in doubt if the group cannot be listed`()
    async throws
  {
    let (rig, server) = try rig(maxDelete: 1)
    server.setRule { call in
      if call.verb == "delete" { return .status(404) }
      return call.name == "list 1" && call.nth > 1 ? .page(200) : .pass
    }
    let result = await rig.run([delete("10.0.0.1")])
    #expect(try await rig.states(result) == ["inDoubt"])
    #expect(result.status == .refused, "a web page weighs more")
    server.setRule { call in call.verb == "delete" ? .status(404) : .pass }
    #expect(try await rig.states(try await rig.resume()) == ["failed:refused"])
  }

  @Test func `a repeated delete does not delete another server on the same host`() async throws {
    var rig = try EngineRig()
    rig.options.maxDelete = 1
    try rig.add(51, host: "10.0.0.1", port: 5060)
    try rig.add(52, host: "10.0.0.1", port: 5070)
    let asked = row(.delete, host: "10.0.0.1", port: 5060)
    #expect(try await rig.states(await rig.run([asked])) == ["deleted"])
    #expect(try await rig.states(await rig.run([asked])) == ["unchanged"])
    #expect(try await rig.servers() == ["10.0.0.1:5070/0"])
  }
}
