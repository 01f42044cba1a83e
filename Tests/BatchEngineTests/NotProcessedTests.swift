// Answers that show that nothing was done: requests are repeated until the run gives up, and no row fails.

import CommandLineTool
import HTTPMessages
import PortGroupModel
import RowLedger
import Synchronization
import Testing

@testable import BatchEngine

@Suite struct NotProcessedTests {
  /// A reason why a request is not processed, and the text that the run shows while it waits.
  struct Trouble: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let misbehavior: Misbehavior
  }

  static let troubles = [
    Trouble(testDescription: "503", misbehavior: .busy),
    Trouble(testDescription: "429", misbehavior: .status(429)),
    Trouble(testDescription: "a refused connection", misbehavior: .connectionRefused),
  ]

  @Test(arguments: troubles)
  func `requests that are not processed are repeated until they are, and no row fails`(
    trouble: Trouble
  )
    async throws
  {
    var (rig, server) = try EngineRig.withFaultyServer()
    rig.options.maxDelete = 1
    try rig.add(50, host: "10.0.0.9", precedence: 3)
    try rig.add(51, host: "10.0.0.8")
    // Each request is processed only at its third attempt, including reads and the login.
    server.setRule { call in call.nth % 3 == 0 ? .pass : trouble.misbehavior }

    let result = await rig.run([
      row(.create, host: "10.0.0.1"), row(.update, host: "10.0.0.9", precedence: 0),
      row(.delete, host: "10.0.0.8"),
    ])

    #expect(try await rig.states(result) == ["created", "updated", "deleted"])
    #expect(try await rig.servers() == ["10.0.0.1:5060/0", "10.0.0.9:5060/0"])
    #expect(server.count("create") == 3)
    #expect(result.status == .success)
    #expect(!rig.events.waits.isEmpty, "the screen says why it waits")
  }

  @Test func `a name that was never resolved ends the run at once`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    server.setRule { _ in .nameUnknown }
    let result = await rig.run([row(.create, host: "10.0.0.1")])
    #expect(server.log == ["login"])
    guard case .nameUnknown = result.stop else {
      Issue.record("it ended with \(String(describing: result.stop))")
      return
    }
    #expect(result.status == .tryAgain)
    #expect(try await rig.onlyAttempt() == result.stop?.ending)
    #expect(rig.events.waits.isEmpty)
  }

  @Test func `a name that was resolved before is waited for`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    server.setRule { call in
      ["list", "create"].contains(call.verb) && call.nth % 2 == 1 ? .nameUnknown : .pass
    }
    let result = await rig.run([row(.create, host: "10.0.0.1")])
    #expect(try await rig.states(result) == ["created"])
    #expect(result.status == .success)
    #expect(!rig.events.waits.isEmpty)
  }

  @Test(arguments: [429, 503])
  func `the wait that the server requests is observed`(status: Int) async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    server.setRule { call in
      call.verb == "create" && call.nth == 1 ? .status(status, retryAfter: 120) : .pass
    }
    let result = await rig.run([row(.create, host: "10.0.0.1")])
    #expect(try await rig.states(result) == ["created"])
    #expect(rig.events.delays == [.seconds(120)])
    #expect(rig.clock.now() == .seconds(120))
  }

  @Test(arguments: troubles)
  func `a run without a success gives up, and its rows stay pending`(trouble: Trouble)
    async throws
  {
    let (rig, server) = try EngineRig.withFaultyServer()
    server.setRule { call in call.verb == "create" && call.nth > 1 ? trouble.misbehavior : .pass }

    let result = await rig.run([
      row(.create, host: "10.0.0.1"), row(.create, host: "10.0.0.2"),
      row(.create, host: "10.0.0.3"),
    ])

    #expect(
      try await rig.states(result) == ["created", "pending:not-processed", "pending:stopped"])
    #expect(result.status == .tryAgain)
    guard case .gaveUp(let after, _) = result.stop else {
      return #expect(Bool(false), "it gave up: \(String(describing: result.stop))")
    }
    #expect(after == .seconds(600))
    let run = try await rig.ledger.run(try #require(result.run))
    #expect(run.ending?.how == .stopped)
    #expect(run.exitCode == 5)
  }

  @Test func `a server that is never reached ends the attempt`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    server.setRule { _ in .connectionRefused }
    let result = await rig.run([row(.create, host: "10.0.0.1")])
    #expect(result.status == .tryAgain)
    #expect(!result.isStaged && result.books == nil)
    #expect(try await rig.onlyAttempt() == result.stop?.ending)
  }

  @Test(arguments: [601, 86_400, 999_999_999])
  func `a server that requests too long a wait cannot keep the run from giving up`(seconds: Int)
    async throws
  {
    let (rig, server) = try EngineRig.withFaultyServer()
    server.setRule { call in
      call.verb == "create" ? .status(503, retryAfter: seconds) : .pass
    }
    let result = await rig.run([row(.create, host: "10.0.0.1")])
    #expect(try await rig.states(result) == ["pending:not-processed"])
    #expect(result.status == .tryAgain)
    #expect(rig.clock.now() == .seconds(600))
  }

  @Test func `each success restarts the time until giving up`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    // Four rows, each of which waits for more than half of the time.
    server.setRule { call in
      call.verb == "create" && call.nth % 2 == 1 ? .status(503, retryAfter: 400) : .pass
    }
    let result = await rig.run((1...4).map { row(.create, host: "10.0.0.\($0)") })
    #expect(result.books?.created == 4)
    #expect(rig.clock.now() == .seconds(1_600))
  }

  @Test func `a row whose write was never sent is not reported as unprocessed`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    // Another worker gives up while this group is listed.
    server.setRule { [control = rig.control] call in
      if call.verb == "list" { control.requestStop(.gaveUp(after: .seconds(600), reason: "busy")) }
      return .pass
    }
    let result = await rig.run([row(.create, host: "10.0.0.1")])
    #expect(server.writes == 0)
    #expect(try await rig.states(result) == ["pending:stopped"])
    #expect(result.status == .tryAgain)
  }

  @Test func `a busy server halves the slots for all workers`() async throws {
    let groups = (1...12).map { EngineRig.group($0, "Branch \($0)", .sip) }
    var (rig, server) = try EngineRig.withFaultyServer(groups: groups)
    rig.options.pace.slots = 4
    let slots = Mutex<[Int]>([])
    rig.onEvent = { event in
      if case .progress(let progress) = event { slots.withLock { $0.append(progress.slots) } }
    }
    server.setRule { call in call.name == "list 1" && call.nth == 1 ? .busy : .pass }
    let result = await rig.run(groups.map { row(.create, in: $0, host: "10.0.0.1") })
    #expect(result.books?.created == 12)
    #expect(slots.withLock { $0 }.last == 2)
  }

  @Test func `a list that is sometimes answered with errors is read in the end`()
    async throws
  {
    let (rig, server) = try EngineRig.withFaultyServer()
    server.setRule { call in
      guard call.verb == "list", call.nth < 12 else { return .pass }
      return call.nth % 4 == 0 ? .status(500) : .busy
    }
    let result = await rig.run([row(.create, host: "10.0.0.1")])
    #expect(try await rig.states(result) == ["created"])
  }

  @Test func `a list that is never answered is requested eight times, and its rows stay pending`()
    async throws
  {
    let (rig, server) = try EngineRig.withFaultyServer()
    server.setRule { call in call.verb == "list" ? .status(500) : .pass }
    let result = await rig.run([row(.create, host: "10.0.0.1")])
    #expect(try await rig.states(result) == ["pending:group-unreadable"])
    #expect(server.count("list") == 8)
    #expect(server.writes == 0)
    #expect(result.status == .tryAgain)
  }
}
