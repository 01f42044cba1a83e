import Foundation
import TestSupport
import Testing

/// The program, the sandbox or both are killed at any moment: the server ends as after an undisturbed run.
@Suite(.serialized) struct KillExperiment {
  // MARK: The work

  private static let groups = 6

  private static let lab = {
    var lab = Lab()
    for group in 1...groups {
      lab.add("Branch \(group)", [1, 2, 3, 5, 6, 8].map { .proxy("10.0.0.\($0)", precedence: $0) })
    }
    return lab
  }()

  /// Each group gets every kind of row, with a chain in the middle: one server gets the host of another.
  static let rows = {
    var text = "PortGroup,Operation,Service,Match Host,Host,Port,TLS Port,Precedence\n"
    for group in 1...groups {
      for row in [
        "create,102,,10.0.0.21,5060,5061,21", "update,102,,10.0.0.1,,,70",
        "update,102,10.0.0.2,10.0.0.22,,,", "upsert,102,,10.0.0.23,5070,5071,23",
        "upsert,102,,10.0.0.3,,,3", "update,102,10.0.0.5,10.0.0.6,,,",
        "update,102,10.0.0.6,10.0.0.7,,,", "delete,102,,10.0.0.8,,,",
        "create,102,,10.0.0.24,5060,5061,24", "delete,102,,10.0.0.99,,,",
      ] { text += "Branch \(group),\(row)\n" }
    }
    return text
  }()

  private static let states = [
    "created", "updated", "updated", "created", "unchanged", "updated", "updated", "deleted",
    "created", "unchanged",
  ]

  private static let writes = [0, 1, 2, 3, 5, 6, 7, 8]

  /// The server afterwards; the lab's servers keep their ids.
  private static let wanted = (1...groups).flatMap { group in
    let id = { (server: Int) in Lab.serverID((group - 1) * 6 + server) }
    return [
      "10.0.0.1 5060/5061 #70 (\(id(1)))", "10.0.0.22 5060/5061 #2 (\(id(2)))",
      "10.0.0.3 5060/5061 #3 (\(id(3)))", "10.0.0.6 5060/5061 #5 (\(id(4)))",
      "10.0.0.7 5060/5061 #6 (\(id(5)))", "10.0.0.21 5060/5061 #21 (new)",
      "10.0.0.23 5070/5071 #23 (new)", "10.0.0.24 5060/5061 #24 (new)",
    ].map { "Branch \(group): 102 \($0)" }
  }.sorted()

  /// The original state of the server; a deleted server is recreated with another id.
  private static let before = (1...groups).flatMap { group in
    [1, 2, 3, 5, 6, 8].enumerated().map { index, host in
      let id = host == 8 ? "new" : Lab.serverID((group - 1) * 6 + index + 1)
      return "Branch \(group): 102 10.0.0.\(host) 5060/5061 #\(host) (\(id))"
    }
  }.sorted()

  static let options = ["--max-delete", "\(2 * groups)", "--settle-wait", "0s"]

  func bench() async throws -> Workbench {
    let bench = try await Workbench(Self.lab, ["--state", "lab.db"])
    try bench.folder.write(Self.rows, to: "rows.csv")
    return bench
  }

  func start(_ bench: Workbench, through gate: HoldingGate? = nil) throws -> RunningProgram {
    try bench.start(["import", "rows.csv"] + Self.options, through: gate)
  }

  /// The duration of an undisturbed run, from which random moments are drawn.
  static let usual = Task {
    let me = KillExperiment()
    let bench = try await me.bench()
    let start = ContinuousClock.now
    #expect(try await me.start(bench).finish().status == 0)
    let time = ContinuousClock.now - start
    try await me.check(bench)
    return time
  }

  // MARK: The expected end state

  func check(_ bench: Workbench) async throws {
    #expect(try await bench.summary() == Self.wanted)
    let books = try await bench.books()
    let groups = Self.groups
    #expect(
      books.summary
        == "read \(10 * groups), created \(3 * groups), updated \(4 * groups), deleted \(groups), "
        + "unchanged \(2 * groups)")
    #expect(books.balances && books.exit == 0)
    let rows = try await bench.rows()
    #expect(rows.map(\.state) == (0..<groups).flatMap { _ in Self.states })
    let written = (0..<groups).flatMap { group in Self.writes.map { group * 10 + $0 } }
    #expect(written.allSatisfy { rows[$0].verdict == "verified" && rows[$0].objectID != nil })
  }

  /// Checks that the ledger of a killed run has every effect: an undo restores all of it.
  private func checkUndo(_ bench: Workbench) async throws {
    let run = try #require(try await bench.newestRun())
    let undo = try await bench.run(["undo", run, "--settle-wait", "0s"])
    #expect(undo.status == 0, "\(undo.messages)")
    #expect(try await bench.summary() == Self.before)
  }

  /// Resumes or imports until nothing is left, from any state after a kill.
  func finish(_ bench: Workbench, through gate: HoldingGate? = nil) async throws {
    try await bench.sandbox.waitForOrphans()
    let hasRun = try await bench.newestRun() != nil
    let last =
      hasRun
      ? try await bench.resumesUntilDone(through: gate)
      : try await start(bench, through: gate).finish()
    #expect(last.status == 0, "\(last.messages)")
    try await check(bench)
  }

  // MARK: Random moments

  func wait(_ time: Duration) async throws {
    try await Task.sleep(for: time * Double.random(in: 0...1.1))
  }

  func kill(_ program: RunningProgram) async {
    program.send(signal: SIGKILL)
    _ = await program.finish()
  }

  @Test(arguments: Experiment.rounds(6, soak: 200))
  func `the program is killed at any moment, and again during the resume`(round: Int) async throws {
    let time = try await Self.usual.value
    let bench = try await bench()
    let program = try start(bench)
    try await wait(time)
    await kill(program)
    if round % 2 == 1 {
      try await bench.sandbox.waitForOrphans()
      let resume = try bench.start(["resume", "--settle-wait", "0s"])
      try await wait(time)
      await kill(resume)
    }
    try await finish(bench)
    if round % 4 == 0 { try await checkUndo(bench) }
  }

  /// Kills the sandbox, and starts it again on its state and its port.
  private func crash(_ bench: Workbench) async throws -> Workbench {
    let port = bench.sandbox.port
    await bench.sandbox.kill()
    return try await Workbench(bench.folder, ["--state", "lab.db"], port: port)
  }

  @Test(arguments: Experiment.rounds(3, soak: 100))
  func `the server is killed at any moment and restarted`(round: Int) async throws {
    let time = try await Self.usual.value
    var bench = try await bench()
    let program = try start(bench)
    try await wait(time)
    bench = try await crash(bench)
    if round % 2 == 1 {
      try await wait(time)
      bench = try await crash(bench)
    }
    let run = await program.finish()
    #expect([0, 6].contains(run.status), "\(run.messages)")
    try await finish(bench)
  }

  @Test(arguments: Experiment.rounds(3, soak: 100))
  func `both are killed, in either order`(round: Int) async throws {
    let time = try await Self.usual.value
    var bench = try await bench()
    let program = try start(bench)
    try await wait(time)
    if round % 2 == 0 {
      bench = try await crash(bench)
      try await wait(time)
      await kill(program)
    } else {
      await kill(program)
      bench = try await crash(bench)
    }
    try await finish(bench)
  }

  // MARK: Chosen moments

  /// The writes at which the program is killed; the run has 48, two groups at a time.
  private static let instants = Experiment.isSoak ? Array(1...48) : [1, 20, 48]

  @Test(arguments: instants, ["hold", "hold-reply"])
  func `the program is killed during a write, which the server still does`(
    write: Int, fault: String
  ) async throws {
    let bench = try await bench()
    try await bench.sandbox.faults("\(fault)@\(write)")
    let program = try start(bench)
    try await bench.sandbox.waitUntilHeld()
    await kill(program)
    try await bench.sandbox.release()
    try await finish(bench)
    #expect(try await bench.sandbox.log().writes == 48, "nothing is sent twice")
  }

  /// Open rows of a stopped run count as possibly sent once a resume begins with them.
  @Test(arguments: Experiment.isSoak ? Array(1...24) : [1, 8])
  func `a run is stopped by a signal, and its resume is killed`(write: Int) async throws {
    let bench = try await bench()
    try await bench.sandbox.faults("hold@1")
    let program = try start(bench)
    try await bench.sandbox.waitUntilHeld()
    program.send(signal: SIGTERM)
    #expect(await program.waits(for: "Stopping: "))
    try await bench.sandbox.release()
    #expect(await program.finish().status == 143)

    try await bench.sandbox.faults("hold-reply@\(write)")
    let resume = try bench.start(["resume", "--settle-wait", "0s"])
    try await bench.sandbox.waitUntilHeld()
    await kill(resume)
    try await bench.sandbox.release()
    try await finish(bench)
    #expect(try await bench.sandbox.log().writes == 48, "nothing is sent twice")
  }

  /// The wait is real and long enough for any machine, so it runs only in `make soak`.
  @Test(.enabled("a settle wait takes its time: make soak") { Experiment.isSoak })
  func `a creation is done only after the resume has searched for it`() async throws {
    let bench = try await bench()
    try await bench.sandbox.faults("hold@1")
    let program = try start(bench)
    try await bench.sandbox.waitUntilHeld()
    await kill(program)
    let list = "GET /vmrest/portgroups/ID/portgroupservers"
    let looks = try await bench.sandbox.log().calls[list, default: 0]
    let resume = try bench.start(["resume", "--settle-wait", "30s"])
    // All six groups were listed, four of them for the first time, and none was read back.
    while try await bench.sandbox.log().calls[list, default: 0] < looks + Self.groups {
      try await Task.sleep(for: .milliseconds(5))
    }
    try await bench.sandbox.release()
    #expect(await resume.finish().status == 0)
    try await check(bench)
  }

  // MARK: The input

  /// What may happen to the input file meanwhile.
  enum Tampering: String, CaseIterable, Sendable {
    case edited, sorted, cut, gone
  }

  @Test(arguments: Tampering.allCases)
  func `a change of the input file after the crash has no effect`(
    tampering: Tampering
  ) async throws {
    let bench = try await bench()
    try await bench.sandbox.faults("hold@7")
    let program = try start(bench)
    try await bench.sandbox.waitUntilHeld()
    await kill(program)
    try await bench.sandbox.release()
    let lines = Self.rows.split(separator: "\n")
    switch tampering {
    case .edited:
      try bench.folder.write(
        Self.rows.replacingOccurrences(of: "10.0.0.2", with: "10.9.9.2"), to: "rows.csv")
    case .sorted:
      try bench.folder.write(
        (lines.prefix(1) + lines.dropFirst().sorted(by: >)).joined(separator: "\n"), to: "rows.csv")
    case .cut: try bench.folder.write(String(Self.rows.prefix(200)), to: "rows.csv")
    case .gone: try FileManager.default.removeItem(atPath: bench.folder.path("rows.csv"))
    }
    try await finish(bench)
  }
}
