import Foundation
import TestSupport
import Testing

/// `REPO@latest`, `REPO@DAY` and `REPO@ID` in `backup show`, `diff` and `restore`.
@Suite struct BackupReferenceTests {
  @Test func `a snapshot is named by latest, by a day, or by the beginning of its name`()
    async throws
  {
    let bench = try await BackupBench()
    let old = try await bench.snapshot()
    try await bench.change(1, precedence: 30)
    let new = try await bench.snapshot()
    // Where the two are of two days, the test is about the second one.
    let day = "\(new.prefix(4))-\(new.dropFirst(4).prefix(2))-\(new.dropFirst(6).prefix(2))"
    func found(_ reference: String) async throws -> String? {
      try await bench.objects("show", [reference]).first?.text("snapshot")
    }
    #expect(try await found("latest") == new)
    #expect(try await found("LATEST") == new)
    #expect(try await found(day) == new)
    #expect(try await found(old) == old)
    #expect(try await found(String(new.prefix(20))) == new)
    #expect(try await found("2999-12-31") == new)

    for (reference, text) in [
      (
        "nosuch",
        "No snapshot begins with \"nosuch\"\n    hint: cupibulk backup list --all --repo r shows their names\nexit 1"
      ),
      (
        "2",
        "2 snapshots begin with 2\n    hint: type more of the name; cupibulk backup list --all --repo r shows them\nexit 1"
      ),
      (
        "2020-01-01",
        "The repository has no good snapshot of http://127.0.0.1:PORT that ended by the end of 2020-01-01\n"
          + "    hint: cupibulk backup list --all --repo r shows what there is; a suspect one must be named\n"
          + "exit 1"
      ),
      ("2026-02-30", "\"2026-02-30\" is no day\n    hint: a day looks like 2026-11-26\nexit 2"),
      (
        "a/b",
        "\"a/b\" names no snapshot\n    hint: allowed is latest, a day such as 2026-11-26, or the beginning of a snapshot's name\n"
          + "exit 2"
      ),
    ] {
      #expect(try await bench.see("show", [reference]) == "cupibulk: " + text)
      // Elsewhere a text that cannot be a snapshot is the name of a file.
      if ["nosuch", "a/b", "2026-02-30"].contains(reference) { continue }
      #expect(
        try await bench.see(command: ["restore", "r@\(reference)"]).hasSuffix(text), "\(reference)")
      #expect(
        try await bench.see(command: ["diff", "r@\(reference)", bench.sandbox.url]).hasSuffix(text),
        "\(reference)")
    }
    #expect(
      try await bench.see(command: ["diff", "r@\(old)", "r@\(day)"]) == """
        Port group "Branch 1":
          ~ SIP proxy 10.0.0.1 port 5060 tls 5061: Precedence 1 → 30

        Differences: 1 server changed in 1 of 2 port groups; 1 is the same.
        exit 0
        """)
    let diff = try await bench.run(["diff", "r@\(day)", bench.sandbox.url, "--exit-code"])
    #expect(diff.output == "No differences: 8 servers in 2 port groups are the same.\n")
    #expect(diff.status == 0)
  }

  @Test func `a restore puts a damaged server back, and a second one changes nothing`() async throws
  {
    let bench = try await BackupBench()
    try await bench.snapshot()
    let before = try await bench.bench.summary()
    try await bench.delete([2, 5, 8])
    try await bench.change(1, precedence: 30)
    try await bench.change(7, precedence: 31)
    try bench.folder.write("PortGroup,Service,Host\nBranch 2,102,10.9.9.9\n", to: "extra.csv")
    #expect(try await bench.run(["import", "extra.csv"]).status == 0)
    let restore = ["restore", "r@latest", "--exact", "--max-delete", "1"]
    let first = try await bench.run(restore)
    #expect(first.status == 0, "\(first.messages)")
    #expect(
      first.output == """
        Done: 9 rows, nothing failed.
          created    3
          updated    2
          deleted    1
          unchanged  3
          read       9
        All 2 port groups are as the source.
        Reset these port groups before the changes take effect:
          Branch 1
          Branch 2

        """)
    func withoutIDs(_ servers: [String]) -> [String] {
      servers.map { String($0.prefix { $0 != "(" }) }.sorted()
    }
    #expect(withoutIDs(try await bench.bench.summary()) == withoutIDs(before))
    let writes = try await bench.sandbox.log().writes
    let second = try await bench.run(restore)
    #expect(
      second.output == """
        Nothing to change: the server already is as the 8 rows say.
          unchanged  8
          read       8
        All 2 port groups are as the source.

        """)
    #expect(try await bench.sandbox.log().writes == writes)
    #expect(try await bench.backup("run").output.contains(", good, 8 servers"))
  }

  @Test func `several targets in one repository, and the snapshot of another server`() async throws
  {
    let bench = try await BackupBench()
    try await bench.snapshot()
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let second = try await SandboxProcess(in: folder)
    let name = try await bench.snapshot(["--target", second.url])
    let several =
      "The repository has snapshots of 2 targets: http://127.0.0.1:PORT and http://127.0.0.1:PORT\n"
      + "    hint: type the name of a snapshot, which cupibulk backup list --repo r shows\nexit 1"
    #expect(try await bench.see("show") == "cupibulk: " + several)
    #expect(try await bench.see("drill", ["latest"]) == "cupibulk: " + several)
    #expect(
      try await bench.objects("show", ["latest", "--target", second.url]).first?.text("snapshot")
        == name)
    #expect(
      try await bench.see("show", ["latest", "--target", "other"])
        == "cupibulk: The repository has no snapshot of other, only of http://127.0.0.1:PORT and http://127.0.0.1:PORT\n"
        + "exit 7")
    // The target of the command decides which history latest means.
    let own = try await bench.run(["restore", "r@latest", "--exact", "--dry-run"])
    #expect(own.output == "Dry run, nothing was sent: 8 unchanged.\n", "\(own.messages)")
    let refused = try await bench.see(command: ["restore", "r@\(name)", "--exact"])
    #expect(
      refused.hasSuffix(
        """
        cupibulk: The run was refused: r@RUN was read from http://127.0.0.1:PORT, and the target is http://127.0.0.1:PORT
            hint: if it is right to restore it onto another server, pass --from-other-target
        exit 7
        """), "\(refused)")
    #expect(try await bench.sandbox.log().writes == 0)
    // The built-in lab has none of the groups here.
    let forced = try await bench.run(
      ["restore", "r@\(name)", "--from-other-target", "--missing-groups", "skip", "--dry-run"])
    #expect(forced.status == 4, "\(forced.messages)")
    let shown = bench.shown(forced.announcement)
    #expect(
      shown.hasPrefix(
        "Dry run of restoring r@RUN, which was read from http://127.0.0.1:PORT, onto http://127.0.0.1:PORT"
      ),
      "\(shown)")
  }
}
