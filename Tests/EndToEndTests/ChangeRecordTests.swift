import Foundation
import TestSupport
import Testing

/// What `runs show` and `runs rows` have about a run that was stopped, resumed, killed and resumed.
@Suite struct ChangeRecordTests {
  private static let lab = {
    var lab = Lab("Branch 1", [.proxy("10.0.0.1")])
    lab.add("Branch 2", [.proxy("10.0.0.1")])
    lab.add("Branch 3", [.proxy("10.0.0.1"), .proxy("10.0.0.2", precedence: 1)])
    return lab
  }()

  private static let rows = """
    PortGroup,Operation,Service,Host,Precedence
    Branch 1,update,102,10.0.0.1,5
    Branch 1,update,102,10.0.0.77,9
    Branch 2,create,102,10.0.0.3,2
    Branch 3,update,102,10.0.0.1,7
    Branch 3,delete,102,10.0.0.2,

    """

  /// Holds the first such request, and ends the program by a signal meanwhile.
  ///
  /// The signal comes when the ledger has read back this many rows: other groups go on while the request is held.
  private func interrupt(
    _ bench: Workbench, _ arguments: [String], at request: String, by signal: Int32,
    afterReadingBack rows: Int = 0
  ) async throws {
    let gate = try HoldingGate(before: bench.sandbox.url, holding: request)
    let program = try bench.start(arguments, through: gate)
    try await gate.waitForRequest()
    while rows > 0 {
      let shown = try await bench.run(["runs", "show", "--json"]).output
      if shown.contains("\"verdict\":\"verified\",\"rows\":\(rows)") { break }
      try await Task.sleep(for: .milliseconds(20))
    }
    program.send(signal: signal)
    if signal == SIGINT { _ = await program.waits(for: "Stopping: ") }
    if signal == SIGINT { gate.open() }
    _ = await program.finish()
    withExtendedLifetime(gate) {}
  }

  private func seen(_ bench: Workbench, _ arguments: [String]) async throws -> String {
    try await bench.run(arguments).seen.replacing(/[^ \n]+@[^ \n]+ */, with: "WHO  ")
      .replacing(/(?m)WHO  $/, with: "WHO")
      .replacing(/slowest groups +took\n(Branch.*\n)+\n/, with: "")
  }

  /// Also on a slow server, where a table of the slowest groups is shown as well.
  @Test(arguments: [[], ["--fault", "slow=400ms"]])
  func `the record of a run that was stopped, killed and resumed is complete`(
    faults: [String]
  ) async throws {
    let bench = try await Workbench(Self.lab, faults)
    try bench.folder.write(Self.rows, to: "rows.csv")
    func servers(_ group: Int) -> String {
      "/vmrest/portgroups/\(Lab.groupID(group))/portgroupservers"
    }
    try await interrupt(
      bench,
      ["import", "rows.csv", "--slots", "1", "--max-delete", "1", "--ticket", "CHG-7"],
      at: "POST \(servers(2))", by: SIGINT)
    try await interrupt(
      bench, ["resume", "last", "--slots", "1", "--note", "after the stop"],
      at: "PUT \(servers(3))",
      by: SIGKILL, afterReadingBack: 2)
    var text = try await record(bench, "after the kill")
    #expect(try await bench.run(["resume", "last", "--settle-wait", "0s"]).status == 3)
    text += try await record(bench, "at the end")
    if Package.isRecording {
      try text.write(
        toFile: Package.root + "/" + Self.snapshot, atomically: true, encoding: .utf8)
      Issue.record("\(Self.snapshot) was recorded")
    }
    #expect(text == (try Package.text(Self.snapshot)), "\(text)")
  }

  private static let snapshot = "Tests/Snapshots/change-record.txt"

  /// What the two commands show at a moment.
  private func record(_ bench: Workbench, _ moment: String) async throws -> String {
    "# \(moment)\n\n" + (try await seen(bench, ["runs", "show"])) + "\n\n"
      + (try await seen(bench, ["runs", "rows"])) + "\n\n"
  }
}
