// An apply dies at every possible moment, and a later process continues: each effect happens exactly once.

import CommandLineTool
import Foundation
import PortGroupModel
import RowLedger
import TestSupport
import Testing

@testable import BatchEngine

@Suite struct ApplyResumeTests {
  private static let isSoak = ProcessInfo.processInfo.environment["CUPIBULK_SOAK"] == "1"

  /// Each group needs two creates of equal servers, two updates of which one takes what the other frees, and a delete.
  private static let before = (1...3).map { number in
    RestoreTests.group(
      number, "Branch \(number)", .sip,
      [
        (number * 10 + 1, "10.0.0.1", 1), (number * 10 + 2, "10.0.0.2", 0),
        (number * 10 + 3, "10.0.0.3", 3),
      ])
  }
  private static let after = (1...3).map { number in
    RestoreTests.group(
      number, "Branch \(number)", .sip,
      [
        (number * 10 + 1, "10.0.0.1", 0), (number * 10 + 2, "10.0.0.2", 1),
        (990 + number, "10.0.0.9", 2), (980 + number, "10.0.0.9", 2),
      ])
  }

  /// A rig with the plan of the change.
  private static func planned(
    _ path: String
  ) async throws -> (rig: EngineRig, server: FaultyServer) {
    let (rig, server) = try EngineRig.holding(before)
    let planned = await rig.plan(restoring: .stored(MemorySnapshot(content: after)), to: path)
    try #require(planned.plan != nil)
    return (rig, server)
  }

  private static func check(
    _ rig: EngineRig, _ result: RunResult, _ message: Testing.Comment
  ) async throws {
    #expect(result.status == .success, message)
    #expect(try await rig.differences(from: after, groups: before) == [:], message)
    let states = try await rig.states(result)
    #expect(states.count { $0 == "created" } == 6, message)
    #expect(states.count { $0 == "updated" } == 6, message)
    #expect(states.count { $0 == "deleted" } == 3, message)
    let undone = try await rig.undo(result)
    #expect(undone.status == .success, message)
    #expect(try await rig.differences(from: before, groups: before) == [:], message)
  }

  /// More requests than the apply has, so that the last processes die after its end.
  private static let requests = (1...62).flatMap { [($0, false), ($0, true)] }

  @Test(arguments: requests)
  func `an apply that is killed at any request and resumed has each effect once`(
    death: (request: Int, isDone: Bool)
  ) async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let plan = folder.path("change.plan")
    let (rig, server) = try await Self.planned(plan)
    let writes = server.writes
    let path = folder.path("killed.sqlite")
    let died = try await Death.run(
      rig, server, until: Death(request: death.request, isDone: death.isDone), ledger: path
    ) { _ = try await rig.apply(plan) }
    guard died else { return }
    let later = try rig.later(with: path)
    let run = try #require(try await later.ledger.runs().first)
    guard run.isStaged, run.opening.kind == .apply else {
      #expect(server.writes == writes, "a run that is not wholly staged has sent nothing")
      return
    }
    #expect(try await later.ledger.books(of: run.id).balances)
    try await Self.check(
      later, try await later.resume(), "request \(death.request), done: \(death.isDone)")
  }

  @Test(arguments: 0..<(isSoak ? 100 : 20))
  func `an apply that is killed repeatedly, also while it is resumed, ends in the same way`(
    seed: Int
  ) async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let plan = folder.path("change.plan")
    let (first, server) = try await Self.planned(plan)
    let rig = try await Death.repeated(
      first, server, until: Death(request: 8 + seed % 25, isDone: seed % 2 == 0), seed: seed,
      rounds: 4, in: folder
    ) { _ = try await first.apply(plan) }
    try await Self.check(rig, try await rig.resume(), "seed \(seed)")
  }
}
