// Verdicts of reading back, and the states of rows whose write had no effect.

import CommandLineTool
import HTTPMessages
import PortGroupModel
import RowLedger
import SandboxServer
import Testing

@testable import BatchEngine

@Suite struct VerdictTests {
  /// Runs one row on a group with one proxy, number 51, and returns its report.
  private func report(
    _ row: Row, verify: PushOptions.Verification = .all,
    _ rule: @escaping @Sendable (Call, EngineRig) -> Misbehavior
  ) async throws -> (report: RowReport, result: RunResult, server: FaultyServer, rig: EngineRig) {
    var (rig, server) = try EngineRig.withFaultyServer()
    rig.options.maxDelete = 1
    rig.options.verify = verify
    try rig.add(50, host: "10.0.0.9")
    try rig.add(51)
    server.setRule { [rig] call in rule(call, rig) }
    let result = await rig.run([row])
    return (try #require(try await rig.reports(result).first), result, server, rig)
  }

  private static let change = row(.update, host: "10.0.0.1", precedence: 5)

  /// Another client changes server 51.
  private static func meanwhile(
    _ rig: EngineRig, _ method: HTTPMethod, _ fields: [Field: String] = [:]
  ) {
    rig.sandbox.meanwhile(
      method, "\(EngineRig.id(1))/portgroupservers/\(EngineRig.id(51))", fields)
  }

  @Test func `a value that is read back as it was sent is verified`() async throws {
    let (report, result, _, _) = try await report(Self.change) { _, _ in .pass }
    #expect(report.state == .updated)
    #expect(report.entry?.verdict == .verified)
    #expect(report.entry?.effect.before?[.precedence] == "0")
    #expect(report.entry?.effect.after?[.precedence] == "5")
    #expect(result.status == .success)
  }

  @Test
  func
    `hosts that the server converts to lower case are normalised, and a second run changes nothing`()
    async throws
  {
    let asked = row(.create, host: "SIP.Example.NET")
    let (report, result, server, rig) = try await report(asked) { call, _ in
      call.verb == "create"
        ? .replaced(
          call.request.edited { $0.replacing("SIP.Example.NET", with: "sip.example.net") }) : .pass
    }
    #expect(report.state == .created)
    #expect(report.entry?.verdict == .normalised)
    #expect(report.entry?.effect.after?[.host] == "sip.example.net")
    #expect(result.status == .success)

    #expect(try await rig.states(await rig.run([asked])) == ["unchanged"])
    #expect(server.writes == 1)
  }

  @Test func `an update that the server ignores fails its row, and its effect stays in the ledger`()
    async throws
  {
    let (report, result, _, _) = try await report(Self.change) { call, _ in
      call.verb == "update" ? .status(204) : .pass
    }
    #expect(report.state == .failed(.ignored))
    #expect(report.entry?.verdict == .ignored)
    #expect(report.entry?.effect.verb == .update)
    #expect(report.detail == "Precedence was sent as 5 and reads 0")
    #expect(result.status == .rowsFailed)
  }

  @Test func `a creation fails if the server ignores a field, and the created server is recorded`()
    async throws
  {
    let asked = row(.create, host: "10.0.0.2", port: 5070)
    let (report, result, _, rig) = try await report(asked) { call, _ in
      call.verb == "create"
        ? .replaced(call.request.edited { $0.replacing("<Port>5070</Port>", with: "") }) : .pass
    }
    #expect(report.state == .failed(.ignored))
    #expect(report.detail == "Port was sent as 5070 and reads 5060")
    let effect = try #require(report.entry).effect
    #expect(effect.verb == .create)
    #expect(effect.objectID != nil, "undo must find what the failed row has made")
    #expect(effect.after?[.port] == "5060")
    #expect(try await rig.servers().contains("10.0.0.2:5060/0"))
    #expect(result.status == .rowsFailed)
  }

  @Test func `a third value comes from another client, which is a remark and not a failure`()
    async throws
  {
    let (report, result, _, _) = try await report(Self.change) { call, rig in
      if call.name == "list 1", call.nth == 2 { Self.meanwhile(rig, .put, [.precedence: "9"]) }
      return .pass
    }
    #expect(report.state == .updated)
    #expect(report.entry?.verdict == .overwritten)
    #expect(
      report.detail
        == "another client changed it meanwhile: Precedence was sent as 5 and reads 9")
    #expect(
      report.entry?.effect.after?[.precedence] == "5", "theirs is not ours to put back")
    #expect(result.status == .success)
  }

  @Test func `a row fails if its server is gone afterwards`() async throws {
    let (report, result, _, _) = try await report(Self.change) { call, rig in
      if call.name == "list 1", call.nth == 2 { Self.meanwhile(rig, .delete) }
      return .pass
    }
    #expect(report.state == .failed(.missing))
    #expect(report.entry?.verdict == .missing)
    #expect(report.entry?.effect.verb == .update)
    #expect(result.status == .rowsFailed)
  }

  @Test func `a creation that was answered but is not listed is missing`() async throws {
    let (report, _, _, _) = try await report(row(.create, host: "10.0.0.2")) { call, _ in
      call.verb == "create" ? .status(204) : .pass
    }
    #expect(report.state == .failed(.missing))
    #expect(report.entry?.verdict == .missing)
  }

  @Test func `a deletion that was answered but not done fails its row`() async throws {
    let (report, result, _, rig) = try await report(row(.delete, host: "10.0.0.1")) { call, _ in
      call.verb == "delete" ? .status(204) : .pass
    }
    #expect(report.state == .failed(.ignored))
    #expect(report.entry?.verdict == .ignored)
    #expect(try await rig.servers() == ["10.0.0.1:5060/0", "10.0.0.9:5060/0"])
    #expect(result.status == .rowsFailed)
  }

  @Test func `without verification nothing is read back, and there are no verdicts`() async throws {
    let (report, result, server, _) = try await report(Self.change, verify: .none) { call, _ in
      call.verb == "update" ? .status(204) : .pass
    }
    #expect(report.state == .updated)
    #expect(report.entry?.verdict == nil)
    #expect(report.entry?.effect.after?[.precedence] == "5", "as it was sent")
    #expect(server.count("list") == 1)
    #expect(result.status == .success)
  }

  @Test(arguments: PushOptions.Verification.allCases)
  func `the id of a creation that was answered without an id is found by reading back`(
    verify: PushOptions.Verification
  ) async throws {
    let asked = row(.create, host: "10.0.0.2")
    let (report, result, server, rig) = try await report(asked, verify: verify) { call, _ in
      call.verb == "create" ? .doneThenAnswer(HTTPResponse(status: 204)) : .pass
    }
    #expect(report.state == .created)
    let id = try #require(report.entry?.effect.objectID)
    let group = EngineRig.sip.objectID
    #expect(rig.sandbox.meanwhile(.get, "\(group)/portgroupservers/\(id)").status == 200)
    #expect(server.count("list") == 2)
    #expect(result.status == .success)
  }

  @Test func `two creations answered without ids each get their id`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    server.setRule { call in
      call.verb == "create" ? .doneThenAnswer(HTTPResponse(status: 204)) : .pass
    }
    let result = await rig.run([row(.create, host: "10.0.0.2"), row(.create, host: "10.0.0.1")])
    let entries = try await rig.reports(result).compactMap(\.entry)
    #expect(Set(entries.compactMap(\.effect.objectID)).count == 2)
    #expect(entries.map { $0.effect.after?[.host].text } == ["10.0.0.2", "10.0.0.1"])
    #expect(entries.map(\.verdict) == [.verified, .verified])
  }

  @Test(arguments: unreadable)
  func
    `rows that were written stay in the ledger when reading back fails, and a resume reads them back`(
      misbehavior: Misbehavior
    ) async throws
  {
    let (report, result, server, rig) = try await report(Self.change) { call, _ in
      call.name == "list 1" && call.nth > 1 ? misbehavior : .pass
    }
    #expect(report.state == .updated)
    #expect(report.entry?.verdict == nil)
    #expect(result.stop == nil)
    #expect(result.status == (result.unreadableGroups[0].isWebPage ? .refused : .tryAgain))
    #expect(result.unreadableGroups.map(\.group.displayName) == ["SIP"])
    let ending = try await rig.ledger.run(try #require(result.run)).ending
    #expect(ending?.how == .stopped)
    #expect(ending?.reason.hasPrefix("port group \"SIP\" cannot be read: sandbox: ") == true)

    server.setRule { _ in .pass }
    let resumed = try await rig.resume()
    #expect(resumed.status == .success)
    #expect(try await rig.reports(resumed)[0].entry?.verdict == .verified)
    #expect(server.count("update") == 1)
  }

  static let unreadable: [Misbehavior] = [
    .status(404), .status(403), .status(400), .page(200), .status(500),
  ]
}
