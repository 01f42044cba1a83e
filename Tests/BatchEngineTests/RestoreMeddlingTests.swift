// Another client works on the same port groups during a restore: nothing of it is lost unseen.

import CommandLineTool
import HTTPMessages
import PortGroupModel
import RowLedger
import SandboxServer
import TestSupport
import Testing

@testable import BatchEngine

@Suite struct RestoreMeddlingTests {
  private static let source = [
    RestoreTests.group(1, "SIP", .sip, [(11, "10.0.0.1", 0), (12, "10.0.0.2", 1)])
  ]
  /// The source, with one server changed, and two more.
  private static let target = [
    RestoreTests.group(
      1, "SIP", .sip,
      [(11, "10.0.0.1", 0), (12, "10.0.0.77", 1), (13, "10.0.0.3", 3), (14, "10.0.0.4", 4)])
  ]

  /// Edits the server through the sandbox, before the request of this name and number is processed.
  private func restore(
    before name: String, _ nth: Int = 1, _ edit: @escaping @Sendable (Sandbox) -> Void
  ) async throws -> (EngineRig, FaultyServer, RunResult) {
    let (rig, server) = try EngineRig.holding(Self.target)
    server.setRule { [sandbox = rig.sandbox] call in
      if call.name == name, call.nth == nth { edit(sandbox) }
      return .pass
    }
    return (rig, server, await rig.restore(Self.source))
  }

  private static func path(_ server: Int) -> String {
    "\(EngineRig.id(1))/portgroupservers/\(EngineRig.id(server))"
  }

  @Test func `a server that was changed after it was found is not deleted`() async throws {
    let (_, server, result) = try await restore(before: "list 1", 2) { sandbox in
      sandbox.meanwhile(.put, Self.path(13), [.precedence: "8"])
    }
    #expect(server.log.filter { $0.hasPrefix("delete") } == [])
    #expect(result.books?.failed == 2, "and no other delete follows in this group")
    #expect(result.status == .rowsFailed)
    #expect(result.verdict?.different == 1)
  }

  @Test(arguments: [13, 14])
  func `each server is read just before it is deleted, and left alone if it has changed`(
    edited: Int
  ) async throws {
    let (rig, server, result) = try await restore(before: "read 1/\(edited)") { sandbox in
      sandbox.meanwhile(.put, Self.path(edited), [.host: "10.0.0.44"])
    }
    #expect(
      server.log.filter { $0.hasPrefix("delete") } == (edited == 13 ? [] : ["delete 1/13"]))
    #expect(
      try await rig.states(result)
        == (edited == 13
          ? ["unchanged", "updated", "failed:changed-since", "failed:after-failure"]
          : ["unchanged", "updated", "deleted", "failed:changed-since"]))
    #expect(
      try await rig.reports(result).compactMap(\.detail).first
        == "another client has changed it meanwhile: HostOrIPAddress is now 10.0.0.44")
    let kept = try await rig.content(of: Self.target[0].group)
    #expect(kept.map(\.hostText).contains("10.0.0.44"))
    #expect(result.verdict?.different == 1)
  }

  @Test func `a server is read just before it is updated, and not overwritten`() async throws {
    let (rig, server, result) = try await restore(before: "read 1/12") { sandbox in
      sandbox.meanwhile(.put, Self.path(12), [.host: "10.0.0.55"])
    }
    #expect(server.writes == 0, "and nothing is deleted after a failure")
    #expect(
      try await rig.states(result) == [
        "unchanged", "failed:changed-since", "failed:after-failure", "failed:after-failure",
      ])
    #expect(try await rig.content(of: Self.target[0].group).map(\.hostText).contains("10.0.0.55"))
  }

  @Test
  func
    `a change of a field that is not sent does not matter to an update, and the verdict names it`()
    async throws
  {
    let (rig, _, result) = try await restore(before: "read 1/12") { sandbox in
      sandbox.meanwhile(.put, Self.path(12), [.port: "5099"])
    }
    #expect(try await rig.states(result) == ["unchanged", "updated", "deleted", "deleted"])
    #expect(result.status == .notAsAsked)
  }

  @Test func `a server that was changed in the same way is not sent again`() async throws {
    let (rig, server, result) = try await restore(before: "read 1/12") { sandbox in
      sandbox.meanwhile(.put, Self.path(12), [.host: "10.0.0.2"])
    }
    #expect(server.count("update") == 0)
    #expect(try await rig.states(result) == ["unchanged", "unchanged", "deleted", "deleted"])
    #expect(result.status == .success)
  }

  @Test func `a server that is gone by then is not there, and nothing fails`() async throws {
    let (rig, server, result) = try await restore(before: "read 1/13") { sandbox in
      sandbox.meanwhile(.delete, Self.path(13))
    }
    #expect(server.log.filter { $0.hasPrefix("delete") } == ["delete 1/14"])
    #expect(try await rig.states(result) == ["unchanged", "updated", "unchanged", "deleted"])
    #expect(result.status == .success)
  }

  @Test func `if a server cannot be read alone, the group is listed instead`() async throws {
    let (rig, server) = try EngineRig.holding(Self.target)
    server.setRule { $0.verb == "read" ? .status(405) : .pass }
    let result = await rig.restore(Self.source)
    #expect(result.status == .success)
    #expect(server.count("list 1") == 7, "staging, plan, three writes, read-back, verdict")
  }

  @Test func `a server that shows fewer fields when it is read alone is not a changed one`()
    async throws
  {
    let (rig, server) = try EngineRig.holding(Self.target)
    server.setRule { call in
      guard call.verb == "read" else { return .pass }
      return .edited { text in
        text.replacing(/<HostOrIPAddress>.*<\/HostOrIPAddress>/, with: "")
          .replacing(/<Precedence>.*<\/Precedence>/, with: "")
      }
    }
    let result = await rig.restore(Self.source)
    #expect(result.status == .success)
    #expect(server.count("list 1") == 7, "each surprise is confirmed by the list")
  }

  @Test func `a server that is added meanwhile stays, and the verdict names it`() async throws {
    let (rig, _, result) = try await restore(before: "list 1", 2) { sandbox in
      sandbox.createProxy("10.0.0.9")
    }
    #expect(
      try await rig.states(result) == ["unchanged", "updated", "deleted", "deleted"])
    #expect(result.status == .notAsAsked)
    let left = try #require(result.verdict?.first.first?.differences)
    guard case .added(let server) = try #require(left.first) else { return #expect(left == []) }
    #expect(server.hostText == "10.0.0.9")
    #expect(left.count == 1)
  }

  @Test(arguments: [
    (Field.precedence, "7", 11), (.port, "5070", 12), (.host, "10.0.0.66", 12),
    (.tlsPort, "5099", 11),
  ])
  func `a field that is changed between the write and the read-back is not as the source`(
    field: Field, value: String, server: Int
  ) async throws {
    // The lists: to find what to delete, to plan, before the deletes, to read back, for the verdict.
    let (rig, _, result) = try await restore(before: "list 1", 4) { sandbox in
      sandbox.meanwhile(.put, Self.path(server), [field: value])
    }
    #expect(result.books?.failed == 0)
    let states = try await rig.states(result)
    #expect(result.status == .notAsAsked, "\(states)")
    let left = try #require(result.verdict?.first.first?.differences)
    guard case .changed(_, let now, let fields) = try #require(left.first) else {
      return #expect(left == [])
    }
    #expect(fields == [field])
    #expect(now[field] == .text(value))
  }
}
