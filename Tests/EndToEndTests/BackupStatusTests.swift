import Foundation
import TestSupport
import Testing

/// `backup status`: one line a target, and exit code 9 while any of them is not OK.
@Suite struct BackupStatusTests {
  private func state(_ bench: BackupBench, _ words: [String] = []) async throws -> (String, Int32) {
    let run = try await bench.backup("status", words + ["--json"])
    let states = try BackupBench.objects(run).map { $0.text("state") }
    return (states.joined(separator: " "), run.status)
  }

  @Test func `each state has its code`() async throws {
    let bench = try await BackupBench(initializing: ["--drill-age", "7d"])
    #expect(
      try await bench.see("status") == "The repository has no snapshot, and expects none.\nexit 0")
    #expect(try await bench.backup("init", ["--target", bench.sandbox.url]).status == 0)
    #expect(try await state(bench) == ("NEVER", 9))
    try await bench.snapshot(["--no-drill"])
    #expect(try await state(bench) == ("UNDRILLED", 9))
    #expect(try await bench.backup("drill").status == 0)
    #expect(try await state(bench) == ("OK", 0))
    // The shortest age that can be asked for passes while this test waits.
    while try await state(bench, ["--max-age", "1s"]) == ("OK", 0) {
      try await Task.sleep(for: .milliseconds(100))
    }
    #expect(try await state(bench, ["--max-age", "1s"]) == ("OLD", 9))
    try await bench.delete(1...8)
    try await bench.snapshot(status: 8)
    #expect(try await state(bench) == ("SUSPECT", 9))
    #expect(try await state(bench, ["--target", bench.sandbox.url]) == ("SUSPECT", 9))
    #expect(try await state(bench, ["--target", "other"]) == ("NEVER", 9))
  }
}
