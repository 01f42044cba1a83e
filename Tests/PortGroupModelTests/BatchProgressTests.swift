// The state machine of a batch: its guarantees under random answers, losses, kills and edits by other clients.

import FoundationEssentials
import TestSupport
import Testing

@testable import PortGroupModel

@Suite struct BatchProgressTests {
  private static let rows = [
    "create s=102 h=n1 p=5060", "upsert s=102 h=n2 p=5060", "create s=102 h=n3 p=5060",
    "update s=102 h=a o=7", "upsert s=102 h=b o=8", "delete s=102 h=c p=5060",
    "delete s=102 h=d p=5060",
  ].map(row)
  private static let servers = [
    "1 s=102 h=a p=5060 o=0", "2 s=102 h=b p=5060 o=1", "3 s=102 h=c p=5060 o=2",
    "4 s=102 h=d p=5060 o=3", "5 s=102 h=e p=5060 o=4",
  ].map(server)

  private func world(_ seed: UInt64) -> BatchWorld {
    BatchWorld(rows: Self.rows, servers: Self.servers, seed: seed)
  }

  private func hosts(_ world: BatchWorld) -> [String] {
    world.servers.compactMap { $0.fields[.host].text }.sorted()
  }

  /// Runs processes until no work is left; the last ones are not killed, and lose no answers.
  private func finish(_ world: inout BatchWorld, after rough: Int = 12) {
    for number in 0..<(rough + 8) where world.isOpen {
      if number >= rough {
        world.lossRate = 0
        world.killRate = 0
      }
      world.runProcess()
    }
  }

  @Test(arguments: 0..<40)
  func
    `after any loss or kill, each row is done once, and every write is recorded before it is sent`(
      block: UInt64
    )
  {
    for seed in block * 50..<(block + 1) * 50 {
      var world = world(seed)
      finish(&world)
      #expect(world.complaints == [], "seed \(seed)")
      #expect(!world.isOpen, "seed \(seed)")
      // A refused row was not done, and prevents deletes; every other row was done exactly once.
      let created = world.ledger.values.filter { $0.effect.verb == .create }.count
      let new = hosts(world).filter { $0.hasPrefix("n") }
      #expect(new.count == created, "seed \(seed): \(new)")
      #expect(Set(new).count == new.count, "seed \(seed): \(new)")
      for entry in world.ledger.values where entry.state.isFinal {
        #expect(entry.effect.verb == nil || entry.verdict != nil, "seed \(seed)")
      }
    }
  }

  @Test(arguments: 0..<20)
  func `a batch that a second process resumes has the same result as in one process`(
    block: UInt64
  ) {
    for seed in block * 50..<(block + 1) * 50 {
      var world = world(seed)
      world.lossRate = 0
      finish(&world)
      #expect(world.complaints == [], "seed \(seed)")
      let failed = world.ledger.values.contains { $0.state.isFailed }
      if !failed { #expect(hosts(world) == ["a", "b", "e", "n1", "n2", "n3"], "seed \(seed)") }
    }
  }

  @Test(arguments: 0..<80)
  func
    `with edits by other clients, every row gets one state, and no creation is repeated without a check`(
      block: UInt64
    )
  {
    for seed in block * 50..<(block + 1) * 50 {
      var world = world(seed)
      world.editRate = 25
      finish(&world)
      #expect(world.complaints == [], "seed \(seed)")
      #expect(!world.isOpen, "seed \(seed)")
    }
  }

  // MARK: By hand

  private func plan(_ rows: [String], _ servers: [String]) -> BatchPlan {
    let rows = rows.map(row)
    let servers = servers.map(server)
    let plans = BatchPlanner(rows: rows, servers: servers, integration: .sip).plan().rows
    return BatchPlan(
      zip(rows.indices, zip(rows, plans)).map {
        (RowID(run: 1, number: $0 + 1), $1.0, $1.1)
      }, on: servers)
  }

  private static let terms = BatchProgress.Terms(
    settleWait: .seconds(255), allowLast: false, verifies: true)

  @Test func `rows for which nothing is sent are recorded immediately`() {
    let plan = plan(["upsert s=102 h=a", "update s=102 h=x"], ["1 s=102 h=a"])
    var progress = BatchProgress(plan, Self.terms)
    #expect(progress.next == .record(plan.settled, owesReadBack: false))
    #expect(progress.recorded().map(\.state) == [.unchanged, .failed(.noMatch)])
    #expect(progress.next == .end)
  }

  @Test func `a batch that stops before it is journaled is unchanged`() {
    var progress = BatchProgress(plan(["create s=102 h=a"], []), Self.terms)
    #expect(progress.halted() == [])
    #expect(progress.next == .end)
  }

  @Test
  func
    `after a lost creation the group is listed twice, with a wait between, and the creation is sent again`()
  {
    let plan = plan(["create s=102 h=a"], [])
    var progress = BatchProgress(plan, Self.terms)
    #expect(progress.next == .journal(plan))
    #expect(progress.journaled() == [])
    let send = BatchProgress.Action.send(
      .create([.service: "102", .host: "a"]), RowID(run: 1, number: 1))
    #expect(progress.next == send)
    let lost = LostWrite(reason: "cut", left: .seconds(10), sent: nil)
    #expect(progress.answered(.unknown(lost)) == [])
    #expect(progress.next == .look(.settle))
    #expect(progress.listed([]) == [])
    #expect(
      progress.next
        == .wait(until: .seconds(265), reason: "a creation may still be on its way (cut)"))
    progress.waited()
    #expect(progress.next == .look(.settle))
    #expect(progress.listed([]) == [])
    #expect(progress.next == send)
    let left = Departure(
      time: .seconds(300), moment: Moment(date: .init(timeIntervalSince1970: 0)))
    #expect(progress.answered(.done(id(7), left)).map(\.state) == [.created])
    #expect(progress.next == .look(.readBack))
    #expect(progress.listed([server("7 s=102 h=a")]) == [])
    guard case .record(let outcomes, owesReadBack: false) = progress.next else {
      Issue.record("\(progress.next)")
      return
    }
    #expect(outcomes.map(\.verdict) == [.verified])
  }

  @Test func `a batch that has to stop while it waits leaves its row in doubt`() {
    var progress = BatchProgress(plan(["create s=102 h=a", "create s=102 h=b"], []), Self.terms)
    _ = progress.journaled()
    _ = progress.answered(.unknown(LostWrite(reason: "cut", left: .zero, sent: nil)))
    _ = progress.listed([])
    #expect(progress.halted() == [])
    guard case .record(let outcomes, owesReadBack: false) = progress.next else {
      Issue.record("\(progress.next)")
      return
    }
    #expect(outcomes.map(\.state) == [.inDoubt, .pending(.groupInDoubt)])
    #expect(outcomes[0].detail == "cut")
  }

  @Test func `a read-back that cannot be done now is recorded for later`() {
    var progress = BatchProgress(plan(["create s=102 h=a"], []), Self.terms)
    _ = progress.journaled()
    let left = Departure(time: .zero, moment: Moment(date: .init(timeIntervalSince1970: 0)))
    _ = progress.answered(.done(nil, left))
    #expect(progress.next == .look(.readBack))
    #expect(progress.cannotLook() == [])
    guard case .record(let outcomes, owesReadBack: true) = progress.next else {
      Issue.record("\(progress.next)")
      return
    }
    #expect(outcomes.map(\.state) == [.created])
  }
}
