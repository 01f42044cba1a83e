// The commands of the manual's chapter on backups, as they are printed there, against a server over TLS.

import Foundation
import TestSupport
import Testing

@Suite struct BackupChapterTests {
  private typealias Step = TerminalSession.Step

  private let folder: TemporaryFolder
  private let sandbox: SandboxProcess
  private let terminal: TerminalSession

  init() async throws {
    folder = try TemporaryFolder()
    try folder.writeSecret("sandbox\n", to: "prod.password")
    sandbox = try await SandboxProcess(
      ["--tls", "--state", "lab.db", "--username", "operator"], in: folder)
    terminal = TerminalSession(folder: folder)
  }

  /// What differs between the manual and the test: where the server is.
  private func commands(_ title: String) throws -> [String] {
    try Self.commands(title).map {
      $0.replacing("https://unity.example.com:8443", with: sandbox.url)
    }
  }

  /// The lines of the first indented block after a heading.
  private static func commands(_ title: String) throws -> [String] {
    let lines = try Package.text("docs/manual.md").components(separatedBy: "\n")
    let heading = try #require(lines.firstIndex(of: title))
    return lines[(heading + 1)...].drop { !$0.hasPrefix("    ") }.prefix { $0.hasPrefix("    ") }
      .map { String($0.dropFirst(4)) }
  }

  private static let nightly = "### From nothing to a verified nightly job"
  private static let restore = "### Restore at 2 a.m."

  /// Runs a command of the manual on a terminal, as a person does.
  private func see(_ command: String, _ steps: [Step] = []) async throws -> String {
    try await terminal.see(
      String(command.trimmingPrefix("cupibulk ")), steps,
      environment: ["CUPIBULK_PROGRESS": "none", "CUPIBULK_PAGER": "cat"])
  }

  private func run(_ arguments: [String]) async throws -> ProgramRun {
    try await ProgramRun.run(arguments, in: folder.path)
  }

  private func setUp() async throws {
    for command in try commands(Self.nightly) {
      let steps = command.contains("target add") ? [Step(prompt: "[y/N] ", keys: "y\r")] : []
      let screen = try await see(command, steps)
      #expect(screen.hasSuffix("exit 0"), "\(command)\n\(screen)")
    }
  }

  /// A snapshot in the list of a repository.
  private struct Listed: Decodable {
    var snapshot: String
    var good: Bool
    var servers: Int
  }

  private func snapshots() async throws -> [Listed] {
    let run = try await run([
      "backup", "list", "--repo", folder.path("backups"), "--all", "--json",
    ])
    return try run.output.split(separator: "\n").map {
      try JSONDecoder().decode(Listed.self, from: Data($0.utf8))
    }
  }

  /// The servers of the target in all fields but ids, sorted.
  private func servers() async throws -> [String] {
    let run = try await run(["export", "--target", "prod", "--format", "csv"])
    return run.output.split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).prefix(9).joined(separator: ",")
    }.sorted()
  }

  @Test func `five commands and three, no more and no less`() throws {
    #expect(try Self.commands(Self.nightly).count == 5)
    #expect(try Self.commands(Self.restore).count == 3)
  }

  @Test func `five commands set up a nightly job, which takes a verified snapshot`() async throws {
    try await setUp()
    let first = try await snapshots()
    #expect(first.map(\.good) == [true] && first.map(\.servers) == [9])
    let status = try await run(["backup", "status", "--repo", folder.path("backups")])
    #expect(status.status == 0, "\(status.output)")

    // What systemd would run at night.
    let unit = try folder.read(".config/systemd/user/cupibulk-backup.service")
    #expect(
      try folder.read(".config/systemd/user/cupibulk-backup.timer").contains("04:15"))
    let line = try #require(unit.firstMatch(of: /ExecStart=([^\n]*)/)).output.1
    let job = try await ProgramRun.run(
      ["-c", "exec \(line)"], program: "/bin/bash", in: "/", environment: home)
    #expect(job.status == 0, "\(job.messages)")
    let second = try await snapshots()
    #expect(second.map(\.good) == [true, true])
    #expect(second.first?.snapshot == first.first?.snapshot)
    #expect(try await sandbox.log().writes == 0)
  }

  private var home: [String: String] {
    [
      "HOME": folder.path, "XDG_STATE_HOME": folder.path("state"),
      "CUPIBULK_LOCK_FOLDER": folder.path("state/locks"),
    ]
  }

  @Test func `three commands put a damaged server back as the snapshot says`() async throws {
    try await setUp()
    let before = try await servers()
    #expect(before.count == 10)
    try folder.write(
      """
      PortGroup,Service,MatchHost,Host,Operation
      PhoneSystem-1 SIP,102,10.10.0.11,10.66.0.1,update
      PhoneSystem-1 SIP,102,,10.66.0.2,create
      PhoneSystem-1 SIP,102,,10.10.0.12,delete
      PhoneSystem-2 SIP Listing,102,,10.66.0.3,create

      """, to: "damage.csv")
    let damage = try await run([
      "import", "damage.csv", "--target", "prod", "--max-delete", "1",
    ])
    #expect(damage.status == 0, "\(damage.messages)")
    #expect(try await servers() != before)

    let commands = try commands(Self.restore)
    try #require(commands.count == 3)
    let list = try await see(commands[0])
    #expect(list.contains("prod (https://127.0.0.1:PORT)\n") && list.contains("\nRUN "), "\(list)")
    let differences = try await see(commands[1])
    #expect(differences.contains("2 servers added, 1 removed, 1 changed"), "\(differences)")
    let restored = try await see(
      commands[2], [Step(prompt: "delete on prod to continue: ", keys: "2\r")])
    #expect(restored.contains("All 6 port groups are as the source."), "\(restored)")
    #expect(restored.hasSuffix("exit 0"), "\(restored)")
    #expect(try await servers() == before)
    let diff = try await run([
      "diff", folder.path("backups@latest"), "prod", "--exit-code",
    ])
    #expect(diff.status == 0, "\(diff.output)")
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/jq"), "jq is missing"))
  func `a repository is read without the program`() async throws {
    try await setUp()
    let title = "### The files of a repository"
    let lines = try Package.text("docs/manual.md").components(separatedBy: "\n")
    let heading = try #require(lines.firstIndex(of: title))
    let first = try #require(lines[heading...].firstIndex { $0.hasPrefix("    # ") })
    let script = lines[first...].prefix { $0.hasPrefix("    ") }.joined(separator: "\n")
    let read = try await ProgramRun.run(
      ["-c", "set -e\n" + script], program: "/bin/bash", in: folder.path("backups"))
    #expect(read.status == 0 && read.messages == "", "\(read.messages)")
    let listed = try #require(try await snapshots().first)
    let shown = read.output.split(separator: "\n").map(String.init)
    #expect(shown.first?.hasPrefix("\(listed.snapshot)\t") ?? false)
    #expect(shown.contains("PhoneSystem-1 SIP\t3") || shown.contains("PhoneSystem-1 SIP\t2"))
    #expect(try folder.read("backups/servers.xml").hasPrefix("<?xml"))

    // The digests are those that the chain has.
    let chain = try folder.read("backups/targets/" + targetFolder() + "/chain.jsonl")
    let manifest = try #require(shown.first { $0.hasSuffix("/\(listed.snapshot).json") })
    #expect(chain.contains("\"sha256\":\"\(manifest.prefix(64))\""))
    let head = try #require(shown.last?.prefix(64))
    try FileManager.default.removeItem(atPath: folder.path("backups/servers.xml"))
    let verified = try await run([
      "backup", "verify", "--repo", folder.path("backups"), "--head", String(head),
    ])
    #expect(verified.status == 0, "\(verified.output)")
  }

  private func targetFolder() throws -> String {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("backups/targets"))
    return try #require(names.first)
  }
}
