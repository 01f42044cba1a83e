import Foundation
import PortGroupFiles
import TestSupport
import Testing

/// An apply is killed at every commit and request, and at random moments; the same command goes on, and each thing is
/// done once.
@Suite(.serialized) struct ApplyKillExperiment {
  private static let groups = BranchLab.groups

  private static let before = brief(["10.0.0.1 1", "10.0.0.2 2", "10.0.0.3 3", "10.0.0.4 4"])
  private static let after = brief([
    "10.0.0.11 1", "10.0.0.1 2", "10.0.0.4 4", "10.0.0.21 21", "10.0.0.22 22",
  ])

  private static func brief(_ servers: [String]) -> [String] {
    (1...groups).flatMap { group in
      servers.map { server in
        let parts = server.split(separator: " ")
        return "Branch \(group): 102 \(parts[0]) 5060/5061 #\(parts[1])"
      }
    }.sorted()
  }

  private static func brief(_ bench: Workbench) async throws -> [String] {
    try await bench.servers().map { "\($0.group): \($0.brief)" }.sorted()
  }

  /// A sandbox, and the plan of the changes.
  private func bench() async throws -> (bench: Workbench, apply: [String]) {
    let bench = try await Workbench(BranchLab.lab, ["--state", "lab.db"])
    try bench.folder.write(BranchLab.changes, to: "changes.csv")
    let planned = try await bench.run(
      ["import", "changes.csv", "--max-delete", "\(Self.groups)", "--plan", "changes.plan"])
    #expect(planned.status == 0, "\(planned.messages)")
    let fingerprint = try PlanReader(bench.folder.path("changes.plan")).head.fingerprint
    return (
      bench, ["apply", "changes.plan", "--approve", fingerprint.text, "--settle-wait", "0s"]
    )
  }

  /// Gives the command again until nothing is left; then everything is done once, and an undo takes it back.
  private func finish(
    _ bench: Workbench, _ apply: [String], undoes: Bool
  ) async throws {
    try await bench.sandbox.waitForOrphans()
    var last = try await bench.run(apply)
    for _ in 0..<20 where [5, 6].contains(last.status) { last = try await bench.run(apply) }
    // The first process may have done everything before it was killed.
    #expect([0, 12].contains(last.status), "\(last.messages)")
    #expect(try await Self.brief(bench) == Self.after)
    let runs = try await bench.run(["runs", "list", "--json", "--kind", "apply"]).output
    let done = runs.split(separator: "\n").filter {
      $0.contains(#""staged":true"#) && $0.contains(#""how":"done""#)
    }
    #expect(done.count == 1, "\(runs)")
    let run = try #require(
      done.first?.firstMatch(of: /"run":"([^"]+)"/).map { String($0.output.1) })
    let books = try await bench.books(of: run)
    #expect(
      books.summary
        == "read \(5 * Self.groups), created \(2 * Self.groups), updated \(2 * Self.groups), "
        + "deleted \(Self.groups)")
    #expect(try await bench.run(apply).status == 12)
    guard undoes else { return }
    let undo = try await bench.run(["undo", run, "--settle-wait", "0s"])
    #expect(undo.status == 0, "\(undo.messages)")
    #expect(try await Self.brief(bench) == Self.before)
  }

  private func kill(_ program: RunningProgram) async {
    program.send(signal: SIGKILL)
    _ = await program.finish()
  }

  @Test(
    arguments: Experiment.isSoak ? Array(1...70) : [5, 14, 31, 50],
    KillPointExperiment.Moment.allCases)
  func `the program is killed at a request`(
    number: Int, moment: KillPointExperiment.Moment
  ) async throws {
    let (bench, apply) = try await bench()
    let gate = try HoldingGate(before: bench.sandbox.url, moment.hold(number))
    // The gate is another address of the same server.
    let program = try bench.start(apply + ["--target-moved"], through: gate)
    _ = try await gate.holds(program)
    await kill(program)
    gate.close()
    try await finish(bench, apply, undoes: number % 3 == 0)
  }

  @Test(arguments: Experiment.isSoak ? Array(1...120) : [3, 9, 17, 30])
  func `the program is killed at a commit`(number: Int) async throws {
    let (bench, apply) = try await bench()
    let program = try bench.start(
      shell: "exec strace -f -qq -o /dev/null -e trace=fdatasync "
        + "-e inject=fdatasync:signal=KILL:when=\(number) cupibulk \(apply.joined(separator: " "))")
    let run = await program.finish()
    #expect([0, -SIGKILL].contains(run.status), "\(run.messages)")
    try await finish(bench, apply, undoes: number % 3 == 0)
  }

  private static let usual = Task {
    let (bench, apply) = try await ApplyKillExperiment().bench()
    let start = ContinuousClock.now
    #expect(try await bench.run(apply).status == 0)
    return ContinuousClock.now - start
  }

  @Test(arguments: Experiment.rounds(4, soak: 100))
  func `the program is killed at any moment, twice`(round: Int) async throws {
    let time = try await Self.usual.value
    let (bench, apply) = try await bench()
    for _ in 0...round % 2 {
      let program = try bench.start(apply)
      try await Task.sleep(for: time * Double.random(in: 0...1.1))
      await kill(program)
      try await bench.sandbox.waitForOrphans()
    }
    try await finish(bench, apply, undoes: round % 3 == 0)
  }
}
