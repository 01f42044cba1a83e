import Foundation
import HTTPMessages
import TestSupport
import Testing

/// Later changes decide whether `resume` and `undo last` may take an older run.
@Suite struct LaterRunsTests {
  private static let lab = {
    var lab = Lab("Branch 1", [.proxy("10.0.0.1")])
    lab.add("Branch 2", [.proxy("10.0.0.1")])
    lab.add("Branch 3", [.proxy("10.0.0.1")])
    return lab
  }()

  /// Makes a sandbox, and a run that was stopped with two of its three groups done.
  private func stopped() async throws -> (Workbench, HoldingGate) {
    let bench = try await Workbench(Self.lab)
    try bench.folder.write(
      "PortGroup,Service,Host\n" + (1...3).map { "Branch \($0),102,10.0.0.2\n" }.joined(),
      to: "rows.csv")
    let gate = try HoldingGate(
      before: bench.sandbox.url,
      holding: "POST /vmrest/portgroups/\(Lab.groupID(2))/portgroupservers")
    let program = try bench.start(["import", "rows.csv", "--slots", "1"], through: gate)
    try await gate.waitForRequest()
    program.send(signal: SIGTERM)
    #expect(await program.waits(for: "Stopping: "))
    gate.open()
    let run = await program.finish()
    #expect(run.status == 143, "\(run.messages)")
    return (bench, gate)
  }

  private func seen(
    _ bench: Workbench, _ arguments: [String], _ environment: [String: String] = [:]
  ) async throws -> String {
    try await bench.run(arguments + ["--progress", "none"], environment: environment).seen
      .replacing("http://127.0.0.1:PORT", with: "URL")
  }

  @Test func `a run that was undone is not resumed`() async throws {
    let (bench, gate) = try await stopped()
    let target = ["CUPIBULK_TARGET": gate.url]
    let show = try await bench.run(["runs", "show"]).seen
    #expect(show.contains("\nTo continue:\n  cupibulk resume RUN\n"), "\(show)")
    let name = try #require(
      try await bench.run(["runs", "list", "--json"]).output.firstMatch(of: /"run":"([^"]+)"/)?.1)
    try bench.folder.write(
      "PortGroup,Service,Host,Order\nBranch 1,102,10.0.0.1,4\n", to: "late.csv")
    #expect(try await bench.run(["import", "late.csv"], environment: target).status == 0)
    #expect(
      try await seen(bench, ["resume"], target) == """
        cupibulk: Run RUN is not finished, and run RUN has changed the same target since
            hint: to resume it anyway: cupibulk resume RUN; to take back what it did: cupibulk undo RUN
        exit 1
        """)
    #expect(try await bench.run(["undo", String(name)], environment: target).status == 0)
    #expect(
      try await seen(bench, ["resume", String(name)], target) == """
        cupibulk: Run RUN was undone by run RUN, so it is not resumed
            hint: to do it once more, import its input again
        exit 1
        """)
    #expect(
      try await seen(bench, ["resume"], target) == """
        Nothing to resume: every run on URL is finished.
        exit 0
        """)
  }

  @Test func `undo last takes the last run that was meant to change something`() async throws {
    let bench = try await Workbench(Self.lab)
    try bench.folder.write("PortGroup,Service,Host\nBranch 1,102,10.0.0.2\n", to: "rows.csv")
    #expect(try await bench.run(["import", "rows.csv"]).status == 0)
    #expect(try await bench.run(["export", "-o", "after.csv"]).status == 0)
    #expect(try await bench.run(["import", "misspelt.csv"]).status != 0)
    #expect(try await bench.run(["import", "rows.csv", "--dry-run"]).status == 0)
    let undone = try await bench.run(["undo", "last", "--dry-run"])
    #expect(undone.output.contains("would delete: SIP proxy 10.0.0.2"), "\(undone.output)")

    #expect(try await bench.run(["import", "rows.csv"]).status == 0)
    #expect(
      try await seen(bench, ["undo", "last"]) == """
        cupibulk: Run RUN is the last one that was to change something, and it changed nothing
            hint: the newest run that did: cupibulk undo RUN
        exit 1
        """)
    #expect(try await bench.servers(of: "Branch 1").count == 2)
  }

  @Test
  func
    `an undo that cannot restore a server names the host, and the later run or client`()
    async throws
  {
    let bench = try await Workbench(Self.lab)
    try bench.folder.write(
      "PortGroup,Service,Host,Order\nBranch 1,102,10.0.0.1,3\nBranch 2,102,10.0.0.1,3\n",
      to: "first.csv")
    #expect(try await bench.run(["import", "first.csv"]).status == 0)
    let first = try #require(
      try await bench.run(["runs", "list", "--json"]).output.firstMatch(of: /"run":"([^"]+)"/)?.1)
    try bench.folder.write(
      "PortGroup,Service,Host,Order\nBranch 1,102,10.0.0.1,4\n", to: "second.csv")
    #expect(try await bench.run(["import", "second.csv"]).status == 0)
    try await bench.sandbox.anotherClient(
      .put, "portgroups/\(Lab.groupID(2))/portgroupservers/\(Lab.serverID(2))",
      ["Precedence": "5"])
    let undo = ["undo", String(first)]
    let meaning =
      "The server was changed or deleted since the run, or during it."
    let plan = try await seen(bench, undo + ["--dry-run"])
    #expect(
      plan == """
        first.csv:2: would fail[changed-since]: SIP proxy 10.0.0.1 port 5060 tls 5061 in "Branch 1"
            \(meaning)
            hint: undo the run that did it first, or change the server by hand
        first.csv:3: would fail[changed-since]: SIP proxy 10.0.0.1 port 5060 tls 5061 in "Branch 2"
            \(meaning)
            hint: undo the run that did it first, or change the server by hand
        Dry run, nothing was sent: 2 would fail.
        exit 3
        """)
    let undone = try await seen(bench, undo)
    #expect(
      undone == """
        2 of 2 rows failed.
          failed  2
          read    2
        first.csv:3: failed[changed-since]: SIP proxy 10.0.0.1 port 5060 tls 5061 in "Branch 2": \(meaning)
            hint: another client did that; change the server by hand
        first.csv:2: failed[changed-since]: SIP proxy 10.0.0.1 port 5060 tls 5061 in "Branch 1": \(meaning)
            hint: undo run RUN first, or change the server by hand
        Every row: cupibulk runs rows RUN
        exit 3
        """)
  }

  // MARK: Files

  @Test func `an edited template and a file that is not an export are not replaced`() async throws {
    let bench = try await Workbench(Self.lab)
    try bench.folder.write("PortGroup,Service,Host\nBranch 1,102,10.0.0.2\n", to: "mine.csv")
    #expect(
      try await bench.folder.see(["template", "sip-proxy", "-o", "mine.csv"]) == """
        cupibulk: mine.csv is not replaced by a template: it may hold rows of yours
            hint: name another file, or remove it first
        exit 1
        """)
    try bench.folder.write("root:x:0:0\n", to: "important.csv")
    let refused = """
      cupibulk: important.csv was not replaced: it is damaged, or has something other than port group servers
          hint: look at the target and at the file; if it is right to replace the file, pass --accept-shrink
      exit 8
      """
    #expect(try await seen(bench, ["export", "-o", "important.csv"]) == refused)
    #expect(try bench.folder.read("important.csv") == "root:x:0:0\n")
    try bench.folder.write("", to: "empty.csv")
    #expect(try await bench.run(["export", "-o", "empty.csv"]).status == 0)
    try bench.folder.write(
      "PortGroup,Service,Host\n"
        + (1...4).map { "Branch \($0 % 3 + 1),102,10.0.0.\($0)\n" }.joined(), to: "old.csv")
    #expect(
      try await seen(bench, ["export", "-o", "old.csv"]) == """
        old.csv has 1 server fewer than the file that it replaced.
        Exported 3 servers of URL to old.csv (csv).
        exit 0
        """)
  }

  @Test func `a delete or a move that finds no server is reported`()
    async throws
  {
    let bench = try await Workbench(Self.lab)
    try bench.folder.write(
      "PortGroup,Service,Host,Remark,Site\nBranch 1,102,10.0.0.77,x,y\n", to: "old.csv")
    let delete = [
      "import", "old.csv", "--mode", "delete", "--max-delete", "100%", "--column", "*=Junk",
    ]
    let plan = try await seen(bench, delete + ["--dry-run"])
    #expect(
      plan.hasPrefix(
        "old.csv:2: nothing to delete: SIP proxy 10.0.0.77 in \"Branch 1\": there is no such server\n"
      ),
      "\(plan)")
    let done = try await seen(bench, delete)
    #expect(
      done.contains(
        """
        1 row was to delete a server that is not there:
          old.csv:2: unchanged: SIP proxy 10.0.0.77 in "Branch 1": there is no such server

        """), "\(done)")
    try bench.folder.write(
      "PortGroup,Service,Host,Match Host,MatchPort\nBranch 1,102,10.0.0.2,10.0.0.9,%null%\n",
      to: "move.csv")
    let moved = try await seen(bench, ["import", "move.csv", "--dry-run"])
    #expect(
      moved.hasPrefix(
        """
        move.csv:2: would fail[no-match]: SIP proxy 10.0.0.2 in "Branch 1"
            The group has no server with HostOrIPAddress 10.0.0.9 and Port empty.
        """), "\(moved)")
    #expect(
      try await bench.folder.see(["validate", "old.csv", "--column", "*=Host"]) == """
        cupibulk: --column is '*=Host'; all other headings can only be skipped: *=Junk
        Try 'cupibulk help validate'.
        exit 2
        """)
  }
}
