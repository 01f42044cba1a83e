import TestSupport
import Testing

/// The manual's table "What happens to a row", cell by cell.
@Suite(.serialized) struct DecisionTableTests {
  /// The servers of the group before the row is sent.
  enum Match: String, Sendable {
    case none, equal, different, several

    var servers: [Lab.Server] {
      switch self {
      case .none: []
      case .equal: [.proxy("10.0.0.1")]
      case .different: [.proxy("10.0.0.1", precedence: 7)]
      case .several:
        [.proxy("10.0.0.1", port: 5070), .proxy("10.0.0.1", port: 5080, precedence: 1)]
      }
    }
  }

  /// A cell of the table, with the expected group afterwards.
  struct Cell: CustomTestStringConvertible, Sendable {
    var operation: String
    var match: Match
    var state: String
    var group: [String]
    var writes: [String: Int] = [:]

    var testDescription: String { "\(operation), \(match.rawValue)" }
  }

  private static let other = "102 10.0.0.9 5060/5061 #0"
  private static let wanted = "102 10.0.0.1 5060/5061 #0"
  private static let different = [other, "102 10.0.0.1 5060/5061 #7"]
  private static let several = [
    "102 10.0.0.1 5070/5061 #0", other, "102 10.0.0.1 5080/5061 #1",
  ]

  static let cells = [
    Cell(
      operation: "create", match: .none, state: "created", group: [wanted, other],
      writes: ["POST": 1]),
    Cell(operation: "create", match: .equal, state: "unchanged", group: [wanted, other]),
    Cell(operation: "create", match: .different, state: "failed[exists]", group: different),
    Cell(operation: "create", match: .several, state: "failed[ambiguous-match]", group: several),
    Cell(operation: "update", match: .none, state: "failed[no-match]", group: [other]),
    Cell(operation: "update", match: .equal, state: "unchanged", group: [wanted, other]),
    Cell(
      operation: "update", match: .different, state: "updated", group: [wanted, other],
      writes: ["PUT": 1]),
    Cell(operation: "update", match: .several, state: "failed[ambiguous-match]", group: several),
    Cell(
      operation: "upsert", match: .none, state: "created", group: [wanted, other],
      writes: ["POST": 1]),
    Cell(operation: "upsert", match: .equal, state: "unchanged", group: [wanted, other]),
    Cell(
      operation: "upsert", match: .different, state: "updated", group: [wanted, other],
      writes: ["PUT": 1]),
    Cell(operation: "upsert", match: .several, state: "failed[ambiguous-match]", group: several),
    Cell(operation: "delete", match: .none, state: "unchanged", group: [other]),
    Cell(
      operation: "delete", match: .equal, state: "deleted", group: [other], writes: ["DELETE": 1]),
    Cell(
      operation: "delete", match: .different, state: "deleted", group: [other],
      writes: ["DELETE": 1]),
    Cell(operation: "delete", match: .several, state: "failed[ambiguous-match]", group: several),
  ]

  @Test(arguments: cells)
  func `each operation has the table's result for each match`(cell: Cell) async throws {
    let bench = try await Workbench(Lab("Branch", cell.match.servers + [.proxy("10.0.0.9")]))
    // Ports distinguish servers on one host, so the row leaves them out to match several.
    let ports = cell.match == .several ? "," : "5060,5061"
    let outcome = try await bench.imports(
      """
      PortGroup,Operation,Service,Host,Port,TLS Port,Precedence
      Branch,\(cell.operation),102,10.0.0.1,\(ports),0

      """, ["--max-delete", "1"])

    #expect(outcome.run.status == (cell.state.hasPrefix("failed") ? 3 : 0))
    #expect(outcome.books?.balances == true)
    #expect(try await bench.states() == [cell.state])
    #expect(try await bench.servers(of: "Branch") == cell.group)
    let log = try await bench.sandbox.log()
    #expect(log.requests.filter { $0.key != "GET" } == cell.writes)
    #expect(log.writes == cell.writes.values.reduce(0, +))
  }

  /// Rows that are refused because of their effect, with their codes.
  struct Refusal: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var rows: String
    var states: [String]
    var writes = 0
  }

  static let refusals = [
    Refusal(
      testDescription: "two rows that mean one server",
      rows: """
        PortGroup,Service,Host,Port,Precedence
        Branch,102,10.0.0.1,,3
        Branch,102,10.0.0.1,5070,4
        """, states: ["failed[same-server]", "failed[same-server]"]),
    Refusal(
      testDescription: "a move onto a host that another server has",
      rows: """
        PortGroup,Service,Match Host,Host
        Branch,102,10.0.0.1,10.0.0.2
        """, states: ["failed[would-duplicate]"]),
    Refusal(
      testDescription: "another service by ObjectId",
      rows: """
        PortGroup,Service,ObjectId
        Branch,101,\(Lab.serverID(1))
        """, states: ["failed[service-fixed]"]),
    Refusal(
      testDescription: "the ObjectId of a server of another group",
      rows: """
        PortGroup,Service,ObjectId,Precedence
        Branch,102,\(Lab.serverID(3)),3
        """, states: ["failed[elsewhere]"]),
    Refusal(
      testDescription: "a Match cell that fits nothing",
      rows: """
        PortGroup,Service,Match Host,Host
        Branch,102,10.0.0.77,10.0.0.78
        """, states: ["failed[no-match]"]),
    Refusal(
      testDescription: "a row that a PIMG group differs from",
      rows: """
        PortGroup,Service,Host,Precedence
        Units,104,10.0.0.4,5
        Units,104,10.0.0.5,0
        """, states: ["failed[pimg-read-only]", "failed[pimg-read-only]"]),
    Refusal(
      testDescription: "a delete after a failure in its group",
      rows: """
        PortGroup,Operation,Service,Host
        Branch,update,102,10.0.0.77
        Branch,delete,102,10.0.0.1
        """, states: ["failed[no-match]", "failed[after-failure]"]),
    Refusal(
      testDescription: "a group's last server",
      rows: """
        PortGroup,Operation,Service,Host
        Branch,delete,102,10.0.0.1
        Branch,delete,102,10.0.0.2
        """, states: ["deleted", "failed[last-server]"], writes: 1),
  ]

  @Test(arguments: refusals)
  func `a row that must not be sent fails with its code`(refusal: Refusal) async throws {
    var lab = Lab("Branch", [.proxy("10.0.0.1"), .proxy("10.0.0.2", precedence: 1)])
    lab.add("Other", [.proxy("10.0.0.3")])
    lab.add("Units", integration: 3, [Lab.Server(service: 104, host: "10.0.0.4")])
    let bench = try await Workbench(lab)
    let outcome = try await bench.imports(refusal.rows + "\n", ["--max-delete", "2"])
    #expect(outcome.run.status == 3, "\(outcome.run.messages)")
    #expect(try await bench.states() == refusal.states)
    #expect(try await bench.sandbox.log().writes == refusal.writes)
  }
}
