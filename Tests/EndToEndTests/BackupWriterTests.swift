import Foundation
import Glibc
import TestSupport
import Testing

/// One process writes to a repository; others wait for it, and readers do not.
@Suite struct BackupWriterTests {
  private static let canTrace = FileManager.default.isExecutableFile(atPath: "/usr/bin/strace")

  @Test func `runs at one time all add their snapshots`() async throws {
    let bench = try await BackupBench()
    let programs = try (1...4).map { _ in
      try bench.bench.start(["backup", "run", "--repo", "r", "--no-forget"])
    }
    for program in programs {
      let run = await program.finish()
      #expect(run.status == 0, "\(run.messages)")
    }
    #expect(try await bench.snapshots().count == 4)
    #expect(
      try await bench.see("verify") == "Read 4 snapshots and 1 object: all as they must be.\nexit 0"
    )
    #expect(try !bench.folder.allFiles().contains("r/lock"))
  }

  @Test func `several targets write to one repository at one time`() async throws {
    let bench = try await BackupBench()
    let words = ["a.db", "b.db", "c.db"].flatMap { ["--target", "sandbox:" + $0] }
    let run = try await bench.backup("run", words + ["--target", bench.sandbox.url])
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.output.split(separator: "\n").count { $0.contains(", good, ") } == 4)
    #expect(
      try await bench.see("verify")
        == "Read 4 snapshots and 2 objects: all as they must be.\nexit 0")
  }

  @Test(.enabled(if: canTrace, "strace is not installed"))
  func `a writer that is stopped with the lock is named, and readers do not wait for it`()
    async throws
  {
    let bench = try await BackupBench()
    try await bench.snapshot()
    try await bench.change(1, precedence: 30)
    // The process is stopped while it writes the object, as by a very slow disk.
    let writer = try bench.bench.start(
      shell: "exec strace -f -qq -o /dev/null -e trace=fsync -e inject=fsync:signal=STOP:when=1 "
        + "cupibulk backup run --repo r")
    while !FileManager.default.fileExists(atPath: bench.folder.path("r/lock")) {
      try await Task.sleep(for: .milliseconds(5))
    }
    var holder = ""
    while holder.isEmpty {
      holder = String(try bench.folder.read("r/lock").prefix { $0 != " " })
      try await Task.sleep(for: .milliseconds(5))
    }
    let text = """
      nother process writes to the repository r (process \(holder), since TIME)
          hint: wait until it has ended, or pass a longer --lock-wait
      exit 11
      """
    for words in [
      ["run"], ["keep", "latest", "--reason", "x"],
    ] {
      let seen = try await bench.see(words[0], words.dropFirst() + ["--lock-wait", "0s"])
      #expect(seen.hasSuffix(text), "\(seen)")
    }
    let drill = try await bench.see("drill", ["--lock-wait", "0s"])
    #expect(
      drill.contains("warning: the drill is not recorded: another process writes"), "\(drill)")
    #expect(drill.hasSuffix("exit 0"), "\(drill)")
    for words in [["list"], ["show"], ["status"], ["forget", "--keep-last", "9", "--dry-run"]] {
      #expect(try await bench.backup(words[0], Array(words.dropFirst())).status == 0, "\(words)")
    }
    #expect(
      try await bench.see("verify") == """
        r/tmp/1: unfinished: it was being written
        Read 1 snapshot and 1 object: all as they must be.
        The verification is not recorded, because the repository cannot be written now.
        exit 0
        """)
    let restore = try await bench.run(["restore", "r@latest", "--exact", "--dry-run"])
    #expect(restore.output.contains("1 to update, 7 unchanged"), "\(restore.messages)")

    let waiting = try bench.bench.start(["backup", "run", "--repo", "r", "--lock-wait", "1h"])
    #expect(await waiting.waits(for: "Waiting up to "))
    #expect(
      waiting.messagesSoFar.contains(
        ": another process writes to the repository r (process \(holder), since "))
    kill(try #require(Int32(holder)), SIGCONT)
    #expect(await writer.finish().status == 0)
    #expect(await waiting.finish().status == 0)
    #expect(try await bench.snapshots().count == 3)
  }

  // MARK: Signals

  @Test func `a signal ends the wait for another writer`() async throws {
    let bench = try await BackupBench()
    try await bench.shell("mkfifo stop")
    let holder = try bench.bench.start(shell: "flock r/lock sh -c 'echo locked; read -r _ <stop'")
    #expect(await holder.waits(for: "locked"))
    let program = try bench.bench.start(["backup", "run", "--repo", "r", "--lock-wait", "1h"])
    #expect(await program.waits(for: "Waiting up to "))
    program.send(signal: SIGINT)
    let run = await program.finish()
    #expect(run.status == 130)
    #expect(
      run.messages.hasSuffix(
        """
        The run was stopped by Ctrl-C
            hint: run the same command again; no snapshot was added

        """), "\(run.messages)")
    try await bench.shell("echo >stop")
    #expect(await holder.finish().status == 0)
    #expect(try await bench.snapshots().isEmpty)
    #expect(try await bench.backup("run").status == 0)
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `a signal stops a run before it has added anything`(signal: Int32) async throws {
    let bench = try await BackupBench()
    try await bench.snapshot()
    let chain = try bench.folder.read("\(bench.target())/chain.jsonl")
    for signals in 1...2 {
      let gate = try HoldingGate(before: bench.sandbox.url, holding: "GET /vmrest/portgroups/")
      let program = try bench.bench.start(
        ["backup", "run", "--repo", "r", "--json"], through: gate)
      try await gate.waitForRequest()
      program.send(signal: signal)
      #expect(await program.waits(for: "Stopping: "))
      // With a second signal, the request that is held is given up.
      if signals == 2 { program.send(signal: signal) } else { gate.open() }
      let run = await program.finish()
      #expect(run.status == (signal == SIGINT ? 130 : 143), "\(run.messages)")
      #expect(try bench.folder.read("\(bench.target())/chain.jsonl") == chain)
      #expect(try bench.folder.allFiles().allSatisfy { !$0.hasPrefix("r/tmp/") })
      let newest = try await bench.run(["runs", "list", "--json"]).output.split(separator: "\n")
        .first
      #expect(newest?.contains(#""how":"interrupted""#) == true, "\(newest ?? "")")
      withExtendedLifetime(gate) {}
    }
    #expect(try await bench.backup("run").status == 0)
    #expect(try await bench.backup("verify").output.isEmpty)
  }
}
