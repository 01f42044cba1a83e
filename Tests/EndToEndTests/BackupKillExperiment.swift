import Foundation
import Glibc
import TestSupport
import Testing

/// Commands that write to a repository are killed at any moment: nothing is lost, and nothing half-written is good.
@Suite struct BackupKillExperiment {
  /// What is killed.
  enum Work: String, CaseIterable, Sendable {
    case run, forget, accept, copy

    /// The words after `backup`; in the repository, SUSPECT is the name of the suspect snapshot.
    func words(_ suspect: String) -> [String] {
      switch self {
      case .run: ["run", "--repo", "r"]
      case .forget: ["forget", "--repo", "r", "--keep-last", "1", "--min-good", "1"]
      case .accept: ["accept", "--repo", "r", suspect, "--reason", "x"]
      case .copy: ["copy", "--repo", "r", "copy"]
      }
    }
  }

  // MARK: The repository

  /// A repository to kill commands on, of which each round gets a fresh copy.
  private struct Template {
    let bench: BackupBench
    /// The good snapshots, of which each has another configuration, and a suspect one after them.
    let good: [String]
    let suspect: String

    /// Three good snapshots, a suspect one, and a copy that has the first; the server has changed since.
    init() async throws {
      bench = try await BackupBench()
      var good: [String] = []
      for number in 1...3 {
        try await bench.change(1, precedence: 10 * number)
        good.append(try await bench.snapshot())
        try await bench.shell(
          "zcat \(Self.object(bench, good[number - 1])) >\(good[number - 1]).xml")
        if number == 1 { try #require(try await bench.backup("copy", ["copy"]).status == 0) }
      }
      // A run from which half of the group is missing.
      try await bench.delete(3...6)
      suspect = try await bench.snapshot(status: 8)
      self.good = good
      try await bench.shell("mkdir template && mv r copy template")
    }

    private static func object(_ bench: BackupBench, _ name: String) async throws -> String {
      try await bench.objects("show", [name]).first?.text("file") ?? ""
    }

    func reset() async throws {
      try #require(try await bench.shell("rm -rf r copy && cp -a template/* .") == "exit 0")
    }
  }

  // MARK: The state after a kill

  private static let unused = "no snapshot needs the object"

  /// Checks everything that a kill must not have broken, and that the next commands finish what it left.
  private func check(_ template: Template, _ work: Work, _ moment: String) async throws {
    let bench = template.bench
    let comment = Comment(rawValue: "\(work), \(moment)")
    try await checkVerified(bench, in: "r", comment)
    let latest = try #require(
      try await bench.objects("show", ["latest"]).first?.text("snapshot"), comment)
    let all = try await bench.snapshots()
    let added = all.filter { !(template.good + [template.suspect]).contains($0) }
    switch work {
    case .accept: #expect([template.good[2], template.suspect].contains(latest), comment)
    case .run:
      // It has as few servers as the suspect one.
      #expect(latest == template.good[2] && added.count <= 1, comment)
    case .forget, .copy: #expect(latest == template.good[2] && added.isEmpty, comment)
    }
    // Each good snapshot restores what it had, also from the trash.
    for name in Experiment.isSoak || work == .forget ? template.good : template.good.suffix(1) {
      let diff = try await bench.run(["diff", "r@\(name)", "\(name).xml", "--exit-code"])
      #expect(diff.status == 0, "\(comment): \(diff.output)\(diff.messages)")
    }
    if work == .copy {
      try await checkVerified(bench, in: "copy", comment)
      let again = try await bench.backup("copy", ["copy"])
      #expect(again.status == 0, "\(comment): \(again.messages)")
      let verified = try await bench.run(["backup", "verify", "--repo", "copy"])
      #expect(verified.output.isEmpty && verified.status == 0, "\(comment): \(verified.output)")
    }
    let next = try await bench.backup("run")
    #expect([0, 8].contains(next.status), "\(comment): \(next.messages)")
    let problems = try await self.problems(bench, in: "r")
    #expect(problems.allSatisfy { $0.text("message") == Self.unused }, "\(comment): \(problems)")
    #expect(try bench.folder.allFiles().allSatisfy { !$0.hasPrefix("r/tmp/") }, comment)
  }

  private func checkVerified(
    _ bench: BackupBench, in repository: String, _ comment: Comment
  ) async throws {
    let problems = try await problems(bench, in: repository)
    #expect(problems.allSatisfy { $0.flag("unfinished") == true }, "\(comment): \(problems)")
  }

  private func problems(
    _ bench: BackupBench, in repository: String
  ) async throws -> [JSONObject] {
    let run = try await bench.run(
      ["backup", "verify", "--json", "--repo", repository])
    let found = try #require(try BackupBench.objects(run).first, "\(run.messages)")
    return found.list("problems").compactMap { $0 as? [String: Any] }.map(JSONObject.init)
  }

  // MARK: Kills

  @Test func `commands are killed at random moments`() async throws {
    let template = try await Template()
    let bench = template.bench
    var usual: [Work: Duration] = [:]
    for work in Work.allCases {
      try await template.reset()
      let start = ContinuousClock.now
      let run = try await bench.run(["backup"] + work.words(template.suspect))
      #expect(run.status == (work == .run ? 8 : 0), "\(run.messages)")
      usual[work] = ContinuousClock.now - start
    }
    for round in Experiment.rounds(4, soak: 200) {
      let work = Work.allCases[round % Work.allCases.count]
      try await template.reset()
      let program = try bench.bench.start(["backup"] + work.words(template.suspect))
      let moment = try #require(usual[work]) * Double.random(in: 0.2...1.1)
      try await Task.sleep(for: moment)
      program.send(signal: SIGKILL)
      _ = await program.finish()
      try await check(template, work, "after \(moment)")
    }
  }

  /// The system calls that change a repository.
  private static let calls = ["fsync", "renameat", "mkdirat", "unlinkat", "ftruncate"]

  private static let canTrace = FileManager.default.isExecutableFile(atPath: "/usr/bin/strace")

  @Test(.enabled(if: canTrace, "strace is not installed"))
  func `commands are killed at each of their steps`() async throws {
    let template = try await Template()
    for work in Work.allCases {
      var kills = 0
      for call in Experiment.isSoak ? Self.calls : Array(Self.calls.prefix(1)) {
        // In a short run, every sixth step.
        for number in stride(from: 1, through: 60, by: Experiment.isSoak ? 1 : 6) {
          guard try await kill(work, at: call, number, template) else { break }
          kills += 1
          try await check(template, work, "\(call) \(number)")
        }
      }
      #expect(kills > 0, "the steps of \(work) are reached")
    }
  }

  /// Kills a command at a system call; returns false if it has fewer of them.
  private func kill(
    _ work: Work, at call: String, _ number: Int, _ template: Template
  ) async throws -> Bool {
    try await template.reset()
    let words = work.words(template.suspect).joined(separator: " ")
    let program = try template.bench.bench.start(
      shell: "exec strace -f -qq -o /dev/null -e trace=\(call) "
        + "-e inject=\(call):signal=KILL:when=\(number) cupibulk backup \(words)")
    let run = await program.finish()
    if run.status == -SIGKILL { return true }
    #expect(run.status == (work == .run ? 8 : 0), "\(run.messages)")
    return false
  }
}
