import Foundation
import SnapshotRepository
import TestSupport
import Testing

/// The real restic and ours keep the same snapshots, for the same reasons, where the clock always rose.
///
/// In `make soak` (CUPIBULK_SOAK=1) with 400 nights and 200 policies.
@Suite struct ResticExperiment {
  private static let program = "/usr/bin/restic"
  private static let isSoak = ProcessInfo.processInfo.environment["CUPIBULK_SOAK"] == "1"
  private static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: program) }

  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// One group of restic's answer.
  private struct Group: Decodable {
    var reasons: [Reason]

    struct Reason: Decodable {
      var snapshot: Snapshot
      var matches: [String]
    }
    struct Snapshot: Decodable { var time: String }
  }

  private func restic(_ arguments: [String]) async throws -> String {
    let run = try await ProgramRun.run(
      ["-r", "repository", "--no-cache"] + arguments, program: Self.program, in: folder.path,
      environment: ["RESTIC_PASSWORD": "secret"])
    try #require(run.status == 0, "\(run.messages)")
    return run.output
  }

  /// Does something with each element, as many at once as there are processors.
  private func forEach<Element: Sendable>(
    _ elements: [Element], _ work: @escaping @Sendable (Element) async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (number, element) in elements.enumerated() {
        if number >= ProcessInfo.processInfo.activeProcessorCount { try await group.next() }
        group.addTask { try await work(element) }
      }
      try await group.waitForAll()
    }
  }

  /// Nights up to New Year's Eve of 2024, some with several snapshots; outages make the short form some years long.
  private static func history(_ chance: inout SeededGenerator) -> History {
    var nights: [Int] = []
    var night = 365
    while nights.count < (isSoak ? 400 : 30) {
      nights.append(night)
      let isOutage = nights.count > 15 && chance.chance(isSoak ? 2 : 60)
      night -= isOutage ? Int.random(in: 2...60, using: &chance) : 1
    }
    var history = History()
    for night in nights.reversed() {
      for part in 0..<(chance.chance(10) ? 3 : 1) {
        let minutes = part * Int.random(in: 61...500, using: &chance)
        history.add(History.night(night, &chance).addingTimeInterval(Double(minutes) * 60))
      }
    }
    history.snapshots.sort { $0.moment < $1.moment }
    return history
  }

  private static func options(_ policy: RetentionPolicy) -> [String] {
    let counts = [
      ("last", policy.keepLast), ("hourly", policy.keepHourly), ("daily", policy.keepDaily),
      ("weekly", policy.keepWeekly), ("monthly", policy.keepMonthly), ("yearly", policy.keepYearly),
    ]
    let within = policy.keepWithin.map { ["--keep-within", "\($0)"] }
    return counts.flatMap { name, count in count.map { ["--keep-\(name)", "\($0)"] } ?? [] }
      + (within ?? [])
  }

  /// Returns restic's decision as a line a kept snapshot: its time and the sorted reasons.
  private func theirs(_ policy: RetentionPolicy) async throws -> [String] {
    let output = try await restic(
      ["forget", "--no-lock", "--dry-run", "--json"] + Self.options(policy))
    let groups = try JSONDecoder().decode([Group].self, from: Data(output.utf8))
    return try #require(groups.first).reasons.map { reason in
      let words = reason.matches.map { $0.split(separator: " ")[0] }.sorted()
      return "\(reason.snapshot.time): \(words.joined(separator: " "))"
    }.sorted()
  }

  private static func ours(_ policy: RetentionPolicy, _ history: History) throws -> [String] {
    let decisions = try Retention(policy).decide(history.snapshots)
    return zip(history.snapshots, decisions).filter { $1.isKept }.map { snapshot, decision in
      // Restic has no reason of this name; the last good one always has another one, too.
      let words = decision.reasons.filter { $0 != .lastGood }.map(\.rawValue).sorted()
      return "\(snapshot.moment.ISO8601Format()): \(words.joined(separator: " "))"
    }.sorted()
  }

  @Test(.enabled(if: isInstalled, "restic is not installed: run Tools/deps.sh"))
  func `restic keeps the same snapshots for the same reasons`() async throws {
    var chance = SeededGenerator(seed: 14)
    let history = Self.history(&chance)
    try folder.write("content", to: "file")
    _ = try await restic(["init"])
    try await forEach(history.snapshots) { snapshot in
      let time = snapshot.moment.formatted(
        .iso8601.year().month().day().dateTimeSeparator(.space).time(
          includingFractionalSeconds: false))
      _ = try await restic(["backup", "--quiet", "--time", time, "file"])
    }
    let policies = (0..<(Self.isSoak ? 200 : 12)).map { _ in
      RetentionPolicy.random(&chance, minGood: 1)
    }
    // Newer versions also keep the oldest one, as long as a count is not used up.
    let ignored = try await restic(["version"]).hasPrefix("restic 0.14.") ? 0 : 1
    let oldest = history.snapshots.prefix(ignored).map { $0.moment.ISO8601Format() }
    try await forEach(policies) { policy in
      let lines = (try Self.ours(policy, history), try await theirs(policy))
      let ours = lines.0.filter { line in !oldest.contains { line.hasPrefix($0) } }
      let theirs = lines.1.filter { line in !oldest.contains { line.hasPrefix($0) } }
      #expect(ours == theirs, "\(policy)")
    }
  }
}
