// Tests of partial runs: some groups, the first rows, or up to a limit of failures; and of removing old runs.

import Foundation
import TestSupport
import Testing

@Suite struct PartialRunTests {
  private static let twoGroups: Lab = {
    var lab = Lab("Branch", [.proxy("10.0.0.1")])
    lab.add("Depot", [.proxy("10.1.0.1")])
    return lab
  }()

  private static let rows = """
    PortGroup,Service,Host
    Branch,102,10.0.0.2
    Depot,102,10.1.0.2
    Branch,102,10.0.0.3
    Branch,102,10.0.0.4

    """

  @Test func `only some rows are sent, and rows that are left out are counted`() async throws {
    let bench = try await Workbench(Self.twoGroups)
    try bench.folder.write(Self.rows, to: "rows.csv")
    let run = try await bench.start([
      "import", "rows.csv", "--only-group", "Branch", "--limit", "2",
    ]).finish()
    #expect(
      run.seen == """
        Done: 2 rows, nothing failed.
          created  2
          read     2
        Reset these port groups before the changes take effect:
          Branch
        cupibulk: note: 2 rows are left out: 1 of other groups (--only-group), 1 beyond --limit 2
        Every row: cupibulk runs rows RUN
        exit 0
        """)
    #expect(try await bench.servers(of: "Depot").count == 1)
    #expect(try await bench.servers(of: "Branch").count == 3)

    let wrong = try await bench.start(["import", "rows.csv", "--only-group", "Depott"]).finish()
    #expect(
      wrong.seen == """
        cupibulk: Nothing was sent: the target has no port group "Depott"; did you mean "Depot"?
        exit 4
        """)
  }

  @Test func `the plan of a part of the rows says of which`() async throws {
    let bench = try await Workbench(Self.twoGroups)
    try bench.folder.write(Self.rows + "Branch,102,not a host\n", to: "rows.csv")
    let part = try await bench.run([
      "import", "rows.csv", "--only-group", "Branch", "--limit", "2", "--skip-invalid", "--plan",
      "part.plan",
    ])
    #expect(part.status == 4, "\(part.messages)")
    let shown = try await bench.run(["plan", "show", "part.plan"])
    #expect(
      shown.output.contains(
        "\npart         only port group \"Branch\"; at most 2 rows; without 1 invalid row\n"),
      "\(shown.output)")
    try bench.folder.write(Self.rows, to: "rows.csv")
    let whole = try await bench.run(["import", "rows.csv", "--plan", "whole.plan"])
    #expect(whole.status == 0, "\(whole.messages)")
    #expect(!(try await bench.run(["plan", "show", "whole.plan"]).output.contains("\npart ")))
  }

  @Test func `a run stops after too many failures, and can be resumed with a higher limit`()
    async throws
  {
    let bench = try await Workbench(Self.twoGroups)
    try bench.folder.write(
      """
      PortGroup,Operation,Service,Host,Precedence
      Branch,create,102,10.0.0.2,2
      Branch,create,102,10.0.0.1,7
      Branch,update,102,10.0.0.77,4
      Branch,create,102,10.0.0.3,3

      """, to: "rows.csv")
    let run = try await bench.start(["import", "rows.csv", "--max-fail", "1"]).finish()
    #expect(
      run.seen == """
        2 of 4 rows failed.
          failed   2
          pending  2
          read     4
        rows.csv:3: failed[exists]: SIP proxy 10.0.0.1 in "Branch": A row to create matches an existing server that differs from it.
            hint: use --mode upsert or update to change it
        rows.csv:4: failed[no-match]: SIP proxy 10.0.0.77 in "Branch": No server matches, and the row cannot create one: it is an update, has a Match value, or has no service.
            hint: check ObjectId, Match cells, service and host; only an upsert without Match cells creates
        cupibulk: The run was stopped, because more rows failed than --max-fail 1 allows
        Resume with: cupibulk resume RUN --max-fail N
        Every row: cupibulk runs rows RUN
        exit 8
        """)
    let again = try await bench.start(["resume"]).finish()
    #expect(again.status == 8)
    #expect(try await bench.sandbox.log().writes == 0)
    let more = try await bench.start(["resume", "--max-fail", "50%"]).finish()
    #expect(more.status == 3, "\(more.seen)")
    #expect(try await bench.sandbox.log().writes == 2)
  }

  @Test(arguments: [("1x", "1x"), ("101%", "101%"), ("-1", "-1")])
  func `a limit of failures is a number or a percentage`(value: String, shown: String) async throws
  {
    let folder = try TemporaryFolder()
    #expect(
      try await folder.see(["import", "x.csv", "--target", "sandbox:", "--max-fail=\(value)"])
        == """
        cupibulk: --max-fail is '\(shown)'; allowed is a number such as 10, or 0% to 100%
        Try 'cupibulk help import'.
        exit 2
        """)
  }

  @Test func `old runs are removed, and the related runs of the others are shown`() async throws {
    let bench = try await Workbench(Self.twoGroups)
    let first = try #require(try await bench.imports(Self.rows).books).run
    #expect(try await bench.run(["undo", first]).status == 0)
    let undo = try await bench.newest()
    let shown = try await bench.run(["runs", "show", first]).output
    #expect(shown.contains("\nundone by  \(undo)\n"), "\(shown)")
    #expect(shown.contains("\nread back  rows\nverified      4\n"), "\(shown)")
    #expect(try await bench.run(["runs", "show"]).output.contains("\nundoes   \(first)\n"))
    #expect(try await bench.run(["runs", "list"]).output.contains("undoes \(first)"))
    let json = try await bench.run(["runs", "show", first, "--json"]).output
    #expect(json.contains(#""undoneBy":["\#(undo)"],"triedAgainBy":[]"#), "\(json)")
    #expect(json.contains(#""verdicts":[{"verdict":"verified","rows":4}]"#))
    #expect(json.contains(#""waits":[],"slowestGroups":["#))

    let young = try await bench.start(["runs", "prune", "--keep", "90d"]).finish()
    #expect(young.seen == "Nothing to remove: no finished run is older than 90d.\nexit 0")
    let dry = try await bench.run(["runs", "prune", "--keep", "0s", "--dry-run", "--json"])
    #expect(
      dry.output == """
        {"schema":1,"type":"pruning","exit":0,"dryRun":true,"runs":["\(first)","\(undo)"],"rows":8,"gaveSpaceBack":null}

        """)
    let pruned = try await bench.run(["runs", "prune", "--keep", "0s"])
    #expect(pruned.output == "\(first)\n\(undo)\n")
    #expect(pruned.messages == "Removed 2 runs with 8 rows.\n")
    #expect(try await bench.run(["runs"]).output == "")
  }

  @Test func `removing runs needs an option for the runs to keep`() async throws {
    let folder = try TemporaryFolder()
    for wrong in [[], ["--keep", "90"], ["--keep", "90y"]] {
      #expect(
        try await ProgramRun.run(["runs", "prune"] + wrong, in: folder.path).status == 2)
    }
  }
}

extension Workbench {
  /// The name of the newest run.
  fileprivate func newest() async throws -> String {
    String(try await run(["runs", "list"]).output.split(separator: "\n")[1].suffix(21))
  }
}
