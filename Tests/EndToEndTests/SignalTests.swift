import Foundation
import TestSupport
import Testing

/// Ctrl-C and SIGTERM stop a run cleanly: nothing new begins, the books balance, no incomplete file remains.
@Suite(.serialized) struct SignalTests {
  /// A signal, its name, and the exit code after it.
  static let signals: [(Int32, String, Int32)] = [
    (SIGINT, "Ctrl-C", 130), (SIGTERM, "SIGTERM", 143),
    (SIGHUP, "SIGHUP (its terminal went away)", 129),
    (SIGXCPU, "SIGXCPU (its processor time is used up: ulimit -t, or LimitCPU= of a unit)", 5),
  ]

  private static let lab = Lab("Branch", [.proxy("10.0.0.1")])
  private static let rows = """
    PortGroup,Service,Host
    Branch,102,10.0.0.2
    Branch,102,10.0.0.3
    Branch,102,10.0.0.4

    """

  /// Starts the program with a gate in front of the sandbox, and waits until a request is held.
  private func hold(
    _ start: String, _ arguments: [String], on bench: Workbench
  ) async throws -> (RunningProgram, HoldingGate) {
    let gate = try HoldingGate(before: bench.sandbox.url, holding: start)
    let program = try bench.start(arguments, through: gate)
    try await gate.waitForRequest()
    return (program, gate)
  }

  @Test(arguments: signals)
  func `after one signal, requests in flight finish, and the rest can be resumed`(
    signal: Int32, name: String, status: Int32
  ) async throws {
    let bench = try await Workbench(Self.lab)
    try bench.folder.write(Self.rows, to: "rows.csv")
    let (program, gate) = try await hold("POST ", ["import", "rows.csv"], on: bench)
    program.send(signal: signal)
    #expect(await program.waits(for: "Stopping: "))
    gate.open()
    #expect(
      await program.finish().seen == """
        2 of 3 rows were not done.
          created  1
          pending  2
          read     3
        Stopping: requests in flight are finished. A second signal cancels them.
        cupibulk: The run was stopped by \(name)
        Changed before the run stopped, and perhaps to be reset: "Branch"
        Resume with: cupibulk resume RUN
        Every row: cupibulk runs rows RUN
        exit \(status)
        """)
    #expect(try await bench.sandbox.log().writes == 1)
    #expect(try await bench.states() == ["created", "pending[stopped]", "pending[stopped]"])
    #expect(try await bench.start(["resume"], through: gate).finish().status == 0)
    #expect(try await bench.states() == ["created", "created", "created"])
    #expect(try await bench.sandbox.log().writes == 3)
  }

  @Test(arguments: signals)
  func `a second signal cancels requests in flight, and their rows are in doubt`(
    signal: Int32, name: String, status: Int32
  ) async throws {
    let bench = try await Workbench(Self.lab)
    try bench.folder.write(Self.rows, to: "rows.csv")
    let (program, gate) = try await hold("POST ", ["import", "rows.csv"], on: bench)
    program.send(signal: signal)
    #expect(await program.waits(for: "Stopping: "))
    program.send(signal: signal)
    let run = await program.finish()
    withExtendedLifetime(gate) {}
    #expect(
      run.seen == """
        Of 1 row it is not known whether it was done.
          in doubt  1
          pending   2
          read      3
        Stopping: requests in flight are finished. A second signal cancels them.
        Cutting off: what is in flight will be in doubt.
        rows.csv:2: inDoubt: SIP proxy 10.0.0.2 in "Branch": the exchange was cancelled
        cupibulk: The run was stopped by \(name)
        Resume with: cupibulk resume RUN
        Every row: cupibulk runs rows RUN
        exit \(signal == SIGXCPU ? 6 : status)
        """)
    #expect(try await bench.sandbox.log().writes == 0)
    #expect(
      try await bench.states() == ["inDoubt", "pending[group-in-doubt]", "pending[group-in-doubt]"])
    gate.open()
    let resumed = try bench.start(["resume", "--settle-wait", "0s"], through: gate)
    #expect(await resumed.finish().status == 0)
    #expect(try await bench.states() == ["created", "created", "created"])
    #expect(try await bench.sandbox.log().writes == 3)
  }

  @Test func `SIGUSR1 prints a line of status, and stops nothing`() async throws {
    let bench = try await Workbench(Self.lab)
    try bench.folder.write(Self.rows, to: "rows.csv")
    let (program, gate) = try await hold(
      "POST ", ["import", "rows.csv", "--progress", "none"], on: bench)
    program.send(signal: SIGUSR1)
    #expect(await program.waits(for: "Sending: 0 of 3 rows (0%)"))
    gate.open()
    #expect(await program.finish().status == 0)
  }

  @Test func `under nohup, a lost terminal does not stop the run`() async throws {
    let bench = try await Workbench(Self.lab)
    try bench.folder.write(Self.rows, to: "rows.csv")
    let gate = try HoldingGate(before: bench.sandbox.url, holding: "POST ")
    let program = try bench.start(
      shell: "trap '' HUP; exec cupibulk import rows.csv", through: gate)
    try await gate.waitForRequest()
    program.send(signal: SIGHUP)
    gate.open()
    #expect(await program.finish().status == 0)
    #expect(try await bench.states() == ["created", "created", "created"])
  }

  @Test(arguments: signals)
  func `a signal while standard input is read leaves no rows`(
    signal: Int32, name: String, status: Int32
  ) async throws {
    let bench = try await Workbench(Self.lab)
    let fifo = bench.folder.path("rows.fifo")
    #expect(unsafe mkfifo(fifo, 0o600) == 0)
    let program = try bench.start(
      shell: "exec cupibulk import - --format csv <rows.fifo", through: nil)
    let writer = try FileHandle(forWritingTo: URL(filePath: fifo))
    // More than a pipe holds: once it is written, the program has begun to read.
    let line = "Branch,102,10.0.0.2\n"
    try writer.write(
      contentsOf: Data(("PortGroup,Service,Host\n" + String(repeating: line, count: 20_000)).utf8))
    program.send(signal: signal)
    let run = await program.finish()
    try writer.close()
    #expect(
      run.seen == """
        Stopping: requests in flight are finished. A second signal cancels them.
        cupibulk: The run was stopped by \(name)
            hint: run the same command again: nothing was sent
        exit \(status)
        """)
    #expect(try await bench.folder.holdsOnlyAttempts())
    #expect(try await bench.sandbox.log().writes == 0)
  }

  @Test func `a signal is handled even if no row is ever read`() async throws {
    let bench = try await Workbench(Self.lab)
    let fifo = bench.folder.path("rows.fifo")
    #expect(unsafe mkfifo(fifo, 0o600) == 0)
    let program = try bench.start(["import", "rows.fifo", "--format", "csv"])
    let writer = try FileHandle(forWritingTo: URL(filePath: fifo))
    let blanks = String(repeating: "\n", count: 256 << 10)
    try writer.write(contentsOf: Data(("PortGroup,Service,Host\n" + blanks).utf8))
    // A writer that starts after the program's end would wait for a reader without end.
    let feeder = try bench.start(shell: "exec timeout -s KILL 20 sh -c \"yes '' >rows.fifo\"")
    program.send(signal: SIGINT)
    let run = await program.finish()
    try writer.close()
    #expect(
      run.seen == """
        Stopping: requests in flight are finished. A second signal cancels them.
        cupibulk: The run was stopped by Ctrl-C
            hint: run the same command again: nothing was sent
        exit 130
        """)
    _ = await feeder.finish()
    #expect(try await bench.folder.holdsOnlyAttempts())
  }

  @Test(arguments: [false, true])
  func `a signal is handled while a pipe blocks the export`(isRead: Bool) async throws {
    let servers = (1...2_000).map {
      Lab.Server.proxy("10.0.\($0 / 200).\($0 % 200)", precedence: $0)
    }
    let bench = try await Workbench(Lab("Branch", servers))
    #expect(unsafe mkfifo(bench.folder.path("out.fifo"), 0o600) == 0)
    // A reader that does not read, or no reader.
    let reader = isRead ? unsafe open(bench.folder.path("out.fifo"), O_RDONLY | O_NONBLOCK) : -1
    defer { close(reader) }
    let program = try bench.start(["export", "-o", "out.fifo", "--format", "csv"])
    // When no more requests are sent, everything is read, and the program waits for the pipe.
    var (asked, calm) = (0, 0)
    while calm < 10 {
      try await Task.sleep(for: .milliseconds(50))
      let now = try await bench.sandbox.log().requests["GET"] ?? 0
      calm = now == asked && now > 20 ? calm + 1 : 0
      asked = now
    }
    program.send(signal: SIGTERM)
    #expect(
      await program.finish().seen == """
        Stopping: requests in flight are finished. A second signal cancels them.
        cupibulk: The run was stopped by SIGTERM
        exit 143
        """)
  }

  @Test(arguments: signals)
  func `a signal during an export keeps the old file and leaves no other`(
    signal: Int32, name: String, status: Int32
  ) async throws {
    let bench = try await Workbench(Self.lab)
    try bench.folder.write("old\n", to: "out/backup.csv")
    let (program, gate) = try await hold(
      "GET /vmrest/portgroups/", ["export", "-o", "out/backup.csv"], on: bench)
    program.send(signal: signal)
    #expect(await program.waits(for: "Stopping: "))
    gate.open()
    #expect(
      await program.finish().seen == """
        Stopping: requests in flight are finished. A second signal cancels them.
        cupibulk: The run was stopped by \(name)
        exit \(status)
        """)
    #expect(try bench.folder.read("out/backup.csv") == "old\n")
    #expect(try bench.folder.allFiles().filter { $0.hasPrefix("out/") } == ["out/backup.csv"])
    #expect(try await bench.folder.holdsOnlyAttempts())
  }
}
