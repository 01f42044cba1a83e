// Tests with unfinished ledgers of earlier versions: they are opened, resumed and undone.

import Foundation
import TestSupport
import Testing

@Suite struct OlderLedgerTests {
  private static let place = "Tests/OlderLedgers"
  private static let snapshot = "Tests/Snapshots/older-ledgers.txt"

  /// The names of the folders, one for each schema version.
  private static func schemas() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: Package.root + "/" + place)
      .filter { $0.hasPrefix("schema-") }
      .sorted { $0.localizedStandardCompare($1) == .orderedAscending }
  }

  @Test func `a ledger of an earlier version is shown, resumed and undone`() async throws {
    var seen = ""
    for schema in try Self.schemas() {
      seen += "# \(schema)\n\n"
      seen += try await Self.seen(schema)
    }
    if Package.isRecording {
      try seen.write(
        toFile: Package.root + "/" + Self.snapshot, atomically: true, encoding: .utf8)
      Issue.record("\(Self.snapshot) was recorded")
    }
    let recorded = try Package.text(Self.snapshot)
    for (now, then) in zip(seen.split(separator: "\n"), recorded.split(separator: "\n"))
    where now != then {
      Issue.record("\(now)\n  was recorded as\n\(then)")
      break
    }
    #expect(seen == recorded)
  }

  /// Runs every command on a copy of the ledger, and returns the output.
  private static func seen(_ schema: String) async throws -> String {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    for name in ["ledger.sqlite", "sandbox.sqlite", "export.csv"] {
      try FileManager.default.copyItem(
        atPath: [Package.root, place, schema, name].joined(separator: "/"),
        toPath: folder.path(name))
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o600], ofItemAtPath: folder.path(name))
    }
    let bench = try await Workbench(folder, ["--state", "sandbox.sqlite"])
    try bench.writePassword()
    let log = CommandLog(bench: bench)
    let runs = try await log.runs()
    try await log.run("runs", "list")
    for run in runs.reversed() {
      try await log.run("runs", "show", run.name)
      try await log.run("runs", "rows", run.name)
    }
    try await log.run("runs", "prune", "--keep", "0s", "--dry-run")

    for run in runs.reversed() {
      try await log.run("resume", run.name, "--settle-wait", "0s", "--transfer-timeout", "1s")
    }
    for run in runs.reversed() { try await log.run("runs", "rows", run.name) }
    try await log.run("export")
    try await log.run("import", "export.csv", "--dry-run")
    for run in runs where run.kind == "import" { try await log.run("undo", run.name) }
    try await log.run("export")
    _ = await bench.sandbox.stop()
    return log.text
  }
}

/// Replaces what differs between executions in the output of commands.
private final class CommandLog {
  private(set) var text = ""
  private let bench: Workbench
  /// The runs in the stored ledger; other runs get a new name at each execution.
  private var names: Set<Substring> = []

  /// A run of the ledger, as `runs list --json` shows it.
  struct Run: Decodable {
    var name: String
    var kind: String

    enum CodingKeys: String, CodingKey {
      case kind
      case name = "run"
    }
  }

  init(bench: Workbench) { self.bench = bench }

  func runs() async throws -> [Run] {
    let list = try await execute(["runs", "list", "--json"]).output
    let runs = try list.split(separator: "\n").map {
      try JSONDecoder().decode(Run.self, from: Data($0.utf8))
    }
    names = Set(runs.map { $0.name[...] })
    return runs
  }

  func run(_ arguments: String...) async throws {
    let run = try await execute(arguments)
    var shown = run.announcement.isEmpty ? "" : run.announcement + "\n"
    shown += run.messages + run.output
    // The server chooses the ids.
    if arguments == ["export"] {
      shown.replace(/(?m)^((?:[^,\n]*,){8}[^,\n]*),.*$/) { $0.output.1 }
    }
    shown.replace(bench.sandbox.url, with: "http://SANDBOX")
    shown.replace(/\d{8}T\d{6}Z-\w{4}/) { names.contains($0.output) ? $0.output : "RUN" }
    text += "$ cupibulk \(arguments.joined(separator: " "))\n\(shown)exit \(run.status)\n\n"
  }

  private func execute(_ arguments: [String]) async throws -> ProgramRun {
    try await bench.run(
      arguments, environment: ["CUPIBULK_LEDGER": "ledger.sqlite", "CUPIBULK_PROGRESS": "none"])
  }
}
