import Foundation
import TestSupport
import Testing

/// An import is repeated instead of resumed, while a creation of the first one waits in the server's queue.
@Suite struct SecondRunTests {
  private static let lab = Lab("Branch", [.proxy("10.0.0.1")])

  /// Makes a bench whose first import was killed while its creation waits at the server; returns it with the run.
  private func killed(_ options: [String] = []) async throws -> (Workbench, run: String) {
    let bench = try await Workbench(Self.lab)
    try bench.folder.write("PortGroup,Service,Host\nBranch,102,10.0.0.2\n", to: "rows.csv")
    try await bench.sandbox.faults("hold=1")
    let program = try bench.start(["import", "rows.csv"])
    try await bench.sandbox.waitUntilHeld()
    program.send(signal: SIGKILL)
    _ = await program.finish()
    let runs = try await bench.run(["runs", "list"])
    let run = try #require(runs.output.firstMatch(of: /\d{8}T\d{6}Z-\w{4}/))
    return (bench, String(run.output))
  }

  @Test func `a creation that the server does late is not done a second time`() async throws {
    let (bench, run) = try await killed()
    let second = try bench.start([
      "import", "rows.csv", "--mode", "upsert", "--transfer-timeout", "2s", "--settle-wait", "2s",
    ])
    #expect(await second.waits(for: " settles it\n"))
    try await bench.sandbox.release()
    let result = await second.finish()
    let messages = result.messages.replacing(/waits \d+s/, with: "waits TIME")
    #expect(
      messages.hasPrefix(
        "cupibulk: warning: port group \"Branch\" waits TIME: run \(run) has a write in it whose "
          + "outcome is not known, and which may still arrive; cupibulk resume \(run) settles it\n")
    )
    #expect(result.output.hasPrefix("Nothing to change: the server already is as the row says.\n"))
    #expect(result.status == 0)
    #expect(try await bench.sandbox.log().writes == 1)
  }

  @Test
  func `if the first import is resumed, it has created the server, and the second does not wait`()
    async throws
  {
    let (bench, run) = try await killed()
    try await bench.sandbox.release()
    #expect(try await bench.run(["resume", run, "--settle-wait", "2s"]).status == 0)
    let second = try await bench.run(["import", "rows.csv", "--mode", "upsert"])
    #expect(second.status == 0)
    #expect(!second.messages.contains("waits"))
    #expect(try await bench.sandbox.log().writes == 1)
  }
}
