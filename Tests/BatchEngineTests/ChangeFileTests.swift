import CommandLineTool
import Foundation
import PortGroupFiles
import PortGroupModel
import RowLedger
import SandboxServer
import TestSupport
import Testing
import UnityConnection

@testable import BatchEngine

/// The change file of two configurations, imported into the old one, gives the new one.
@Suite struct ChangeFileTests {
  private static let isSoak = ProcessInfo.processInfo.environment["CUPIBULK_SOAK"] == "1"

  private func rig(
    _ groups: [ConfigurationPair.Group], habits: SandboxHabits = SandboxHabits()
  ) throws -> EngineRig {
    let rig = try EngineRig(groups: groups.map(\.group), habits: habits)
    try rig.sandbox.load(groups: [], servers: groups.flatMap(\.listed))
    return rig
  }

  /// The configuration of a sandbox, read as from any target.
  private func read(_ rig: EngineRig, as name: String) async throws -> TargetConfiguration {
    let opening = RunOpening(
      kind: .diff, source: "", target: rig.target, toolVersion: "test", isDry: true)
    let run = try await rig.ledger.beginStaging(opening)
    return try await TargetConfiguration(
      name, on: rig.client, pace: rig.options.pace, setting: rig.setting(), run: run)
  }

  private func differences(
    _ old: any Configuration, _ new: any Configuration, workers: Int = 1,
    each: (GroupDifference) throws -> Void = { _ in }
  ) async throws -> Int {
    let comparison = ConfigurationComparison(old: old, new: new)
    var count = 0
    var failure: (any Error)?
    try await comparison.compare(
      try await comparison.groups(), workers: workers, control: RunControl()
    ) { difference throws(RunStop) in
      count += difference.comparison.differences.count
      do { try each(difference) } catch { failure = failure ?? error }
    }
    if let failure { throw failure }
    return count
  }

  /// Pairs one after another, because each needs two servers and two ledgers; 2,000 in `make soak`.
  @Test(arguments: 0..<(isSoak ? 20 : 6))
  func `an import of the change file makes the old configuration into the new one`(
    part: Int
  ) async throws {
    let count = Self.isSoak ? 100 : 10
    for seed in part * count..<(part + 1) * count {
      try await check(ConfigurationPair(seed: UInt64(seed)))
    }
  }

  private func check(_ pair: ConfigurationPair) async throws {
    var old = try rig(pair.before)
    let new = try rig(pair.after)
    let folder = try TemporaryFolder()
    defer { folder.remove() }

    var file = try ChangeFile(old: "old", new: "new")
    let count = try await differences(
      try await read(old, as: "old"), try await read(new, as: "new"), workers: 3
    ) { try file.add($0) }
    try file.writer.finish(to: folder.path("changes.csv"))
    let rows = try folder.read("changes.csv")
    #expect((count == 0) == (file.writer.count == 0), "\(pair)")

    old.options.allowLast = true
    old.options.maxDelete = .rows(file.deletions)
    let input = ImportInput(files: [folder.path("changes.csv")])
    if count > 0 {
      let result = await Importer(input: input, options: old.options, setting: old.setting())
        .run(on: old.client)
      #expect(result.status == .success, "\(pair)\n\(rows)")
    }
    let rest = try await differences(
      try await read(old, as: "old"), try await read(new, as: "new"))
    #expect(rest == 0, "\(pair)\n\(rows)")
  }

  @Test(arguments: ServerHabit.allCases)
  func `under each habit the change file converges, or only the rows that the habit forbids fail`(
    habit: ServerHabit
  ) async throws {
    for seed in 0..<UInt64(Self.isSoak ? 2_000 : 15) {
      let pair = ConfigurationPair(seed: seed)
      try await check(pair.before, habit.applied(to: pair.after), habit, pair)
    }
  }

  private func check(
    _ before: [ConfigurationPair.Group], _ after: [ConfigurationPair.Group], _ habit: ServerHabit,
    _ pair: ConfigurationPair
  ) async throws {
    var old = try rig(before, habits: habit.habits)
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    var file = try ChangeFile(old: "old", new: "new")
    let count = try await differences(
      try await read(old, as: "old"), MemorySnapshot(content: after)
    ) { try file.add($0) }
    try file.writer.finish(to: folder.path("changes.csv"))
    guard count > 0 else { return }
    old.options.allowLast = true
    old.options.maxDelete = .percent(100)
    var input = ImportInput(files: [folder.path("changes.csv")])
    input.options.allowed = [.portOutOfRange]
    let result = await Importer(input: input, options: old.options, setting: old.setting())
      .run(on: old.client)
    #expect(result.stop == nil && result.books?.balances == true)
    let failed = try await old.reports(result).filter { $0.state.isFailed }
    #expect(result.status == (failed.isEmpty ? .success : .rowsFailed), "\(habit) \(pair)")
    let left = try await old.differences(from: after, groups: before)
    #expect(Set(left.keys) == Set(failed.compactMap { $0.group?.displayName }), "\(habit) \(pair)")
    for row in failed {
      let group = try #require(before.first { $0.name == row.group?.displayName })
      let now = try await old.content(of: group.group)
      let others = failed.filter { $0.group == row.group && $0.id != row.id }
      #expect(
        habit.forbids(row, now, group.servers, others), "\(habit): \(row.detail ?? "") \(pair)")
    }
  }
}
