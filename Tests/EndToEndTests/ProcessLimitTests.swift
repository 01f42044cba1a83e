import Foundation
import TestSupport
import Testing

/// A process that has too little, or something too much, is refused or made safe before it does anything.
@Suite(.timeLimit(.minutes(2))) struct ProcessLimitTests {
  private func run(
    shell script: String, in folder: TemporaryFolder, environment: [String: String] = [:]
  ) async throws -> ProgramRun {
    try await ProgramRun.run(
      ["-c", script, Package.program], program: "/bin/sh", in: folder.path,
      environment: environment)
  }

  @Test(arguments: [8, 12, 17, 63])
  func `too few open files are refused in one sentence`(limit: Int) async throws {
    let run = try await run(
      shell: "ulimit -n \(limit); exec \"$0\" --version", in: TemporaryFolder())
    #expect(run.status == 1)
    #expect(run.output == "")
    #expect(
      run.messages
        == "cupibulk: This process may open only \(limit) files, and needs at least 64; "
        + "raise the hard limit (ulimit -Hn, or LimitNOFILE= of a systemd unit)\n")
  }

  @Test func `a low soft limit of open files is raised to the hard one`() async throws {
    let run = try await run(
      shell: "ulimit -Sn 8; exec \"$0\" --version", in: TemporaryFolder())
    #expect(run.status == 0)
    #expect(run.messages == "")
  }

  @Test func `too little address space is refused in one sentence`() async throws {
    let run = try await run(
      shell: "ulimit -v 150000; exec \"$0\" --version", in: TemporaryFolder())
    #expect(run.status == 1)
    #expect(
      run.messages
        == "cupibulk: This process may use only 146 MiB of address space, and needs at least 1024; "
        + "raise the limit (ulimit -v, or LimitAS= of a systemd unit)\n")
  }

  @Test func `an import works within the least limits`() async throws {
    let bench = try await Workbench(Lab("Branch", [.proxy("10.0.0.1")]))
    try bench.folder.write("PortGroup,Service,Host\nBranch,102,10.0.0.2\n", to: "rows.csv")
    let run = try await bench.start(
      shell: "ulimit -n 64; ulimit -v 1048576; exec cupibulk import rows.csv"
    ).finish()
    #expect(run.status == 0, "\(run.messages)")
    #expect(try await bench.sandbox.log().writes == 1)
  }

  @Test(arguments: [[0], [1], [2], [0, 1, 2]])
  func `no file gets the number of a closed standard descriptor, and no core is dumped`(
    closed: [Int]
  ) async throws {
    let closing = closed.map { "\($0)>&-" }.joined(separator: " ")
    // The program waits at a pipe that nobody writes to; before exec, `$child` is still the shell.
    let script = """
      mkfifo -m 600 pipe.csv; exec 9<>pipe.csv
      "$0" validate pipe.csv \(closing) 9>&- &
      child=$!
      until [ /proc/$child/exe -ef "$0" ]; do sleep 0.01; done
      until ls -l /proc/$child/fd 2>/dev/null | grep -q pipe.csv; do sleep 0.01; done
      for n in \(closed.map(String.init).joined(separator: " ")); do readlink /proc/$child/fd/$n; done
      grep '^Max core file size' /proc/$child/limits | tr -s ' '
      kill $child
      """
    let seen = try await run(shell: script, in: TemporaryFolder())
    let standIns = String(repeating: "/dev/null\n", count: closed.count)
    #expect(seen.output == standIns + "Max core file size 1 1 bytes \n")
  }

  @Test func `output that was closed at the start is reported as lost`() async throws {
    let run = try await run(shell: "exec \"$0\" --version 1>&-", in: TemporaryFolder())
    #expect(run.status == 1)
  }

  @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
  func `a second signal ends a run that hangs in a system call`(
    signal: Int32, status: Int32
  ) async throws {
    let bench = try await Workbench(Lab("Branch", [.proxy("10.0.0.1")]))
    let pipe = bench.folder.path("rows.csv")
    let made = unsafe mkfifo(pipe, 0o600)
    try #require(made == 0)
    // A writer that writes nothing: the program opens the pipe, and waits in read(2).
    let writer = try #require(FileHandle(forUpdatingAtPath: pipe))
    let program = try bench.start(["import", "rows.csv"])
    try await waitUntilOpen(pipe, in: program)
    program.send(signal: signal)
    #expect(await program.waits(for: "Stopping: "))
    program.send(signal: signal)
    #expect(await program.finish().status == status)
    try writer.close()
  }

  private func waitUntilOpen(_ path: String, in program: RunningProgram) async throws {
    let folder = "/proc/\(program.processID)/fd"
    while true {
      let files = try FileManager.default.contentsOfDirectory(atPath: folder)
      let targets = files.map {
        try? FileManager.default.destinationOfSymbolicLink(atPath: folder + "/" + $0)
      }
      if targets.contains(path) { return }
      try await Task.sleep(for: .milliseconds(5))
    }
  }
}
