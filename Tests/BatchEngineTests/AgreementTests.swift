// The whole run is planned and shown, somebody agrees, and then only what was shown is sent.

import CommandLineTool
import PortGroupModel
import RowLedger
import Synchronization
import TestSupport
import Testing

@testable import BatchEngine

@Suite struct AgreementTests {
  private static let rows = [
    row(.create, host: "10.0.0.9"), row(.update, host: "10.0.0.1", precedence: 4),
    row(.delete, host: "10.0.0.2"), row(.upsert, host: "10.0.0.3"),
    row(.update, host: "10.0.0.77"),
  ]

  private func rig() throws -> (rig: EngineRig, server: FaultyServer) {
    let made = try EngineRig.withFaultyServer()
    for number in 1...4 { try made.rig.add(number, host: "10.0.0.\(number)") }
    var rig = made.rig
    rig.options.maxDelete = 5
    return (rig, made.server)
  }

  @Test func `the question has the counts, and nothing was sent before`() async throws {
    var (rig, server) = try rig()
    let asked = Mutex<[PlanSummary]>([])
    let writes = Mutex<[Int]>([])
    rig.confirmPlan = { [server] summary in
      asked.withLock { $0.append(summary) }
      writes.withLock { $0.append(server.writes) }
    }
    let result = await rig.run(Self.rows)
    var wanted = PlanSummary()
    wanted.creates = 1
    wanted.updates = 1
    // A delete is held back, because a row of its group would fail.
    wanted.refused = 2
    wanted.unchanged = 1
    #expect(asked.withLock { $0 } == [wanted])
    #expect(writes.withLock { $0 } == [0])
    #expect(
      try await rig.states(result) == [
        "created", "updated", "failed:after-failure", "unchanged", "failed:no-match",
      ])
    #expect(server.count("list 1") == 3, "to plan, before the first write, and to read back")
  }

  @Test func `without agreement nothing is sent, and nothing is left`() async throws {
    var (rig, server) = try rig()
    rig.confirmPlan = { _ throws(RunStop) in throw .declined("the answer was no", isFinal: true) }
    let result = await rig.run(Self.rows)
    #expect(result.stop == .declined("the answer was no", isFinal: true))
    #expect(result.status == .failure)
    #expect(server.writes == 0)
    let run = try await rig.ledger.run(try #require(result.run))
    #expect(run.ending == RunEnding(.declined, reason: "the answer was no"))
  }

  @Test func `a run that has sent something and is declined later can be resumed`() async throws {
    let folder = try TemporaryFolder()
    let (rig, server) = try rig()
    server.setRule { [control = rig.control] call in
      if call.verb == "create" { control.requestStop(.interrupted) }
      return .pass
    }
    _ = await rig.run([row(.create, host: "10.0.0.8"), row(.create, host: "10.0.0.9")])
    try rig.copyLedger(to: folder.path("stopped.sqlite"))
    var later = try rig.later(with: folder.path("stopped.sqlite"))
    let asked = Mutex(PlanSummary())
    later.confirmPlan = { summary throws(RunStop) in
      asked.withLock { $0 = summary }
      throw .declined("no", isFinal: true)
    }
    let declined = try await later.resume()
    #expect(asked.withLock { $0.creates } == 1, "what an earlier process has recorded and not sent")
    #expect(declined.stop == .declined("no", isFinal: false))
    let run = try await later.ledger.run(try #require(declined.run))
    #expect(run.ending?.how == .stopped)
    try later.copyLedger(to: folder.path("declined.sqlite"))
    var last = try rig.later(with: folder.path("declined.sqlite"))
    let refused = try await last.resume()
    #expect(refused.stop == .notAgreed, "nobody can be asked")
    #expect(refused.status == .refused)
    last.options.isAgreed = true
    #expect(try await last.resume().status == .success)
  }

  @Test func `what another client changes after the question is left alone`() async throws {
    var (rig, server) = try rig()
    let other = try rig.again()
    rig.confirmPlan = { _ in
      _ = await other.run([
        row(.update, host: "10.0.0.1", precedence: 9),
        row(.create, host: "10.0.0.9", precedence: 1),
        row(.update, host: "10.0.0.4", precedence: 6),
      ])
    }
    let rows = [
      row(.update, host: "10.0.0.1", precedence: 4), row(.create, host: "10.0.0.9", precedence: 3),
      row(.update, host: "10.0.0.2", precedence: 5), row(.update, host: "10.0.0.4", precedence: 6),
    ]
    let result = await rig.run(rows)
    #expect(
      try await rig.states(result) == [
        "failed:changed-since-plan", "failed:changed-since-plan", "updated", "unchanged",
      ])
    #expect(server.writes == 1)
    #expect(
      try await rig.servers() == [
        "10.0.0.1:5060/9", "10.0.0.2:5060/5", "10.0.0.3:5060/0", "10.0.0.4:5060/6",
        "10.0.0.9:5060/1",
      ])
  }

  @Test func `a delete that was shown as held back is not sent, whatever came since`() async throws
  {
    var (rig, server) = try EngineRig.withFaultyServer()
    rig.options.maxDelete = 1
    try rig.add(1, host: "10.0.0.1")
    let other = try rig.again()
    rig.confirmPlan = { _ in
      _ = await other.run([row(.create, host: "10.0.0.9")])
    }
    let rows = [
      row(.delete, host: "10.0.0.1"),
      row(.create, in: EngineRig.sccp, service: 100, host: "10.0.0.7"),
    ]
    let result = await rig.run(rows)
    #expect(try await rig.states(result) == ["failed:last-server", "created"])
    #expect(server.count("delete") == 0)
  }

  @Test func `a group that could not be planned is not sent, and is asked for in the resume`()
    async throws
  {
    let folder = try TemporaryFolder()
    var (rig, server) = try rig()
    let asked = Mutex<[PlanSummary]>([])
    let ask: @Sendable (PlanSummary) -> Void = { summary in asked.withLock { $0.append(summary) } }
    rig.confirmPlan = { [server] summary in
      ask(summary)
      server.setRule { _ in .pass }
    }
    server.setRule { $0.name == "list 2" ? .status(403) : .pass }
    let rows = [
      row(.create, host: "10.0.0.9"),
      row(.create, in: EngineRig.sccp, service: 100, host: "10.0.0.7"),
    ]
    let result = await rig.run(rows)
    #expect(try await rig.states(result) == ["created", "pending:group-unreadable"])
    #expect(result.status == .tryAgain)
    #expect(server.count("create 2") == 0)
    try rig.copyLedger(to: folder.path("later.sqlite"))
    var later = try rig.later(with: folder.path("later.sqlite"))
    later.confirmPlan = { summary in ask(summary) }
    #expect(try await later.resume().status == .success)
    #expect(asked.withLock { $0.map(\.creates) } == [1, 1])
  }
}
