// A folder, a sandbox process and the program, and the results of its commands.

import Foundation
import TestSupport

/// A folder with the samples, a sandbox process, and the program with the sandbox as its target.
struct Workbench: Sendable {
  let folder: TemporaryFolder
  let sandbox: SandboxProcess

  /// Starts a sandbox with the built-in lab, or with the given options.
  init(_ options: [String] = []) async throws {
    folder = try TemporaryFolder()
    try FileManager.default.copyItem(
      atPath: Package.root + "/samples", toPath: folder.path("samples"))
    sandbox = try await SandboxProcess(options, in: folder)
    try writePassword()
  }

  /// Starts a sandbox with the test's own lab.
  init(_ lab: Lab, _ options: [String] = [], groupsOnly: Bool = false) async throws {
    folder = try TemporaryFolder()
    try folder.write(lab.json, to: "lab.json")
    sandbox = try await SandboxProcess(
      ["--load", "lab.json"] + (groupsOnly ? ["--groups-only"] : []) + options, in: folder)
    try writePassword()
  }

  /// Uses an existing folder with another sandbox.
  init(_ folder: TemporaryFolder, _ options: [String], port: String = "0") async throws {
    self.folder = folder
    sandbox = try await SandboxProcess(options, in: folder, port: port)
  }

  /// Writes the sandbox's password to the file that `run` uses.
  func writePassword() throws {
    let path = try folder.write("sandbox\n", to: "password")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
  }

  /// Runs the program with the sandbox as its target; over TLS it trusts the certificate beside `lab.db`.
  func run(
    _ arguments: [String], input: String = "", environment: [String: String] = [:]
  ) async throws -> ProgramRun {
    try await ProgramRun.run(
      arguments, in: folder.path, input: input,
      environment: variables(sandbox.url).merging(environment) { $1 })
  }

  /// Starts the program with the sandbox as its target, optionally through a gate.
  func start(_ arguments: [String], through gate: HoldingGate? = nil) throws -> RunningProgram {
    try RunningProgram(
      arguments, in: folder.path, environment: started(gate), with: gate)
  }

  /// Starts a shell script that may become the program with `exec cupibulk`.
  func start(shell script: String, through gate: HoldingGate? = nil) throws -> RunningProgram {
    let bin = URL(filePath: Package.program).deletingLastPathComponent().path
    var variables = started(gate)
    variables["PATH"] = bin + ":/usr/sbin:/usr/bin:/sbin:/bin"
    return try RunningProgram(
      ["-c", script], program: "/bin/bash", in: folder.path, environment: variables, with: gate)
  }

  /// Without progress lines, because they depend on the speed of the machine.
  private func started(_ gate: HoldingGate?) -> [String: String] {
    variables(gate?.url ?? sandbox.url).merging(["CUPIBULK_PROGRESS": "none"]) { $1 }
  }

  private func variables(_ target: String) -> [String: String] {
    var variables = [
      "CUPIBULK_TARGET": target, "CUPIBULK_USERNAME": "admin",
      "CUPIBULK_PASSWORD_FILE": "password",
    ]
    if sandbox.isSecure { variables["CUPIBULK_CA_CERT"] = "lab.db.crt" }
    return variables
  }

  /// Imports files, and returns the outcome.
  func imports(_ arguments: [String], input: String = "") async throws -> ImportOutcome {
    let run = try await run(["import", "--json"] + arguments, input: input)
    return ImportOutcome(
      run: run, books: try? JSONDecoder().decode(Books.self, from: Data(run.output.utf8)))
  }

  /// Writes a file and imports it.
  func imports(
    _ text: String, as name: String = "rows.csv", _ options: [String] = []
  ) async throws -> ImportOutcome {
    try folder.write(text, to: name)
    return try await imports([name] + options)
  }

  /// Returns the rows of a run, by default of the newest one.
  func rows(of run: String? = nil, _ options: [String] = []) async throws -> [RowLine] {
    let shown = try await self.run(["runs", "rows", "--json"] + options + [run].compactMap(\.self))
    return try shown.output.split(separator: "\n").map { line in
      try JSONDecoder().decode(RowLine.self, from: Data(line.utf8))
    }
  }

  /// The states of the newest run's rows, such as `failed[exists]`.
  func states() async throws -> [String] { try await rows().map(\.stateText) }

  /// Returns all servers by an export, which is not recorded in the ledger of the test's runs.
  func servers() async throws -> [ExportedServer] {
    let run = try await run(["export", "--format", "json", "--ledger", "exports.sqlite"])
    return try JSONDecoder().decode(ExportedList.self, from: Data(run.output.utf8)).servers
  }

  /// Returns the servers of one group in short form.
  func servers(of group: String) async throws -> [String] {
    try await servers().filter { $0.group == group }.map(\.brief)
  }
}

/// The outcome of an import.
struct ImportOutcome {
  var run: ProgramRun
  /// The output of `--json`; `nil` if there is none.
  var books: Books?

  /// Every count except zeros, in the order of the books, such as `read 3, created 2, unchanged 1`.
  var summary: String { books?.summary ?? "no books: \(run.messages)" }
}

/// The books of a run in the output of `--json`.
struct Books: Decodable {
  var run: String
  var exit: Int
  var read, invalid, created, updated, deleted, unchanged, failed, inDoubt, pending: Int
  var balances: Bool

  var summary: String {
    [
      ("read", read), ("invalid", invalid), ("created", created), ("updated", updated),
      ("deleted", deleted), ("unchanged", unchanged), ("failed", failed), ("inDoubt", inDoubt),
      ("pending", pending),
    ].filter { $0.1 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
  }
}

/// A row in the output of `runs rows --json`.
struct RowLine: Decodable {
  var row: Int
  var file: String
  var line: Int
  var state: String
  var reason: String?
  var operation: String?
  var group: String?
  var server: String?
  var objectID: String?
  var verdict: String?
  var detail: String?

  enum CodingKeys: String, CodingKey {
    case row, file, line, state, reason, operation, server, verdict, detail
    case group = "PortGroup"
    case objectID = "objectId"
  }

  /// Such as `created` or `failed[exists]`.
  var stateText: String { reason.map { "\(state)[\($0)]" } ?? state }
}
