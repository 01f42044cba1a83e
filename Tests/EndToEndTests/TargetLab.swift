// A sandbox over TLS, its certificate's pin, and a targets.ini that names it.

import Foundation
import TestSupport

/// A folder with a sandbox over TLS and a password file; the folder is the home of the programs that are run.
struct TargetLab: Sendable {
  let folder: TemporaryFolder
  let sandbox: SandboxProcess
  let pin: String
  let id: String

  /// The password, which no output may contain.
  static let password = "Planted-S3cret"

  /// The user's file, from the folder.
  static let file = ".config/cupibulk/targets.ini"

  /// What `target check --json` shows.
  private struct Check: Decodable {
    var pin: String
    var id: String
  }

  init() async throws {
    folder = try TemporaryFolder()
    try folder.writeSecret(Self.password + "\n", to: "password")
    try folder.write("PortGroup,Service,Host\nPhoneSystem-1 SIP,102,h.example\n", to: "rows.csv")
    sandbox = try await SandboxProcess(
      ["--tls", "--state", "lab.db", "--password-file", "password"], in: folder)
    let run = try await ProgramRun.run(
      [
        "target", "check", sandbox.url, "--ca-cert", "lab.db.crt", "--username", "admin",
        "--password-file", "password", "--json",
      ], in: folder.path)
    let check = try JSONDecoder().decode(Check.self, from: Data(run.output.utf8))
    (pin, id) = (check.pin, check.id)
  }

  /// Another pin and another id, which are valid.
  static let otherPin = "sha256//AAAAgQxDdIzxJscNriLGWWyQFUQwI3m5X9itaKtpY7Q="
  static let otherID = "00000000-0000-4000-8000-000000000001"

  /// A section for the sandbox; `changes` replaces values, and an empty one removes the key.
  func section(_ name: String = "prod", _ changes: KeyValuePairs<String, String> = [:]) -> String {
    var values = [
      ("url", sandbox.url), ("username", "admin"), ("password-file", folder.path("password")),
      ("tls-pin", pin), ("id", id),
    ]
    for (key, value) in changes {
      if let index = values.firstIndex(where: { $0.0 == key }) {
        values[index].1 = value
      } else {
        values.append((key, value))
      }
    }
    values.removeAll { $0.1.isEmpty }
    return "[\(name)]\n" + values.map { "\($0) = \($1)\n" }.joined()
  }

  /// Writes the user's file.
  func write(_ text: String) throws { try folder.writeSecret(text, to: Self.file) }

  /// Runs the program, and returns what a user sees, with the sandbox's values replaced by words.
  func see(_ arguments: [String], environment: [String: String] = [:]) async throws -> String {
    words(try await folder.see(arguments, environment: environment))
  }

  /// The text with the sandbox's values replaced by words.
  func words(_ text: String) -> String {
    text.replacing(pin, with: "PIN").replacing(Self.otherPin, with: "OTHERPIN")
      .replacing(/\d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d/, with: "DATES")
      .replacing(/127.0.0.1 port \d+/, with: "127.0.0.1 port PORT")
  }

  /// Runs a command on a new terminal, types each answer at its prompt, and returns what the terminal showed.
  func see(_ command: String, typing answers: KeyValuePairs<String, String>) async throws -> String
  {
    let seen = try await TerminalSession(folder: folder, columns: 200).see(
      command, answers.map { TerminalSession.Step(prompt: $0.key, keys: $0.value) },
      environment: ["CUPIBULK_PROGRESS": "none"])
    return words(seen.replacing(folder.path, with: "FOLDER"))
  }
}
