// A run requests the server's identity once before it sends anything, if its setting needs it.

import CommandLineTool
import HTTPMessages
import PortGroupModel
import RowLedger
import Synchronization
import Testing
import UnityConnection

@testable import BatchEngine

@Suite struct ServerConfirmationTests {
  private static let rows = [row(.create, host: "10.0.0.1")]

  /// Runs an import whose setting confirms the server with this closure.
  private func run(
    on rig: EngineRig, needsIdentity: Bool = false,
    _ confirmServer: @escaping @Sendable ([ClusterServer], ObjectID?) async throws(RunStop) -> Void
  ) async throws -> RunResult {
    var setting = rig.setting()
    setting.confirmServer = confirmServer
    setting.needsIdentity = needsIdentity
    let ledger = rig.ledger
    return await Importer(source: "rows.csv", options: rig.options, setting: setting) {
      run async throws(RunStop) in
      let book = RunBook(ledger: ledger, run: run)
      let file = try await book.addFile("rows.csv")
      try await book.stage(
        Self.rows.map { StagedRow(file: file, record: 1, line: 2, row: $0, raw: "") })
    }.run(on: rig.client)
  }

  @Test func `the server's own id is recorded, with one request`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    let seen = Mutex<[ObjectID?]>([])
    let result = try await run(on: rig) { _, id in seen.withLock { $0.append(id) } }
    #expect(result.status == .success)
    let reported = seen.withLock { $0.compactMap(\.self) }
    #expect(reported.count == 1)
    let id = try #require(reported.first)
    let run = try #require(result.run)
    #expect(try await rig.ledger.run(run).opening.target.identity == id.text)
    #expect(server.count("machines") == 1)
  }

  @Test(arguments: [403, 404, 500, 501])
  func `a server that does not report its identity is accepted`(status: Int) async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    server.setRule { call in
      call.verb == "machines" ? .status(status) : .pass
    }
    let result = try await run(on: rig) { _, _ in Issue.record("there is nothing to confirmServer")
    }
    #expect(result.status == .success)
    let run = try #require(result.run)
    #expect(try await rig.ledger.run(run).opening.target.identity == nil)
    #expect(server.count("machines") == 1)
  }

  @Test(arguments: [403, 404, 500])
  func `a server that does not report its identity is refused where an id is expected`(
    status: Int
  ) async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    server.setRule { call in
      call.verb == "machines" ? .status(status) : .pass
    }
    let result = try await run(on: rig, needsIdentity: true) { servers, id throws(RunStop) in
      #expect(servers.isEmpty && id == nil)
      throw .wrongTarget("it shows no id")
    }
    #expect(result.stop == .wrongTarget("it shows no id"))
    #expect(server.count("create") == 0)
  }

  @Test func `a busy server gets the request again`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    server.setRule { call in
      call.verb == "machines" && call.nth < 3 ? .busy : .pass
    }
    #expect(try await run(on: rig) { _, _ in }.status == .success)
    #expect(server.count("machines") == 3)
    #expect(rig.events.waits.count == 2)
  }

  @Test func `a refused server ends the run before anything is sent`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    let result = try await run(on: rig) { _, _ async throws(RunStop) in throw .targetLocked("x") }
    #expect(result.stop == .targetLocked("x"))
    #expect(result.status == .locked)
    #expect(try await rig.onlyAttempt() == RunEnding(.stopped, reason: "x"))
    #expect(server.writes == 0)
  }

  @Test func `waits and the time of a group are recorded`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    server.setRule { call in
      switch (call.verb, call.nth) {
      case ("create", 1): .busy
      case ("create", 2): .connectionRefused
      case ("create", 3): .requestLost
      default: .pass
      }
    }
    let result = await rig.run(Self.rows)
    #expect(result.status == .success)
    let run = try #require(result.run)
    let waits = try await rig.ledger.waits(of: run)
    #expect(Set(waits.map(\.cause)) == [.settling, .busy, .unreachable])
    #expect(waits.allSatisfy { $0.sum.count == 1 })
    #expect(waits.first?.cause == .settling)
    #expect(waits.first?.sum.time == .seconds(255))
    let slowest = try await rig.ledger.slowestGroups(of: run)
    #expect(slowest.map(\.group.displayName) == ["SIP"])
    #expect(slowest.allSatisfy { $0.time >= .seconds(255) })
    #expect(try await rig.ledger.verdicts(of: run) == [.verified: 1])
  }
}
