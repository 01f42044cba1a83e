import Foundation
import TestSupport
import Testing

/// What the next run does with a repository whose writer was stopped, or whose chain was damaged.
@Suite struct BackupRecoveryTests {
  @Test func `a snapshot without a line is completed, and half a line is cut`() async throws {
    let bench = try await BackupBench()
    let first = try await bench.snapshot()
    try await bench.change(1, precedence: 30)
    let second = try await bench.snapshot()
    let target = try bench.target()
    try await bench.shell(
      "sed -i 2d \(target)/chain.jsonl && printf '{\"half' >>\(target)/chain.jsonl")
    try await bench.shell("touch r/tmp/3")
    #expect(try await bench.snapshots() == [first])
    #expect(
      try await bench.see("show", [second]).hasPrefix("snapshot  RUN\n"), "its name leads to it")
    #expect(
      try await bench.see(command: ["diff", "r@\(second)", bench.sandbox.url]).contains(
        "cupibulk: warning: snapshot RUN: its line is missing in the chain; cupibulk backup verify --repo r says more\n"
      ))
    #expect(
      try await bench.see("list").contains(
        "cupibulk: warning: http://127.0.0.1:PORT: 1 snapshot without a line in the chain; cupibulk backup verify --repo r says more"
      ))
    #expect(
      try await bench.see("run") == """
        http://127.0.0.1:PORT: snapshot RUN, good, 8 servers of 2 port groups, unchanged
        http://127.0.0.1:PORT: snapshot RUN of a run that was stopped is complete now.
        exit 0
        """)
    #expect(try await bench.snapshots().prefix(2) == [first, second])
    #expect(
      try await bench.see("verify")
        == "Read 3 snapshots and 2 objects: all as they must be.\nexit 0")
  }

  @Test func `with a broken chain snapshots are added, and nothing is forgotten or copied`()
    async throws
  {
    let bench = try await BackupBench(
      initializing: ["--keep-last", "1", "--min-good", "1", "--drill-age", "0s"])
    for _ in 1...3 { try await bench.snapshot() }
    let target = try bench.target()
    try await bench.shell("sed -i 2d \(target)/chain.jsonl")
    #expect(
      try await bench.see("run") == """
        http://127.0.0.1:PORT: snapshot RUN, good, 8 servers of 2 port groups, unchanged
        cupibulk: warning: http://127.0.0.1:PORT: lines of its chain are missing or were changed, so that nothing is \
        forgotten: cupibulk backup verify --repo r
        exit 9
        """)
    let broken = """
      cupibulk: The chain r/targets/TARGETFOLDER/chain.jsonl is broken at line 2
          hint: cupibulk backup verify --repo r names all damage; until it is put right, nothing is forgotten or copied
      exit 9
      """
    #expect(try await bench.see("forget") == broken)
    #expect(try await bench.see("copy", ["copy"]) == broken)
    let restore = try await bench.run(["restore", "r@latest", "--exact", "--dry-run"])
    #expect(restore.output == "Dry run, nothing was sent: 8 unchanged.\n", "\(restore.messages)")
  }

  @Test func `a damaged last line is not taken for an older newest snapshot`() async throws {
    let bench = try await BackupBench()
    try await bench.snapshot()
    try await bench.change(1, precedence: 30)
    let last = try await bench.snapshot()
    try await bench.shell("sed -i '$s/\"who\":\"/\"who\":\"x/' \(try bench.target())/chain.jsonl")
    #expect(try await bench.see("status").contains(": DAMAGED, "))
    #expect(try await bench.backup("status").status == 9)
    let refused = try await bench.see(command: ["restore", "r@latest", "--exact"])
    #expect(
      refused.contains(
        "cupibulk: It is not certain which snapshot of http://127.0.0.1:PORT is the last good one: lines of its chain are "
          + "missing or were changed\n"), "\(refused)")
    #expect(refused.hasSuffix("exit 9"), "\(refused)")
    #expect(try await bench.run(["restore", "r@\(last)", "--exact", "--dry-run"]).status == 0)
    #expect(try await bench.backup("run").status == 9)
    #expect(try await bench.sandbox.log().writes == 1)
  }

  @Test func `a target whose chain is lost is damaged, until its snapshots get new lines`()
    async throws
  {
    let bench = try await BackupBench(initializing: ["--drill-age", "0s"])
    let name = try await bench.snapshot()
    _ = try await bench.backup("init", ["--target", bench.sandbox.url])
    try await bench.shell("sed -i s/who/whO/ \(try bench.target())/chain.jsonl")
    let status = try await bench.see("status")
    #expect(status.hasPrefix("http://127.0.0.1:PORT: DAMAGED, "), "\(status)")
    #expect(status.split(separator: "\n").count == 2, "\(status)")
    try await bench.shell("rm \(try bench.target())/chain.jsonl")
    #expect(try await bench.backup("accept", [name, "--reason", "the disk was full"]).status == 0)
    #expect(try await bench.backup("verify").status == 0)
    #expect(try await bench.backup("status").status == 0)
    #expect(try await bench.run(["restore", "r@latest", "--exact", "--dry-run"]).status == 0)
  }

  @Test func `with a ledger that cannot be read nothing is forgotten, and snapshots are taken`()
    async throws
  {
    let bench = try await BackupBench(
      initializing: ["--keep-last", "1", "--min-good", "1", "--drill-age", "0s"])
    for _ in 1...2 { try await bench.snapshot() }
    try bench.folder.write("this is no ledger\n", to: "garbage")
    #expect(try await bench.backup("forget", ["--ledger", "garbage"]).status == 1)
    let run = try await bench.backup("run", ["--ledger", "garbage"])
    #expect(run.status == 1, "\(run.messages)")
    #expect(run.messages.contains("warning: this backup is not recorded: "), "\(run.messages)")
    #expect(try await bench.snapshots().count == 3)
  }

  @Test func `a snapshot that an unfinished restore or a plan needs is not forgotten`() async throws
  {
    let bench = try await BackupBench()
    let needed = try await bench.snapshot()
    try await bench.change(1, precedence: 30)
    let planned = try await bench.snapshot()
    try await bench.change(1, precedence: 31)
    for _ in 1...2 { try await bench.snapshot() }
    try await bench.sandbox.faults("hold=1")
    let program = try bench.bench.start(["restore", "r@\(needed)", "--exact"])
    try await bench.sandbox.waitUntilHeld()
    program.send(signal: SIGKILL)
    _ = await program.finish()
    try await bench.sandbox.release()
    try await bench.sandbox.waitForOrphans()
    let plan = try await bench.run(["restore", "r@\(planned)", "--exact", "--plan", "back.plan"])
    #expect(plan.status == 0, "\(plan.messages)")
    let words = ["--keep-last", "1", "--min-good", "1"]
    #expect(
      try await bench.see("forget", words + ["--dry-run"]) == """
        http://127.0.0.1:PORT
        snapshot               ended                         why
        RUN  TIME  keep    one of the last, last good
        RUN  TIME  forget  no rule keeps it
        RUN  TIME  keep    needed by an open run or plan
        RUN  TIME  keep    needed by an open run or plan
        http://127.0.0.1:PORT: would keep 3 of 4 snapshots, and forget 1.
        exit 0
        """)
    #expect(try await bench.run(["resume", "--settle-wait", "0s"]).status == 0)
    #expect(
      try await bench.see("forget", words)
        == "http://127.0.0.1:PORT: kept 2 of 4 snapshots, moved 2 to the trash.\nexit 0",
      "the restore has ended")
  }
}
