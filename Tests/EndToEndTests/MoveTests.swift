import TestSupport
import Testing

/// Rows that depend on other rows: moves, swaps, chains and deletes.
@Suite(.serialized) struct MoveTests {
  @Test func `a host moves in 80 groups, and the second run changes nothing`() async throws {
    var lab = Lab()
    var rows = "PortGroup,Service,MatchHostOrIPAddress,HostOrIPAddress\n"
    for number in 1...80 {
      let name = "Branch \(number)"
      lab.add(name, [.proxy("10.0.0.1"), .proxy("10.0.0.2", precedence: 1)])
      rows += "\(name),102,10.0.0.1,10.9.0.1\n"
    }
    let bench = try await Workbench(lab)

    let first = try await bench.imports(rows, as: "move.csv", ["--mode", "update"])
    #expect(first.run.status == 0, "\(first.run.messages)")
    #expect(first.summary == "read 80, updated 80")
    #expect(try await bench.sandbox.log().requests["PUT"] == 80)
    let moved = try await bench.servers()
    #expect(moved.count == 160)
    #expect(moved.filter { $0.brief == "102 10.9.0.1 5060/5061 #0" }.count == 80)
    #expect(moved.filter { $0.brief == "102 10.0.0.2 5060/5061 #1" }.count == 80)

    let second = try await bench.imports(["move.csv", "--mode", "update"])
    #expect(second.run.status == 0)
    #expect(second.summary == "read 80, unchanged 80")
    #expect(try await bench.sandbox.log().writes == 80)
  }

  @Test func `two servers swap their precedences, and a second import changes nothing`()
    async throws
  {
    let bench = try await Workbench(
      Lab("Branch", [.proxy("10.0.0.1"), .proxy("10.0.0.2", precedence: 1)]))
    let rows = """
      PortGroup,Service,Host,Precedence
      Branch,102,10.0.0.1,1
      Branch,102,10.0.0.2,0

      """
    #expect(try await bench.imports(rows).summary == "read 2, updated 2")
    #expect(
      try await bench.servers(of: "Branch")
        == ["102 10.0.0.2 5060/5061 #0", "102 10.0.0.1 5060/5061 #1"])
    #expect(try await bench.imports(rows).summary == "read 2, unchanged 2")
    #expect(try await bench.sandbox.log().writes == 2)
  }

  @Test(arguments: [false, true])
  func `a chain of moves in one group is done once, in either order of rows`(backwards: Bool)
    async throws
  {
    let bench = try await Workbench(
      Lab("Branch", [.proxy("10.0.0.1"), .proxy("10.0.0.2", precedence: 1)]))
    let moves = ["Branch,102,10.0.0.1,10.0.0.2", "Branch,102,10.0.0.2,10.0.0.3"]
    let rows =
      "PortGroup,Service,Match Host,Host\n"
      + (backwards ? moves.reversed() : moves).joined(separator: "\n") + "\n"

    #expect(try await bench.imports(rows).summary == "read 2, updated 2")
    let servers = ["102 10.0.0.2 5060/5061 #0", "102 10.0.0.3 5060/5061 #1"]
    #expect(try await bench.servers(of: "Branch") == servers)

    #expect(try await bench.imports(rows).summary == "read 2, unchanged 2")
    #expect(try await bench.servers(of: "Branch") == servers)
    #expect(try await bench.sandbox.log().writes == 2)
  }

  @Test func `two servers of one group swap their hosts`() async throws {
    let bench = try await Workbench(
      Lab("Branch", [.proxy("10.0.0.1"), .proxy("10.0.0.2", precedence: 1)]))
    let rows = """
      PortGroup,Service,ObjectId,Host
      Branch,102,\(Lab.serverID(1)),10.0.0.2
      Branch,102,\(Lab.serverID(2)),10.0.0.1

      """
    #expect(try await bench.imports(rows).summary == "read 2, updated 2")
    #expect(
      try await bench.servers(of: "Branch")
        == ["102 10.0.0.2 5060/5061 #0", "102 10.0.0.1 5060/5061 #1"])
    #expect(try await bench.imports(rows).summary == "read 2, unchanged 2")
  }

  private static let three = Lab(
    "Branch",
    [.proxy("10.0.0.1"), .proxy("10.0.0.2", precedence: 1), .proxy("10.0.0.3", precedence: 2)])
  private static let two = "PortGroup,Service,Host\nBranch,102,10.0.0.1\nBranch,102,10.0.0.2\n"

  @Test func `deletes are counted before the first is sent`() async throws {
    let bench = try await Workbench(Self.three)
    for limit in [[], ["--max-delete", "1"]] {
      let outcome = try await bench.imports(Self.two, ["--mode", "delete"] + limit)
      #expect(outcome.run.status == 8)
      #expect(outcome.summary == "read 2, pending 2")
    }
    #expect(try await bench.sandbox.log().writes == 0)

    let options = ["--mode", "delete", "--max-delete", "2"]
    #expect(try await bench.imports(Self.two, options).summary == "read 2, deleted 2")
    #expect(try await bench.servers(of: "Branch") == ["102 10.0.0.3 5060/5061 #2"])
    #expect(try await bench.imports(Self.two, options).summary == "read 2, unchanged 2")
    #expect(try await bench.sandbox.log().requests["DELETE"] == 2)
  }

  @Test func `the last proxy is deleted only with --allow-last`() async throws {
    let bench = try await Workbench(Lab("Branch", [.proxy("10.0.0.1")]))
    let row = "PortGroup,Service,Host\nBranch,102,10.0.0.1\n"
    let options = ["--mode", "delete", "--max-delete", "1"]
    #expect(try await bench.imports(row, options).run.status == 3)
    #expect(try await bench.states() == ["failed[last-server]"])
    #expect(try await bench.imports(row, options + ["--allow-last"]).summary == "read 1, deleted 1")
    #expect(try await bench.servers().isEmpty)
  }

  @Test func `an Operation column overrides --mode for each row`() async throws {
    let bench = try await Workbench(Self.three)
    let outcome = try await bench.imports(
      """
      PortGroup,Operation,Service,Host,Port,TLS Port,Precedence
      Branch,create,102,10.0.0.4,5060,5061,3
      Branch,DELETE,102,10.0.0.1,,,
      Branch,,102,10.0.0.2,,,9
      Branch,upsert,102,10.0.0.3,,,2

      """, ["--mode", "update", "--max-delete", "1"])
    #expect(outcome.run.status == 0, "\(outcome.run.messages)")
    #expect(try await bench.states() == ["created", "deleted", "updated", "unchanged"])
    #expect(
      try await bench.servers(of: "Branch") == [
        "102 10.0.0.3 5060/5061 #2", "102 10.0.0.4 5060/5061 #3", "102 10.0.0.2 5060/5061 #9",
      ])
  }
}
