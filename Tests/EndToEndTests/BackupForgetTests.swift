import Foundation
import TestSupport
import Testing

/// Forgetting moves snapshots to the trash, from which they can be restored.
@Suite struct BackupForgetTests {
  @Test func `a dry run gives the reasons and moves nothing`() async throws {
    let bench = try await BackupBench()
    var names: [String] = []
    for server in 1...4 {
      names.append(try await bench.snapshot())
      try await bench.change(server, precedence: 20 + server)
    }
    #expect(try await bench.backup("keep", [names[1], "--reason", "x"]).status == 0)
    let files = try bench.folder.allFiles().filter { $0.hasPrefix("r/") }
    let words = ["--keep-last", "2", "--min-good", "1"]
    #expect(
      try await bench.see("forget", words + ["--dry-run"]) == """
        http://127.0.0.1:PORT
        snapshot               ended                         why
        RUN  TIME  keep    one of the last, last good
        RUN  TIME  keep    one of the last
        RUN  TIME  keep    kept by hand
        RUN  TIME  forget  no rule keeps it
        http://127.0.0.1:PORT: would keep 3 of 4 snapshots, and forget 1.
        exit 0
        """)
    #expect(try bench.folder.allFiles().filter { $0.hasPrefix("r/") } == files)
    let decided = try await bench.objects("forget", words + ["--dry-run"])
    #expect(decided.map { $0.text("snapshot") } == names.reversed())
    #expect(decided.allSatisfy { $0.flag("dryRun") == true })
    #expect(decided.map { $0.flag("keep") } == [true, true, true, false])
    #expect(try await bench.snapshots() == names)

    #expect(
      try await bench.see("forget", words)
        == "http://127.0.0.1:PORT: kept 3 of 4 snapshots, moved 1 to the trash.\nexit 0")
    #expect(try await bench.snapshots() == Array(names.dropFirst()))
    #expect(
      try await bench.see("forget", words)
        == "http://127.0.0.1:PORT: kept 3 of 3 snapshots, moved 0 to the trash.\nexit 0")
    #expect(
      try await bench.see("verify")
        == "Read 4 snapshots and 4 objects: all as they must be.\nexit 0")
  }

  @Test func `a snapshot in the trash is restored by its name alone`() async throws {
    let bench = try await BackupBench()
    let old = try await bench.snapshot()
    try await bench.change(1, precedence: 30)
    for _ in 1...3 { try await bench.snapshot() }
    #expect(
      try await bench.see("forget", ["--keep-last", "1", "--min-good", "1"])
        == "http://127.0.0.1:PORT: kept 1 of 4 snapshots, moved 3 to the trash.\nexit 0")
    #expect(try await bench.see("show", [old]).contains("\nforgotten  yes, it is in the trash\n"))
    #expect(
      try await bench.see("keep", [old, "--reason", "x"]) == """
        cupibulk: Snapshot RUN was forgotten, and is in the trash
            hint: it can be restored, but not kept
        exit 1
        """)
    let run = try await bench.run(["restore", "r@\(old)", "--exact"])
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.output.contains("\n  updated    1\n"), "\(run.output)")
    #expect(
      try await bench.bench.servers(of: "Branch 1").first == "102 10.0.0.1 5060/5061 #1")
  }

  @Test func `a policy that keeps nothing is refused`() async throws {
    let bench = try await BackupBench()
    try await bench.snapshot()
    let seen = try await bench.see("forget", ["--min-good", "5"])
    #expect(seen.hasSuffix("exit 2"), "\(seen)")
    #expect(seen.contains("hint: say what to keep, for example with --keep-daily 30"), "\(seen)")
  }

  @Test func `after a good snapshot the repository's own policy is applied`() async throws {
    let bench = try await BackupBench(
      initializing: ["--keep-last", "2", "--min-good", "1", "--drill-age", "0s"])
    for _ in 1...2 { #expect(try await bench.backup("run").messages.isEmpty) }
    #expect(
      try await bench.see("run") == """
        http://127.0.0.1:PORT: snapshot RUN, good, 8 servers of 2 port groups, unchanged
        http://127.0.0.1:PORT: 1 snapshot moved to the trash, for 30 days.
        exit 0
        """)
    #expect(try await bench.snapshots().count == 2)
    try await bench.delete(1...8)
    try await bench.snapshot(status: 8)
    #expect(try await bench.backup("run").status == 8)
    #expect(try await bench.snapshots().count == 4, "after a suspect one nothing is forgotten")
  }
}
