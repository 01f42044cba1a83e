import Foundation
import TestSupport
import Testing

/// The file that `--trace` writes.
@Suite struct TraceTests {
  private struct Exchange: Decodable {
    var number: Int
    var method: String
    var path: String
    var status: Int?
    var sent: Int
    var received: Int
  }

  private func exchanges(_ bench: Workbench) throws -> [Exchange] {
    try bench.folder.read("t.jsonl").split(separator: "\n").map { line in
      try JSONDecoder().decode(Exchange.self, from: Data(line.utf8))
    }
  }

  @Test func `a trace has all exchanges of a run in order`() async throws {
    let bench = try await Workbench()
    let run = try await bench.run(
      ["import", "samples/sip-proxies.csv", "--trace", "t.jsonl", "--json"])
    #expect(run.status == 0)
    let seen = try exchanges(bench)
    let log = try await bench.sandbox.log()
    #expect(seen.map(\.number) == Array(1...seen.count))
    #expect(seen.count { $0.method == "GET" } == log.requests["GET"])
    #expect(seen.count { $0.method == "POST" } == 3)
    #expect(seen.filter { $0.method == "POST" }.allSatisfy { $0.status == 201 && $0.sent > 0 })
    #expect(seen.filter { $0.method == "PUT" }.map(\.status) == [204])
  }

  @Test func `the trace of a killed program has the complete exchanges`() async throws {
    let bench = try await Workbench()
    let program = try RunningProgram(
      ["import", "samples/sip-proxies.csv", "--trace", "t.jsonl", "--rate", "1"]
        + ["--target", bench.sandbox.url, "--username", "admin", "--password-file", "password"],
      in: bench.folder.path)
    while (try? exchanges(bench).count) ?? 0 < 2, kill(program.processID, 0) == 0 {
      try await Task.sleep(for: .milliseconds(5))
    }
    program.send(signal: SIGKILL)
    _ = await program.finish()
    let seen = try exchanges(bench)
    #expect(seen.count >= 2)
    #expect(seen[0].path == "/vmrest/version")
    #expect(seen.allSatisfy { $0.status == 200 || $0.status == 201 || $0.status == 204 })
  }

  @Test func `a trace that cannot be written does not stop the run`() async throws {
    let bench = try await Workbench()
    let full = try await bench.run(["export", "-o", "x.csv", "--trace", "/dev/full"])
    #expect(full.status == 0)
    #expect(
      full.messages.hasPrefix(
        "cupibulk: warning: the trace /dev/full ends here, because it cannot be written: "
          + "No space left on device\n"))
    let missing = try await bench.run(["export", "-o", "x.csv", "--trace", "no/t.jsonl"])
    #expect(missing.status == 1)
    #expect(
      missing.messages == """
        cupibulk: The trace no/t.jsonl cannot be written: No such file or directory
            hint: name another file with --trace

        """)
  }
}
