import TestSupport
import Testing

/// Exports of some port groups of a target.
@Suite struct PartialExportTests {
  private static let lab = {
    var lab = Lab("Branch 1", [.proxy("10.0.0.1"), .proxy("10.0.0.2", precedence: 1)])
    lab.add("Branch 2", [.proxy("10.0.1.1")])
    lab.add("Branch 3", [.proxy("10.0.2.1")])
    return lab
  }()

  private func seen(_ bench: Workbench, _ arguments: [String]) async throws -> String {
    try await bench.run(["export", "--progress", "none"] + arguments).seen
      .replacing("http://127.0.0.1:PORT", with: "URL")
  }

  @Test func `only the named groups are read and written`() async throws {
    let bench = try await Workbench(Self.lab)
    try await bench.sandbox.emptyLog()
    #expect(
      try await seen(bench, ["--only-group", "Branch 2", "-o", "one.csv"]) == """
        Exported 1 server of URL to one.csv (csv), only of port group "Branch 2".
        exit 0
        """)
    #expect(try bench.folder.read("one.csv").split(separator: "\n").count == 2)
    let log = try await bench.sandbox.log()
    #expect(log.calls["GET /vmrest/portgroups/ID/portgroupservers"] == 1, "\(log.calls)")
    let two = ["--only-group", "Branch 3", "--only-group", Lab.groupID(1)]
    #expect(
      try await seen(bench, two + ["-o", "two.csv"]) == """
        Exported 3 servers of URL to two.csv (csv), only of 2 port groups.
        exit 0
        """)
  }

  @Test
  func `an unknown group ends the export, and a partial export does not replace a complete one`()
    async throws
  {
    let bench = try await Workbench(Self.lab)
    #expect(
      try await seen(bench, ["--only-group", "Branch2", "-o", "one.csv"]) == """
        cupibulk: Nothing was exported: the target has no port group "Branch2"; did you mean "Branch 2"?
        exit 4
        """)
    _ = try await seen(bench, ["-o", "all.csv"])
    let whole = try bench.folder.read("all.csv")
    #expect(
      try await seen(bench, ["--only-group", "Branch 2", "-o", "all.csv"]) == """
        cupibulk: all.csv was not replaced: port group "Branch 1" has several servers in it, and none on the target
            hint: write a part of the target to a file of its own, or pass --accept-shrink
        exit 8
        """)
    #expect(try bench.folder.read("all.csv") == whole)
  }
}
