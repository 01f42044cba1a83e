import Foundation
import TestSupport
import Testing

/// A ledger that is deleted during a run, and one from another system.
@Suite struct ForeignLedgerTests {
  private static let rows = "PortGroup,Service,Host\nBranch,102,10.0.0.2\n"

  @Test
  func
    `a ledger that is deleted during a run stops it, and the run can be resumed from a copy`()
    async throws
  {
    let bench = try await Workbench(Lab("Branch", [.proxy("10.0.0.1")]))
    try bench.folder.write(Self.rows, to: "rows.csv")
    let gate = try HoldingGate(before: bench.sandbox.url, holding: "POST ")
    let first = try bench.start(["import", "rows.csv"], through: gate)
    try await gate.waitForRequest()
    let state = bench.folder.path("state/cupibulk")
    for suffix in ["", "-wal", "-shm"] {
      try FileManager.default.removeItem(atPath: state + "/ledger.sqlite" + suffix)
    }
    gate.open()
    let stopped = await first.finish()
    #expect(stopped.status == 1, "\(stopped.messages)")
    let saved = try #require(
      try FileManager.default.contentsOfDirectory(atPath: state)
        .first { $0.hasPrefix("ledger-saved-") })
    #expect(
      stopped.messages.contains(
        "was deleted, moved or replaced; its content was saved in \(state)/\(saved); "
          + "continue from there with: cupibulk resume --ledger \(state)/\(saved)"),
      "\(stopped.messages)")
    let resumed = try await bench.run(["resume", "--ledger", "\(state)/\(saved)"])
    #expect(resumed.status == 0, "\(resumed.messages)")
    #expect(try await bench.sandbox.log().writes == 1, "it was not sent twice")
  }

  @Test func `a ledger from another system does not decide where the password is sent`()
    async throws
  {
    let bench = try await Workbench(Lab("Branch", [.proxy("10.0.0.1")]))
    try bench.folder.write(Self.rows, to: "rows.csv")
    let gate = try HoldingGate(before: bench.sandbox.url, holding: "POST ")
    let first = try bench.start(
      ["import", "rows.csv", "--ledger", "planted.sqlite"], through: gate)
    try await gate.waitForRequest()
    first.send(signal: SIGKILL)
    _ = await first.finish()
    gate.open()
    let account = ["CUPIBULK_USERNAME": "admin", "CUPIBULK_PASSWORD_FILE": "password"]
    let words = ["resume", "--ledger", "planted.sqlite"]
    let refused = try await ProgramRun.run(words, in: bench.folder.path, environment: account)
    #expect(
      refused.seen.hasPrefix(
        "cupibulk: The ledger planted.sqlite is not in the state folder, so that it cannot choose the "
          + "server that gets the password\n    hint: if run "), "\(refused.seen)")
    #expect(refused.seen.hasSuffix(" --target http://127.0.0.1:PORT\nexit 7"), "\(refused.seen)")
    #expect(try await bench.run(words).status == 0, "its target was given")
  }
}
