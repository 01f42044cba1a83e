// A restore that does not work, in one way after another: the drill must notice each of them.

import HTTPMessages
import PortGroupModel
import SandboxServer
import TestSupport
import Testing

@testable import BatchEngine

@Suite struct DrillFaultTests {
  /// Two SCCP groups and one of PIMG, so large that each field is changed in both rounds.
  private static let groups: [ConfigurationPair.Group] =
    [1, 2].map { number in
      var group = RestoreTests.group(
        number, "Branch \(number)", .sccp,
        (1...(number * 20)).map { (number * 100 + $0, "10.0.\(number).\($0)", $0) }, service: 100)
      for index in group.servers.indices {
        group.servers[index][.skinnyStateMachine] = "10"
        if index % 2 == 0 { group.servers[index][.hostV6] = .text("2001:db8:1::\(number)\(index)") }
      }
      return group
    } + [RestoreTests.group(3, "PIMG", .pimg, [(31, "10.0.3.1", 0)], service: 104)]

  private static func drill(_ rule: @escaping FaultyRoom.Rule) async -> DrillResult {
    await DrillRig.drill(groups, in: FaultyRoom(rule))
  }

  /// Checks that both rounds ran to their end, and that the drill is not passed.
  private static func expectFailed(
    _ result: DrillResult, location: SourceLocation = #_sourceLocation
  ) {
    #expect(!result.isPassed, sourceLocation: location)
    #expect(result.stop == nil, sourceLocation: location)
    #expect(result.rounds.count == 2, sourceLocation: location)
    for round in result.rounds {
      #expect(!round.isPassed, "\(round)", sourceLocation: location)
      #expect(round.different > 0, sourceLocation: location)
      #expect(!round.isVerified, sourceLocation: location)
    }
  }

  @Test func `without a fault it passes`() async {
    let result = await Self.drill { _ in nil }
    #expect(result.isPassed, "\(result)")
    for round in result.rounds {
      #expect(
        Set(round.damage.changed.keys) == [
          .host, .hostV6, .port, .tlsPort, .precedence, .skinnyStateMachine,
        ])
    }
  }

  @Test(arguments: Field.compared.filter { $0.rule.access == .readWrite })
  func `a server that ignores one field of an update fails it`(field: Field) async throws {
    let result = await Self.drill { write in
      write.request.method == .put
        ? write.sandbox.respond(to: write.request.without(field)) : nil
    }
    Self.expectFailed(result)
    let group = try #require(result.rounds.first?.firstDifferent.first)
    #expect(
      group.differences.contains {
        if case .changed(_, _, let fields) = $0 { fields == [field] } else { false }
      })
    #expect(result.rounds[0].failed.map(\.code).contains("ignored"))
  }

  @Test(arguments: [0, 1])
  func `a group whose writes are swallowed fails it`(index: Int) async {
    let result = await Self.drill { write in
      guard write.isIn(write.groups[index]) else { return nil }
      return write.request.method == .post
        ? HTTPResponse(
          status: 201, body: Array("\(write.request.target)/\(EngineRig.id(999))".utf8))
        : HTTPResponse(status: 204)
    }
    Self.expectFailed(result)
    #expect(result.rounds.map(\.different) == [1, 1])
  }

  @Test func `one deletion that is reported and not done fails it`() async {
    let result = await Self.drill { write in
      write.request.method == .delete && write.nth == 1 ? HTTPResponse(status: 204) : nil
    }
    Self.expectFailed(result)
    #expect(result.rounds.map(\.different) == [1, 1])
  }

  @Test func `a creation that changes another server instead fails it`() async {
    let result = await Self.drill { write in
      guard write.request.method == .post else { return nil }
      // The emptied group has none.
      let group = write.groups.first(where: write.isIn)
      guard
        let victim = write.servers.first(where: { server in
          server.fields[.groupObjectID].text == group?.objectID.text
        })
      else { return nil }
      var update = write.request
      update.method = .put
      update.target += "/\(victim.objectID)"
      let response = write.sandbox.respond(to: update)
      return response.status == 204
        ? HTTPResponse(status: 201, body: Array(update.target.utf8)) : response
    }
    Self.expectFailed(result)
  }

  @Test func `an update that also changes another server fails it`() async {
    let result = await Self.drill { write in
      guard write.request.method == .put, let group = write.groups.first(where: write.isIn) else {
        return nil
      }
      // The last server of the group is an added one, which is deleted; the one before is not.
      let others = write.servers.filter { server in
        server.fields[.groupObjectID].text == group.objectID.text
      }
      guard let other = others.dropLast().last else { return nil }
      var update = write.request
      update.target =
        update.target.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
        + "/\(other.objectID)"
      _ = write.sandbox.respond(to: update)
      return nil
    }
    Self.expectFailed(result)
  }

  @Test func `a restore in which a server of a PIMG group changes fails it`() async throws {
    let result = await Self.drill { write in
      guard write.request.method == .put, write.nth == 1,
        let pimg = write.groups.first(where: { $0.integration == .pimg })
      else { return nil }
      // Equal to the one that it has, so that only its number shows it.
      var server = write.servers.last { $0.fields[.groupObjectID].text == pimg.objectID.text }
      server?.objectID = EngineRig.id(999)
      server?.fields[.objectID] = .text(EngineRig.id(999).text)
      if let server { try? write.sandbox.add(server: server) }
      return nil
    }
    Self.expectFailed(result)
    #expect(result.rounds.map(\.touched) == [["PIMG"], ["PIMG"]])
  }
}
