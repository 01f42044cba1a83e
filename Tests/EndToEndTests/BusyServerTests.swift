import TestSupport
import Testing

/// A large import into a server that is sometimes busy, and whose sessions expire.
@Suite(.serialized) struct BusyServerTests {
  private static let lab = {
    var lab = Lab()
    for group in 1...60 { lab.add("Branch \(group)", [.proxy("10.0.\(group).1")]) }
    return lab
  }()

  @Test func `500 rows are sent within the allowed slots and logins`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.lab.json, to: "lab.json")
    let bench = try await Workbench(
      folder,
      ["--load", "lab.json", "--fault", "busy=10%", "--token-age", "2s", "--login-limit", "2"])
    try bench.writePassword()
    var rows = "PortGroup,Service,Host,Port,TLS Port,Precedence\n"
    for row in 0..<500 {
      rows += "Branch \(row % 60 + 1),102,10.1.\(row % 60).\(row / 60 + 2),5060,5061,\(row / 60)\n"
    }
    let outcome = try await bench.imports(rows, as: "busy.csv", ["--slots", "4"])
    #expect(outcome.run.status == 0, "\(outcome.run.messages)")
    #expect(outcome.summary == "read 500, created 500")
    #expect(try await bench.rows().count { $0.verdict == "verified" } == 500)

    let log = try await bench.sandbox.log()
    #expect(log.mostInFlight <= 4)
    #expect(log.mostLoginsInOneSecond <= 2)
    #expect(log.turnedAway == 0)
    // One request in ten is refused and sent again; the export shows that each creation is done once.
    let busy = try #require(log.faults["busy"])
    #expect(busy > 20)
    #expect((500...500 + busy).contains(log.writes))
    try await bench.sandbox.faults("")
    #expect(try await bench.servers().count == 560)
  }
}
