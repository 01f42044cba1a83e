import Foundation
import TestSupport
import Testing

/// Texts from files cannot control the user's terminal, or a spreadsheet that opens a result.
@Suite struct TerminalOutputTests {
  private let folder: TemporaryFolder
  private static let hostile = "a\u{1B}[2J\u{9B}\u{202E}\u{200B}\u{7F}z"

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(
      "PortGroup,MediaRemoteServiceEnum,HostOrIPAddress\n\(Self.hostile),102,h.example\n",
      to: "x.csv")
  }

  /// Runs the program on a new terminal, and returns what the terminal received.
  private func onTerminal(_ words: String) async throws -> String {
    let bin = URL(filePath: Package.program).deletingLastPathComponent().path
    let run = try await ProgramRun.run(
      ["-qec", "cupibulk " + words, "/dev/null"], program: "/usr/bin/script", in: folder.path,
      environment: ["PATH": bin + ":/usr/bin:/bin"])
    return run.output.replacing("\r\n", with: "\n")
  }

  @Test(arguments: [
    ("inspect x.csv --records", #"["a\u001b[2J\u009B\u202E\u200B\u007Fz","102","h.example"]"#),
    ("inspect x.csv --json", #""a\u001b[2J\u009B\u202E\u200B\u007Fz""#),
    ("inspect x.csv", #"a\u{1B}[2J\u{9B}\u{202E}\u{200B}\u{7F}z"#),
    ("convert x.csv --to csv -o -", #"a\u{1B}[2J\u{9B}\u{202E}\u{200B}\u{7F}z,102,h.example"#),
    (
      "convert x.csv --to csv -o /dev/tty",
      #"a\u{1B}[2J\u{9B}\u{202E}\u{200B}\u{7F}z,102,h.example"#
    ),
    ("validate x.csv --json", #""value":"a\u001b[2J\u009B\u202E\u200B\u007Fz""#),
  ])
  func `a terminal gets no control or hidden characters`(words: String, shown: String)
    async throws
  {
    let seen = try await onTerminal(words)
    #expect(seen.contains(shown), "\(seen)")
    let harmful = seen.unicodeScalars.filter { scalar in
      scalar.value < 0x20 && scalar != "\n" || (0x7F...0x9F).contains(scalar.value)
        || scalar.properties.generalCategory == .format
    }
    // The program's own styles begin with ESC; those of the file are escaped.
    #expect(
      harmful.allSatisfy { $0 == "\u{1B}" } && !seen.contains("\u{1B}[2J"),
      "\(seen.debugDescription)")
  }

  @Test func `a program gets no page, and its output that is lost is an error`() async throws {
    // The pager would end the command.
    let paged = try await onTerminal(
      "runs show --json; CUPIBULK_PAGER=false cupibulk runs show --json")
    #expect(
      paged.matches(of: #/{"schema":1,"type":"failure","exit":1,/#).count == 2, "\(paged)")
    let lost = try await folder.see(script: "cupibulk version --json >&-")
    #expect(
      lost == """
        cupibulk: cannot write to standard output: Bad file descriptor
        exit 1
        """)
  }

  @Test func `a pipe gets the bytes unchanged`() async throws {
    let records = try await ProgramRun.run(["inspect", "x.csv", "--records"], in: folder.path)
    let raw = Self.hostile.replacing("\u{1B}", with: #"\u001b"#)
    #expect(
      records.output.unicodeScalars.split(separator: "\n").map { String($0) }.contains { line in
        Array(line.utf8).starts(with: Array("[\"\(raw)\",".utf8))
          || line.utf8.elementsEqual(",[\"\(raw)\",\"102\",\"h.example\"]".utf8)
      }, "\(records.output.debugDescription)")
    let file = try await ProgramRun.run(
      ["convert", "x.csv", "--to", "csv", "-o", "-"], in: folder.path)
    #expect(file.output.utf8.elementsEqual(try folder.read("x.csv").utf8))
  }

  @Test
  func `rows for a spreadsheet have no formulas, and an export reports cells that begin like one`()
    async throws
  {
    try folder.write(
      "PortGroup,MediaPortGroupObjectId,MediaRemoteServiceEnum,HostOrIPAddress\n"
        + "=1+1,42ef5946-c5f2-4556-9897-6a4b6e116dfa,102,h.example\n", to: "lab.csv")
    try folder.write(
      "PortGroup,MediaRemoteServiceEnum,HostOrIPAddress\n=1+1,102,h.example\n", to: "rows.csv")
    let sandbox = try await SandboxProcess(["--load", "lab.csv"], in: folder)
    try folder.write("sandbox\n", to: "password")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o600], ofItemAtPath: folder.path("password"))
    let target = ["--target", sandbox.url, "--username", "admin", "--password-file", "password"]
    let imported = try await ProgramRun.run(["import", "rows.csv"] + target, in: folder.path)
    #expect(imported.status == 0, "\(imported.messages)")
    let rows = try await ProgramRun.run(["runs", "rows", "--csv"], in: folder.path)
    #expect(rows.output.contains(",'=1+1,"), "\(rows.output)")
    let export = try await ProgramRun.run(
      ["export", "-o", "-", "--progress", "none"] + target, in: folder.path)
    #expect(export.output.split(separator: "\n").last?.hasPrefix("=1+1,2,102,h.example,") == true)
    #expect(
      export.messages == """
        1 cell begins like a formula (=, +, -, @), the first in record 1, column PortGroup. Nothing was changed, \
        so that the file imports again: in a spreadsheet, load its columns as text.
        Exported 1 server of \(sandbox.url) to standard output (csv).

        """)
  }
}
