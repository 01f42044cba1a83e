// Plans with the real program: what a user sees, what is refused, and that each thing is done once.

import Foundation
import PortGroupFiles
import TestSupport
import Testing

@Suite struct ApplyCommandTests {
  private static let target = ["--target", "sandbox:lab.db"]

  /// A folder with a sandbox, and a file that moves one server of it and deletes another one.
  private func folder() async throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(
      """
      PortGroup,Service,MatchHost,Host,Operation
      PhoneSystem-1 SIP,102,10.10.0.11,10.50.0.11,update
      PhoneSystem-1 SIP,102,,10.10.0.12,delete

      """, to: "move.csv")
    return folder
  }

  private func plan(
    _ folder: TemporaryFolder, to name: String = "move.plan", _ options: [String] = []
  ) async throws -> String {
    try await folder.see(
      ["import", "move.csv", "--max-delete", "1", "--plan", name] + options + Self.target)
  }

  private func fingerprint(_ folder: TemporaryFolder, _ name: String = "move.plan") throws -> String
  {
    try PlanReader(folder.path(name)).head.fingerprint.text
  }

  @Test func `a plan is made, checked, approved and applied, and taken back`() async throws {
    let folder = try await folder()
    #expect(
      try await plan(folder) == """
        move.csv:2: would update: SIP proxy 10.10.0.11 port 5060 tls 5061 in "PhoneSystem-1 SIP": HostOrIPAddress \
        10.10.0.11 → 10.50.0.11
        move.csv:3: would delete: SIP proxy 10.10.0.12 port 5060 tls 5061 in "PhoneSystem-1 SIP"
        Dry run, nothing was sent: 1 to update, 1 to delete.
        Plan move.plan: fingerprint FINGERPRINT
        It can be applied until TIME. Show it with: cupibulk plan show move.plan
        exit 0
        """)
    let check = ["plan", "check", "move.plan"] + Self.target
    #expect(
      try await folder.see(check) == """
        move.csv:2: would update: SIP proxy 10.10.0.11 port 5060 tls 5061 in "PhoneSystem-1 SIP": HostOrIPAddress \
        10.10.0.11 → 10.50.0.11
        move.csv:3: would delete: SIP proxy 10.10.0.12 port 5060 tls 5061 in "PhoneSystem-1 SIP"
        Each step of the plan still holds: 1 to update, 1 to delete. Nothing was sent.
        exit 0
        """)
    let apply = ["apply", "move.plan"] + Self.target
    #expect(
      try await folder.see(apply) == """
        Applying move.plan to sandbox:lab.db, as run RUN.
        cupibulk: The run was refused: nobody has approved move.plan: without a terminal, --approve gives its \
        fingerprint
        exit 7
        """)
    let approved = apply + ["--approve", try fingerprint(folder).lowercased()]
    #expect(
      try await folder.see(approved) == """
        Done: 2 rows, nothing failed.
          updated  1
          deleted  1
          read     2
        Reset these port groups before the changes take effect:
          PhoneSystem-1 SIP
        Applying move.plan to sandbox:lab.db, as run RUN.
        Every row: cupibulk runs rows RUN
        exit 0
        """)
    #expect(
      try await folder.see(approved) == """
        Applying move.plan to sandbox:lab.db, as run RUN.
        cupibulk: Nothing was sent: move.plan was applied already, by run RUN
            hint: make a new plan: run the command that made it again
        exit 12
        """)
    let after = try await plan(folder, to: "after.plan")
    #expect(after.contains("would fail[no-match]") == false)
    let run = try await folder.see(["runs", "list", "--kind", "apply", "--json"])
    let done = try #require(run.split(separator: "\n").first { $0.contains("\"exitCode\":0") })
    #expect(done.contains("\"kind\":\"apply\""))
  }

  @Test func `what is not as it was approved is refused, and uses nothing up`() async throws {
    let folder = try await folder()
    _ = try await plan(folder)
    let own = try fingerprint(folder)
    let other = String(own.reversed())
    let apply = ["apply", "move.plan"] + Self.target
    #expect(
      try await folder.see(apply + ["--approve", other])
        == """
        Applying move.plan to sandbox:lab.db, as run RUN.
        cupibulk: The run was refused: move.plan has the fingerprint FINGERPRINT, and FINGERPRINT was approved
        exit 7
        """)
    #expect(
      try await folder.see(apply + ["--approve", String(own.prefix(8))])
        == """
        cupibulk: --approve is '\(own.prefix(8))'; a fingerprint has 26 letters and digits; plan show prints it
        Try 'cupibulk help apply'.
        exit 2
        """)
    #expect(
      try await folder.see(["apply", "move.plan", "--target", "sandbox:other.db", "--approve", own])
        == """
        Applying move.plan to sandbox:other.db, as run RUN.
        cupibulk: The run was refused: move.plan is a plan for sandbox:lab.db, and sandbox:other.db is another server \
        (id GUID)
        exit 7
        """)
    // A copy of the server has its id.
    try FileManager.default.copyItem(
      atPath: folder.path("lab.db"), toPath: folder.path("copy.db"))
    let copy = ["apply", "move.plan", "--target", "sandbox:copy.db", "--approve", own]
    #expect(
      try await folder.see(copy)
        == """
        Applying move.plan to sandbox:copy.db, as run RUN.
        cupibulk: The run was refused: move.plan is a plan for sandbox:lab.db; sandbox:copy.db has the same id, so that \
        it is either the same server under another address or a copy of it
        exit 7
        """)
    let text = try folder.read("move.plan")
    try folder.write(text.replacing("10.50.0.11", with: "10.50.0.12"), to: "edited.plan")
    #expect(
      try await folder.see(["apply", "edited.plan", "--approve", own] + Self.target)
        == """
        cupibulk: edited.plan was changed: its lines do not have the digest that the last one gives
            hint: make the plan again; a plan is never edited by hand
        exit 4
        """)
    #expect(try await folder.see(apply + ["--approve", own]).contains("exit 0"))
    #expect(try await folder.see(copy + ["--target-moved"]).contains("exit 12"))
  }

  @Test func `an expired plan is not applied`() async throws {
    let folder = try await folder()
    var maker = PlanMaker()
    maker.target = PlanHead.Target(id: nil, url: "sandbox:lab.db")
    maker.notAfter = "2026-01-02T03:04:05Z"
    try maker.write(to: folder.path("old.plan"))
    #expect(
      try await folder.see(["apply", "old.plan"])
        == """
        Applying old.plan to sandbox:lab.db, as run RUN.
        cupibulk: Nothing was sent: old.plan expired on TIME; make it again
            hint: make a new plan: run the command that made it again
        exit 12
        """)
  }

  @Test func `a plan does not choose the server that gets the password`() async throws {
    let folder = try await folder()
    let maker = PlanMaker()
    try maker.write(to: folder.path("foreign.plan"))
    #expect(
      try await folder.see(["apply", "foreign.plan"])
        == """
        cupibulk: A plan does not choose the server that gets the password: name it with --target
            hint: foreign.plan is for https://cuc.example.com:8443
        exit 2
        """)
  }

  @Test func `what a user of another tool types first is answered with the command`() async throws {
    let folder = try await folder()
    #expect(
      try await folder.see(["plan", "move.csv", "--target", "sandbox:lab.db", "-o", "move.plan"])
        == """
        cupibulk: plan only looks at plans; one is made with: cupibulk import move.csv --target sandbox:lab.db --plan \
        move.plan
        Try 'cupibulk help plan'.
        exit 2
        """)
    #expect(
      try await folder.see(["import", "move.csv", "--plan", "x.plan", "--yes"] + Self.target)
        == """
        cupibulk: --plan and --yes cannot go together; give one of them
        Try 'cupibulk help import'.
        exit 2
        """)
    #expect(
      try await folder.see(["import", "move.csv", "--plan", "x.plan.gz"] + Self.target)
        == """
        cupibulk: A plan is written to a file, and not compressed
            hint: name one such as --plan change.plan
        exit 2
        """)
  }

  @Test func `a plan does not replace anything but a plan`() async throws {
    let folder = try await folder()
    let rows = try folder.read("move.csv")
    #expect(
      try await plan(folder, to: "move.csv")
        == """
        cupibulk: move.csv exists and is not a plan, so that it is not replaced by one
            hint: name another file with --plan
        exit 2
        """)
    #expect(try folder.read("move.csv") == rows)
    for (name, options) in [("lab.db", []), ("new.db-wal", ["--ledger", "new.db"])] {
      #expect(
        try await plan(folder, to: name, options)
          == """
          cupibulk: \(name) is the ledger or the sandbox of this command
              hint: name another file with --plan
          exit 2
          """)
    }
    #expect(
      try await plan(folder, to: "/dev/null")
        == """
        cupibulk: /dev/null is not a file, and a plan is written to one
            hint: name one such as --plan change.plan
        exit 2
        """)
    #expect(try await plan(folder).contains("exit 0"))
    #expect(try await plan(folder).contains("exit 0"), "a plan is replaced by a later one")
  }

  @Test func `with nothing to do, a plan can be made and applied`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "PortGroup,Service,Host,Order\nPhoneSystem-1 SIP,102,10.10.0.11,0\n", to: "move.csv")
    _ = try await plan(folder)
    let applied = try await folder.see(
      ["apply", "move.plan", "--approve", fingerprint(folder)] + Self.target)
    #expect(
      applied == """
        There was nothing to do.
          read  0
        Applying move.plan to sandbox:lab.db, as run RUN.
        exit 0
        """)
  }

  @Test func `if no plan is written, an earlier one of that name is said to be unchanged`()
    async throws
  {
    let folder = try await folder()
    _ = try await plan(folder)
    let before = try folder.read("move.plan")
    let refused = try await folder.see(
      ["import", "move.csv", "--max-delete", "0", "--plan", "move.plan"] + Self.target)
    #expect(
      refused.contains("No plan was written: move.plan is an earlier file, and unchanged."),
      "\(refused)")
    #expect(refused.hasSuffix("exit 8\n") || refused.hasSuffix("exit 8"), "\(refused)")
    #expect(try folder.read("move.plan") == before)
  }

  @Test func `the fingerprint is typed on a terminal`() async throws {
    let folder = try await folder()
    try folder.writeSecret("sandbox\n", to: "password")
    let sandbox = try await SandboxProcess(in: folder)
    let target = "--target \(sandbox.url) --username admin --password-file password --progress none"
    _ = try await folder.see(
      ["import", "move.csv", "--max-delete", "1", "--plan", "move.plan"]
        + target.split(separator: " ").map(String.init))
    let terminal = TerminalSession(folder: folder, columns: 200)
    let prompt = "Type the fingerprint that was approved, or nothing to stop: "
    let stopped = try await terminal.see(
      "apply move.plan \(target)", [.init(prompt: prompt, keys: "\r")])
    #expect(stopped.contains("The run was refused: no fingerprint was typed"), "\(stopped)")
    #expect(stopped.hasSuffix("exit 7"))
    #expect(try await sandbox.log().writes == 0)
    let done = try await terminal.see(
      "apply move.plan \(target)", [.init(prompt: prompt, keys: try fingerprint(folder) + "\r")])
    #expect(done.contains("Done: 2 rows, nothing failed."), "\(done)")
    #expect(try await sandbox.log().writes == 2)
  }

  @Test func `two people who plan from their own seats get one fingerprint and the same lines`()
    async throws
  {
    let bench = try await Workbench(Lab("G", (1...6).map { .proxy("10.0.0.\($0)") }))
    let rows = "PortGroup,Service,Host,Order\n" + (1...5).map { "G,102,10.0.0.\($0),9\n" }.joined()
    try bench.folder.write(rows + "G,102,10.9.9.9,1\n", to: "one.csv")
    try bench.folder.write(
      "\n" + rows.replacing(",", with: ";") + "G;102;10.9.9.9;1\n", to: "two.csv")
    var bodies: Set<String> = []
    var fingerprints: Set<String> = []
    // One seat has a history of the same rows.
    try bench.folder.write("PortGroup,Service,Host,Order\nG,102,10.0.0.1,3\n", to: "history.csv")
    #expect(try await bench.run(["import", "history.csv"]).status == 0)
    for round in 0..<20 {
      let plan = "\(round).plan"
      if round % 3 == 0 { _ = try await bench.sandbox.faults("slow=2ms") }
      let made = try await bench.run(
        [
          "import", round % 2 == 0 ? "one.csv" : "two.csv", "--plan", plan, "--slots",
          "\(1 + round % 4)", "--ticket", "CHG\(round)",
        ],
        environment: round % 2 == 0 ? [:] : ["XDG_STATE_HOME": bench.folder.path("other")])
      #expect(made.status == 0, "\(made)")
      fingerprints.insert(try fingerprint(bench.folder, plan))
      let lines = try bench.folder.read(plan).split(separator: "\n").dropFirst()
      bodies.insert(
        lines.map {
          $0.replacing(/"from":"[^"]*"/, with: "").replacing(/"head":"[^"]*"/, with: "")
        }.joined(separator: "\n"))
    }
    #expect(fingerprints.count == 1)
    #expect(bodies.count == 1)
  }

  @Test func `where others have changed servers, exactly those rows fail, as the check says`()
    async throws
  {
    var lab = Lab()
    for group in 1...25 {
      lab.add("G\(group)", (1...20).map { .proxy("10.0.\(group).\($0)") })
    }
    let bench = try await Workbench(lab)
    func rows(_ groups: ClosedRange<Int>, _ numbers: ClosedRange<Int>, order: Int) -> String {
      "PortGroup,Service,Host,Order\n"
        + groups.flatMap { group in numbers.map { "G\(group),102,10.0.\(group).\($0),\(order)\n" }
        }
        .joined()
    }
    try bench.folder.write(rows(1...25, 1...20, order: 4), to: "change.csv")
    try bench.folder.write(rows(6...15, 1...3, order: 7), to: "others.csv")
    #expect(try await bench.run(["import", "change.csv", "--plan", "change.plan"]).status == 0)
    #expect(try await bench.run(["import", "others.csv"]).status == 0)
    let writes = try await bench.sandbox.log().writes
    let check = try await bench.run(["plan", "check", "change.plan"])
    #expect(check.status == 12)
    #expect(check.output.split(separator: "\n").count { $0.contains("[changed-since-plan]") } == 30)
    let own = try fingerprint(bench.folder, "change.plan")
    let none = try await bench.run(
      ["apply", "change.plan", "--approve", own, "--on-drift", "none"])
    #expect(none.status == 12)
    #expect(
      none.messages.contains(
        "Nothing was sent: 30 steps of the plan no longer hold, and --on-drift none sends nothing then"
      ))
    #expect(try await bench.sandbox.log().writes == writes)
    let applied = try await bench.run(["apply", "change.plan", "--approve", own])
    #expect(applied.status == 3)
    #expect(try await bench.sandbox.log().writes == writes + 470)
    let states = try await bench.rows().map(\.state)
    #expect(states.count { $0 == "updated" } == 470)
    #expect(states.count { $0 == "failed" } == 30)
  }

  @Test(arguments: [1, 7], ["hold", "hold-reply"])
  func `an apply that is killed is resumed by the same command`(
    write: Int, fault: String
  ) async throws {
    let bench = try await Workbench(Lab("G", (1...8).map { .proxy("10.0.0.\($0)") }))
    try bench.folder.write(
      "PortGroup,Service,Host,Order\n" + (1...8).map { "G,102,10.0.0.\($0),9\n" }.joined(),
      to: "change.csv")
    #expect(try await bench.run(["import", "change.csv", "--plan", "change.plan"]).status == 0)
    let apply = ["apply", "change.plan", "--approve", try fingerprint(bench.folder, "change.plan")]
    try await bench.sandbox.faults("\(fault)@\(write)")
    let program = try bench.start(apply)
    try await bench.sandbox.waitUntilHeld()
    program.send(signal: SIGKILL)
    _ = await program.finish()
    try await bench.sandbox.release()
    let resumed = try await bench.run(apply)
    #expect(resumed.status == 0, "\(resumed)")
    #expect(resumed.messages.contains(" has begun to apply change.plan, and is resumed."))
    #expect(try await bench.rows().map(\.state) == Array(repeating: "updated", count: 8))
    #expect(try await bench.run(apply).status == 12)
    // The newest run that has sent anything is meant.
    #expect(try await bench.run(["undo", "last", "--yes"]).status == 0)
  }
}
