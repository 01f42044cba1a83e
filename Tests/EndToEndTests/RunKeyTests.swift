import Foundation
import TestSupport
import Testing

/// The same command with the same `--run-key` does its work once, whatever happened to the first attempt.
@Suite struct RunKeyTests {
  private static let rows = "PortGroup,Service,Host\nBranch,102,10.0.0.2\n"

  private func bench(_ rows: String = rows) async throws -> Workbench {
    let bench = try await Workbench(Lab("Branch", [.proxy("10.0.0.1")]))
    try bench.folder.write(rows, to: "rows.csv")
    return bench
  }

  /// Runs a command twice, and returns how the second one ended; both must have the exit code.
  private func twice(
    _ arguments: [String], then second: [String]? = nil, in bench: Workbench, exit: Int32 = 0
  ) async throws -> ProgramRun {
    let first = try await bench.run(arguments)
    #expect(first.status == exit, "\(first.messages)")
    let writes = try await bench.sandbox.log().writes
    let run = try await bench.run(second ?? arguments)
    #expect(try await bench.sandbox.log().writes == writes, "nothing is sent twice")
    return run
  }

  /// The number of runs in the ledger, attempts too.
  private func runCount(_ bench: Workbench) async throws -> Int {
    try await bench.run(["runs", "list", "--json"]).output.split(separator: "\n").count
  }

  // MARK: A finished run

  @Test func `the same import sends nothing, and returns its result again`() async throws {
    let bench = try await bench()
    let run = try await twice(["import", "rows.csv", "--run-key", "CHG 7"], in: bench)
    #expect(
      run.seen == """
        Done: 1 row, nothing failed.
          created  1
          read     1
        Reset these port groups before the changes take effect:
          Branch
        cupibulk: note: nothing was sent: key CHG 7 finished on TIME as RUN
        Every row: cupibulk runs rows RUN
        exit 0
        """)
    #expect(try await runCount(bench) == 1)
  }

  @Test func `an import with a failed row has its exit code again, also as JSON`() async throws {
    let bench = try await bench(
      "PortGroup,Service,Operation,Host,Port\nBranch,102,create,10.0.0.1,5070\n"
        + "Branch,102,create,10.0.0.2,5060\n")
    let line = ["import", "rows.csv", "--run-key", "k"]
    let run = try await twice(line, in: bench, exit: 3)
    #expect(run.status == 3)
    #expect(run.output.hasPrefix("1 of 2 rows failed.\n  created  1\n  failed   1\n"))
    let json = try await bench.imports(["rows.csv", "--run-key", "k"])
    #expect(json.summary == "read 2, created 1, failed 1")
    #expect(json.books?.exit == 3)
    #expect(json.run.status == 3)
    #expect(json.books?.run == (try await bench.newestRun()))
    #expect(json.run.output.contains(#""groupsToReset":["Branch"]"#))
  }

  @Test func `retries that were part of the command are part of its result`() async throws {
    let bench = try await bench("PortGroup,Service,Host,Port\nBranch,102,10.0.0.2,5070\n")
    try await bench.sandbox.faults("ignore=Port@1")
    let run = try await twice(
      ["import", "rows.csv", "--run-key", "k", "--retries", "1"], in: bench)
    #expect(run.status == 0)
    #expect(run.output.hasPrefix("Done: 1 row, nothing failed.\n"))
    #expect(run.messages.hasPrefix("cupibulk: note: nothing was sent: key k finished on "))
    #expect(run.messages.contains((try await bench.newestRun()) ?? "none"))
    #expect(try await runCount(bench) == 2)
  }

  @Test func `a file of another name with the same content is the same run`() async throws {
    let bench = try await bench()
    try bench.folder.write(Self.rows, to: "copy.csv")
    let run = try await twice(
      ["import", "rows.csv", "--run-key", "k"], then: ["import", "copy.csv", "--run-key", "k"],
      in: bench)
    #expect(run.status == 0)
    #expect(run.messages.hasPrefix("cupibulk: note: nothing was sent: key k finished on "))
  }

  @Test(arguments: [
    ["import", "other.csv"], ["import", "rows.csv", "--mode", "create"],
    ["import", "rows.csv", "--target", "sandbox:lab.db"], ["restore", "rows.csv"],
    ["undo", "last"],
  ])
  func `another content, option, target or command is refused`(arguments: [String]) async throws {
    let bench = try await bench()
    try bench.folder.write("PortGroup,Service,Host\nBranch,102,10.0.0.3\n", to: "other.csv")
    let run = try await twice(
      ["import", "rows.csv", "--run-key", "k"], then: arguments + ["--run-key", "k"], in: bench)
    #expect(
      run.seen == """
        cupibulk: --run-key k: within the last 7 days this key was used by run RUN for something else
            hint: choose another key; cupibulk runs show RUN shows what it was
        exit 2
        """)
    #expect(try await runCount(bench) == 1)
  }

  @Test func `options that do not change what is done may differ`() async throws {
    let bench = try await bench()
    let run = try await twice(
      ["import", "rows.csv", "--run-key", "k"],
      then: ["import", "rows.csv", "--run-key", "k", "--max-fail", "3", "--slots", "1"], in: bench)
    #expect(run.status == 0, "\(run.messages)")
  }

  @Test func `without a key, and with another key, an import is done again`() async throws {
    let bench = try await bench()
    _ = try await twice(
      ["import", "rows.csv", "--run-key", "k"], then: ["import", "rows.csv"], in: bench)
    #expect(try await bench.run(["import", "rows.csv", "--run-key", "l"]).status == 0)
    #expect(try await runCount(bench) == 3)
  }

  // MARK: An unfinished run

  /// Starts the import, and waits until its write is held by the server.
  private func held(_ bench: Workbench) async throws -> RunningProgram {
    try await bench.sandbox.faults("hold@1")
    let program = try bench.start(["import", "rows.csv", "--run-key", "k"])
    try await bench.sandbox.waitUntilHeld()
    return program
  }

  @Test func `a killed import is resumed by the same command, and is done once`() async throws {
    let bench = try await bench(Self.rows + "Branch,102,10.0.0.3\nBranch,102,10.0.0.4\n")
    let program = try await held(bench)
    program.send(signal: SIGKILL)
    _ = await program.finish()
    try await bench.sandbox.release()
    let run = try await bench.run(
      ["import", "rows.csv", "--run-key", "k", "--settle-wait", "0s"])
    #expect(run.status == 0, "\(run.messages)")
    #expect(
      ConsoleExamples.shape(run.messages).hasPrefix(
        "Run RUN with the key k is not finished, and is resumed.\n"))
    #expect(try await bench.sandbox.log().writes == 3)
    #expect(try await runCount(bench) == 1)
    let third = try await bench.run(["import", "rows.csv", "--run-key", "k"])
    #expect(third.status == 0)
    #expect(third.messages.hasPrefix("cupibulk: note: nothing was sent: key k finished on "))
    #expect(try await bench.sandbox.log().writes == 3)
  }

  @Test(arguments: [
    ["undo", "last"], ["restore", "run:last", "--exact", "--max-delete", "3"],
  ])
  func `a killed undo or restore is resumed by the same command`(words: [String]) async throws {
    let bench = try await bench(Self.rows + "Branch,102,10.0.0.3\nBranch,102,10.0.0.4\n")
    #expect(try await bench.run(["export", "-o", "old.csv"]).status == 0)
    #expect(try await bench.run(["import", "rows.csv"]).status == 0)
    let arguments = words + ["--run-key", "k", "--settle-wait", "0s"]
    try await bench.sandbox.faults("hold@2")
    let program = try bench.start(arguments)
    try await bench.sandbox.waitUntilHeld()
    program.send(signal: SIGKILL)
    _ = await program.finish()
    try await bench.sandbox.release()
    let run = try await bench.run(arguments)
    #expect(run.status == 0, "\(run.messages)")
    #expect(
      ConsoleExamples.shape(run.messages).hasPrefix(
        "Run RUN with the key k is not finished, and is resumed.\n"))
    #expect(try await bench.servers(of: "Branch") == ["102 10.0.0.1 5060/5061 #0"])
    #expect(try await bench.sandbox.log().writes == 6, "three were created, and each deleted once")
    #expect(try await bench.run(arguments).status == 0)
    #expect(try await bench.sandbox.log().writes == 6)
  }

  @Test func `a stopped import that was undone is not resumed`() async throws {
    let bench = try await bench(Self.rows + "Branch,102,10.0.0.3\nBranch,102,10.0.0.4\n")
    let program = try await held(bench)
    program.send(signal: SIGTERM)
    #expect(await program.waits(for: "Stopping: "))
    try await bench.sandbox.release()
    #expect(await program.finish().status == 143)
    #expect(try await bench.run(["undo", "last"]).status == 0)
    let writes = try await bench.sandbox.log().writes
    #expect(
      try await bench.run(["import", "rows.csv", "--run-key", "k"]).seen == """
        cupibulk: Run RUN with the key k was undone by run RUN, so it is not resumed
            hint: to do it once more, choose another key
        exit 1
        """)
    #expect(try await bench.sandbox.log().writes == writes)
  }

  @Test func `while the first run is active, the same command is locked`() async throws {
    let bench = try await bench()
    let program = try await held(bench)
    let second = try await bench.run(["import", "rows.csv", "--run-key", "k"])
    #expect(
      second.seen == """
        cupibulk: Run RUN with the key k is still running (process \(program.processID))
            hint: wait until it has ended
        exit 11
        """)
    try await bench.sandbox.release()
    #expect(await program.finish().status == 0)
    #expect(try await runCount(bench) == 1)
  }

  @Test func `of two that begin at the same moment, one sends, and both have its result`()
    async throws
  {
    let bench = try await bench()
    // The target is locked by another run until both wait for it.
    try bench.folder.write("PortGroup,Service,Host\nBranch,102,10.0.0.9\n", to: "other.csv")
    try await bench.sandbox.faults("hold@1")
    let other = try bench.start(["import", "other.csv"])
    try await bench.sandbox.waitUntilHeld()
    let arguments = ["import", "rows.csv", "--run-key", "k", "--lock-wait", "1h"]
    let pair = try [bench.start(arguments), bench.start(arguments)]
    for program in pair { #expect(await program.waits(for: "Waiting up to")) }
    try await bench.sandbox.release()
    #expect(await other.finish().status == 0)
    var messages = ""
    for program in pair {
      let run = await program.finish()
      #expect(run.status == 0, "\(run.messages)")
      #expect(run.output.hasPrefix("Done: 1 row, nothing failed.\n"))
      messages += run.messages
    }
    #expect(messages.components(separatedBy: "nothing was sent: key k finished on ").count == 2)
    #expect(try await bench.sandbox.log().writes == 2)
  }

  // MARK: A run that sent nothing

  @Test func `an import with invalid rows does not use its key up`() async throws {
    let bench = try await bench("PortGroup,Service,Host\nnone,102,10.0.0.2\n")
    let line = ["import", "rows.csv", "--run-key", "k"]
    #expect(try await bench.run(line).status == 4)
    try bench.folder.write(Self.rows, to: "rows.csv")
    #expect(try await bench.run(line).status == 0)
    #expect(try await bench.sandbox.log().writes == 1)
  }

  @Test func `a wrong password does not use the key up`() async throws {
    let bench = try await bench()
    try bench.folder.writeSecret("wrong\n", to: "wrong")
    let line = ["import", "rows.csv", "--run-key", "k"]
    #expect(try await bench.run(line + ["--password-file", "wrong"]).status == 7)
    #expect(try await bench.run(line).status == 0)
    #expect(try await bench.sandbox.log().writes == 1)
  }

  @Test func `an import that would delete too much does not use its key up`() async throws {
    let bench = try await bench("PortGroup,Service,Host,Operation\nBranch,102,10.0.0.1,delete\n")
    let line = ["import", "rows.csv", "--run-key", "k"]
    #expect(try await bench.run(line).status == 8)
    #expect(
      try await bench.run(line + ["--max-delete", "1", "--allow-last"]).status == 0)
    #expect(try await bench.sandbox.log().writes == 1)
  }

  @Test func `a missing file is reported as usual`() async throws {
    let bench = try await bench()
    let with = try await bench.run(["import", "none.csv", "--run-key", "k"])
    let without = try await bench.run(["import", "none.csv"])
    #expect(with.seen == without.seen)
    #expect(with.status == 4)
  }

  // MARK: Other commands

  @Test func `an undo is done once, and last is what it was`() async throws {
    let bench = try await bench()
    #expect(try await bench.run(["import", "rows.csv"]).status == 0)
    let undo = ["undo", "last", "--run-key", "back"]
    let run = try await twice(undo, in: bench)
    #expect(run.status == 0)
    #expect(run.messages.hasPrefix("cupibulk: note: nothing was sent: key back finished on "))
    #expect(try await bench.servers(of: "Branch") == ["102 10.0.0.1 5060/5061 #0"])
  }

  @Test func `a finished run that was undone is not done again`() async throws {
    let bench = try await bench()
    let line = ["import", "rows.csv", "--run-key", "k"]
    #expect(try await bench.run(line).status == 0)
    let run = try await twice(["undo", "last"], then: line, in: bench)
    #expect(
      run.seen.contains(
        """
        cupibulk: note: nothing was sent: key k finished on TIME as RUN
            hint: it was undone by run RUN; to do it once more, choose another key

        """))
  }

  @Test func `a restore is done once`() async throws {
    let bench = try await bench()
    #expect(try await bench.run(["export", "-o", "old.csv"]).status == 0)
    #expect(try await bench.run(["import", "rows.csv"]).status == 0)
    let run = try await twice(
      ["restore", "run:last", "--exact", "--max-delete", "1", "--run-key", "k"], in: bench)
    #expect(run.status == 0)
    #expect(run.messages.hasPrefix("cupibulk: note: nothing was sent: key k finished on "))
  }

  /// Writes a plan of the import, and returns the command that applies it.
  private func planned(_ bench: Workbench) async throws -> [String] {
    #expect(try await bench.run(["import", "rows.csv", "--plan", "rows.plan"]).status == 0)
    let plan = try await bench.run(["plan", "show", "rows.plan"]).output
    let fingerprint = try #require(plan.firstMatch(of: /Fingerprint: (\w+)/)).output.1
    return ["apply", "rows.plan", "--approve", String(fingerprint)]
  }

  @Test(arguments: [[], ["--run-key", "k"]])
  func `a killed apply is resumed, also if only the second one has a key`(
    first: [String]
  ) async throws {
    let bench = try await bench(Self.rows + "Branch,102,10.0.0.3\n")
    let apply = try await planned(bench)
    try await bench.sandbox.faults("hold@1")
    let program = try bench.start(apply + first)
    try await bench.sandbox.waitUntilHeld()
    program.send(signal: SIGKILL)
    _ = await program.finish()
    try await bench.sandbox.release()
    let again = apply + ["--run-key", "k", "--settle-wait", "0s"]
    let run = try await twice(again, in: bench)
    #expect(run.status == 0)
    #expect(run.messages.hasPrefix("cupibulk: note: nothing was sent: key k finished on "))
    #expect(try await bench.sandbox.log().writes == 2)
  }

  @Test func `a plan is applied once, and then its result is returned`() async throws {
    let bench = try await bench()
    let apply = try await planned(bench)
    let run = try await twice(apply + ["--run-key", "k"], in: bench)
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.messages.hasPrefix("cupibulk: note: nothing was sent: key k finished on "))
    #expect(try await bench.run(apply).status == 12)
  }
}
