import Foundation
import TestSupport
import Testing

/// An exact restore is killed at every commit and request, and at random moments: it ends as if nothing had happened.
@Suite(.serialized) struct RestoreKillExperiment {
  private static let groups = BranchLab.groups

  private static let restore = [
    "restore", "backup.csv", "--exact", "--file-is-whole", "--max-delete", "\(2 * groups)",
    "--settle-wait", "0s",
  ]

  /// A sandbox whose configuration was exported and then changed.
  private func bench() async throws -> Workbench {
    let bench = try await Workbench(BranchLab.lab, ["--state", "lab.db"])
    let export = try await bench.run(["export", "-o", "backup.csv"])
    #expect(export.status == 0, "\(export.messages)")
    let change = try await bench.imports(
      BranchLab.changes, as: "changes.csv",
      ["--max-delete", "\(Self.groups)", "--ledger", "changes.sqlite"])
    #expect(change.run.status == 0, "\(change.run.messages)")
    return bench
  }

  /// Every server of the group as the source has it, without ids.
  private static func brief(_ bench: Workbench) async throws -> [String] {
    try await bench.servers().map { "\($0.group): \($0.brief)" }.sorted()
  }

  private static let wanted = (1...groups).flatMap { group in
    (1...4).map { "Branch \(group): 102 10.0.0.\($0) 5060/5061 #\($0)" }
  }.sorted()

  private static let usual = Task {
    let me = RestoreKillExperiment()
    let bench = try await me.bench()
    let start = ContinuousClock.now
    let run = try await bench.run(restore)
    #expect(run.status == 0, "\(run.messages)")
    let time = ContinuousClock.now - start
    #expect(try await brief(bench) == wanted)
    return time
  }

  /// The name of the newest restore that was staged.
  private func restored(_ bench: Workbench) async throws -> String? {
    let runs = try await bench.run(["runs", "list", "--json", "--kind", "restore"]).output
    return runs.split(separator: "\n").first { $0.contains(#""staged":true"#) }
      .flatMap { $0.firstMatch(of: /"run":"([^"]+)"/).map { String($0.output.1) } }
  }

  /// Resumes, or restores again if nothing was staged; then the configuration is as the source, and an undo takes it back.
  private func finish(_ bench: Workbench, undoes: Bool) async throws {
    try await bench.sandbox.waitForOrphans()
    let changed = try await bench.sandbox.log().writes
    var last: ProgramRun
    if let run = try await restored(bench) {
      last = try await bench.run(["resume", run, "--settle-wait", "0s"])
      for _ in 0..<20 where [5, 6].contains(last.status) {
        last = try await bench.run(["resume", run, "--settle-wait", "0s"])
      }
    } else {
      last = try await bench.run(Self.restore)
    }
    #expect(last.status == 0, "\(last.messages)")
    #expect(try await Self.brief(bench) == Self.wanted, "after \(changed) writes")
    let run = try #require(try await restored(bench))
    let books = try await bench.books(of: run)
    #expect(books.balances && books.exit == 0)
    let groups = Self.groups
    #expect(
      books.summary
        == "read \(6 * groups), created \(groups), updated \(2 * groups), deleted \(2 * groups), "
        + "unchanged \(groups)")
    let shown = try await bench.run(["runs", "show", run])
    #expect(shown.output.contains("exit code 0"), "\(shown.output)")
    guard undoes else { return }
    let undo = try await bench.run(["undo", run, "--settle-wait", "0s"])
    #expect(undo.status == 0, "\(undo.messages)")
    let again = try await bench.run(Self.restore + ["--dry-run"])
    #expect(
      again.output.contains(
        "\(groups) to create, \(2 * groups) to update, \(2 * groups) to delete"),
      "\(again.output)")
  }

  private func kill(_ program: RunningProgram) async {
    program.send(signal: SIGKILL)
    _ = await program.finish()
  }

  // MARK: Requests

  private static let requests = Experiment.isSoak ? Array(1...80) : [9, 24, 41, 62]

  @Test(arguments: requests, KillPointExperiment.Moment.allCases)
  func `the program is killed at a request`(
    number: Int, moment: KillPointExperiment.Moment
  ) async throws {
    let bench = try await bench()
    let gate = try HoldingGate(before: bench.sandbox.url, moment.hold(number))
    let program = try bench.start(Self.restore, through: gate)
    _ = try await gate.holds(program)
    await kill(program)
    gate.close()
    try await finish(bench, undoes: number % 3 == 0)
  }

  // MARK: Commits

  @Test(arguments: Experiment.isSoak ? Array(1...120) : [3, 9, 17, 30])
  func `the program is killed at a commit`(number: Int) async throws {
    let bench = try await bench()
    let program = try bench.start(
      shell: "exec strace -f -qq -o /dev/null -e trace=fdatasync "
        + "-e inject=fdatasync:signal=KILL:when=\(number) cupibulk \(Self.restore.joined(separator: " "))"
    )
    let run = await program.finish()
    #expect([0, -SIGKILL].contains(run.status), "\(run.messages)")
    try await finish(bench, undoes: number % 3 == 0)
  }

  // MARK: Random moments

  @Test(arguments: Experiment.rounds(4, soak: 100))
  func `the program is killed at any moment, and again during the resume`(round: Int) async throws {
    let time = try await Self.usual.value
    let bench = try await bench()
    let program = try bench.start(Self.restore)
    try await Task.sleep(for: time * Double.random(in: 0...1.1))
    await kill(program)
    if round % 2 == 1, let run = try await restored(bench) {
      try await bench.sandbox.waitForOrphans()
      let resume = try bench.start(["resume", run, "--settle-wait", "0s"])
      try await Task.sleep(for: time * Double.random(in: 0...1.1))
      await kill(resume)
    }
    try await finish(bench, undoes: round % 3 == 0)
  }
}
