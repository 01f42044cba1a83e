import Foundation
import TestSupport
import Testing

/// The output of `runs` about earlier runs, as text and as JSON.
@Suite(.serialized) struct RunsTests {
  /// Makes a bench with two imports and an export; the second import has a row of each kind.
  private static func benchWithRuns() async throws -> (Workbench, [String]) {
    let bench = try await Workbench(
      Lab(#"Comma, "quote" & 1"#, [.proxy("10.0.0.1"), .proxy("10.0.0.2", precedence: 1)]))
    let first = try await bench.imports(
      "PortGroup,Service,Host,Precedence\n\"Comma, \"\"quote\"\" & 1\",102,10.0.0.1,5\n",
      as: "first.csv")
    let second = try await bench.imports(
      """
      PortGroup,Operation,Service,Host,Precedence
      "Comma, ""quote"" & 1",upsert,102,10.0.0.3,2
      "Comma, ""quote"" & 1",create,102,10.0.0.1,9
      "Comma, ""quote"" & 1",upsert,102,10.0.0.2,1
      "Comma, ""quote"" & 1",upsert,102,10.0.0.4,"much, ""more"" now"

      """, as: "second, 2.csv", ["--skip-invalid"])
    let export = try await bench.run(["export", "-o", "out.json", "--json"])
    let exported = try JSONDecoder().decode(
      ExportLine.self, from: Data(export.output.utf8))
    #expect(exported.exit == 0)
    return (
      bench,
      [try #require(first.books).run, try #require(second.books).run, exported.run]
    )
  }

  private struct ExportLine: Decodable {
    var run: String
    var exit: Int
    var servers: Int
    var file: String
  }

  /// A run in the output of `runs list --json` and `runs show --json`.
  private struct RunLine: Decodable, Equatable {
    var run: String
    var kind: String
    var source: String
    var target: String
    var started: String
    var ended: String
    var how: String
    var exitCode: Int
    /// Only of imports.
    var read: Int?
    var failed: Int?
    var balances: Bool?
    /// Only of exports.
    var servers: Int?
  }

  private func lines<Line: Decodable>(_ text: String, _: Line.Type) throws -> [Line] {
    try text.split(separator: "\n").map {
      try JSONDecoder().decode(Line.self, from: Data($0.utf8))
    }
  }

  @Test func `the rows of an undo show which servers they restore`() async throws {
    let bench = try await Workbench(Lab("Branch", [.proxy("10.0.0.1")]))
    let run = try await bench.imports(
      "PortGroup,Service,Host,Precedence\nBranch,102,10.0.0.1,5\nBranch,102,10.0.0.2,6\n",
      as: "rows.csv")
    #expect(run.books != nil)
    #expect(try await bench.run(["undo", "last"]).status == 0)
    let rows = try await bench.run(["runs", "rows"])
    #expect(
      rows.output == """
        rows.csv:3: deleted: SIP proxy 10.0.0.2 port 5060 tls 5061 in "Branch"
            was: MediaRemoteServiceEnum 102, HostOrIPAddress 10.0.0.2, Port 5060, TlsPort 5061, Precedence 6
        rows.csv:2: updated: SIP proxy 10.0.0.1 port 5060 tls 5061 in "Branch"
            Precedence 5 → 0

        """)
    let csv = try await bench.run(["runs", "rows", "--csv", "--state", "deleted"])
    #expect(csv.output.contains(",delete,Branch,SIP proxy 10.0.0.2 port 5060 tls 5061,"))
  }

  @Test func `the list has every run, newest first`() async throws {
    let (bench, names) = try await Self.benchWithRuns()
    let text = try await bench.run(["runs", "list"])
    #expect(text.status == 0)
    let table = text.output.split(separator: "\n")
    #expect(table.count == 4)
    let last = try await bench.run(["runs", "show", "last"]).output
    #expect(last == (try await bench.run(["runs", "show"])).output)
    #expect(table.dropFirst().map { $0.suffix(21) } == names.reversed().map { $0[...] })

    let json = try lines(try await bench.run(["runs", "--json"]).output, RunLine.self)
    #expect(json.map(\.run) == names.reversed())
    #expect(json.map(\.kind) == ["export", "import", "import"])
    #expect(json.map(\.source)[1...] == ["second, 2.csv", "first.csv"])
    #expect(json.map(\.exitCode) == [0, 3, 0])
    #expect(json.allSatisfy { $0.how == "done" && $0.target == bench.sandbox.url })
    #expect(json.map(\.read) == [3, 4, 1])
    #expect(json.map(\.balances) == [true, true, true])
    #expect(json.map(\.servers) == [3, nil, nil])
  }

  @Test func `a run is shown by its name, the beginning of its name, or as the newest`()
    async throws
  {
    let (bench, names) = try await Self.benchWithRuns()
    let whole = try await bench.run(["runs", "show", names[1], "--json"])
    let shown = try #require(try lines(whole.output, RunLine.self).first)
    #expect(shown.run == names[1])
    #expect(shown.read == 4)
    #expect(shown.failed == 1)
    // Without its last letter a name is unique, unless two names differ only there.
    let beginning = String(names[1].dropLast())
    if names.filter({ $0.hasPrefix(beginning) }).count == 1 {
      #expect(try await bench.run(["runs", "show", beginning, "--json"]).output == whole.output)
    }
    #expect(
      try await bench.run(["runs", "show", names[1].uppercased(), "--json"]).output == whole.output)
    let newest = try await bench.run(["runs", "show", "--json"])
    #expect(try lines(newest.output, RunLine.self).map(\.run) == [names[2]])

    let ambiguous = try await bench.run(["runs", "show", "2"])
    #expect(ambiguous.status == 1)
    #expect(
      ambiguous.messages == """
        cupibulk: 3 runs begin with 2
            hint: type more of the name; cupibulk runs list shows them

        """)
    let unknown = try await bench.run(["runs", "rows", "19991231"])
    #expect(unknown.status == 1)
    #expect(
      unknown.messages.hasSuffix(
        "has no run 19991231\n    hint: list the runs with: cupibulk runs list\n"))
  }

  @Test func `a run is shown with its books and the rows that need attention`() async throws {
    let (bench, names) = try await Self.benchWithRuns()
    let text = try await bench.run(["runs", "show", names[1]]).output
    for line in [
      "  created    1", "  unchanged  1", "  invalid    1", "  failed     1", "  read       4",
    ] {
      #expect(text.contains(line + "\n"), "\(line) in \(text)")
    }
    #expect(
      text.contains(
        "Port groups to reset before the changes take effect:\n  Comma, \"quote\" & 1\n"))
    #expect(
      text.contains(
        "Rows that need attention:\n  second, 2.csv:3: failed[exists]: SIP proxy 10.0.0.1"))
    #expect(text.contains("second, 2.csv:5: invalid: "))
  }

  @Test func `rows are shown as text, JSON and CSV`() async throws {
    let (bench, names) = try await Self.benchWithRuns()
    let run = names[1]
    let text = try await bench.run(["runs", "rows", run]).output
    #expect(
      text.hasPrefix(
        "second, 2.csv:2: created: SIP proxy 10.0.0.3 in \"Comma, \"quote\" & 1\"\n"))

    let rows = try await bench.rows(of: run)
    #expect(rows.map(\.stateText) == ["created", "failed[exists]", "unchanged", "invalid"])
    #expect(rows.map(\.line) == [2, 3, 4, 5])
    #expect(rows.map(\.row) == [1, 2, 3, 4])
    #expect(rows[0].verdict == "verified")
    #expect(rows[0].objectID != nil)
    #expect(rows[3].detail?.contains(#"Precedence is "much, "#) == true)

    let csv = try await bench.run(["runs", "rows", run, "--csv"])
    let records = parsed(csv.output)
    let headings = [
      "row", "file", "line", "state", "reason", "operation", "PortGroup", "server", "objectId",
      "verdict", "detail", "before", "after",
    ]
    #expect(records.first == headings)
    #expect(
      records.dropFirst().map { $0[10] } == rows.map { $0.detail ?? "" })
    #expect(records.dropFirst().map { $0[1] } == rows.map(\.file))
    #expect(records.dropFirst().map { $0[6] } == rows.map { $0.group ?? "" })
  }

  @Test func `rows can be selected by their state`() async throws {
    let (bench, names) = try await Self.benchWithRuns()
    let some = try await bench.rows(of: names[1], ["--state", "failed", "--state", "invalid"])
    #expect(some.map(\.state) == ["failed", "invalid"])
    let none = try await bench.run(["runs", "rows", names[1], "--state", "inDoubt"])
    #expect(none.status == 0)
    #expect(none.output.isEmpty)
    let all = try await bench.run(["runs", "rows", names[0], "--state", "pending", "--json"])
    #expect(all.output.isEmpty)
  }

  @Test func `without a run there is nothing to list, and no newest to show`() async throws {
    let bench = try await Workbench()
    for command in [["runs"], ["runs", "list", "--json"]] {
      let run = try await bench.run(command)
      #expect(run.status == 0)
      #expect(run.output.isEmpty, "\(command)")
      #expect(run.messages == "No runs yet.\n")
    }
    #expect(try await bench.run(["runs", "show"]).status == 1)
  }

  /// Parses a CSV text by the grammar of RFC 4180, without code of the program.
  private func parsed(_ text: String) -> [[String]] {
    var records: [[String]] = []
    var fields: [String] = []
    var rest = text[...]
    while !rest.isEmpty {
      var field = ""
      if rest.first == "\"" {
        rest.removeFirst()
        while let end = rest.firstIndex(of: "\"") {
          field += rest[..<end]
          rest = rest[rest.index(after: end)...]
          guard rest.first == "\"" else { break }
          field += "\""
          rest.removeFirst()
        }
      } else {
        field = String(rest.prefix { $0 != "," && !$0.isNewline })
        rest = rest.dropFirst(field.count)
      }
      fields.append(field)
      if rest.popFirst() != "," {
        records.append(fields)
        fields = []
      }
    }
    return records
  }
}
