// Writes whose answer was lost: they are settled by listing, and never done twice.

import CommandLineTool
import HTTPMessages
import PortGroupModel
import RowLedger
import SandboxServer
import Testing

@testable import BatchEngine

@Suite struct LostAnswerTests {
  /// A case of a lost answer.
  struct Loss: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let misbehavior: Misbehavior

    init(_ name: String, _ misbehavior: Misbehavior) {
      testDescription = name
      self.misbehavior = misbehavior
    }
  }

  static let doneUnseen = [
    Loss("connection closed", .answerLost),
    Loss("500", .doneThenAnswer(HTTPResponse(status: 500))),
    Loss("502", .doneThenAnswer(HTTPResponse(status: 502))),
    Loss("504", .doneThenAnswer(HTTPResponse(status: 504))),
    Loss(
      "a page for people",
      .doneThenAnswer(
        HTTPResponse(
          status: 200, headerFields: ["Content-Type": "text/html"], body: Array("<html/>".utf8)))),
  ]

  static let notDone = [
    Loss("connection closed", .requestLost), Loss("500", .status(500)), Loss("502", .status(502)),
    Loss("504", .status(504)),
  ]

  /// A group with the proxy that the row of this operation means, and another one.
  private func rig(
    _ operation: Operation
  ) throws -> (rig: EngineRig, server: FaultyServer, row: Row, done: String, after: [String]) {
    var (rig, server) = try EngineRig.withFaultyServer()
    rig.options.maxDelete = 1
    try rig.add(50, host: "10.0.0.9")
    if operation != .create { try rig.add(51, precedence: 7) }
    let asked = row(
      operation, host: "10.0.0.1", port: 5060, precedence: operation == .delete ? nil : 0)
    return switch operation {
    case .create: (rig, server, asked, "created", ["10.0.0.1:5060/0", "10.0.0.9:5060/0"])
    case .delete: (rig, server, asked, "deleted", ["10.0.0.9:5060/0"])
    default: (rig, server, asked, "updated", ["10.0.0.1:5060/0", "10.0.0.9:5060/0"])
    }
  }

  @Test(arguments: [Operation.create, .update, .delete], doneUnseen)
  func `a write whose effect was not answered is found by listing, and not sent again`(
    operation: Operation, loss: Loss
  ) async throws {
    let (rig, server, row, done, after) = try rig(operation)
    server.setRule { call in call.verb == operation.rawValue ? loss.misbehavior : .pass }

    let result = await rig.run([row])

    #expect(try await rig.states(result) == [done])
    #expect(server.count(operation.rawValue) == 1)
    #expect(try await rig.servers() == after)
    #expect(result.status == .success)
    let entry = try #require(try await rig.reports(result)[0].entry)
    #expect(entry.effect.verb?.doneState.name == done)
    #expect(entry.effect.objectID != nil)
    #expect(entry.verdict == .verified)
    #expect(rig.clock.now() == .zero, "an effect that shows is not waited for")
  }

  @Test(arguments: [Operation.create, .update, .delete], notDone)
  func `a write that had no effect is sent again after listing, and only once`(
    operation: Operation, loss: Loss
  ) async throws {
    let (rig, server, row, done, after) = try rig(operation)
    server.setRule { call in
      call.verb == operation.rawValue && call.nth == 1 ? loss.misbehavior : .pass
    }

    let result = await rig.run([row])

    #expect(try await rig.states(result) == [done])
    #expect(try await rig.servers() == after)
    let write = operation == .create ? "create 1" : "\(operation.rawValue) 1/51"
    let waits = operation == .create && loss.testDescription != "500"
    let looks = waits ? ["list 1", "list 1"] : ["list 1"]
    #expect(
      server.log == ["login", "groups", "list 1", write] + looks + [write, "list 1", "groups"])
    #expect(rig.clock.now() == (waits ? .seconds(255) : .zero), "a complete 500 left no queue")
  }

  @Test func `a creation that the server's queue delays is not sent again`() async throws {
    let (rig, server, row, _, after) = try rig(.create)
    server.setRule { [sandbox = rig.sandbox] call in
      if call.name == "list 1", call.nth == 3 { sandbox.createProxy("10.0.0.1") }
      return call.verb == "create" ? .requestLost : .pass
    }

    let result = await rig.run([row])

    #expect(try await rig.states(result) == ["created"])
    #expect(server.count("create") == 1)
    #expect(rig.events.delays == [.seconds(255)])
    #expect(
      rig.events.waits == ["a creation may still be on its way (the connection was closed)"])
    #expect(try await rig.servers() == after)
  }

  @Test
  func
    `the settle wait counts from the time when the creation was sent, not from its first attempt`()
    async throws
  {
    let (rig, server, row, _, _) = try rig(.create)
    server.setRule { call in
      guard call.verb == "create" else { return .pass }
      return switch call.nth {
      case 1: .status(503, retryAfter: 200)
      case 2: .requestLost
      default: .pass
      }
    }
    let result = await rig.run([row])
    #expect(try await rig.states(result) == ["created"])
    #expect(rig.events.delays == [.seconds(200), .seconds(255)])
  }

  @Test(arguments: [Operation.create, .update, .delete])
  func `a write that is lost three times stays in doubt`(operation: Operation) async throws {
    let (rig, server, row, _, _) = try rig(operation)
    server.setRule { call in call.verb == operation.rawValue ? .requestLost : .pass }

    let result = await rig.run([row])

    #expect(try await rig.states(result) == ["inDoubt"])
    #expect(server.count(operation.rawValue) == 3)
    #expect(result.status == .inDoubt)
    #expect(
      try await rig.reports(result)[0].detail
        == "it was sent 3 times, and no effect shows: the connection was closed")
  }

  @Test
  func `a new server that may be the run's own leaves the creation in doubt, and both are named`()
    async throws
  {
    let (rig, server, row, _, _) = try rig(.create)
    server.setRule { [sandbox = rig.sandbox] call in
      guard call.verb == "create" else { return .pass }
      sandbox.createProxy("sip.example.net")
      return .requestLost
    }

    let result = await rig.run([row])

    #expect(try await rig.states(result) == ["inDoubt"])
    #expect(server.count("create") == 1, "nothing is sent while it may be there")
    #expect(result.status == .inDoubt)
    let detail = try #require(try await rig.reports(result)[0].detail)
    #expect(detail.hasPrefix("the connection was closed; the new server "))
    #expect(detail.hasSuffix(" may be the one of this row in another form"))
  }

  @Test func `the rest of a group in doubt waits, and other groups continue`() async throws {
    var (rig, server) = try EngineRig.withFaultyServer()
    rig.options.maxDelete = 1
    try rig.add(50, host: "10.0.0.9")
    try rig.add(51, host: "10.0.0.8")
    server.setRule { call in call.name == "create 1" ? .requestLost : .pass }

    let result = await rig.run([
      row(.create, host: "10.0.0.1"), row(.create, host: "10.0.0.2"),
      row(.update, host: "10.0.0.9", precedence: 4), row(.delete, host: "10.0.0.8"),
      row(.update, host: "10.0.0.7", precedence: 0),
      row(.create, in: EngineRig.sccp, service: 100, host: "10.1.0.1"),
    ])

    #expect(
      try await rig.states(result) == [
        "inDoubt", "pending:group-in-doubt", "pending:group-in-doubt", "pending:group-in-doubt",
        "failed:no-match", "created",
      ], "a row that sends nothing needs not wait")
    #expect(server.count("create 1") == 3)
    #expect(server.count("update", "delete") == 0)
    #expect(try await rig.servers(of: EngineRig.sccp) == ["10.1.0.1:-/0"])
    let run = try await rig.ledger.run(try #require(result.run))
    #expect(run.ending == RunEnding(.stopped, reason: "1 row in doubt, 3 rows not done"))
  }

  @Test func `while a group waits for the server's queue, other groups use its slot`() async throws
  {
    let groups = (1...6).map { EngineRig.group($0, "Branch \($0)", .sip) }
    var (rig, server) = try EngineRig.withFaultyServer(groups: groups)
    rig.options.pace.slots = 1
    server.setRule { call in call.name == "create 1" && call.nth == 1 ? .requestLost : .pass }
    let others = (2...6).map { "create \($0)" }
    rig.clock.onSleep { [server] duration in
      // The settle wait: long enough for everything else, but limited.
      guard duration > .seconds(200) else { return }
      for _ in 0..<20_000 where !others.allSatisfy({ server.count($0) == 1 }) {
        try? await Task.sleep(for: .milliseconds(1))
      }
    }
    let result = await rig.run(groups.map { row(.create, in: $0, host: "10.0.0.1") })
    #expect(result.books?.created == 6)
    #expect(server.log.filter { $0.hasPrefix("create") }.last == "create 1")
  }

  @Test func `a creation answered without an id is not mistaken for the creation in doubt`()
    async throws
  {
    let (rig, server) = try EngineRig.withFaultyServer()
    server.setRule { call in
      guard call.verb == "create" else { return .pass }
      return switch call.nth {
      case 1: .doneThenAnswer(HTTPResponse(status: 204))
      case 2: .requestLost
      default: .pass
      }
    }
    let result = await rig.run([row(.create, host: "10.0.0.1"), row(.create, host: "10.0.0.2")])
    #expect(try await rig.states(result) == ["created", "created"])
    #expect(try await rig.servers() == ["10.0.0.1:5060/0", "10.0.0.2:5060/0"])
    #expect(server.count("create") == 3)
  }

  @Test(arguments: [400, 403, 404, 200, 500])
  func `a creation is not sent again while the group cannot be listed`(status: Int) async throws {
    let (rig, server, row, _, _) = try rig(.create)
    server.setRule { call in
      if call.name == "list 1", call.nth > 1 { return .status(status) }
      return call.verb == "create" ? .requestLost : .pass
    }

    let result = await rig.run([row])

    #expect(try await rig.states(result) == ["inDoubt"])
    #expect(server.count("create") == 1)
    #expect(result.status == .inDoubt)
    #expect(result.stop == nil)
    #expect(result.unreadableGroups.map(\.group) == [EngineRig.sip])
  }

  @Test func `a deletion that took effect after the listing counts as the run's own`() async throws
  {
    let (rig, server, row, _, after) = try rig(.delete)
    server.setRule { [sandbox = rig.sandbox] call in
      guard call.verb == "delete" else { return .pass }
      if call.nth == 1 { return .requestLost }
      sandbox.meanwhile(.delete, "\(EngineRig.id(1))/portgroupservers/\(EngineRig.id(51))")
      return .pass
    }

    let result = await rig.run([row])

    #expect(try await rig.states(result) == ["deleted"])
    #expect(try await rig.servers() == after)
    let effect = try #require(try await rig.reports(result)[0].entry).effect
    #expect(effect.verb == .delete)
    #expect(effect.before?[.host] == "10.0.0.1")
  }

  @Test func `a creation in a group that disappears is refused, not in doubt`() async throws {
    let (rig, server, row, _, _) = try rig(.create)
    server.setRule { call in
      if call.verb == "create" { return call.nth == 1 ? .requestLost : .status(404) }
      if call.name == "list 1", call.nth > 1 { return .edited { _ in EngineRig.emptyList } }
      return call.verb == "group" ? .status(404) : .pass
    }
    let result = await rig.run([row])
    #expect(try await rig.states(result) == ["failed:refused"])
    #expect(result.status == .rowsFailed)
  }
}
