// The question on a terminal before a command writes, as whole screens, and what is sent after each answer.

import Foundation
import TestSupport
import Testing

@Suite struct QuestionTests {
  private typealias Step = TerminalSession.Step

  private let folder: TemporaryFolder
  private let sandbox: SandboxProcess
  private let terminal: TerminalSession

  init() async throws {
    folder = try TemporaryFolder()
    try folder.write(
      "PortGroup,Service,Host\nPhoneSystem-1 SIP,102,h.example\n", to: "rows.csv")
    try folder.writeSecret("sandbox\n", to: "password")
    sandbox = try await SandboxProcess(in: folder)
    terminal = TerminalSession(folder: folder)
  }

  private var target: String {
    "--target \(sandbox.url) --username admin --password-file password --progress none"
  }

  private func answering(_ keys: String, at prompt: String = "Continue? [y/N] ") -> [Step] {
    [Step(prompt: prompt, keys: keys)]
  }

  private func writes() async throws -> Int { try await sandbox.log().writes }

  private static let plan = """
    Importing rows.csv into http://127.0.0.1:PORT (version 14.0.1.0, server unity-lab), as run RUN.
    rows.csv:2: would create: SIP proxy h.example in "PhoneSystem-1 SIP"
    The plan: 1 to create.
    """

  @Test(arguments: [
    ("\r", "the answer was no", ""), ("n\r", "the answer was no", "n"),
    ("sure\r", "the answer was 'sure', and only y or yes continues", "sure"),
    ("\u{4}", "the answer was no", ""),
  ])
  func `without a yes nothing is sent, and nothing is left to resume`(
    keys: String, reason: String, shown: String
  ) async throws {
    #expect(
      try await terminal.see("import rows.csv \(target)", answering(keys)) == """
        \(Self.plan)
        Continue? [y/N] \(shown)
        cupibulk: Nothing was sent: \(reason)
            hint: run the command again and, if its plan is right, agree to it
        exit 1
        """)
    #expect(try await writes() == 0)
    #expect(
      try await folder.see(["resume"]) == """
        cupibulk: Run RUN sent nothing, so there is nothing to resume: it was not agreed to (\(reason))
            hint: run its command again
        exit 1
        """)
  }

  @Test(arguments: ["y\r", "YES\r", " y \r", "no\u{15}y\r", "x\u{7F}y\r"])
  func `a yes sends what was shown`(keys: String) async throws {
    let seen = try await terminal.see("import rows.csv \(target)", answering(keys))
    #expect(seen.contains("Done: 1 row, nothing failed."), "\(seen)")
    #expect(try await writes() == 1)
  }

  @Test
  func `with a result for programs the question is asked as well, and only the result is printed`()
    async throws
  {
    let seen = try await terminal.see("import rows.csv --json \(target) > out", answering("y\r"))
    #expect(seen.contains("Continue? [y/N] y\n"), "\(seen)")
    let output = try folder.read("out")
    #expect(output.hasPrefix(#"{"schema":1,"type":"result","exit":0,"run":""#), "\(output)")
    #expect(output.split(separator: "\n").count == 1)
  }

  @Test func `Ctrl-C at the question sends nothing, and the run can be resumed`() async throws {
    #expect(
      try await terminal.see("import rows.csv \(target)", answering("y\u{3}")) == """
        \(Self.plan)
        Continue? [y/N] y
        1 of 1 row was not done.
          pending  1
          read     1
        cupibulk: The run was stopped by Ctrl-C
        Resume with: cupibulk resume RUN
        Every row: cupibulk runs rows RUN
        exit 130
        """)
    #expect(try await writes() == 0)
    let unattended = try await folder.see([
      "resume", "--target", sandbox.url, "--username", "admin", "--password-file", "password",
    ])
    #expect(
      unattended.contains(
        """
        cupibulk: The run was refused: its plan was shown, and nobody has agreed to it; resume it on a terminal, or with --yes
        """), "\(unattended)")
    #expect(unattended.hasSuffix("exit 7"))
    #expect(try await writes() == 0)
    let resumed = try await terminal.see("resume \(target)", answering("y\r"))
    #expect(
      resumed == """
        Resuming run RUN on http://127.0.0.1:PORT (version 14.0.1.0, server unity-lab).
        rows.csv:2: would create: SIP proxy h.example in "PhoneSystem-1 SIP"
        The plan: 1 to create.
        Continue? [y/N] y
        Done: 1 row, nothing failed.
          created  1
          read     1
        2 servers of this port group are in no row, and stay as they are:
          SIP proxy 10.10.0.11 port 5060 tls 5061 in "PhoneSystem-1 SIP"
          SIP proxy 10.10.0.12 port 5060 tls 5061 in "PhoneSystem-1 SIP"
        Reset these port groups before the changes take effect:
          PhoneSystem-1 SIP
        Every row: cupibulk runs rows RUN
        exit 0
        """)
    #expect(try await writes() == 1)
  }

  @Test func `SIGTERM at the question ends the run`() async throws {
    let terminal = terminal
    let step = Step(prompt: "Continue? [y/N] ", keys: "") { try terminal.send(signal: SIGTERM) }
    let seen = try await terminal.see("import rows.csv \(target)", [step])
    #expect(seen.contains("cupibulk: The run was stopped by SIGTERM"), "\(seen)")
    #expect(seen.hasSuffix("exit 143"))
    #expect(try await writes() == 0)
  }

  @Test func `for deletes their number is typed`() async throws {
    try folder.write(
      """
      PortGroup,Service,Host,Operation
      PhoneSystem-1 SIP,102,10.10.0.11,delete
      PhoneSystem-1 SIP,102,h.example,create

      """, to: "mixed.csv")
    let plan = """
      Importing mixed.csv into http://127.0.0.1:PORT (version 14.0.1.0, server unity-lab), as run RUN.
      mixed.csv:3: would create: SIP proxy h.example in "PhoneSystem-1 SIP"
          warning: it would exist beside SIP proxy 10.10.0.12 port 5060 tls 5061, which no row names
          hint: to move that one, begin with: cupibulk template move-hosts
      mixed.csv:2: would delete: SIP proxy 10.10.0.11 port 5060 tls 5061 in "PhoneSystem-1 SIP"
      The plan: 1 to create, 1 to delete.
      """
    let prompt = "Type the number of servers to delete"
    for (keys, reason) in [
      ("y\r", "'y' was typed, and 1 server would be deleted"),
      ("2\r", "'2' was typed, and 1 server would be deleted"), ("\r", "no number was typed"),
    ] {
      let seen = try await terminal.see(
        "import mixed.csv --max-delete 1 \(target)",
        answering(keys, at: "Type the number of servers to delete"))
      #expect(seen.hasPrefix(plan), "\(seen)")
      #expect(seen.contains("cupibulk: Nothing was sent: \(reason)\n"), "\(seen)")
      #expect(seen.hasSuffix("exit 1"))
    }
    #expect(try await writes() == 0)
    let seen = try await terminal.see(
      "import mixed.csv --max-delete 1 \(target)",
      answering("1\r", at: prompt))
    #expect(seen.contains("Done: 2 rows, nothing failed."), "\(seen)")
    #expect(try await writes() == 2)
  }

  @Test func `the target is free while the question waits, and what changed since is left alone`()
    async throws
  {
    try folder.write(
      """
      PortGroup,Service,MatchHost,Host,Operation
      PhoneSystem-1 SIP,102,10.10.0.11,moved.example,update
      PhoneSystem-1 SIP,102,10.10.0.12,other.example,update

      """, to: "move.csv")
    try folder.write(
      "PortGroup,Service,Host,Precedence,Operation\nPhoneSystem-1 SIP,102,10.10.0.11,5,update\n",
      to: "meanwhile.csv")
    let (folder, url) = (folder, sandbox.url)
    let step = Step(prompt: "Continue? [y/N] ", keys: "y\r") {
      let run = try await ProgramRun.run(
        [
          "import", "meanwhile.csv", "--target", url, "--username", "admin", "--password-file",
          "password",
        ], in: folder.path)
      #expect(run.status == 0, "\(run.messages)")
    }
    let seen = try await terminal.see("import move.csv \(target)", [step])
    #expect(
      seen.contains(
        """
        move.csv:2: failed[changed-since-plan]: SIP proxy moved.example in "PhoneSystem-1 SIP": The server is no longer as the plan found it; it was left alone.
            hint: look at the server; if the row is still right, try it again with: cupibulk resume --failed
        """), "\(seen)")
    #expect(seen.contains("1 of 2 rows failed."), "\(seen)")
    #expect(seen.hasSuffix("exit 3"))
  }

  @Test func `every row to delete and every row that would fail is shown`() async throws {
    let rows = (1...30).map { "PhoneSystem-1 SIP,102,n\($0).example,create" }
    try folder.write(
      (["PortGroup,Service,Host,Operation"] + rows
        + [
          "PhoneSystem-1 SIP,102,10.10.0.12,delete",
          "PhoneSystem-2 SIP Listing,102,no.example,update", "",
        ])
        .joined(separator: "\n"), to: "many.csv")
    let seen = try await terminal.see(
      "import many.csv --max-delete 1 \(target)",
      answering("\r", at: "Type the number of servers to delete"))
    #expect(seen.contains("many.csv:32: would delete: SIP proxy 10.10.0.12"), "\(seen)")
    #expect(seen.contains("many.csv:33: would fail[no-match]"), "\(seen)")
    #expect(seen.contains("\n… and 10 more rows to create or update\n"), "\(seen)")
  }

  @Test func `the question comes also where messages go to a file`() async throws {
    let seen = try await terminal.see(
      "import rows.csv \(target) 2>messages", answering("n\r"))
    #expect(seen == "The plan: 1 to create. Continue? [y/N] n\nexit 1")
    #expect(try await writes() == 0)
  }

  @Test func `what changed while no process worked on an agreed run is left alone`() async throws {
    try folder.write(
      """
      PortGroup,Service,Host,Precedence,Operation
      PhoneSystem-1 SIP,102,10.10.0.11,7,update
      PhoneSystem-1 SIP,102,10.10.0.12,8,update

      """, to: "move.csv")
    try folder.write(
      "PortGroup,Service,Host,Precedence,Operation\nPhoneSystem-1 SIP,102,10.10.0.12,3,update\n",
      to: "other.csv")
    let (folder, sandbox, terminal) = (folder, sandbox, terminal)
    try await sandbox.faults("hold@1")
    let dies = Step(prompt: "Continue? [y/N] ", keys: "y\r")
    async let first = terminal.see("import move.csv \(target)", [dies])
    try await sandbox.waitUntilHeld()
    try terminal.send(signal: SIGKILL)
    _ = try await first
    try await sandbox.release()
    try await sandbox.waitForOrphans()
    let account = ["--target", sandbox.url, "--username", "admin", "--password-file", "password"]
    // The other run does not wait for the one that died.
    let other = try await ProgramRun.run(
      ["import", "other.csv", "--settle-wait", "0s", "--transfer-timeout", "1s"] + account,
      in: folder.path)
    #expect(other.status == 0, "\(other.messages)")
    let run = try #require(
      try await ProgramRun.run(["runs", "list", "--json"], in: folder.path).output
        .matches(of: /"run":"([^"]+)"/).last?.1)
    let seen = try await terminal.see(
      "resume \(run) --settle-wait 0s \(target)", answering("y\r"))
    #expect(
      seen.contains("move.csv:3: would fail[changed-since-plan]: SIP proxy 10.10.0.12"), "\(seen)")
    #expect(!seen.contains("move.csv:2: would"), "it was done: \(seen)")
    #expect(seen.contains("1 of 2 rows failed."), "\(seen)")
    let export = try await ProgramRun.run(["export"] + account, in: folder.path).output
    #expect(export.contains(/10\.10\.0\.12[^\n]*,3,/) || export.contains(",3"), "\(export)")
    #expect(try await writes() == 2, "the first update, and that of the other run")
  }

  @Test func `a yes in advance, and nothing to send, need no question`() async throws {
    let seen = try await terminal.see("import rows.csv --yes \(target)")
    #expect(seen.contains("Done: 1 row, nothing failed."), "\(seen)")
    let again = try await terminal.see("import rows.csv \(target)")
    #expect(again.contains("Nothing to change: the server already is as the row says."), "\(again)")
    #expect(!(seen + again).contains("Continue?"))
  }

  @Test func `an undo is asked for too`() async throws {
    _ = try await terminal.see("import rows.csv -y \(target)")
    let seen = try await terminal.see(
      "undo last \(target)", answering("0\r", at: "Type the number of servers to delete"))
    #expect(seen.contains("The plan: 1 to delete.\n"), "\(seen)")
    #expect(
      seen.contains("cupibulk: Nothing was sent: '0' was typed, and 1 server would be deleted"),
      "\(seen)")
    #expect(try await writes() == 1)
  }

  @Test func `a row that may have been sent is shown as such`() async throws {
    try await sandbox.faults("hold@1")
    let program = try RunningProgram(
      [
        "import", "rows.csv", "--target", sandbox.url, "--username", "admin", "--password-file",
        "password",
      ], in: folder.path)
    try await sandbox.waitUntilHeld()
    program.send(signal: SIGKILL)
    _ = await program.finish()
    let seen = try await terminal.see("resume \(target)", answering("n\r"))
    #expect(
      seen == """
        Resuming run RUN on http://127.0.0.1:PORT (version 14.0.1.0, server unity-lab).
        rows.csv:2: in doubt; if it was not done, would create: SIP proxy h.example in "PhoneSystem-1 SIP"
        The plan: 1 to create.
        Continue? [y/N] n
        rows.csv:2: inDoubt: SIP proxy h.example in "PhoneSystem-1 SIP"
        Of 1 row it is not known whether it was done.
          in doubt  1
          read      1
        cupibulk: Nothing more was sent: the answer was no
        Resume with: cupibulk resume RUN
        Every row: cupibulk runs rows RUN
        exit 6
        """)
  }

  @Test func `off a terminal nothing is asked`() async throws {
    let run = try await ProgramRun.run(
      [
        "import", "rows.csv", "--target", sandbox.url, "--username", "admin", "--password-file",
        "password",
      ], in: folder.path)
    #expect(run.status == 0)
    #expect(!run.messages.contains("Continue?"))
    #expect(
      run.announcement.contains("(version 14.0.1.0, server unity-lab), as run "),
      "\(run.announcement)")
  }
}
