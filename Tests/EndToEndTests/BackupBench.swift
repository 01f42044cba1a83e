// A sandbox whose servers tests delete and change, a repository for it, and what `backup` prints.

import Foundation
import HTTPMessages
import TestSupport
import Testing

/// A sandbox process with eight servers in two groups, and the repository `r` in its folder.
struct BackupBench: Sendable {
  let bench: Workbench
  var folder: TemporaryFolder { bench.folder }
  var sandbox: SandboxProcess { bench.sandbox }

  static let lab = {
    var lab = Lab("Branch 1", (1...6).map { .proxy("10.0.0.\($0)", precedence: $0) })
    lab.add("Branch 2", [.proxy("10.0.1.1"), .proxy("10.0.1.2", precedence: 1)])
    return lab
  }()

  /// Starts the sandbox and makes the repository; by itself it rehearses no restore, which takes time.
  init(_ lab: Lab = lab, _ options: [String] = [], initializing: [String] = ["--drill-age", "0s"])
    async throws
  {
    bench = try await Workbench(lab, options)
    let run = try await backup("init", initializing)
    try #require(run.status == 0, "\(run.messages)")
  }

  /// Runs a subcommand of `backup` on the repository.
  func backup(
    _ command: String, _ words: [String] = [], environment: [String: String] = [:]
  ) async throws -> ProgramRun {
    try await run(["backup", command, "--repo", "r"] + words, environment: environment)
  }

  func run(
    _ words: [String], environment: [String: String] = [:]
  ) async throws -> ProgramRun {
    try await bench.run(words, environment: Self.quiet.merging(environment) { $1 })
  }

  private static let quiet = ["CUPIBULK_PROGRESS": "none"]

  /// Runs a subcommand of `backup`, and returns what a user sees.
  func see(_ command: String, _ words: [String] = []) async throws -> String {
    shown(try await backup(command, words).seen)
  }

  func see(command words: [String]) async throws -> String { shown(try await run(words).seen) }

  /// The text with everything that differs between runs replaced by words.
  func shown(_ text: String) -> String {
    Self.words(text).replacing(folder.path, with: "FOLDER")
  }

  static func words(_ text: String) -> String {
    ConsoleExamples.shape(text)
      .replacing(/http___127\.0\.0\.1_\d+-[0-9a-f]{8}/, with: "TARGETFOLDER")
      .replacing(/objects\/[0-9a-f]{2}\b/, with: "objects/XX")
  }

  // MARK: Snapshots

  /// Takes a snapshot, and returns its name.
  @discardableResult
  func snapshot(_ words: [String] = [], status: Int32 = 0) async throws -> String {
    let run = try await backup("run", ["--json", "--no-forget"] + words)
    #expect(run.status == status, "\(run.output)\(run.messages)")
    let result = try JSONDecoder().decode(Result.self, from: Data(run.output.utf8))
    return try #require(result.targets.first?.snapshot, "\(run.output)")
  }

  private struct Result: Decodable {
    struct Target: Decodable { var snapshot: String? }
    var targets: [Target]
  }

  /// What a command prints with `--json`: a list of objects.
  func objects(_ command: String, _ words: [String] = []) async throws -> [JSONObject] {
    try Self.objects(try await backup(command, words + ["--json"]))
  }

  static func objects(_ run: ProgramRun) throws -> [JSONObject] {
    try run.output.split(separator: "\n").map { line in
      let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
      return JSONObject(fields: try #require(value as? [String: Any], "\(line)"))
    }
  }

  /// The names of the good and the suspect snapshots, in the order of the chain.
  func snapshots() async throws -> [String] {
    try await objects("list", ["--all"]).map { $0.text("snapshot") }
  }

  // MARK: The server

  /// Deletes servers, numbered from 1 in the order of the lab, as another client would.
  func delete(_ servers: some Sequence<Int>) async throws {
    for server in servers {
      let group = Lab.groupID(server <= 6 ? 1 : 2)
      let status = try await sandbox.anotherClient(
        .delete, "portgroups/\(group)/portgroupservers/\(Lab.serverID(server))")
      try #require(status == 204)
    }
  }

  /// Changes the precedence of a server.
  func change(_ server: Int, precedence: Int) async throws {
    let group = Lab.groupID(server <= 6 ? 1 : 2)
    let status = try await sandbox.anotherClient(
      .put, "portgroups/\(group)/portgroupservers/\(Lab.serverID(server))",
      ["Precedence": "\(precedence)"])
    try #require(status == 204)
  }

  // MARK: The repository's files

  /// The folder of the only target, from the folder of the test.
  func target(in repository: String = "r") throws -> String {
    let names = try FileManager.default.contentsOfDirectory(
      atPath: folder.path("\(repository)/targets"))
    return "\(repository)/targets/" + (try #require(names.first))
  }

  /// The objects, from the folder of the test.
  func objectFiles(in repository: String = "r") throws -> [String] {
    try folder.allFiles().filter { $0.hasPrefix("\(repository)/objects/") }
  }

  /// Runs a shell script in the folder.
  @discardableResult
  func shell(_ script: String) async throws -> String {
    try await folder.see(script: script)
  }
}

/// An object of JSON, with all keys.
struct JSONObject {
  var fields: [String: Any]

  var keys: [String] { fields.keys.sorted() }

  /// The text of a key; empty for anything else.
  func text(_ key: String) -> String { fields[key] as? String ?? "" }
  func number(_ key: String) -> Int? { fields[key] as? Int }
  func flag(_ key: String) -> Bool? { fields[key] as? Bool }
  func list(_ key: String) -> [Any] { fields[key] as? [Any] ?? [] }
  func isNull(_ key: String) -> Bool { fields[key] is NSNull }
}
