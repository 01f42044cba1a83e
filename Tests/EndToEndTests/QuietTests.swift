import Foundation
import TestSupport
import Testing

/// `--quiet`, `--verbose` and `--log-file`.
@Suite struct QuietTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("PortGroup,Service,Host\nPhoneSystem-1 SIP,102,h.example\n", to: "rows.csv")
  }

  private func see(_ line: String) async throws -> String {
    try await folder.see(line.split(separator: " ").map(String.init))
  }

  @Test func `a quiet command prints nothing on success, and only what was asked for`() async throws
  {
    #expect(try await see("import -q rows.csv --target sandbox:lab.db") == "exit 0")
    #expect(
      try await see("runs rows -q") == """
        rows.csv:2: created: SIP proxy h.example in "PhoneSystem-1 SIP"
            set: MediaRemoteServiceEnum 102, HostOrIPAddress h.example, Port 5060, TlsPort 5061, Precedence 0
        exit 0
        """)
    #expect(try await see("validate --quiet rows.csv") == "exit 0")
  }

  @Test func `a quiet command that fails tells the whole story on standard error`() async throws {
    let words = ["import", "none.csv", "--target", "sandbox:lab.db"]
    let loud = try await ProgramRun.run(words, in: folder.path)
    let quiet = try await ProgramRun.run(words + ["-q"], in: folder.path)
    #expect(quiet.status == 4)
    #expect(quiet.output == "")
    #expect(quiet.messages == loud.messages)
  }

  @Test func `quiet and verbose exclude each other`() async throws {
    #expect(
      try await see("runs list -q -v") == """
        cupibulk: --quiet and --verbose cannot go together; give one of them
        Try 'cupibulk help runs list'.
        exit 2
        """)
  }

  @Test func `a verbose command says which ledger, target, slots and port groups`() async throws {
    let seen = try await see("import -v rows.csv --target sandbox:lab.db")
      .replacing(/(?m)^\d\d:\d\d:\d\d/, with: "CLOCK")
    for line in [
      "CLOCK the ledger is FOLDER/state/cupibulk/ledger.sqlite",
      "CLOCK the target is sandbox:lab.db", "CLOCK 2 slots for requests in flight",
      "CLOCK port group \"PhoneSystem-1 SIP\" ended after DURATION: 1 created",
    ] { #expect(seen.contains(line + "\n"), "\(seen)") }
  }

  @Test func `a log has every message with its time and its run, and is private`() async throws {
    let line = "import rows.csv --target sandbox:lab.db --log-file run.log"
    #expect(try await see(line + " -q") == "exit 0")
    #expect(try await see(line).hasSuffix("exit 0"))
    let log = ConsoleExamples.shape(try folder.read("run.log"))
    #expect(
      log.hasPrefix(
        """
        TIME - begins: cupibulk import rows.csv --target sandbox:lab.db --log-file run.log -q
        TIME RUN Importing rows.csv into sandbox:lab.db, as run RUN.

        """), "\(log)")
    #expect(log.hasSuffix("TIME RUN ends well\n"))
    let mode = try FileManager.default.attributesOfItem(atPath: folder.path("run.log"))[
      .posixPermissions]
    #expect(mode as? Int == 0o600)
  }

  @Test(arguments: ["rows.csv", "./rows.csv", "lab.db", "state/cupibulk/ledger.sqlite", "-"])
  func `a log is never written over a file that the command uses`(name: String) async throws {
    let run = try await ProgramRun.run(
      ["import", "rows.csv", "--target", "sandbox:lab.db", "--log-file", name], in: folder.path)
    #expect(run.status == 1)
    #expect(run.messages.hasPrefix("cupibulk: The log cannot be written to "), "\(run.messages)")
    #expect(try folder.read("rows.csv").hasPrefix("PortGroup,"))
  }

  @Test func `a full disk ends the log with a warning, and not the run`() async throws {
    let run = try await ProgramRun.run(
      ["import", "rows.csv", "--target", "sandbox:lab.db", "--log-file", "/dev/full"],
      in: folder.path)
    #expect(run.status == 0)
    let warnings = run.messages.split(separator: "\n").filter { $0.contains("the log /dev/full") }
    #expect(
      warnings == [
        "cupibulk: warning: the log /dev/full ends here, because it cannot be written: "
          + "No space left on device"
      ])
  }
}
