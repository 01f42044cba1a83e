import CommandLineTool
import Foundation
import TestSupport
import Testing

/// No command waits for somebody, or fails without a reason, where there is no input, home or terminal.
@Suite struct EveryCommandTests {
  private static let server = "--target https://127.0.0.1:1 --username admin --connect-wait 1s"

  private static let noRepository = "cupibulk: There is no repository in backups"

  /// The words after a command's name, its exit code, and how its messages begin if it fails.
  private static let cases: [String: (words: String, status: Int32, message: String)] = [
    "import": (
      "rows.csv \(server)", 2,
      "cupibulk: There is no password for 127.0.0.1, and no terminal to ask for it"
    ),
    "export": (
      server, 2, "cupibulk: There is no password for 127.0.0.1, and no terminal to ask for it"
    ),
    "restore": ("rows.csv \(server)", 2, "Restoring rows.csv onto https://127.0.0.1:1, as run "),
    "diff": ("rows.csv rows.csv --exit-code", 0, ""),
    "backup init": ("--repo backups", 0, ""),
    "backup run": (
      "--repo backups \(server)", 1,
      "cupibulk: https://127.0.0.1:1: There is no repository in backups"
    ),
    "backup list": ("--repo backups", 1, noRepository),
    "backup show": ("--repo backups", 1, noRepository),
    "backup status": ("--repo backups", 1, noRepository),
    "backup verify": ("--repo backups", 1, noRepository),
    "backup drill": ("--repo backups", 1, noRepository),
    "backup accept": ("latest --repo backups --reason right", 1, noRepository),
    "backup keep": ("latest --repo backups --reason right", 1, noRepository),
    "backup forget": ("--repo backups", 1, noRepository),
    "backup copy": ("elsewhere --repo backups", 1, noRepository),
    "validate": ("rows.csv", 0, ""), "inspect": ("rows.csv", 0, ""),
    "convert": ("rows.csv --to json -o -", 0, ""), "template": ("sip-proxy", 0, ""),
    "resume": ("", 0, ""), "help": ("", 0, ""), "version": ("--json", 0, ""),
    "completion": ("bash", 0, ""),
    "undo": ("last", 1, "cupibulk: The ledger FOLDER/state/cupibulk/ledger.sqlite has no run yet"),
    "plan show": (
      "rows.csv", 4, "cupibulk: rows.csv is not a plan of cupibulk"
    ),
    "plan check": ("rows.csv", 4, "cupibulk: rows.csv is not a plan of cupibulk"),
    "apply": ("rows.csv", 4, "cupibulk: rows.csv is not a plan of cupibulk"),
    "runs list": ("", 0, ""),
    "runs show": ("", 1, "cupibulk: The ledger FOLDER/state/cupibulk/ledger.sqlite has no run yet"),
    "runs rows": ("", 1, "cupibulk: The ledger FOLDER/state/cupibulk/ledger.sqlite has no run yet"),
    "runs rejects": (
      "-o x.csv", 1, "cupibulk: The ledger FOLDER/state/cupibulk/ledger.sqlite has no run yet"
    ),
    "runs prune": ("--keep 90d", 0, ""),
    "target check": (
      "https://127.0.0.1:1 --username admin --connect-timeout 1s", 5,
      "cupibulk: https://127.0.0.1:1: the server cannot be reached: 127.0.0.1 port 1 refused the connection "
        + "(connecting); check the target's address and port (443 or 8443) and the network"
    ),
    "target add": (
      "lab https://127.0.0.1:1 --username admin --connect-timeout 1s", 5,
      "cupibulk: https://127.0.0.1:1: the server cannot be reached: 127.0.0.1 port 1 refused the connection "
    ),
    "target list": ("", 0, ""),
    "target show": ("lab", 2, "cupibulk: There is no target lab in "),
    "target renew": ("lab", 2, "cupibulk: There is no target lab in "),
    "target remove": ("lab", 2, "cupibulk: There is no target lab in "),
    "schedule backup": ("--at 04:15 --target sandbox:lab.db --repo backups", 0, ""),
    // It works until it is stopped.
    "sandbox": ("--port 0", 0, ""),
  ]

  private static let circumstances = [
    ("closed standard input", "", "<&-"), ("no HOME", "env -u HOME", "</dev/null"),
    ("no TERM", "env -u TERM", "</dev/null"),
    ("nothing at all", "env -u HOME -u TERM", "<&- 3>&-"),
  ]

  private static var commands: [String] {
    Command.allPaths().filter { $0.command.subcommands.isEmpty }.map(\.name)
  }

  @Test(arguments: commands)
  func `a command ends by itself, with a reason if it fails`(name: String) async throws {
    let one = try #require(Self.cases[name], "the table of this test needs \(name)")
    for (circumstance, environment, input) in Self.circumstances {
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      try folder.write("PortGroup,Service,Host\nSIP,102,h.example\n", to: "rows.csv")
      let limit = name == "sandbox" ? "1" : "60"
      // In a session of its own, without a controlling terminal.
      let run = try await ProgramRun.run(
        [
          "-c",
          "exec setsid -w \(environment) timeout --preserve-status \(limit) \(Package.program) "
            + "\(name) \(one.words) \(input)",
        ], program: "/bin/bash", in: folder.path, environment: ["CUPIBULK_PROGRESS": "none"])
      #expect(run.status == one.status, "\(name) with \(circumstance): \(run.messages)")
      let first = run.messages.replacing(folder.path, with: "FOLDER").split(separator: "\n").first
      #expect(
        first?.hasPrefix(one.message) ?? one.message.isEmpty, "\(name) with \(circumstance)")
    }
  }
}
