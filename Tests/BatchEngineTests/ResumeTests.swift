// A process dies at every possible moment, and a later one continues: nothing is lost, nothing is done twice.

import CommandLineTool
import HTTPMessages
import PortGroupModel
import RowLedger
import SQLStores
import Synchronization
import TestSupport
import Testing

@testable import BatchEngine

@Suite struct ResumeTests {
  private static let groups = (1...3).map { EngineRig.group($0, "Branch \($0)", .sip) }

  private static let rows = groups.flatMap { group in
    [
      row(.create, in: group, host: "10.0.0.21"),
      row(.update, in: group, host: "10.0.0.1", precedence: 7),
      row(.update, in: group, host: "10.0.0.22", match: "10.0.0.2"),
      row(.upsert, in: group, host: "10.0.0.23", port: 5070, precedence: 3),
      row(.upsert, in: group, host: "10.0.0.3", precedence: 0),
      row(.update, in: group, host: "10.0.0.77"),
      // A chain: the second row's server has the host that the first row's server gets.
      row(.update, in: group, host: "10.0.0.6", match: "10.0.0.5"),
      row(.update, in: group, host: "10.0.0.7", match: "10.0.0.6"),
      row(.create, in: group, host: "10.0.0.24"),
    ]
  }

  private static let states = [
    "created", "updated", "updated", "created", "unchanged", "failed:no-match", "updated",
    "updated", "created",
  ]

  private static let wanted = [
    "10.0.0.1:5060/7", "10.0.0.21:5060/0", "10.0.0.22:5060/0", "10.0.0.23:5070/3",
    "10.0.0.24:5060/0", "10.0.0.3:5060/0", "10.0.0.6:5060/0", "10.0.0.7:5060/0",
  ]

  private static func fill(_ rig: EngineRig) throws {
    for (index, group) in groups.enumerated() {
      for host in [1, 2, 3, 5, 6] {
        try rig.add(100 * (index + 1) + host, to: group, host: "10.0.0.\(host)")
      }
    }
  }

  /// Whether somebody is asked, and agrees, in the process that dies and in the one that resumes.
  enum Asking: CaseIterable, Sendable {
    case never, first, later, both

    var isFirst: Bool { self == .first || self == .both }
    var isLater: Bool { self == .later || self == .both }
  }

  private static func check(_ rig: EngineRig, _ result: RunResult) async throws {
    for group in groups {
      #expect(try await rig.servers(of: group) == wanted)
    }
    #expect(try await rig.states(result) == groups.flatMap { _ in states })
    #expect(result.status == .rowsFailed, "only the row that matches nothing")
    let written = try await rig.reports(result).filter { $0.entry?.effect.verb != nil }
    #expect(written.allSatisfy { $0.entry?.verdict == .verified })
    #expect(written.allSatisfy { $0.entry?.effect.objectID != nil })
    #expect(try await rig.ledger.run(try #require(result.run)).ending?.how == .done)
  }

  /// More requests than the run has, so that the last processes die after its end.
  private static let requests = (2...56).flatMap { [($0, false), ($0, true)] }

  @Test(arguments: requests, Asking.allCases)
  func `a run that is killed at any request and resumed ends as if nothing had happened`(
    death: (request: Int, isDone: Bool), asking: Asking
  ) async throws {
    let (request, isDone) = death
    let folder = try TemporaryFolder()
    var (rig, server) = try EngineRig.withFaultyServer(groups: Self.groups)
    if asking.isFirst { rig.confirmPlan = { _ in } }
    try Self.fill(rig)
    let path = folder.path("killed.sqlite")
    let died = try await Death.run(
      rig, server, until: Death(request: request, isDone: isDone), ledger: path
    ) { [rig] in _ = await rig.importer(of: Self.rows).run(on: rig.client) }
    guard died else { return }

    var later = try rig.later(with: path)
    if asking.isLater { later.confirmPlan = { _ in } }
    let run = try #require(try await later.ledger.runs().first)
    #expect(try await later.ledger.books(of: run.id).balances)
    guard run.isStaged else {
      #expect(server.writes == 0, "a run that is not wholly staged has sent nothing")
      let resumed = try await later.resume()
      #expect(resumed.status == .failure && resumed.stop != nil, "and cannot be resumed")
      #expect(server.writes == 0)
      return
    }
    try await Self.check(later, try await later.resume())
    // A finished run that is resumed sends nothing.
    let (again, silent) = try later.meddledLater(with: path)
    try await Self.check(again, try await again.resume())
    #expect(silent.writes == 0)
  }

  @Test(arguments: 0..<60)
  func `a run that is killed repeatedly, also during a resume, ends in the same way`(seed: Int)
    async throws
  {
    let folder = try TemporaryFolder()
    let (first, firstServer) = try EngineRig.withFaultyServer(groups: Self.groups)
    try Self.fill(first)
    let rig = try await Death.repeated(
      first, firstServer, until: Death(request: 4 + seed % 31, isDone: seed % 2 == 0), seed: seed,
      rounds: 5, in: folder
    ) { _ = await first.importer(of: Self.rows).run(on: first.client) }
    try await Self.check(rig, try await rig.resume())
  }

  @Test func `a creation that may be in the server's queue is sent again only after one wait`()
    async throws
  {
    let folder = try TemporaryFolder()
    let (rig, server) = try EngineRig.withFaultyServer(groups: Self.groups)
    try rig.add(101, to: Self.groups[0], host: "10.0.0.1")
    let path = folder.path("killed.sqlite")
    let rows = (2...4).map { row(.create, in: Self.groups[0], host: "10.0.0.\($0)") }
    // After the login, the groups, the list and a creation, this is the next one.
    let died = try await Death.run(
      rig, server, until: Death(request: 5, isDone: false), ledger: path
    ) { _ = await rig.importer(of: rows).run(on: rig.client) }
    #expect(died)

    let (later, counting) = try rig.meddledLater(with: path)
    let books = try await later.ledger.books(
      of: try #require(try await later.ledger.runs().first).id)
    #expect(books.inDoubt == 3, "any of them may have been sent")
    let result = try await later.resume()
    #expect(try await later.states(result) == ["created", "created", "created"])
    #expect(later.events.delays == [.seconds(255)])
    #expect(
      counting.log == [
        "login", "groups", "list 1", "list 1", "create 1", "create 1", "list 1", "groups",
      ])
    #expect(
      try await later.servers(of: Self.groups[0]) == (1...4).map { "10.0.0.\($0):5060/0" })
  }

  @Test(arguments: [Misbehavior.answerLost, .doneThenAnswer(HTTPResponse(status: 500))])
  func `an answer that is lost after a resume is settled by a new listing`(misbehavior: Misbehavior)
    async throws
  {
    let folder = try TemporaryFolder()
    let (rig, server) = try EngineRig.withFaultyServer(groups: Self.groups)
    server.setRule { [control = rig.control] call in
      if call.verb == "create" { control.requestStop(.interrupted) }
      return .pass
    }
    let rows = (2...4).map { row(.create, in: Self.groups[0], host: "10.0.0.\($0)") }
    _ = await rig.run(rows)
    let path = folder.path("stopped.sqlite")
    try rig.copyLedger(to: path)

    let (later, counting) = try rig.meddledLater(with: path)
    counting.setRule { call in call.verb == "create" && call.nth == 1 ? misbehavior : .pass }
    let result = try await later.resume()
    #expect(try await later.states(result) == ["created", "created", "created"])
    #expect(counting.count("create") == 2)
    #expect(later.events.delays == [], "it shows at once")
    #expect(
      try await later.servers(of: Self.groups[0]) == (2...4).map { "10.0.0.\($0):5060/0" })
  }

  @Test(arguments: [
    ("sent_boot", 200, Duration.seconds(55)),  // Of this boot, by its clock.
    ("'another boot'", 200, .seconds(255)), ("NULL", 200, .seconds(255)),
    ("sent_boot", -200, .seconds(255)),  // Later than now: that cannot be.
  ])
  func `the clock of another boot never shortens the wait for a creation that may be queued`(
    boot: String, ago: Int, wait: Duration
  ) async throws {
    let folder = try TemporaryFolder()
    let (rig, server) = try EngineRig.withFaultyServer(groups: Self.groups)
    server.setRule { [control = rig.control] call in
      guard call.verb == "create" else { return .pass }
      control.requestStop(.interrupted)
      return .requestLost
    }
    _ = await rig.run([row(.create, in: Self.groups[0], host: "10.0.0.2")])
    let path = folder.path("stopped.sqlite")
    try rig.copyLedger(to: path)
    // The wall clock was a year behind, which has no effect.
    try Database(.file(path)).execute(
      """
      UPDATE journal SET sent = '2025-11-27T00:00:00.000Z', sent_boot = \(boot),
        sent_uptime_ms = sent_uptime_ms - \(ago * 1_000)
      """)
    let (later, _) = try rig.meddledLater(with: path)
    let result = try await later.resume()
    #expect(try await later.states(result) == ["created"])
    // The duration of the test reduces a wait by the clock of this boot.
    #expect(later.events.delays.count == 1)
    #expect(later.events.delays.allSatisfy { $0 <= wait && $0 > wait - .seconds(50) })
  }

  @Test func `a resume that is stopped while it waits does not shorten the wait of the next one`()
    async throws
  {
    let folder = try TemporaryFolder()
    let (rig, server) = try EngineRig.withFaultyServer(groups: Self.groups)
    server.setRule { [control = rig.control] call in
      guard call.verb == "create" else { return .pass }
      control.requestStop(.interrupted)
      return .requestLost
    }
    _ = await rig.run([row(.create, in: Self.groups[0], host: "10.0.0.2")])
    try rig.copyLedger(to: folder.path("first.sqlite"))
    // Long ago, so that the next process sends it again at once.
    try Database(.file(folder.path("first.sqlite"))).execute(
      "UPDATE journal SET sent_uptime_ms = sent_uptime_ms - 1000000")

    let (second, killer) = try rig.meddledLater(with: folder.path("first.sqlite"))
    killer.setRule { [ledger = second] call in
      guard call.verb == "create" else { return .pass }
      try? ledger.copyLedger(to: folder.path("second.sqlite"))
      return .requestLost
    }
    second.clock.onSleep { _ in second.control.requestStop(.interrupted) }
    _ = try await second.resume()

    // The second process died with its creation on the way; the third is stopped while it waits for it.
    let third = try rig.later(with: folder.path("second.sqlite"))
    third.clock.onSleep { _ in third.control.requestStop(.interrupted) }
    #expect(try await third.resume().books?.inDoubt == 1)
    try third.copyLedger(to: folder.path("third.sqlite"))

    let last = try rig.later(with: folder.path("third.sqlite"))
    #expect(try await last.states(try await last.resume()) == ["created"])
    #expect(last.events.delays.count == 1)
    #expect(
      last.events.delays.allSatisfy { $0 > .seconds(200) }, "it waits for the second creation")
  }
}
