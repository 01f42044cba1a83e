import TestSupport
import Testing

/// Servers with unusual behaviour: changed values are reported, refusals are clear, and nothing is in doubt.
@Suite(.serialized) struct ServerBehaviorExperiment {
  /// The behaviour of a server, and the expected results of rows.
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var habit: [String]
    var rows: String
    var options: [String] = []
    var books: String
    var states: [String]
    var verdicts: [String?]
    /// The lines about failed rows, with their hints.
    var errors: String = ""
    var group: [String]
    var status: Int32 { errors.isEmpty ? 0 : 3 }
  }

  private static let lab = Lab("Branch", [.proxy("10.0.0.1"), .proxy("10.0.0.2", precedence: 1)])

  static let cases = [
    Case(
      testDescription: "a server that writes host names in lower case",
      habit: ["--host-case", "lower"],
      rows: "create,102,,SIP-9.Example,5\nupdate,102,10.0.0.1,Proxy.Example,\n",
      books: "read 2, created 1, updated 1", states: ["created", "updated"],
      verdicts: ["normalised", "normalised"],
      group: [
        "102 proxy.example 5060/5061 #0", "102 10.0.0.2 5060/5061 #1",
        "102 sip-9.example 5060/5061 #5",
      ]),
    Case(
      testDescription: "a server that refuses equal precedences",
      habit: ["--unique", "precedence"],
      rows: "create,102,,10.0.0.3,1\nupdate,102,,10.0.0.1,1\ncreate,102,,10.0.0.4,2\n",
      books: "read 3, created 1, failed 2",
      states: ["failed[refused]", "failed[refused]", "created"],
      verdicts: [nil, nil, "verified"],
      errors: """
        rows.csv:3: warning[precedence-shared]: precedence 1 is that of another SIP proxy of group "Branch", at rows.csv:2
            hint: give each server of a service its own precedence
        rows.csv:2: failed[refused]: SIP proxy 10.0.0.3 in "Branch": status 400: INVALID_PARAMETER: Precedence is '1'; another server of this service and group has it (POST /vmrest/portgroups/GUID/portgroupservers, http://127.0.0.1:PORT)
            hint: read the server's message, fix the row and send it again
        rows.csv:3: failed[refused]: SIP proxy 10.0.0.1 in "Branch": status 400: INVALID_PARAMETER: Precedence is '1'; another server of this service and group has it (PUT /vmrest/portgroups/GUID/portgroupservers/GUID, http://127.0.0.1:PORT)
            hint: read the server's message, fix the row and send it again

        """,
      group: [
        "102 10.0.0.1 5060/5061 #0", "102 10.0.0.2 5060/5061 #1", "102 10.0.0.4 5060/5061 #2",
      ]),
    Case(
      testDescription: "a server that refuses to lose the last of its entries",
      habit: ["--last-server", "keep"],
      rows: "delete,102,,10.0.0.1,\ndelete,102,,10.0.0.2,\n",
      options: ["--max-delete", "2", "--allow-last"],
      books: "read 2, deleted 1, failed 1", states: ["deleted", "failed[refused]"],
      verdicts: ["verified", nil],
      errors: """
        rows.csv:3: failed[refused]: SIP proxy 10.0.0.2 in "Branch": status 400: NOT_SUPPORTED: PortGroupServer GUID is the last of its service in the port group (DELETE /vmrest/portgroups/GUID/portgroupservers/GUID, http://127.0.0.1:PORT)
            hint: read the server's message, fix the row and send it again

        """,
      group: ["102 10.0.0.2 5060/5061 #1"]),
    Case(
      testDescription: "a server that gives new servers the next precedence",
      habit: ["--default-precedence", "next"],
      rows: "create,102,,10.0.0.3,\ncreate,102,,10.0.0.4,\n",
      books: "read 2, created 2", states: ["created", "created"],
      verdicts: ["verified", "verified"],
      group: [
        "102 10.0.0.1 5060/5061 #0", "102 10.0.0.2 5060/5061 #1", "102 10.0.0.3 5060/5061 #2",
        "102 10.0.0.4 5060/5061 #3",
      ]),
  ]

  @Test(arguments: cases)
  func `nothing is in doubt, and the books balance`(one: Case) async throws {
    let bench = try await Workbench(Self.lab, one.habit)
    try bench.folder.write(
      "PortGroup,Operation,Service,Match Host,Host,Precedence\n"
        + one.rows.split(separator: "\n").map { "Branch,\($0)\n" }.joined(), to: "rows.csv")
    let run = try await bench.run(["import", "rows.csv"] + one.options)
    #expect(run.status == one.status)
    let shown = run.seen.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { $0.hasPrefix("rows.csv:") || $0.hasPrefix("    hint: ") }
    #expect(shown.map { $0 + "\n" }.joined() == one.errors)
    let books = try await bench.books()
    #expect(books.summary == one.books)
    #expect(books.balances)
    let rows = try await bench.rows()
    #expect(rows.map(\.stateText) == one.states)
    #expect(rows.map(\.verdict) == one.verdicts)
    #expect(try await bench.servers(of: "Branch") == one.group)
    // A second import: rows that were done are unchanged, and failed rows fail in the same way.
    let again = try await bench.imports(["rows.csv"] + one.options)
    #expect(again.books?.inDoubt == 0 && again.books?.balances == true)
    #expect(again.books.map { $0.created + $0.updated + $0.deleted } == 0)
    #expect(try await bench.servers(of: "Branch") == one.group)
  }
}
