// Groups that are missing or empty when their turn comes, or that do not have a row's ObjectId.

import CommandLineTool
import HTTPMessages
import PortGroupModel
import RowLedger
import SandboxServer
import Testing

@testable import BatchEngine

@Suite struct GroupTests {
  @Test func `the rows of a group that disappears before its turn fail, and other groups continue`()
    async throws
  {
    let (rig, server) = try EngineRig.withFaultyServer()
    try rig.add(51, host: "10.0.0.1")
    server.setRule { call in
      switch call.name {
      case "list 1": .edited { _ in EngineRig.emptyList }
      case "group 1": .status(404)
      default: .pass
      }
    }
    let result = await rig.run([
      row(.create, host: "10.0.0.2"),
      row(.create, in: EngineRig.sccp, service: 100, host: "10.1.0.1"),
      row(.update, host: "10.0.0.1", precedence: 1),
    ])
    #expect(try await rig.states(result) == ["failed:group-gone", "created", "failed:group-gone"])
    #expect(server.count("create 1", "update 1") == 0)
    #expect(result.status == .rowsFailed)
  }

  @Test(arguments: VerdictTests.unreadable)
  func `the rows of a group that cannot be listed wait, and other groups are done`(
    misbehavior: Misbehavior
  ) async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    try rig.add(51, host: "10.0.0.1")
    server.setRule { call in call.name == "list 1" ? misbehavior : .pass }
    let result = await rig.run([
      row(.create, host: "10.0.0.2"),
      row(.create, in: EngineRig.sccp, service: 100, host: "10.1.0.1"),
      row(.update, host: "10.0.0.1", precedence: 1),
    ])
    #expect(
      try await rig.states(result) == [
        "pending:group-unreadable", "created", "pending:group-unreadable",
      ])
    #expect(server.count("create 1", "update 1") == 0)
    #expect(result.stop == nil)
    let cause = try #require(result.unreadableGroups.first)
    #expect(result.status == (cause.isWebPage ? .refused : .tryAgain))
    #expect(result.unreadableGroups.map(\.group.displayName) == ["SIP"])
    #expect(cause.sentence == "port group \"SIP\" cannot be read: \(cause.reason)")
    #expect(try await rig.reports(result)[0].detail == cause.reason)

    let still = try await rig.resume()
    #expect(
      try await rig.states(still).first == "pending:group-unreadable",
      "a resume does not stop, either")
    #expect(still.status == result.status)
    server.setRule { _ in .pass }
    let resumed = try await rig.resume()
    #expect(try await rig.states(resumed) == ["created", "created", "updated"])
    #expect(resumed.status == .success)
  }

  @Test(arguments: [Misbehavior.status(403), .status(400), .page(200), .page(404), .status(500)])
  func `the rows of a group that may be empty or missing wait, too`(misbehavior: Misbehavior)
    async throws
  {
    let (rig, server) = try EngineRig.withFaultyServer()
    server.setRule { call in call.name == "group 1" ? misbehavior : .pass }
    let result = await rig.run([
      row(.create, host: "10.0.0.2"),
      row(.create, in: EngineRig.sccp, service: 100, host: "10.1.0.1"),
    ])
    #expect(try await rig.states(result) == ["pending:group-unreadable", "created"])
    #expect(result.unreadableGroups.map(\.group) == [EngineRig.sip])
  }

  @Test func `the cause contains the server's answer, and what to do`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    server.setRule { call in call.name == "list 1" ? .status(403) : .pass }
    let result = await rig.run([row(.create, host: "10.0.0.2")])
    #expect(
      result.unreadableGroups.map(\.sentence) == [
        "port group \"SIP\" cannot be read: sandbox: the servers of this port group cannot be listed: "
          + "status 403: Forbidden (GET /vmrest/portgroups/\(EngineRig.sip.objectID)/portgroupservers"
          + "?rowsPerPage=100&pageNumber=1); check the port group in the web administration, and what "
          + "the account may read"
      ])
  }

  @Test func `a row whose id may be another group's waits while that group cannot be listed`()
    async throws
  {
    let (rig, server) = try EngineRig.withFaultyServer()
    server.setRule { call in call.name == "list 2" ? .page(200) : .pass }
    let result = await rig.run([row(.upsert, host: "10.0.0.2", id: 77)])
    #expect(try await rig.states(result) == ["pending:group-unreadable"])
    #expect(result.unreadableGroups.map(\.group) == [EngineRig.sccp])
    #expect(server.count("create") == 0)
    server.setRule { _ in .pass }
    #expect(try await rig.states(try await rig.resume()) == ["created"])
  }

  @Test func `a dry run names the group that cannot be listed, and shows the others`() async throws
  {
    var (rig, server) = try EngineRig.withFaultyServer()
    rig.options.isDry = true
    server.setRule { call in call.name == "list 1" ? .page(200) : .pass }
    let result = await rig.run([
      row(.create, host: "10.0.0.2"),
      row(.create, in: EngineRig.sccp, service: 100, host: "10.1.0.1"),
    ])
    #expect(result.unreadableGroups.map(\.group) == [EngineRig.sip])
    #expect(rig.events.all.contains { if case .planned = $0 { true } else { false } })
  }

  @Test func `an export fails if one of its groups cannot be listed, and names the group`()
    async throws
  {
    let (rig, server) = try EngineRig.withFaultyServer()
    server.setRule { call in call.name == "list 2" ? .status(403) : .pass }
    let result = try await Exporter(pace: Pace(), setting: rig.setting()).run(on: rig.client) {
      _, _ in
      Issue.record("a file was written")
    }
    guard case .server(let reason) = result.stop else {
      return #expect(Bool(false), "it stops: \(String(describing: result.stop))")
    }
    #expect(reason.hasPrefix("port group \"SCCP\" cannot be read: "))
    #expect(result.status == .failure)
  }

  @Test func `an empty group is distinguished from a missing one by one request`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    let result = await rig.run([row(.create, host: "10.0.0.1")])
    #expect(try await rig.states(result) == ["created"])
    #expect(server.count("group") == 1)
  }

  @Test func `the id of another group's server is refused, and nothing is sent`() async throws {
    var (rig, server) = try EngineRig.withFaultyServer()
    rig.options.maxDelete = 1
    try rig.add(51, host: "10.0.0.1")
    try rig.add(61, to: EngineRig.sccp, service: 100, host: "10.1.0.1")
    try rig.add(62, to: EngineRig.sccp, service: 100, host: "10.1.0.2")
    let rows = Operation.allCases.enumerated().map { index, operation in
      row(operation, host: "10.0.0.\(index + 2)", id: 61)
    }
    for asked in rows {
      #expect(try await rig.states(await rig.run([asked])) == ["failed:elsewhere"])
    }
    #expect(server.writes == 0)
  }

  @Test func `an id that no group has finds nothing, and only a creation continues without it`()
    async throws
  {
    var (rig, server) = try EngineRig.withFaultyServer()
    rig.options.maxDelete = 1
    try rig.add(51, host: "10.0.0.1")
    let result = await rig.run([
      row(.create, host: "10.0.0.2", id: 71), row(.upsert, host: "10.0.0.3", id: 72),
      row(.upsert, host: "10.0.0.1", precedence: 4, id: 74),
      row(.delete, host: "10.0.0.1", id: 75), row(.update, host: "10.0.0.1", id: 73),
    ])
    #expect(
      try await rig.states(result) == [
        "created", "created", "updated", "unchanged", "failed:no-match",
      ])
    #expect(
      try await rig.servers() == ["10.0.0.1:5060/4", "10.0.0.2:5060/0", "10.0.0.3:5060/0"])
    #expect(server.count("list 2") == 1, "another group is asked once in a run")
    #expect(server.count("list 3") == 1)
  }

  @Test func `other groups are not listed if each id is found in its own group`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    try rig.add(51, host: "10.0.0.1")
    let result = await rig.run([row(.update, host: "10.0.0.1", precedence: 1, id: 51)])
    #expect(try await rig.states(result) == ["updated"])
    #expect(server.log == ["login", "groups", "list 1", "update 1/51", "list 1", "groups"])
  }

  @Test func `a group's name and the id of another group with that name do not match`() async throws
  {
    let rig = try EngineRig()
    var asked = row(.create, host: "10.0.0.1")
    asked.group = GroupReference(objectID: EngineRig.id(99), name: "SIP")
    #expect(
      try await rig.states(await rig.run([asked])) == ["created"], "the id is not on the target")
    asked.group = GroupReference(objectID: EngineRig.sip.objectID, name: "Old name")
    #expect(try await rig.states(await rig.run([asked])) == ["unchanged"], "the id wins")
    #expect(rig.events.diagnostics.map(\.code) == [.groupRenamed])
  }

  @Test func `rows that name one group in two ways are one batch in file order`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    var rows = (1...4).map { row(.create, host: "10.0.0.\($0)") }
    for index in [1, 3] {
      rows[index].group = GroupReference(objectID: EngineRig.sip.objectID)
    }
    let result = await rig.run(rows)
    #expect(result.books?.created == 4)
    #expect(server.count("list 1") == 2)

    rows[1].fields[.host] = rows[0].fields[.host]
    let clash = await rig.run(rows)
    #expect(clash.books?.invalid == 2, "a duplicate is one, however the group is named")
  }

  @Test func `a list that is shorter than its total is an error`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    try rig.add(51, host: "10.0.0.1")
    server.setRule { call in
      guard call.name == "list 1", call.nth <= 2 else { return .pass }
      return .edited { $0.replacing("total=\"1\"", with: "total=\"2\"") }
    }
    let result = await rig.run([row(.create, host: "10.0.0.1", precedence: 0)])
    #expect(try await rig.states(result) == ["unchanged"])
    #expect(server.writes == 0)
    #expect(rig.events.waits == ["1 came, but the server counts 2"])
  }

  @Test func `a group of several pages is listed completely`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    for number in 1...150 { try rig.add(1000 + number, host: "10.0.0.\(number)") }
    let result = await rig.run((1...150).map { row(.upsert, host: "10.0.0.\($0)") })
    #expect(result.books?.unchanged == 150)
    #expect(server.count("list 1") == 2)
  }

  @Test func `groups that need a reset after their change are named in order`() async throws {
    let groups = [("Zulu", 1), ("Alpha", 2), ("Quiet", 3)].map { name, number in
      EngineRig.group(number, name, .sip)
    }
    var quiet = groups
    quiet[2].needsReset = true
    let rig = try EngineRig(groups: quiet)
    try rig.add(51, to: groups[2], host: "10.0.0.1")

    let result = await rig.run(groups.map { row(.upsert, in: $0, host: "10.0.0.1") })

    #expect(try await rig.states(result) == ["created", "created", "unchanged"])
    #expect(result.groupsToReset.map(\.displayName) == ["Alpha", "Zulu"])
    let run = try #require(result.run)
    let recorded = try await rig.ledger.groups(of: run).all().filter(\.group.needsReset)
    #expect(recorded.map(\.group.displayName).sorted() == ["Alpha", "Zulu"])
  }

  @Test func `a resumed run also names the groups that were changed before it stopped`()
    async throws
  {
    let groups = [("Zulu", 1), ("Alpha", 2)].map { EngineRig.group($1, $0, .sip) }
    var (rig, server) = try EngineRig.withFaultyServer(groups: groups)
    for (index, group) in groups.enumerated() { try rig.add(50 + index, to: group) }
    rig.options.pace.slots = 1
    server.setRule { [control = rig.control] call in
      if call.verb == "create" { control.requestStop(.interrupted) }
      return .pass
    }
    let stopped = await rig.run(groups.map { row(.create, in: $0, host: "10.0.0.9") })
    #expect(stopped.books?.created == 1)
    #expect(stopped.groupsToReset == [])
    server.setRule { _ in .pass }
    let result = try await rig.later(with: rig.ledger.path).resume()
    #expect(result.books?.created == 2)
    #expect(result.groupsToReset.map(\.displayName) == ["Alpha", "Zulu"])
  }

  @Test func `a failed request about a reset is not a failure of the run`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    server.setRule { call in call.name == "groups" && call.nth > 1 ? .status(403) : .pass }
    let result = await rig.run([row(.create, host: "10.0.0.1")])
    #expect(result.status == .success)
    #expect(result.groupsToReset.isEmpty)
  }

  @Test func `unknown fields of the server are named once, and not changed`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    try rig.add(51, host: "10.0.0.1")
    server.setRule { call in
      guard call.verb == "list" else { return .pass }
      return .edited { body in
        body.replacing(
          "<Precedence>", with: "<Weight>3</Weight><Affinity>x</Affinity><Precedence>")
      }
    }
    let result = await rig.run([row(.update, host: "10.0.0.1", precedence: 2)])
    #expect(try await rig.states(result) == ["updated"])
    #expect(
      rig.events.remarks == [
        "the server also sends fields that cupibulk does not know, and leaves alone: "
          + "Affinity, Weight"
      ])
  }
}
