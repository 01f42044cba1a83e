import Foundation
import HTTPMessages
import TestSupport
import Testing

/// A group, the login or the session is lost during a run.
@Suite(.serialized) struct LostResourceExperiment {
  private static let lab = {
    var lab = Lab("Branch 1", [.proxy("10.0.0.1")])
    lab.add("Branch 2", [.proxy("10.0.0.1")])
    return lab
  }()

  private static let rows = """
    PortGroup,Service,Host,Precedence
    Branch 1,102,10.0.0.2,2
    Branch 1,102,10.0.0.3,3
    Branch 1,102,10.0.0.1,7
    Branch 2,102,10.0.0.2,2
    Branch 2,102,10.0.0.3,3
    Branch 2,102,10.0.0.1,7

    """

  private static let done = [
    "102 10.0.0.2 5060/5061 #2", "102 10.0.0.3 5060/5061 #3", "102 10.0.0.1 5060/5061 #7",
  ]

  private func bench(_ options: [String] = []) async throws -> Workbench {
    let bench = try await Workbench(Self.lab, ["--state", "lab.db"] + options)
    try bench.folder.write(Self.rows, to: "rows.csv")
    return bench
  }

  /// The writes at which the server is lost; each causes a back-off.
  private static let writes = Experiment.isSoak ? Array(1...6) : [2, 6]

  // MARK: A group

  private func removeGroup(_ number: Int, on bench: Workbench) async throws {
    let status = try await bench.sandbox.anotherClient(.delete, "portgroups/\(Lab.groupID(number))")
    #expect(status == 204)
  }

  @Test func `a group is deleted between staging and sending`() async throws {
    let bench = try await bench()
    let gate = try HoldingGate(
      before: bench.sandbox.url, holding: "GET /vmrest/portgroups/\(Lab.groupID(1))")
    let program = try bench.start(["import", "rows.csv"], through: gate)
    try await gate.waitForRequest()
    try await removeGroup(1, on: bench)
    gate.open()
    let run = await program.finish()
    #expect(run.status == 3)
    #expect(
      run.messages.contains(
        """
        rows.csv:2: failed[group-gone]: SIP proxy 10.0.0.2 in "Branch 1": The group no longer exists on the target.
            hint: check the port groups of the target

        """), "\(run.messages)")
    #expect(try await bench.books().summary == "read 6, created 2, updated 1, failed 3")
    #expect(try await bench.servers(of: "Branch 2") == Self.done)
  }

  /// Imports the rows of the first group only, into a sandbox with a fault.
  private func startFirst(_ bench: Workbench, _ fault: String) async throws -> RunningProgram {
    let lines = Self.rows.split(separator: "\n").prefix(4)
    try bench.folder.write(lines.map { $0 + "\n" }.joined(), to: "first.csv")
    try await bench.sandbox.faults(fault)
    let program = try bench.start(["import", "first.csv"])
    try await bench.sandbox.waitUntilHeld()
    return program
  }

  @Test(arguments: 1...3)
  func `a group is deleted before one of its writes`(write: Int) async throws {
    let bench = try await bench()
    let program = try await startFirst(bench, "hold@\(write)")
    try await removeGroup(1, on: bench)
    try await bench.sandbox.release()
    let run = await program.finish()
    #expect(run.status == 3, "\(run.messages)")
    #expect(try await bench.books().summary == "read 3, failed 3")
    #expect(
      try await bench.states()
        == (1...3).map { $0 < write ? "failed[missing]" : "failed[refused]" })
    #expect(try await bench.servers().map(\.brief) == ["102 10.0.0.1 5060/5061 #0"])
  }

  @Test func `a group is deleted between its last write and the read-back`() async throws {
    let bench = try await bench()
    let program = try await startFirst(bench, "hold-reply@3")
    try await removeGroup(1, on: bench)
    try await bench.sandbox.release()
    #expect(await program.finish().status == 3)
    #expect(try await bench.books().summary == "read 3, failed 3")
    #expect(
      try await bench.states() == ["failed[missing]", "failed[missing]", "failed[missing]"])
  }

  @Test(arguments: 1...3)
  func `a group is deleted between a crash and the resume`(write: Int) async throws {
    let bench = try await bench()
    let program = try await startFirst(bench, "hold@\(write)")
    program.send(signal: SIGKILL)
    _ = await program.finish()
    try await removeGroup(1, on: bench)
    try await bench.sandbox.release()
    try await bench.sandbox.waitForOrphans()
    let run = try await bench.resumesUntilDone()
    #expect(run.status == 3, "\(run.messages)")
    #expect(try await bench.books().summary == "read 3, failed 3")
    #expect(
      try await bench.states() == [
        "failed[group-gone]", "failed[group-gone]", "failed[group-gone]",
      ])
  }

  // MARK: The login

  /// The sandbox crashes while the write is held, restarts, and has lost its sessions.
  private func restart(
    _ bench: Workbench, atWrite write: Int, _ options: [String] = []
  ) async throws -> (Workbench, RunningProgram) {
    try await bench.sandbox.faults("hold@\(write)")
    let program = try bench.start(["import", "rows.csv", "--slots", "1", "--settle-wait", "0s"])
    try await bench.sandbox.waitUntilHeld()
    let port = bench.sandbox.port
    await bench.sandbox.kill()
    return (
      try await Workbench(bench.folder, ["--state", "lab.db"] + options, port: port), program
    )
  }

  @Test(arguments: writes)
  func `a login that is refused during a run stops it, and the resume completes it`(
    write: Int
  ) async throws {
    var bench = try await bench()
    try bench.folder.writeSecret("changed\n", to: "changed")
    let program: RunningProgram
    (bench, program) = try await restart(bench, atWrite: write, ["--password-file", "changed"])
    let run = await program.finish()
    #expect(run.status == 7, "\(run.messages)")
    #expect(run.messages.contains("user name or password was refused"), "\(run.messages)")
    #expect(
      try await bench.sandbox.log().mostLoginsInOneSecond <= 1, "accounts lock: it is tried once")
    #expect(try await bench.books().balances)

    let resume = try await bench.run(
      ["resume", "--settle-wait", "0s"], environment: ["CUPIBULK_PASSWORD_FILE": "changed"])
    #expect(resume.status == 0, "\(resume.messages)")
    #expect(try await bench.books().summary == "read 6, created 4, updated 2")
    let shown = try await bench.run(
      ["export", "--format", "json"], environment: ["CUPIBULK_PASSWORD_FILE": "changed"])
    let servers = try JSONDecoder().decode(ExportedList.self, from: Data(shown.output.utf8))
    #expect(servers.servers.map(\.brief) == Self.done + Self.done)
  }

  // MARK: The session

  @Test(arguments: writes)
  func `a session that the server loses within a group is opened again`(
    write: Int
  ) async throws {
    var bench = try await bench()
    let program: RunningProgram
    (bench, program) = try await restart(bench, atWrite: write)
    let run = await program.finish()
    #expect(run.status == 0, "\(run.messages)")
    #expect(try await bench.books().summary == "read 6, created 4, updated 2")
    #expect(try await bench.servers(of: "Branch 1") == Self.done)
    #expect(try await bench.servers(of: "Branch 2") == Self.done)
  }

  @Test func `a token that expires within a group is replaced`() async throws {
    let bench = try await bench(["--token-age", "1s"])
    try await bench.sandbox.faults("hold@2")
    let program = try bench.start(["import", "rows.csv", "--slots", "1"])
    try await bench.sandbox.waitUntilHeld()
    // It must be older than its lifetime; being even older does no harm.
    try await Task.sleep(for: .milliseconds(1_100))
    try await bench.sandbox.release()
    #expect(await program.finish().status == 0)
    let log = try await bench.sandbox.log()
    #expect(log.logins >= 2, "a token that is taken back ends its session")
    #expect(log.mostLoginsInOneSecond <= 2)
    #expect(log.writes == 6)
    #expect(try await bench.servers(of: "Branch 1") == Self.done)
  }
}
