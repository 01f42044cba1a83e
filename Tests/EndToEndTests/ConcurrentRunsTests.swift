import Foundation
import TestSupport
import Testing

/// One run at a time writes to a target, and one program at a time uses a sandbox's file.
@Suite struct ConcurrentRunsTests {
  private static let rows = "PortGroup,Service,Host\nBranch,102,10.0.0.2\n"

  @Test func `a second import into a target is refused, and the message names the first run`()
    async throws
  {
    let bench = try await Workbench(Lab("Branch", [.proxy("10.0.0.1")]))
    try bench.folder.write(Self.rows, to: "rows.csv")
    let gate = try HoldingGate(before: bench.sandbox.url, holding: "POST ")
    let first = try bench.start(["import", "rows.csv"], through: gate)
    try await gate.waitForRequest()

    let second = try await bench.start(["import", "rows.csv"], through: gate).finish()
    #expect(
      second.seen == """
        cupibulk: Another run of cupibulk is pushing to 127.0.0.1:PORT (process \(first.processID), since TIME)
            hint: wait until it has ended, or pass --lock-wait TIME
        exit 11
        """)
    // Reading is allowed.
    let list = try await bench.run(["runs", "list"])
    #expect(list.output.contains("  is running  "), "\(list.output)")

    gate.open()
    #expect(await first.finish().status == 0)
    let third = try await bench.start(["import", "rows.csv"], through: gate).finish()
    #expect(third.status == 0)
    #expect(try await bench.sandbox.log().writes == 1)
    #expect(try await bench.states() == ["unchanged"])
  }

  @Test func `a second import waits for the first for the given time`() async throws {
    let bench = try await Workbench(Lab("Branch", [.proxy("10.0.0.1")]))
    try bench.folder.write(Self.rows, to: "rows.csv")
    let gate = try HoldingGate(before: bench.sandbox.url, holding: "POST ")
    let first = try bench.start(["import", "rows.csv"], through: gate)
    try await gate.waitForRequest()

    let waiting = "another run of cupibulk is pushing to 127.0.0.1:PORT (process"
    let short = try await bench.start(
      ["import", "rows.csv", "--lock-wait", "300ms"], through: gate
    ).finish()
    #expect(
      short.seen == """
        Waiting up to DURATION: \(waiting) \(first.processID), since TIME).
        cupibulk: Another run of cupibulk is pushing to 127.0.0.1:PORT (process \(first.processID), since TIME)
            hint: wait until it has ended, or pass --lock-wait TIME
        exit 11
        """)

    let stopped = try bench.start(["import", "rows.csv", "--lock-wait", "1h"], through: gate)
    #expect(await stopped.waits(for: "Waiting up to"))
    stopped.send(signal: SIGINT)
    #expect(
      await stopped.finish().seen == """
        Waiting up to 1h 00m: \(waiting) \(first.processID), since TIME).
        Stopping: requests in flight are finished. A second signal cancels them.
        cupibulk: The run was stopped by Ctrl-C
            hint: run the same command again: nothing was sent
        exit 130
        """)

    let second = try bench.start(["import", "rows.csv", "--lock-wait", "1h"], through: gate)
    #expect(await second.waits(for: "Waiting up to"))
    gate.open()
    #expect(await first.finish().status == 0)
    #expect(await second.finish().status == 0)
    #expect(try await bench.states() == ["unchanged"])
  }

  @Test func `two names of one server are one target`() async throws {
    let bench = try await Workbench(Lab("Branch", [.proxy("10.0.0.1")]))
    try bench.folder.write(Self.rows, to: "rows.csv")
    let gate = try HoldingGate(before: bench.sandbox.url, holding: "POST ")
    let first = try bench.start(["import", "rows.csv"], through: gate)
    try await gate.waitForRequest()
    // The gate has its own port, so the sandbox has two addresses.
    let second = try await bench.start(["import", "rows.csv"]).finish()
    #expect(
      second.seen == """
        cupibulk: Another run of cupibulk is pushing to http://127.0.0.1:PORT under another name (process \(first.processID), since TIME)
            hint: wait until it has ended, or pass --lock-wait TIME
        exit 11
        """)
    gate.open()
    #expect(await first.finish().status == 0)
    #expect(try await bench.rows(of: bench.newestRun()).map(\.stateText) == ["created"])
  }

  @Test func `a second import with another state folder is refused too, and a check shows the run`()
    async throws
  {
    let bench = try await Workbench(Lab("Branch", [.proxy("10.0.0.1")]))
    try bench.folder.write(Self.rows, to: "rows.csv")
    let gate = try HoldingGate(before: bench.sandbox.url, holding: "POST ")
    let name = gate.url.replacing("127.0.0.1", with: "localhost")
    let first = try bench.start(["import", "rows.csv", "--target", name], through: gate)
    try await gate.waitForRequest()
    func run(_ words: [String], state: String) async throws -> ProgramRun {
      try await bench.run(
        words, environment: ["XDG_STATE_HOME": state, "CUPIBULK_PROGRESS": "none"])
    }
    let second = try await run(
      ["import", "rows.csv", "--target", gate.url], state: bench.folder.path("other"))
    #expect(
      second.seen == """
        cupibulk: Another run of cupibulk is pushing to 127.0.0.1:PORT (process \(first.processID), since TIME)
            hint: wait until it has ended, or pass --lock-wait TIME
        exit 11
        """)
    // A check needs no state folder, and does not create one.
    let busy = try await run(["target", "check", gate.url], state: "/proc/nowhere")
    #expect(busy.status == 0, "\(busy.messages)")
    #expect(
      busy.output.contains(
        "another run of cupibulk is pushing to it (process \(first.processID), since "),
      "\(busy.output)")
    gate.open()
    #expect(await first.finish().status == 0)
    let free = try await run(["target", "check", gate.url, "--json"], state: "/proc/nowhere")
    #expect(free.output.contains("\"locked\":false"), "\(free.output)")
    #expect(try bench.folder.allFiles().filter { $0.hasSuffix(".lock") } == [])
    #expect(try await bench.states() == ["created"])
  }

  @Test func `a run is resumed under another name of its server, but not on another server`()
    async throws
  {
    let bench = try await Workbench(Lab("Branch", [.proxy("10.0.0.1")]))
    try bench.folder.write(Self.rows, to: "rows.csv")
    let gate = try HoldingGate(before: bench.sandbox.url, holding: "POST ")
    let first = try bench.start(["import", "rows.csv"], through: gate)
    try await gate.waitForRequest()
    first.send(signal: SIGKILL)
    _ = await first.finish()
    let other = try await SandboxProcess(["--load", "lab.json"], in: bench.folder)
    let run = String(try await bench.run(["runs"]).output.split(separator: "\n")[1].suffix(21))
    let wrong = try await bench.start(["resume", run, "--target", other.url]).finish()
    #expect(
      wrong.seen == """
        cupibulk: http://127.0.0.1:PORT is not the server that run RUN was on
            hint: leave --target out, or import the file into the other target
        exit 7
        """)
    #expect(try await bench.run(["runs", "list"]).output.contains("  crashed, "))
    let right = try await bench.start(["resume", run, "--settle-wait", "0s"]).finish()
    #expect(right.status == 0, "\(right.seen)")
    #expect(try await bench.states() == ["created"])
    #expect(try await bench.sandbox.log().writes == 1)
    withExtendedLifetime(gate) {}
  }

  @Test func `a second import into a sandbox's file is refused`() async throws {
    let folder = try TemporaryFolder()
    try folder.write("PortGroup,Service,Host\nPhoneSystem-1 SIP,102,h.example\n", to: "rows.csv")
    #expect(unsafe mkfifo(folder.path("rows.fifo"), 0o600) == 0)
    let first = try RunningProgram(
      ["import", "rows.fifo", "--format", "csv", "--target", "sandbox:lab.db"], in: folder.path)
    let writer = try FileHandle(forWritingTo: URL(filePath: folder.path("rows.fifo")))
    // The program opens the pipe after locking the target.
    let second = try await folder.see(["import", "rows.csv", "--target", "sandbox:./lab.db"])
    #expect(
      second == """
        cupibulk: Another run of cupibulk is pushing to sandbox:FOLDER/lab.db (process \(first.processID), since TIME)
            hint: wait until it has ended, or pass --lock-wait TIME
        exit 11
        """)
    try writer.write(contentsOf: Data(contentsOf: URL(filePath: folder.path("rows.csv"))))
    try writer.close()
    #expect(await first.finish().status == 0)
  }

  @Test(arguments: ["export --target sandbox:lab.db", "sandbox --port 0 --state lab.db"])
  func `a sandbox's file that is in use is refused to a second program`(command: String)
    async throws
  {
    let folder = try TemporaryFolder()
    let sandbox = try await SandboxProcess(["--state", "lab.db"], in: folder)
    let words = command.split(separator: " ").map(String.init)
    #expect(
      try await folder.see(words) == """
        cupibulk: The sandbox's state in lab.db cannot be used: another program holds it locked. Stop the other sandbox, or name another file
        exit 11
        """)
    #expect(await sandbox.stop().status == 0)
    let exported = try await folder.see(["export", "--target", "sandbox:lab.db", "-o", "out.csv"])
    #expect(exported == "Exported 9 servers of sandbox:lab.db to out.csv (csv).\nexit 0")
  }

  @Test(arguments: ["locks", "/", "/proc/locks"])
  func `an unusable folder for locks is an error`(folder: String) async throws {
    let bench = try await Workbench(Lab("Branch", [.proxy("10.0.0.1")]))
    try bench.folder.write("PortGroup,Service,Host\nBranch,102,10.0.0.2\n", to: "rows.csv")
    let named = folder == "/" ? bench.folder.path("open") : folder
    if folder == "/" {
      try FileManager.default.createDirectory(
        atPath: named, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o777])
    }
    let run = try await bench.start(
      shell: "CUPIBULK_LOCK_FOLDER=\(named) exec cupibulk import rows.csv"
    ).finish()
    #expect(
      run.seen == """
        cupibulk: Targets cannot be locked in \(named), which CUPIBULK_LOCK_FOLDER names
            hint: name a folder, by its whole path, that you can write and where no other user can remove your files \
        (chmod +t), or leave the variable empty for none
        exit 1
        """)
    #expect(try await bench.sandbox.log().requests == [:])
  }
}
