// A day on a terminal of 80 columns, against a sandbox over TLS, as whole screens.

import Foundation
import TestSupport
import Testing

@Suite struct DayOfAUserTests {
  private typealias Step = TerminalSession.Step

  private static let snapshot = "Tests/Snapshots/day-of-a-user.txt"

  /// Group names with wide characters, a combining mark and an emoji.
  private static let lab = {
    var lab = Lab("東京支社 SIP", [.proxy("10.0.0.1"), .proxy("10.0.0.2", precedence: 1)])
    lab.add("Zu\u{308}rich ☎️", [.proxy("10.1.0.1")])
    return lab
  }()

  @Test func `the screens of a day`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.lab.json, to: "lab.json")
    try folder.writeSecret("sandbox\n", to: "password")
    try folder.write(
      """
      PortGroup,Service,MatchHost,Host,Operation
      東京支社 SIP,SIP proxy,10.0.0.1,sip1.tokyo.example,update
      東京支社 SIP,SIP proxy,,10.0.0.2,delete
      Zu\u{308}rich ☎️,SIP proxy,10.1.0.1,sip1.zurich.example,update

      """, to: "move.csv")
    try folder.write("PortGroup,Service,Host\n東京支社 SIP,102,10.9\n", to: "bad.csv")
    let options = ["--tls", "--load", "lab.json", "--state", "lab.db"]
    var sandbox = try await SandboxProcess(options, in: folder)
    let port = try #require(sandbox.url.split(separator: ":").last.map(String.init))
    let day = Day(terminal: TerminalSession(folder: folder))
    let target = "--target prod --max-delete 1"

    try await day.see(
      "target add prod \(sandbox.url) --username admin --password-file password --protected",
      Step(prompt: "[y/N] ", keys: "y\r"))
    try await day.see("target list")
    try await day.see("import bad.csv --target prod")
    try await day.see("import move.csv --target prod --dry-run")
    try await day.see(
      "import move.csv \(target)",
      Step(prompt: "delete on prod to continue: ", keys: "2\r"))
    try await day.see(
      "import move.csv \(target) --yes",
      Step(prompt: "delete on prod to continue: ", keys: "1\r"),
      Step(prompt: "Type the name", keys: "production\r"))
    try await day.see(
      "import move.csv \(target) --ticket CHG0042",
      Step(prompt: "delete on prod to continue: ", keys: "1\r"),
      Step(prompt: "Type the name", keys: "pr\u{3}"))
    try await day.see(
      "resume --target prod",
      Step(prompt: "delete on prod to continue: ", keys: "1\r"),
      Step(prompt: "Type the name", keys: "prod\r"))

    // The certificate is renewed: a new key, on the same port.
    _ = await sandbox.stop()
    for file in ["lab.db.crt", "lab.db.key"] {
      try FileManager.default.removeItem(atPath: folder.path(file))
    }
    sandbox = try await SandboxProcess(["--tls", "--state", "lab.db"], in: folder, port: port)
    try await day.see("undo last --target prod")
    try await day.see("target renew prod", Step(prompt: "[y/N] ", keys: "y\r"))
    try await day.see(
      "undo last --target prod",
      Step(prompt: "Type the name", keys: "prod\r"))
    try await day.see("runs list")
    try await day.see("runs show")
    try await day.see("target remove prod", Step(prompt: "[y/N] ", keys: "y\r"))
    #expect(try await sandbox.log().writes == 3)

    let screens = day.screens.replacing(folder.path, with: "FOLDER")
    if Package.isRecording {
      try screens.write(
        toFile: Package.root + "/" + Self.snapshot, atomically: true, encoding: .utf8)
      Issue.record("\(Self.snapshot) was recorded")
    }
    #expect(screens == (try? Package.text(Self.snapshot)))
  }
}

/// The screens so far.
private final class Day {
  private let terminal: TerminalSession
  private(set) var screens = ""

  init(terminal: TerminalSession) { self.terminal = terminal }

  func see(_ line: String, _ steps: TerminalSession.Step...) async throws {
    let text = try await terminal.see(
      line, steps,
      environment: [
        "CUPIBULK_PROGRESS": "none", "CUPIBULK_PAGER": "cat", "TZ": "UTC", "COLUMNS": "80",
      ])
    screens += Self.shape("$ cupibulk \(line)\n\(text)\n\n")
  }

  /// The text with placeholders for what differs between days.
  private static func shape(_ text: String) -> String {
    text.replacing(/sha256\/\/[A-Za-z0-9+\/=]{44}/, with: "PIN")
      .replacing(/127\.0\.0\.1:\d+/, with: "127.0.0.1:PORT")
      .replacing(/\d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d/, with: "DATES")
      .replacing(/\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)? \+00:00/, with: "MOMENT")
      .replacing(/127\.0\.0\.1 port \d+/, with: "127.0.0.1 port PORT")
      .replacing(/[0-9a-f]{64}/, with: "SHA256")
      .replacing(/, \d+ bytes/, with: ", SIZE")
  }
}
