// A plan is written to a file, and exactly that is done, as far as the server still is as it was.

import CommandLineTool
import FoundationEssentials
import PortGroupFiles
import PortGroupModel
import RowLedger
import TestSupport
import Testing
import UnityConnection

@testable import BatchEngine

@Suite struct ApplyTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let rows = [
    row(.create, host: "10.0.0.9"), row(.update, host: "10.0.0.1", precedence: 4),
    row(.upsert, host: "10.0.0.2", precedence: 7), row(.delete, host: "10.0.0.3"),
  ]

  private func rig() throws -> (rig: EngineRig, server: FaultyServer) {
    let made = try EngineRig.withFaultyServer()
    for number in 1...4 { try made.rig.add(number, host: "10.0.0.\(number)") }
    var rig = made.rig
    rig.options.maxDelete = 5
    return (rig, made.server)
  }

  @Test func `a plan sends nothing, and apply sends exactly its steps, once`() async throws {
    let (rig, server) = try rig()
    let path = folder.path("change.plan")
    let planned = await rig.plan(Self.rows, to: path)
    #expect(planned.stop == nil)
    #expect(server.writes == 0)
    let (head, lines) = try entries(of: path)
    #expect(planned.plan?.fingerprint == head.fingerprint)
    #expect(lines.count == 5)
    let result = try await rig.apply(path)
    #expect(result.status == .success)
    #expect(try await rig.states(result) == ["created", "updated", "updated", "deleted"])
    #expect(
      try await rig.servers() == [
        "10.0.0.1:5060/4", "10.0.0.2:5060/7", "10.0.0.4:5060/0", "10.0.0.9:5060/0",
      ])
    let writes = server.writes
    let again = try await rig.apply(path)
    let run = try #require(result.run)
    #expect(again.stop == .planUsed("\(path) was applied already, by run \(run)"))
    #expect(again.status == .planNotTrue)
    #expect(server.writes == writes)
  }

  @Test func `after an undo the same plan is made again, and can be applied`() async throws {
    let (rig, _) = try rig()
    let rows = Array(Self.rows.dropLast())
    let paths = [folder.path("first.plan"), folder.path("second.plan")]
    let before = try await rig.servers()
    _ = await rig.plan(rows, to: paths[0])
    let applied = try await rig.apply(paths[0])
    #expect(applied.status == .success)
    let after = try await rig.servers()
    #expect(try await rig.undo(applied).status == .success)
    #expect(try await rig.servers() == before)
    _ = await rig.plan(rows, to: paths[1])
    let found = try paths.map { try entries(of: $0) }
    #expect(found[0].head.fingerprint == found[1].head.fingerprint)
    #expect(found[0].entries == found[1].entries)
    // The same bytes are the same file, which was applied; a plan of another moment is another file.
    var setting = rig.setting(planning: paths[1])
    setting.planFile?.made = Date(timeIntervalSince1970: 1_800_000_100)
    var dry = rig
    dry.options.isDry = true
    _ = await Importer(
      source: "rows.csv", options: dry.options, setting: setting, fill: dry.importer(of: rows).fill
    ).run(on: rig.client)
    #expect(try await rig.apply(paths[1]).status == .success)
    #expect(try await rig.servers() == after)
  }

  @Test func `servers that others have changed are left alone, and all other steps are done`()
    async throws
  {
    let (rig, server) = try rig()
    let path = folder.path("change.plan")
    _ = await rig.plan(Self.rows, to: path)
    _ = await rig.run([row(.update, host: "10.0.0.1", port: 5070)])
    let writes = server.writes
    var checking = rig
    checking.options.isDry = true
    let check = try await checking.apply(path)
    #expect(check.stop == nil)
    #expect(server.writes == writes)
    let whole = try await rig.apply(path) { $0.sendsOnlyWhole = true }
    // The delete comes after the failure of its group.
    #expect(whole.stop == .planNotTrue(steps: 1))
    #expect(whole.status == .planNotTrue)
    #expect(server.writes == writes)
    let result = try await rig.apply(path)
    #expect(
      try await rig.states(result) == [
        "created", "failed:changed-since-plan", "updated", "failed:after-failure",
      ])
    #expect(result.status == .rowsFailed)
    #expect(try await rig.servers().contains("10.0.0.1:5070/0"))
  }

  @Test func `after the first groups it stops, and resume does the others`() async throws {
    let groups = (1...3).map { EngineRig.group($0, "G\($0)", .sip) }
    let rig = try EngineRig(groups: groups)
    for (number, group) in groups.enumerated() {
      try rig.add(number + 10, to: group, host: "10.0.0.1")
    }
    let path = folder.path("change.plan")
    _ = await rig.plan(
      groups.map { row(.update, in: $0, host: "10.0.0.1", precedence: 3) }, to: path)
    let canary = try await rig.apply(path) { $0.canaryGroups = 1 }
    #expect(canary.stop == .canary(groups: 1))
    #expect(canary.status == .stoppedEarly)
    #expect(try await rig.states(canary) == ["updated", "pending:staged", "pending:staged"])
    let resumed = try await rig.resume()
    #expect(resumed.status == .success)
    #expect(try await rig.states(resumed) == ["updated", "updated", "updated"])
  }

  @Test func `a plan is not applied to another server, or to a copy under another address`()
    async throws
  {
    let (rig, server) = try rig()
    let path = folder.path("change.plan")
    _ = await rig.plan(Self.rows, to: path)
    let (other, otherServer) = try self.rig()
    let refused = try await other.apply(path)
    guard case .wrongTarget(let reason) = refused.stop else {
      Issue.record("\(refused)")
      return
    }
    #expect(reason.contains("is a plan for sandbox:, and sandbox: is another server (id "))
    #expect(otherServer.writes == 0)
    var moved = rig
    moved.target = RunTarget(url: "https://copy")
    let copy = try await moved.apply(path)
    #expect(
      copy.stop
        == .wrongTarget(
          "\(path) is a plan for sandbox:; https://copy has the same id, so that it is either the same server "
            + "under another address or a copy of it"))
    #expect(copy.status == .refused)
    #expect(server.writes == 0)
    #expect(try await moved.apply(path, allowsOtherAddress: true).status == .success)
  }

  @Test func `what is not in the fingerprint cannot switch the comparison off`() async throws {
    let (rig, server) = try rig()
    let path = folder.path("change.plan")
    _ = await rig.plan([row(.update, host: "10.0.0.1", precedence: 4)], to: path)
    _ = await rig.run([row(.update, host: "10.0.0.1", port: 5070)])
    let planned = try entries(of: path)
    let now = try await rig.again().client.servers(of: EngineRig.sip.objectID).servers
    let forged = planned.entries.map { entry -> PlanEntry in
      guard case .group(var group) = entry else { return entry }
      group.listed = PlanGroup.digest(of: now)
      group.group.displayName = "another name"
      return .group(group)
    }
    var maker = PlanMaker(entries: forged)
    maker.target = planned.head.target
    try maker.write(to: path)
    #expect(try entries(of: path).head.fingerprint == planned.head.fingerprint)
    let writes = server.writes
    let result = try await rig.apply(path)
    #expect(try await rig.states(result) == ["failed:changed-since-plan"])
    #expect(server.writes == writes)
    #expect(try await rig.reports(result).first?.group?.displayName == "SIP")
    #expect(
      rig.events.remarks.contains(
        "port group \"another name\" of the plan is called \"SIP\" on the target"))
  }

  @Test func `all or nothing also holds after the check was stopped`() async throws {
    let (rig, server) = try rig()
    let path = folder.path("change.plan")
    _ = await rig.plan(Self.rows, to: path)
    let before = server.writes
    server.setRule { [control = rig.control] call in
      if call.verb == "list" { control.requestStop(.interrupted) }
      return .pass
    }
    let stopped = try await rig.apply(path) { $0.sendsOnlyWhole = true }
    #expect(stopped.stop == .interrupted)
    try rig.copyLedger(to: folder.path("stopped.sqlite"))
    let later = try rig.later(with: folder.path("stopped.sqlite"))
    _ = await (try later.again()).run([row(.update, host: "10.0.0.1", port: 5070)])
    let resumed = try await later.resume()
    #expect(resumed.stop == .planNotTrue(steps: 1))
    #expect(try await later.states(resumed).allSatisfy { $0.hasPrefix("pending") })
    #expect(server.writes == before)
  }

  @Test func `a server in the steps of two groups is refused before anything is sent`() async throws
  {
    let (rig, server) = try rig()
    let path = folder.path("change.plan")
    _ = await rig.plan([row(.update, host: "10.0.0.1", precedence: 4)], to: path)
    let planned = try entries(of: path)
    let head = planned.head
    var lines = planned.entries
    guard case .step(var step) = lines[1], case .group(var group) = lines[0] else {
      Issue.record("\(lines)")
      return
    }
    group.group = EngineRig.sccp
    (step.number, step.group) = (2, EngineRig.sccp.objectID)
    lines += [.group(group), .step(step)]
    var maker = PlanMaker(entries: lines)
    maker.target = head.target
    try maker.write(to: path)
    let result = try await rig.apply(path)
    #expect(
      result.stop
        == .badPlan(
          PlanFault(
            path, .changed("server \(EngineRig.id(1)) is in the steps of two port groups"))))
    #expect(result.status == .inputInvalid)
    #expect(!result.isStaged)
    #expect(server.writes == 0)
  }

  @Test func `rows that cannot be done are in the plan, and an unreadable group prevents a plan`()
    async throws
  {
    let (rig, server) = try rig()
    let path = folder.path("change.plan")
    let rows = [row(.update, host: "10.0.0.77"), row(.update, host: "10.0.0.1", precedence: 4)]
    let planned = await rig.plan(rows, to: path)
    #expect(planned.plan?.counts.refused == 1)
    let refusals = try entries(of: path).entries.compactMap { entry in
      if case .refusal(let refusal) = entry {
        "\(refusal.code.rawValue) \(refusal.from)"
      } else {
        nil
      }
    }
    #expect(refusals == ["no-match rows.csv:2"])
    server.setRule { $0.verb == "list" ? .status(500) : .pass }
    let unread = folder.path("unread.plan")
    let failed = await rig.plan(rows, to: unread)
    guard case .planIncomplete = failed.stop else {
      Issue.record("\(failed)")
      return
    }
    #expect(failed.status == .tryAgain)
    #expect(try folder.names() == ["change.plan"])
  }
}
