// Tests that every attempt is recorded with its ending, and first prints what it will do to which target.

import Foundation
import TestSupport
import Testing

struct AttemptTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("PortGroup,Service,Host\nPhoneSystem-1 SIP,102,h.example\n", to: "rows.csv")
    try folder.write(
      "PortGroup,Service,Host\nPhoneSystem-1 SIP,102,h.example\nno such group,102,h.example\n",
      to: "invalid.csv")
    try folder.writeSecret("sandbox\n", to: "password")
  }

  private func run(
    _ line: String, environment: [String: String] = [:]
  ) async throws -> ProgramRun {
    try await ProgramRun.run(
      line.split(separator: " ").map(String.init), in: folder.path,
      environment: ["CUPIBULK_PROGRESS": "none"].merging(environment) { $1 })
  }

  /// The newest run as `runs list` shows it, without its name.
  private func newest() async throws -> String {
    let lines = try await run("runs list").output.split(separator: "\n")
    return try #require(lines.dropFirst().first).split(separator: " ").dropFirst().dropLast()
      .joined(separator: " ")
  }

  /// A command that fails before its work begins, its exit code, and its record in the ledger.
  struct Case: CustomTestStringConvertible {
    var testDescription: String { line }
    let line: String
    let status: Int32
    let recorded: String
  }

  private static let server = "--target https://127.0.0.1:1"
  private static let login = "--username admin --password-file password --connect-wait 1s"

  static let cases = [
    Case(
      line: "import rows.csv \(server) --username admin", status: 2,
      recorded: "import https://127.0.0.1:1 stopped: There is no password for 127.0.0.1, "
        + "and no terminal to ask for it rows.csv"),
    Case(
      line: "export -o out.csv \(server) --username admin --password-file none", status: 7,
      recorded: "export https://127.0.0.1:1 stopped: The password file none does not exist out.csv"),
    Case(
      line: "import rows.csv \(server) \(login)", status: 5,
      recorded:
        "import https://127.0.0.1:1 stopped: 127.0.0.1 port 1 refused the connection rows.csv"
    ),
    Case(
      line: "import none.csv \(server) \(login)", status: 4,
      recorded: "import https://127.0.0.1:1 refused: the input cannot be read none.csv"),
    Case(
      line: "import rows.csv \(server) \(login) --ca-cert none.pem", status: 7,
      recorded:
        "import https://127.0.0.1:1 stopped: The certificate authorities in none.pem "
        + "cannot be read: No such file or directory rows.csv"),
    Case(
      line: "export -o none/out.csv \(server) \(login)", status: 1,
      recorded:
        "export https://127.0.0.1:1 failed: Cannot write none/out.csv: its folder "
        + "does not exist; make it, or name another one none/out.csv"),
    Case(
      line: "import rows.csv --only-group SIP --target sandbox:lab.db", status: 4,
      recorded: "import sandbox:lab.db stopped: the target has no port group \"SIP\", "
        + "which --only-group asks for rows.csv"),
    Case(
      line: "import rows.csv --dry-run --target sandbox:lab.db", status: 0,
      recorded: "import (dry run) sandbox:lab.db done: a dry run sends nothing rows.csv"),
    Case(
      line: "import invalid.csv --dry-run --target sandbox:lab.db", status: 4,
      recorded: "import (dry run) sandbox:lab.db done: a dry run sends nothing invalid.csv"),
    Case(
      line: "import rows.csv --dry-run \(server) \(login)", status: 5,
      recorded:
        "import (dry run) https://127.0.0.1:1 stopped: 127.0.0.1 port 1 refused the "
        + "connection rows.csv"),
  ]

  @Test(arguments: cases)
  func `an attempt that fails before its work begins is recorded with its ending`(
    one: Case
  ) async throws {
    let run = try await run(one.line)
    #expect(run.status == one.status, "\(run.messages)")
    #expect(try await newest() == one.recorded)
    #expect(try await folder.holdsOnlyAttempts())
    let shown = try await self.run("runs show --json")
    #expect(shown.output.contains(#""exitCode":\#(one.status),"#) || one.line.contains("--dry-run"))
    let rows = try await self.run("runs rows")
    if !one.line.contains("--dry-run") {
      #expect(
        rows.seen
          == "Run RUN has no rows in the ledger: it ended before its rows were recorded.\nexit 0"
      )
    }
  }

  @Test func `a command first prints what it will do to which target`() async throws {
    let target = ["CUPIBULK_TARGET": "sandbox:lab.db"]
    try folder.write("PortGroup,Service,Host\nPhoneSystem-1 SIP,102,no.example\n", to: "other.csv")
    func announced(_ line: String) async throws -> String {
      ConsoleExamples.shape(try await run(line, environment: target).announcement)
    }
    #expect(
      try await announced("import rows.csv --dry-run")
        == "Dry run of rows.csv on sandbox:lab.db (named by CUPIBULK_TARGET): nothing is sent.")
    #expect(
      try await announced("import rows.csv")
        == "Importing rows.csv into sandbox:lab.db (named by CUPIBULK_TARGET), as run RUN.")
    #expect(
      try await announced("undo last --dry-run")
        == "Dry run of undoing run RUN on sandbox:lab.db (named by CUPIBULK_TARGET): nothing is sent."
    )
    #expect(
      try await announced("undo last")
        == "Undoing run RUN on sandbox:lab.db (named by CUPIBULK_TARGET), as run RUN.")
    #expect(
      try await announced("import other.csv --mode update")
        == "Importing other.csv into sandbox:lab.db (named by CUPIBULK_TARGET), as run RUN.")
    #expect(
      try await announced("resume --failed")
        == "Trying the failed rows of RUN again on sandbox:lab.db (named by CUPIBULK_TARGET), as run RUN."
    )
  }

  @Test func `import or resume does not report success only because nothing is left to do`()
    async throws
  {
    let target = "--target sandbox:lab.db"
    let seen = { [folder] (line: String) async throws in
      try await folder.see(script: "cupibulk \(line) || cupibulk resume")
    }
    #expect(
      try await seen("import none.csv \(target)") == """
        none.csv: error[file-unreadable]: there is no such file
            hint: check the name and the folder
        1 error
        cupibulk: Nothing was sent: the input cannot be read
        cupibulk: Run RUN sent nothing, so there is nothing to resume: it was refused (the input cannot be read)
            hint: correct its input and import it again
        exit 4
        """)
    #expect(
      try await seen("import rows.csv \(Self.server) --username admin") == """
        cupibulk: There is no password for 127.0.0.1, and no terminal to ask for it
            hint: pass --password-file FILE, --netrc-file FILE or --password-command COMMAND
        cupibulk: Run RUN sent nothing, so there is nothing to resume: it ended before its rows were recorded (There is no password for 127.0.0.1, and no terminal to ask for it)
            hint: run its command again
        exit 2
        """)
    // An older unfinished run is named, but not resumed instead.
    #expect(try await run("import rows.csv --mode delete \(target)").status == 8)
    let older = try await run("import none.csv \(target)")
    #expect(older.status == 4)
    let resumed = try await run("resume")
    #expect(resumed.status == 4)
    #expect(resumed.messages.contains("; what is left of another run: cupibulk resume 2"))
    // A named run is resumed; here the limit of failures stops it again.
    let name = try #require(
      try await run("runs list").output.split(separator: "\n").dropFirst(2).first?.suffix(21))
    #expect(try await run("resume \(name)").status == 8)
  }
}
