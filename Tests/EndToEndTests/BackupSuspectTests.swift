import Foundation
import TestSupport
import Testing

/// A snapshot that shrank is kept and named, and never takes the place of a good one.
@Suite struct BackupSuspectTests {
  @Test(arguments: [
    (
      1...8, 0,
      "group \"Branch 1\" and 1 more had several servers in RUN, and now have none; "
        + "it has 0 servers, and RUN has 8"
    ),
    (3...6, 4, "it has 4 servers, and RUN has 8"),
    (7...8, 6, "group \"Branch 2\" had several servers in RUN, and now has none"),
  ])
  func `a snapshot that shrank is suspect until a person accepts it`(
    deleted: ClosedRange<Int>, left: Int, reason: String
  ) async throws {
    let bench = try await BackupBench()
    let good = try await bench.snapshot()
    try await bench.delete(deleted)
    let warnings = reason.split(separator: "; ").map {
      "cupibulk: warning: http://127.0.0.1:PORT: the snapshot is suspect: \($0)\n"
    }.joined()
    #expect(
      try await bench.see("run") == """
        http://127.0.0.1:PORT: snapshot RUN, SUSPECT, \(left) servers of 2 port groups
        \(warnings)    hint: if that is right: cupibulk backup accept RUN --reason WHY --repo r
        exit 8
        """)
    let names = try await bench.snapshots()
    #expect(names.first == good && names.count == 2)
    #expect(try await bench.objects("show", ["latest"]).first?.text("snapshot") == good)
    #expect(
      try await bench.see("status")
        == "http://127.0.0.1:PORT: SUSPECT, last good snapshot DURATION ago (RUN), 8 servers of 2 port groups; "
        + "newest snapshot RUN is suspect: \(reason); no drill yet\nexit 9")
    #expect(try await bench.see("list").contains("  SUSPECT: \(reason)\n"))
    let ledger = try await bench.run(["runs", "list", "--json"]).output
    #expect(ledger.contains(#""exitCode":8"#))

    for command in [
      ["restore", "r@\(names[1])", "--exact", "--dry-run"],
      ["diff", "r@\(names[1])", bench.sandbox.url],
    ] {
      let seen = try await bench.see(command: command)
      #expect(
        seen.contains("cupibulk: warning: snapshot RUN is suspect: \(reason)\n"), "\(seen)")
    }

    // Nothing changed since, and it is suspect again.
    #expect(
      try await bench.see("run").contains("SUSPECT, \(left) servers of 2 port groups, unchanged\n"))
    #expect(
      try await bench.see("accept", [names[1], "--reason", "closed"])
        == "http://127.0.0.1:PORT: snapshot RUN is called good.\nexit 0")
    #expect(try await bench.objects("show", ["latest"]).first?.text("snapshot") == names[1])
    #expect(
      try await bench.see("list").contains("  1 suspect; accepted: closed\n"))
  }

  @Test func `a first snapshot without servers is suspect`() async throws {
    let bench = try await BackupBench(BackupBench.lab)
    try await bench.delete(1...8)
    #expect(
      try await bench.see("run") == """
        http://127.0.0.1:PORT: snapshot RUN, SUSPECT, 0 servers of 2 port groups
        cupibulk: warning: http://127.0.0.1:PORT: the snapshot is suspect: it is the first one, and has no servers
            hint: if that is right: cupibulk backup accept RUN --reason WHY --repo r
        exit 8
        """)
    #expect(
      try await bench.see("show", ["latest"]) == """
        cupibulk: The repository has no good snapshot of http://127.0.0.1:PORT
            hint: cupibulk backup list --all --repo r shows what there is; a suspect one must be named
        exit 1
        """)
    let name = try #require(try await bench.snapshots().first)
    #expect(
      try await bench.see("show", [name]).contains(
        "\nverdict   SUSPECT\nsuspect   it is the first one, and has no servers\n"))
    #expect(try await bench.backup("accept", [name, "--reason", "new"]).status == 0)
    #expect(try await bench.backup("show", ["latest"]).status == 0)
  }

  @Test func `suspects after the last good snapshot stay when others are forgotten`() async throws {
    let bench = try await BackupBench()
    let good = try await bench.snapshot()
    try await bench.delete(1...8)
    var suspects: [String] = []
    for _ in 1...4 { suspects.append(try await bench.snapshot(status: 8)) }
    #expect(
      try await bench.see("forget", ["--keep-last", "1", "--min-good", "1"])
        == "http://127.0.0.1:PORT: kept 4 of 5 snapshots, moved 1 to the trash.\nexit 0")
    #expect(try await bench.snapshots() == [good] + suspects.dropFirst())
  }
}
