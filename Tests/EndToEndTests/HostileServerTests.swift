// Tests of the program with a hostile server: memory, time and secrets.

import Foundation
import TestSupport
import Testing

@Suite struct HostileServerTests {
  private static let password = "Geh<im&7/Q'+ z"
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("PortGroup,Service,Host\nBranch,102,h.example\n", to: "rows.csv")
    try folder.writeSecret(Self.password + "\n", to: "password")
  }

  /// Starts Tests/OddServer/hostile_server.py, which ends with this value.
  private func server(_ habit: String) async throws -> (program: RunningProgram, url: String) {
    let program = try RunningProgram(
      ["-B", Package.root + "/Tests/OddServer/hostile_server.py", habit],
      program: "/usr/bin/python3", in: folder.path)
    try #require(await program.waits(for: "\n"))
    let port = try #require(program.outputSoFar.split(separator: "\n").first)
    return (program, "http://127.0.0.1:\(port)")
  }

  private func account(_ url: String) -> [String] {
    ["--target", url, "--username", "admin", "--password-file", "password"]
  }

  @Test
  func `the password and cookies in a server's answers are written to no file and no message`()
    async throws
  {
    let server = try await server("echo")
    let run = try await ProgramRun.run(
      ["import", "rows.csv", "--trace", "t.jsonl"]
        + account(server.url),
      in: folder.path)
    #expect(run.status == 3)
    #expect(run.messages.contains("‹secret›"))
    _ = try await ProgramRun.run(["runs", "rejects", "-o", "rejects.csv"], in: folder.path)
    let rows = try await ProgramRun.run(["runs", "rows", "--json"], in: folder.path)
    let pair = Data("admin:\(Self.password)".utf8).base64EncodedString()
    let secrets = [
      Self.password, pair, Data(Self.password.utf8).base64EncodedString(),
      "Geh%3Cim%267%2FQ%27%2B%20z", "Geh&lt;im", "Geh\\u003cim", "c00kie-",
    ]
    var texts = ["stdout": run.output, "stderr": run.messages, "rows": rows.output]
    for name in try folder.allFiles() where name != "password" {
      texts[name] = String(decoding: try folder.bytes(name), as: UTF8.self)
    }
    #expect(texts["rejects.csv"] != nil)
    #expect(texts["t.jsonl"] != nil)
    #expect(texts.keys.contains { $0.hasSuffix("ledger.sqlite") })
    for (name, text) in texts {
      for secret in secrets { #expect(!text.contains(secret), "\(secret) in \(name)") }
    }
    withExtendedLifetime(server.program) {}
  }

  @Test func `reading an endless list ends at once on a signal`() async throws {
    let server = try await server("endless")
    let program = try RunningProgram(
      ["export", "-o", "x.csv", "--trace", "t.jsonl"] + account(server.url), in: folder.path)
    while !(try folder.text("t.jsonl")).contains("pageNumber=3") {
      try #require(kill(program.processID, 0) == 0)
      try await Task.sleep(for: .milliseconds(5))
    }
    program.send(signal: SIGTERM)
    let run = await program.finish()
    #expect(run.status == 143)
    // The server would send a thousand pages.
    #expect(!(try folder.text("t.jsonl")).contains("pageNumber=500"))
    withExtendedLifetime(server.program) {}
  }

  @Test(arguments: [
    "huge-json-values", "huge-json-objects", "huge-json-other", "huge-json-spaces",
    "huge-json-texts", "huge-xml-elements", "huge-xml-objects", "huge-xml-texts", "huge-error",
    "huge-text",
  ])
  func `an answer of any shape takes little memory`(habit: String) async throws {
    let server = try await server(habit)
    let run = try await ProgramRun.run(
      [
        "-B", Package.root + "/Tests/OddServer/peak.py", Package.program, "export", "-o", "x.csv",
      ] + account(server.url), program: "/usr/bin/python3", in: folder.path)
    #expect(run.status == (habit == "huge-json-spaces" ? 0 : 1), "\(run.messages)")
    let words = run.messages.split(whereSeparator: \.isWhitespace)
    let peak = try #require(words.dropLast().last.flatMap { Int($0) })
    #expect(peak < 100 << 10, "\(run.messages)")
    withExtendedLifetime(server.program) {}
  }
}

extension TemporaryFolder {
  /// Returns the bytes of a file; empty if it does not exist yet.
  fileprivate func bytes(_ name: String) throws -> Data {
    FileManager.default.contents(atPath: path(name)) ?? Data()
  }

  fileprivate func text(_ name: String) throws -> String {
    String(decoding: try bytes(name), as: UTF8.self)
  }
}
