import Foundation
import TestSupport
import Testing

/// A process with limits that are too low is refused before it does anything, and unsafe settings are corrected.
@Suite(.timeLimit(.minutes(2))) struct ProcessLimitTests {
  private func run(
    shell script: String, in folder: TemporaryFolder, environment: [String: String] = [:]
  ) async throws -> ProgramRun {
    try await ProgramRun.run(
      ["-c", script, Package.program], program: "/bin/sh", in: folder.path,
      environment: environment)
  }

  @Test(arguments: [8, 12, 17, 63])
  func `a limit of too few open files is refused with one message`(limit: Int) async throws {
    let run = try await run(
      shell: "ulimit -n \(limit); exec \"$0\" --version", in: TemporaryFolder())
    #expect(run.status == 1)
    #expect(run.output == "")
    #expect(
      run.messages
        == "cupibulk: This process may open only \(limit) files, and needs at least 64; "
        + "raise the hard limit (ulimit -Hn, or LimitNOFILE= of a systemd unit)\n")
  }

  @Test func `a low soft limit of open files is raised to the hard limit`() async throws {
    let run = try await run(
      shell: "ulimit -Sn 8; exec \"$0\" --version", in: TemporaryFolder())
    #expect(run.status == 0)
    #expect(run.messages == "")
  }

  @Test func `too little address space is refused with one message`() async throws {
    let run = try await run(
      shell: "ulimit -v 150000; exec \"$0\" --version", in: TemporaryFolder())
    #expect(run.status == 1)
    #expect(
      run.messages
        == "cupibulk: This process may use only 146 MiB of address space, and needs at least 1024; "
        + "raise the limit (ulimit -v, or LimitAS= of a systemd unit)\n")
  }

  /// Needs a user without other processes, because the limit counts all threads of a user; root has no limit.
  private static func alone(_ words: String, threads: Int) -> String {
    "exec prlimit --nproc=\(threads) setpriv --reuid \(61_000 + threads) --clear-groups \(words)"
  }

  /// Only root sees the open files of a process that is not dumpable.
  private static let isRoot = geteuid() == 0

  @Test(.enabled(if: isRoot), arguments: [1, 4, 16])
  func `a limit of too few threads is refused with one message`(limit: Int) async throws {
    let folder = try TemporaryFolder()
    _ = unsafe chmod(folder.path, 0o755)
    try FileManager.default.copyItem(atPath: Package.program, toPath: folder.path("cupibulk"))
    let run = try await run(
      shell: Self.alone("./cupibulk --version", threads: limit), in: folder)
    #expect(run.status == 1)
    #expect(
      run.messages
        == "cupibulk: This process can start fewer than 16 threads; raise the limit of the user's processes "
        + "(ulimit -u, or TasksMax= of a systemd unit), or end programs that are not needed\n")
  }

  @Test(.enabled(if: isRoot)) func `an import works with the minimum number of threads`()
    async throws
  {
    let bench = try await Workbench(Lab("Branch", [.proxy("10.0.0.1")]))
    try bench.folder.write("PortGroup,Service,Host\nBranch,102,10.0.0.2\n", to: "rows.csv")
    try FileManager.default.copyItem(atPath: Package.program, toPath: bench.folder.path("cupibulk"))
    let run = try await bench.start(
      shell: "chown -R 61017 . && " + Self.alone("./cupibulk import rows.csv", threads: 17)
    ).finish()
    #expect(run.status == 0, "\(run.messages)")
    #expect(try await bench.sandbox.log().writes == 1)
  }

  @Test func `TLS keys are not written to SSLKEYLOGFILE`() async throws {
    let folder = try TemporaryFolder()
    let sandbox = try await SandboxProcess(["--tls"], in: folder)
    try folder.write("sandbox\n", to: "password")
    _ = unsafe chmod(folder.path("password"), 0o600)
    let run = try await ProgramRun.run(
      [
        "target", "check", sandbox.url, "--username", "admin", "--password-file", "password",
        "--insecure",
      ], in: folder.path, environment: ["SSLKEYLOGFILE": folder.path("keys")])
    #expect(run.status == 0, "\(run.messages)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("keys")))
  }

  @Test func `an import works with the lowest accepted limits`() async throws {
    let bench = try await Workbench(Lab("Branch", [.proxy("10.0.0.1")]))
    try bench.folder.write("PortGroup,Service,Host\nBranch,102,10.0.0.2\n", to: "rows.csv")
    let run = try await bench.start(
      shell: "ulimit -n 64; ulimit -v 1048576; exec cupibulk import rows.csv"
    ).finish()
    #expect(run.status == 0, "\(run.messages)")
    #expect(try await bench.sandbox.log().writes == 1)
  }

  @Test(.enabled(if: isRoot), arguments: [[0], [1], [2], [0, 1, 2]])
  func `no file gets the number of a closed standard descriptor, and no core is dumped`(
    closed: [Int]
  ) async throws {
    let closing = closed.map { "\($0)>&-" }.joined(separator: " ")
    // The program waits for a pipe without a writer; before exec, `$child` is still the shell.
    let script = """
      mkfifo -m 600 pipe.csv; exec 9<>pipe.csv
      "$0" validate pipe.csv >seen \(closing) 9>&- &
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

  @Test func `other programs of the user cannot read its memory`() async throws {
    let folder = try TemporaryFolder()
    _ = unsafe chmod(folder.path, 0o755)
    try FileManager.default.copyItem(atPath: Package.program, toPath: folder.path("cupibulk"))
    let another = Self.isRoot ? "setpriv --reuid 61100 --clear-groups" : ""
    // The files in /proc of a process that is not dumpable belong to root (proc(5)).
    let seen = try await run(
      shell: """
        mkfifo -m 666 pipe.csv; exec 9<>pipe.csv
        \(another) ./cupibulk validate pipe.csv 9>&- &
        child=$!
        for try in $(seq 1000); do
          words=$(tr '\\0' ' ' </proc/$child/cmdline)
          seen="$(stat -c %u /proc/$child/mem) $words"
          [ "$seen" = "0 ./cupibulk validate pipe.csv " ] && break
          sleep 0.01
        done
        echo "$seen"
        kill $child
        """, in: folder)
    #expect(seen.output == "0 ./cupibulk validate pipe.csv \n", "\(seen.messages)")
  }

  @Test func `an output that is closed at the start is reported as an error`() async throws {
    let run = try await run(shell: "exec \"$0\" --version 1>&-", in: TemporaryFolder())
    #expect(run.status == 1)
  }

  @Test(
    .enabled(if: isRoot),
    arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143)), (SIGHUP, Int32(129))])
  func `a second signal ends a run that hangs in a system call`(
    signal: Int32, status: Int32
  ) async throws {
    let bench = try await Workbench(Lab("Branch", [.proxy("10.0.0.1")]))
    let pipe = bench.folder.path("rows.csv")
    let made = unsafe mkfifo(pipe, 0o600)
    try #require(made == 0)
    // The writer writes nothing: the program opens the pipe, and waits in read(2).
    let writer = try #require(FileHandle(forUpdatingAtPath: pipe))
    let program = try bench.start(["import", "rows.csv"])
    try await waitUntilOpen(pipe, in: program)
    try await waitUntilCaught(signal, in: program)
    program.send(signal: signal)
    #expect(await program.waits(for: "Stopping: "))
    program.send(signal: signal)
    let run = await program.finish()
    #expect(run.status == status, "\(run.seen)")
    try writer.close()
  }

  /// Waits until the program has a handler for the signal (proc(5), `SigCgt`).
  private func waitUntilCaught(_ signal: Int32, in program: RunningProgram) async throws {
    while true {
      let status = try String(contentsOfFile: "/proc/\(program.processID)/status", encoding: .utf8)
      let line = status.split(separator: "\n").first { $0.hasPrefix("SigCgt:") }
      let caught = line.flatMap { UInt64($0.dropFirst(7).filter(\.isHexDigit), radix: 16) } ?? 0
      if caught & 1 << UInt64(signal - 1) != 0 { return }
      try await Task.sleep(for: .milliseconds(5))
    }
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
