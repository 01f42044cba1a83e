import Foundation
import TestSupport
import Testing

/// Which runs a list shows, and which inputs a run has read.
@Suite struct RunFilterTests {
  private let bench: Workbench

  init() async throws {
    bench = try await Workbench()
    let head = "PortGroup,Service,Host,Operation\n"
    try bench.folder.write(head + "PhoneSystem-1 SIP,102,h.example,create\n", to: "good.csv")
    try bench.folder.write(head + "PhoneSystem-1 SIP,102,no.example,update\n", to: "failing.csv")
    #expect(try await bench.run(["import", "good.csv"]).status == 0)
    #expect(try await bench.run(["import", "failing.csv"]).status == 3)
    #expect(try await bench.run(["export", "-o", "out.csv"]).status == 0)
  }

  /// The sources of the runs that a list shows.
  private func sources(_ words: String...) async throws -> [String] {
    let run = try await bench.run(["runs", "list", "--json"] + words)
    #expect(run.status == 0, "\(run.messages)")
    return run.output.matches(of: /"source":"([^"]*)"/).map { String($0.1) }
  }

  @Test func `runs are chosen by kind, time, outcome, target and number`() async throws {
    #expect(try await sources() == ["out.csv", "failing.csv", "good.csv"])
    #expect(try await sources("--kind", "export") == ["out.csv"])
    #expect(try await sources("--failed") == ["failing.csv"])
    #expect(try await sources("--since", "1h").count == 3)
    #expect(try await sources("--since", "2020-01-01").count == 3)
    #expect(try await sources("--limit", "2") == ["out.csv", "failing.csv"])
    #expect(try await sources("--failed", "--kind", "undo") == [])
    #expect(try await sources("--target", bench.sandbox.url).count == 3)
    #expect(try await sources("--target", bench.sandbox.url.uppercased()).count == 3)
    #expect(try await sources("--target", "https://other.example") == [])
    #expect(try await sources("--since", "0s") == [])
  }

  @Test func `a target's name is its URL in a list`() async throws {
    try bench.folder.writeSecret(
      "[lab]\nurl = \(bench.sandbox.url)\n", to: ".config/cupibulk/targets.ini")
    #expect(try await sources("--target", "lab").count == 3)
    let unknown = try await bench.run(["runs", "list", "--target", "lob"])
    #expect(unknown.status == 2)
    #expect(unknown.messages.contains("did you mean lab?"), "\(unknown.messages)")
  }

  @Test(arguments: ["2026-13-01", "tomorrow", "-1h", ""])
  func `a time that is none is a usage error`(text: String) async throws {
    #expect(try await bench.run(["runs", "list", "--since", text]).status == 2)
  }

  @Test(arguments: ["good.csv", "good.csv.gz"])
  func `the digest is that of the file as it is on the disk`(name: String) async throws {
    if name.hasSuffix("gz") {
      _ = try await ProgramRun.run(
        ["-k", "good.csv"], program: "/usr/bin/gzip", in: bench.folder.path)
    }
    #expect(try await bench.run(["import", name, "--mode", "upsert", "--dry-run"]).status <= 3)
    let sum = try await ProgramRun.run(
      [name], program: "/usr/bin/sha256sum", in: bench.folder.path
    ).output.prefix(64)
    let shown = try await bench.run(["runs", "show", "--json"] + (try await newest())).output
    #expect(shown.contains("\"sha256\":\"\(sum)\""), "\(shown)")
  }

  /// The name of the newest run, dry runs included.
  private func newest() async throws -> [String] {
    let list = try await bench.run(["runs", "list", "--json", "--limit", "1"]).output
    return list.firstMatch(of: /"run":"([^"]+)"/).map { [String($0.1)] } ?? []
  }

  @Test func `standard input has a digest, too, and a file that was not read to its end has none`()
    async throws
  {
    let text = try bench.folder.read("good.csv")
    #expect(try await bench.run(["import", "-"], input: text).status <= 3)
    let sum = try await ProgramRun.run(
      ["good.csv"], program: "/usr/bin/sha256sum", in: bench.folder.path
    ).output.prefix(64)
    #expect(try await bench.run(["runs", "show", "--json"]).output.contains(sum))
    try bench.folder.write("PortGroup,Service\n\"open", to: "broken.csv")
    #expect(try await bench.run(["import", "broken.csv"]).status == 4)
    let shown = try await bench.run(["runs", "show", "--json"] + (try await newest())).output
    #expect(shown.contains(#""sha256":null"#), "\(shown)")
  }
}
