// A stopped run starts nothing new and records the outcomes; an aborted run records rows in doubt.

import CommandLineTool
import HTTPMessages
import PortGroupModel
import RowLedger
import Testing

@testable import BatchEngine

@Suite struct StoppingTests {
  private static let rows =
    (1...4).map { row(.create, host: "10.0.0.\($0)") }
    + (1...2).map { row(.create, in: EngineRig.sccp, service: 100, host: "10.1.0.\($0)") }

  @Test(arguments: [(RunStop.interrupted, 130), (.terminated, 143), (.hungUp, 129)])
  func `a run that is stopped finishes requests in flight and starts no new ones`(
    reason: RunStop, code: Int
  ) async throws {
    var (rig, server) = try EngineRig.withFaultyServer()
    rig.options.pace.slots = 1
    server.setRule { [control = rig.control] call in
      if call.name == "create 1", call.nth == 2 { control.requestStop(reason) }
      return .pass
    }

    let result = await rig.run(Self.rows)

    #expect(server.log.last == "create 1", "no request after the one in flight")
    let states = try await rig.states(result)
    #expect(states.prefix(4) == ["created", "created", "pending:stopped", "pending:stopped"])
    #expect(try await rig.servers().count == 2)
    #expect(result.books?.inDoubt == 0)
    #expect(result.stop == reason)
    #expect(result.status.rawValue == Int32(code))
    let reports = try await rig.reports(result)
    #expect(reports[1].entry?.effect.objectID != nil)
    #expect(reports[1].entry?.verdict == nil, "nothing was read back any more")
    let run = try await rig.ledger.run(try #require(result.run))
    #expect(run.ending?.how == .interrupted)
    #expect(run.exitCode == code)
    #expect(result.groupsToReset == [])
    // Two workers share the slot, so the other group may have been done before the stop.
    let others = states.suffix(2).contains("created") ? ["SCCP", "SIP"] : ["SIP"]
    #expect(
      result.groupsNotAsked.map(\.displayName) == others,
      "the groups that need a reset are not known, so the changed ones are named")
  }

  @Test func `a stop ends a wait at once, and the row that waited is pending`() async throws {
    var (rig, server) = try EngineRig.withFaultyServer()
    server.setRule { call in call.verb == "create" ? .busy : .pass }
    rig.onEvent = { [control = rig.control] event in
      if case .waiting = event { control.requestStop(.interrupted) }
    }
    let result = await rig.run([row(.create, host: "10.0.0.1"), row(.create, host: "10.0.0.2")])
    #expect(try await rig.states(result) == ["pending:not-processed", "pending:stopped"])
    #expect(server.count("create") == 1)
    #expect(result.status == .interrupted)
  }

  @Test func `a lost answer is not settled when the run must stop`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    server.setRule { [control = rig.control] call in
      guard call.verb == "create" else { return .pass }
      control.requestStop(.interrupted)
      return .answerLost
    }
    let result = await rig.run([row(.create, host: "10.0.0.1"), row(.create, host: "10.0.0.2")])
    #expect(try await rig.states(result) == ["inDoubt", "pending:group-in-doubt"])
    #expect(server.log.last == "create 1")
    let progress = rig.events.all.compactMap {
      if case .progress(let progress) = $0 { progress } else { nil }
    }
    #expect(progress.last?.inDoubt == 1)
    #expect(result.status == .interrupted, "a signal goes before doubt")
  }

  @Test func `a stop while a group waits for the server's queue records what is known of it`()
    async throws
  {
    var (rig, server) = try EngineRig.withFaultyServer()
    server.setRule { call in call.name == "create 1" && call.nth == 2 ? .requestLost : .pass }
    rig.onEvent = { [control = rig.control] event in
      if case .waiting = event { control.requestStop(.interrupted) }
    }
    let result = await rig.run((1...3).map { row(.create, host: "10.0.0.\($0)") })
    #expect(try await rig.states(result) == ["created", "inDoubt", "pending:group-in-doubt"])
    #expect(try await rig.reports(result).allSatisfy { $0.entry?.isOpen == false })
    #expect(try await rig.reports(result)[0].entry?.effect.objectID != nil)
    #expect(server.count("create") == 2)
  }

  @Test func `a stop before the input is staged leaves only the attempt`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    rig.control.requestStop(.interrupted)
    let result = await rig.run(Self.rows)
    #expect(result.status == .interrupted)
    #expect(!result.isStaged && result.books == nil)
    #expect(server.log.isEmpty)
    #expect(try await rig.onlyAttempt() == RunEnding(.interrupted, reason: "by the user"))
  }

  @Test func `a stop after staging keeps the run with all its rows pending`() async throws {
    var (rig, server) = try EngineRig.withFaultyServer()
    rig.onEvent = { [control = rig.control] event in
      if case .staged = event { control.requestStop(.terminated) }
    }
    let result = await rig.run(Self.rows)
    #expect(result.books?.pending == 6)
    #expect(result.status == .terminated)
    #expect(server.log == ["login", "groups"])
  }

  @Test func `an aborted run records the write in flight as in doubt`() async throws {
    var (rig, server) = try EngineRig.withFaultyServer()
    rig.options.pace.slots = 1
    let (inFlight, signal) = AsyncStream<Void>.makeStream()
    server.setRule { call in
      guard call.name == "create 1", call.nth == 2 else { return .pass }
      signal.yield()
      return .doneThenHangs
    }

    let run = Task { [rig] in await rig.run(Self.rows) }
    for await _ in inFlight { break }
    rig.control.requestStop(.interrupted)
    run.cancel()
    let result = await run.value

    let states = try await rig.states(result)
    #expect(
      states.prefix(4) == [
        "created", "inDoubt", "pending:group-in-doubt", "pending:group-in-doubt",
      ])
    #expect(result.status == .interrupted)
    #expect(server.log.last == "create 1")
    let report = try await rig.reports(result)[1]
    #expect(report.entry?.change?.verb == .create)
    #expect(report.entry?.sent != nil, "a resume counts the settle wait from here")
    #expect(try await rig.ledger.run(try #require(result.run)).ending?.how == .interrupted)
  }

  @Test func `cancelling the task ends the run, too`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    let (inFlight, signal) = AsyncStream<Void>.makeStream()
    server.setRule { call in
      guard call.name == "create 1" else { return .pass }
      signal.yield()
      return .doneThenHangs
    }
    let run = Task { [rig] in await rig.run([row(.create, host: "10.0.0.1")]) }
    for await _ in inFlight { break }
    run.cancel()
    let result = await run.value
    #expect(try await rig.states(result) == ["inDoubt"])
    #expect(result.stop == .aborted)
    #expect(result.status == .interrupted)
  }

  @Test func `a stop that comes after the last row changes nothing`() async throws {
    var (rig, server) = try EngineRig.withFaultyServer()
    rig.onEvent = { [control = rig.control] event in
      if case .progress(let progress) = event, progress.done == progress.total {
        control.requestStop(.interrupted)
      }
    }
    let result = await rig.run([row(.create, host: "10.0.0.1")])
    #expect(try await rig.states(result) == ["created"])
    #expect(result.books?.balances == true)
    #expect(server.count("create") == 1)
  }
}
