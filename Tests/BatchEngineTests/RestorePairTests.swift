// Restores of random configurations: afterwards the target is as the source, under each habit of a server.

import CommandLineTool
import Foundation
import PortGroupModel
import RowLedger
import SandboxServer
import TestSupport
import Testing

@testable import BatchEngine

@Suite struct RestorePairTests {
  private static let isSoak = ProcessInfo.processInfo.environment["CUPIBULK_SOAK"] == "1"

  /// The first seed of each block; the seeds of a block follow one another, because each holds files open.
  private static let blocks: [UInt64] = (0..<4).map { $0 * blockLength }
  private static let blockLength: UInt64 = isSoak ? 500 : 8

  private static func each(
    of block: UInt64, _ check: (UInt64) async throws -> Void
  ) async throws {
    for seed in block..<block + blockLength { try await check(seed) }
  }

  @Test(arguments: blocks)
  func `an exact restore makes any configuration into any other, and then nothing is left to do`(
    block: UInt64
  ) async throws {
    try await Self.each(of: block) { try await makesExact($0) }
  }

  private func makesExact(_ seed: UInt64) async throws {
    let pair = ConfigurationPair(seed: seed)
    var (rig, server) = try EngineRig.holding(pair.before, habits: .withoutDefaultPorts)
    // Planned and shown as a whole, then compared with the plan; or planned when its turn comes.
    if seed % 2 == 1 { rig.confirmPlan = { _ in } }
    let result = await rig.restore(pair.after)
    #expect(result.stop == nil)
    #expect(result.books?.balances == true)
    #expect(
      try await rig.differences(from: pair.after, groups: pair.before) == [:], "\(pair)")
    for (wanted, group) in zip(pair.after, pair.before) {
      #expect(try await rig.content(of: group.group).texts == wanted.servers.texts, "\(pair)")
    }
    #expect(result.verdict?.isSame == true, "\(pair)")
    let states = try await rig.states(result)
    #expect(result.status == .success, "\(states) \(pair)")
    let writes = server.writes
    let again = await rig.restore(pair.after)
    #expect(again.status == .success)
    #expect(server.writes == writes, "\(pair)")
  }

  @Test(arguments: blocks)
  func `an undo of an exact restore gives the configuration before`(block: UInt64) async throws {
    try await Self.each(of: block) { try await undoes($0) }
  }

  private func undoes(_ seed: UInt64) async throws {
    let pair = ConfigurationPair(seed: seed)
    let (rig, _) = try EngineRig.holding(pair.before, habits: .withoutDefaultPorts)
    let result = await rig.restore(pair.after)
    let run = try await rig.ledger.run(try #require(result.run))
    let undo = try await ChildRun(
      of: run, to: .undo, options: rig.options, setting: rig.setting())
    let undone = await undo.run(on: rig.client)
    let reports = try await rig.reports(undone)
    let states = try await rig.states(undone)
    let failed = reports.filter { $0.state.isFailed }
    // A port that the restore has given to a server cannot be taken from it.
    #expect(
      failed.allSatisfy { row in
        row.state == .failed(.cannotEmpty)
          || row.state == .failed(.afterFailure) && row.row?.operation == .delete
      }, "\(states) \(pair)")
    let left = try await rig.differences(from: pair.before, groups: pair.before)
    #expect(
      Set(left.keys) == Set(failed.compactMap { $0.group?.displayName }), "\(pair)")
  }

  @Test(arguments: blocks)
  func `a restore that is not exact deletes nothing, and says what is not as the source`(
    block: UInt64
  ) async throws {
    try await Self.each(of: block) { try await deletesNothing($0) }
  }

  private func deletesNothing(_ seed: UInt64) async throws {
    let pair = ConfigurationPair(seed: seed)
    let (rig, server) = try EngineRig.holding(pair.before, habits: .withoutDefaultPorts)
    let result = await rig.restore(pair.after, RestoreTerms())
    #expect(server.count("delete") == 0)
    let left = try await rig.differences(from: pair.after, groups: pair.before)
    #expect(left.values.allSatisfy { $0.allSatisfy(\.isAddition) }, "\(pair)")
    #expect(result.verdict?.different == left.count)
    #expect(result.status == (left.isEmpty ? .success : .notAsAsked))
  }

  @Test(arguments: blocks)
  func `fields that cannot be emptied fail their rows, or are replaced`(
    block: UInt64
  ) async throws {
    try await Self.each(of: block) { try await replaces($0) }
  }

  private func replaces(_ seed: UInt64) async throws {
    let pair = ConfigurationPair(seed: seed, emptiesFixedFields: true)
    let (rig, _) = try EngineRig.holding(pair.before, habits: .withoutDefaultPorts)
    let result = await rig.restore(pair.after)
    let states = try await rig.states(result)
    let isForbidden = states.contains("failed:cannot-empty")
    #expect(
      states.filter { $0.hasPrefix("failed") }.allSatisfy {
        $0 == "failed:cannot-empty" || isForbidden && $0 == "failed:after-failure"
      }, "\(states) \(pair)")
    #expect((result.verdict?.isSame == true) == !isForbidden, "\(pair)")
    let replaced = await rig.restore(pair.after, .exact { $0.replaces = true })
    let later = try await rig.states(replaced)
    #expect(replaced.status == .success, "\(later) \(pair)")
    #expect(
      try await rig.differences(from: pair.after, groups: pair.before) == [:], "\(pair)")
  }

  // MARK: Habits

  @Test(arguments: blocks, ServerHabit.allCases)
  func `under each habit a restore converges, or only the rows that the habit forbids fail`(
    block: UInt64, habit: ServerHabit
  ) async throws {
    try await Self.each(of: block) { try await converges($0, under: habit) }
  }

  private func converges(_ seed: UInt64, under habit: ServerHabit) async throws {
    let pair = ConfigurationPair(seed: seed)
    let after = habit.applied(to: pair.after)
    let (rig, _) = try EngineRig.holding(pair.before, habits: habit.habits)
    let result = await rig.restore(after)
    #expect(result.stop == nil)
    #expect(result.books?.balances == true)
    let reports = try await rig.reports(result)
    let failed = reports.filter { $0.state.isFailed }
    let left = try await rig.differences(from: after, groups: pair.before)
    #expect(result.verdict?.different == left.count)
    #expect(result.status == (failed.isEmpty ? .success : .rowsFailed), "\(pair)")
    for name in Set(reports.compactMap { $0.group?.displayName }) {
      let rows = failed.filter { $0.group?.displayName == name }
      #expect(rows.isEmpty == (left[name] == nil), "\(name) \(habit) \(pair)")
    }
    for row in failed {
      let group = try #require(pair.before.first { $0.name == row.group?.displayName })
      let now = try await rig.content(of: group.group)
      let others = failed.filter { $0.group == row.group && $0.id != row.id }
      #expect(
        habit.forbids(row, now, group.servers, others),
        "\(habit): \(row.detail ?? "") of row \(row.id.number) \(pair)")
    }
  }
}

extension GroupComparison.Difference {
  /// True if only the new configuration has the server.
  fileprivate var isAddition: Bool { if case .added = self { true } else { false } }
}
