import TestSupport
import Testing

/// A large import over a real socket respects its limits.
@Suite(.serialized) struct ManyRowsTests {
  @Test(arguments: ["xml", "json"])
  func `1,000 rows in 60 groups are sent through four slots with one login`(
    wire: String
  ) async throws {
    var lab = Lab()
    for group in 1...60 {
      lab.add("Branch \(group)", [.proxy("10.0.\(group).1"), .proxy("10.0.\(group).250")])
    }
    // 960 rows create, 20 update, and 20 are unchanged.
    var rows = "PortGroup,Service,Host,Port,TLS Port,Precedence\n"
    for row in 0..<960 {
      rows += "Branch \(row % 60 + 1),102,10.1.\(row % 60).\(row / 60 + 2),5060,5061,\(row / 60)\n"
    }
    for group in 1...20 { rows += "Branch \(group),102,10.0.\(group).1,5060,5061,77\n" }
    for group in 21...40 { rows += "Branch \(group),102,10.0.\(group).1,5060,5061,0\n" }
    // On a busy machine, immediate answers may never overlap.
    let bench = try await Workbench(lab, ["--fault", "slow=5ms"])
    let options = ["--slots", "4", "--wire", wire]

    let first = try await bench.imports(rows, as: "many.csv", options)
    #expect(first.run.status == 0, "\(first.run.messages)")
    #expect(first.summary == "read 1000, created 960, updated 20, unchanged 20")
    #expect(first.books?.balances == true)
    let log = try await bench.sandbox.log()
    #expect(log.requests["POST"] == 960)
    #expect(log.requests["PUT"] == 20)
    #expect(log.writes == 980)
    #expect(log.mostInFlight <= 4)
    #expect(log.mostInFlight > 1)
    #expect(log.logins == 1)
    // Each of the 60 groups is listed before and after its batch; the list of groups is read once.
    #expect(log.requests["GET"].map { (120...130).contains($0) } == true, "\(log.requests)")
    #expect(try await bench.servers().count == 120 + 960)
    #expect(
      try await bench.rows(of: first.books?.run).filter { $0.verdict == "verified" }.count == 980)

    let second = try await bench.imports(["many.csv"] + options)
    #expect(second.summary == "read 1000, unchanged 1000")
    #expect(try await bench.sandbox.log().writes == 980)
  }

  @Test func `with one slot, requests do not overlap`() async throws {
    let bench = try await Workbench()
    #expect(try await bench.imports(["samples/sip-proxies.csv", "--slots", "1"]).run.status == 0)
    #expect(try await bench.run(["export", "--slots", "1", "-o", "out.csv"]).status == 0)
    #expect(try await bench.sandbox.log().mostInFlight == 1)
  }

  @Test func `more than four slots give a warning`() async throws {
    let bench = try await Workbench()
    let outcome = try await bench.imports(["samples/sip-proxies.csv", "--slots", "5"])
    #expect(outcome.run.status == 0)
    #expect(outcome.run.messages.hasPrefix("cupibulk: warning: "))
    let quiet = try await bench.imports(["samples/sip-proxies.csv", "--slots", "4"])
    #expect(!quiet.run.messages.contains("warning"))
  }
}
