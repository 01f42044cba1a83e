// A restore dies at every possible moment, and a later process continues: it ends as if nothing had happened.

import CommandLineTool
import Foundation
import HTTPMessages
import PortGroupModel
import RowLedger
import SandboxServer
import TestSupport
import Testing

@testable import BatchEngine

@Suite struct RestoreResumeTests {
  private static let isSoak = ProcessInfo.processInfo.environment["CUPIBULK_SOAK"] == "1"

  /// Each group needs a create, two updates of which one takes what the other frees, and two deletes.
  private static let after = (1...3).map { number in
    RestoreTests.group(
      number, "Branch \(number)", .sip,
      [
        (number * 10 + 1, "10.0.0.1", 0), (number * 10 + 2, "10.0.0.2", 1),
        (990 + number, "10.0.0.9", 2),
      ])
  }
  private static let before = (1...3).map { number in
    RestoreTests.group(
      number, "Branch \(number)", .sip,
      [
        (number * 10 + 1, "10.0.0.1", 1), (number * 10 + 2, "10.0.0.2", 0),
        (number * 10 + 3, "10.0.0.3", 3), (number * 10 + 4, "10.0.0.4", 4),
      ])
  }
  private static let states =
    Array(repeating: ["updated", "updated", "created"], count: 3).flatMap(\.self)
    + Array(repeating: "deleted", count: 6)

  private static func check(
    _ rig: EngineRig, _ result: RunResult, _ message: Testing.Comment
  ) async throws {
    #expect(try await rig.differences(from: after, groups: before) == [:], message)
    #expect(result.verdict?.same == 3, message)
    #expect(result.status == .success, message)
    #expect(try await rig.states(result) == states, message)
    #expect(try await rig.ledger.run(try #require(result.run)).ending == RunEnding(.done), message)
  }

  /// More requests than the restore has, so that the last processes die after its end.
  private static let requests = (2...66).flatMap { [($0, false), ($0, true)] }

  @Test(arguments: requests, [false, true])
  func `a restore that is killed at any request and resumed ends as if nothing had happened`(
    death: (request: Int, isDone: Bool), asks: Bool
  ) async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let moment: Testing.Comment = "request \(death.request), done: \(death.isDone), asked: \(asks)"
    var (rig, server) = try EngineRig.holding(Self.before)
    if asks { rig.confirmPlan = { _ in } }
    let path = folder.path("killed.sqlite")
    let died = try await Death.run(
      rig, server, until: Death(request: death.request, isDone: death.isDone), ledger: path
    ) { [rig] in _ = await rig.restore(Self.after) }
    guard died else { return }
    var later = try rig.later(with: path)
    if asks { later.confirmPlan = { _ in } }
    let run = try #require(try await later.ledger.runs().first)
    #expect(try await later.ledger.books(of: run.id).balances)
    guard run.isStaged else {
      #expect(server.writes == 0, "a run that is not wholly staged has sent nothing")
      return
    }
    let result = try await later.resume()
    try await Self.check(later, result, moment)
    try await undo(result, in: later, moment)
  }

  private func undo(
    _ result: RunResult, in rig: EngineRig, _ message: Testing.Comment
  ) async throws {
    let run = try await rig.ledger.run(try #require(result.run))
    let undo = try await ChildRun(
      of: run, to: .undo, options: rig.options, setting: rig.setting())
    let undone = await undo.run(on: rig.client)
    #expect(undone.status == .success, message)
    #expect(
      try await rig.differences(from: Self.before, groups: Self.before) == [:], message)
  }

  @Test(arguments: 0..<(isSoak ? 100 : 20))
  func `a restore that is killed repeatedly, also while it is resumed, ends in the same way`(
    seed: Int
  ) async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let (first, server) = try EngineRig.holding(Self.before)
    // After it is staged: before that there is nothing to resume.
    let rig = try await Death.repeated(
      first, server, until: Death(request: 7 + seed % 25, isDone: seed % 2 == 0), seed: seed,
      rounds: 4, in: folder
    ) { _ = await first.restore(Self.after) }
    try await Self.check(rig, try await rig.resume(), "seed \(seed)")
  }

  @Test func `the failed rows of a restore are tried again as a restore, with the whole verdict`()
    async throws
  {
    let (rig, server) = try EngineRig.holding(Self.before)
    server.setRule { $0.name == "update 2/21" ? .status(400) : .pass }
    let result = await rig.restore(Self.after)
    #expect(result.status == .rowsFailed)
    #expect(result.verdict?.different == 1)
    #expect(
      try await rig.states(result).filter { $0.hasPrefix("failed") } == [
        "failed:cycle", "failed:after-failure", "failed:after-failure",
      ])
    server.setRule { _ in .pass }
    let run = try await rig.ledger.run(try #require(result.run))
    let retry = try await ChildRun(
      of: run, to: .retry, options: rig.options, setting: rig.setting())
    let retried = await retry.run(on: rig.client)
    #expect(retried.status == .success)
    #expect(try await rig.states(retried) == ["updated", "deleted", "deleted"])
    #expect(retried.verdict?.same == 3)
    #expect(try await rig.differences(from: Self.after, groups: Self.before) == [:])
  }

  @Test func `a server that was changed before the retry is left alone`() async throws {
    let (rig, server) = try EngineRig.holding(Self.before)
    server.setRule { $0.name == "update 2/21" ? .status(400) : .pass }
    let result = await rig.restore(Self.after)
    server.setRule { _ in .pass }
    rig.sandbox.meanwhile(
      .put, "\(EngineRig.id(2))/portgroupservers/\(EngineRig.id(23))", [.precedence: "8"])
    let run = try await rig.ledger.run(try #require(result.run))
    let retry = try await ChildRun(
      of: run, to: .retry, options: rig.options, setting: rig.setting())
    let retried = await retry.run(on: rig.client)
    #expect(
      try await rig.states(retried) == [
        "updated", "failed:changed-since", "failed:after-failure",
      ])
    #expect(retried.verdict?.different == 1)
  }
}
