// What reading back shows of written rows, and what becomes of rows whose write did not stick.

import CommandLineTool
import HTTPMessages
import PortGroupModel
import RowLedger
import SandboxServer
import Testing

@testable import BatchEngine

@Suite struct VerdictTests {
  /// A group with one proxy, number 51, and one row's report after a run.
  private func report(
    _ row: Row, verify: PushOptions.Verification = .all,
    _ judge: @escaping @Sendable (Call, EngineRig) -> Fate
  ) async throws -> (report: RowReport, result: RunResult, server: MeddledServer, rig: EngineRig) {
    var (rig, server) = try EngineRig.meddled()
    rig.options.maxDelete = 1
    rig.options.verify = verify
    try rig.add(50, host: "10.0.0.9")
    try rig.add(51)
    server.judge { [rig] call in judge(call, rig) }
    let result = await rig.run([row])
    return (try #require(try await rig.reports(result).first), result, server, rig)
  }

  private static let change = row(.update, host: "10.0.0.1", precedence: 5)

  /// Somebody else does this to server 51.
  private static func meanwhile(
    _ rig: EngineRig, _ method: HTTPMethod, _ fields: [Field: String] = [:]
  ) {
    rig.sandbox.meanwhile(
      method, "\(EngineRig.id(1))/portgroupservers/\(EngineRig.id(51))", fields)
  }

  @Test func `what reads as it was sent is verified`() async throws {
    let (report, result, _, _) = try await report(Self.change) { _, _ in .pass }
    #expect(report.state == .updated)
    #expect(report.entry?.verdict == .verified)
    #expect(report.entry?.effect.before?[.precedence] == "0")
    #expect(report.entry?.effect.after?[.precedence] == "5")
    #expect(result.status == .success)
  }

  @Test
  func `a server that lower-cases hosts has normalised them, and a second run changes nothing`()
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

  @Test func `an update that the server ignores fails its row, and its effect stays on the books`()
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

  @Test func `a creation of which the server ignores a field fails, and what it made is known`()
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

  @Test func `a third value is somebody else's, which is a remark and no failure`() async throws {
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

  @Test func `a written server that is gone afterwards fails its row`() async throws {
    let (report, result, _, _) = try await report(Self.change) { call, rig in
      if call.name == "list 1", call.nth == 2 { Self.meanwhile(rig, .delete) }
      return .pass
    }
    #expect(report.state == .failed(.missing))
    #expect(report.entry?.verdict == .missing)
    #expect(report.entry?.effect.verb == .update)
    #expect(result.status == .rowsFailed)
  }

  @Test func `a creation that is answered but does not show is missing`() async throws {
    let (report, _, _, _) = try await report(row(.create, host: "10.0.0.2")) { call, _ in
      call.verb == "create" ? .status(204) : .pass
    }
    #expect(report.state == .failed(.missing))
    #expect(report.entry?.verdict == .missing)
  }

  @Test func `a deletion that is answered but not done fails its row`() async throws {
    let (report, result, _, rig) = try await report(row(.delete, host: "10.0.0.1")) { call, _ in
      call.verb == "delete" ? .status(204) : .pass
    }
    #expect(report.state == .failed(.ignored))
    #expect(report.entry?.verdict == .ignored)
    #expect(try await rig.servers() == ["10.0.0.1:5060/0", "10.0.0.9:5060/0"])
    #expect(result.status == .rowsFailed)
  }

  @Test func `without verification nothing is read back and nothing is judged`() async throws {
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
  func `the id of a creation that was answered without one is found by reading`(
    verify: PushOptions.Verification
  ) async throws {
    let asked = row(.create, host: "10.0.0.2")
    let (report, result, server, rig) = try await report(asked, verify: verify) { call, _ in
      call.verb == "create" ? .doneBut(HTTPResponse(status: 204)) : .pass
    }
    #expect(report.state == .created)
    let id = try #require(report.entry?.effect.objectID)
    let group = EngineRig.sip.objectID
    #expect(rig.sandbox.meanwhile(.get, "\(group)/portgroupservers/\(id)").status == 200)
    #expect(server.count("list") == 2)
    #expect(result.status == .success)
  }

  @Test func `two creations answered without ids get an id each`() async throws {
    let (rig, server) = try EngineRig.meddled()
    server.judge { call in
      call.verb == "create" ? .doneBut(HTTPResponse(status: 204)) : .pass
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
      fate: Fate
    ) async throws
  {
    let (report, result, server, rig) = try await report(Self.change) { call, _ in
      call.name == "list 1" && call.nth > 1 ? fate : .pass
    }
    #expect(report.state == .updated)
    #expect(report.entry?.verdict == nil)
    #expect(result.stop == nil)
    #expect(result.status == (result.unreadableGroups[0].isWebPage ? .refused : .tryAgain))
    #expect(result.unreadableGroups.map(\.group.displayName) == ["SIP"])
    let ending = try await rig.ledger.run(try #require(result.run)).ending
    #expect(ending?.how == .stopped)
    #expect(ending?.reason.hasPrefix("port group \"SIP\" cannot be read: sandbox: ") == true)

    server.judge { _ in .pass }
    let resumed = try await rig.resume()
    #expect(resumed.status == .success)
    #expect(try await rig.reports(resumed)[0].entry?.verdict == .verified)
    #expect(server.count("update") == 1)
  }

  static let unreadable: [Fate] = [
    .status(404), .status(403), .status(400), .page(200), .status(500),
  ]
}
