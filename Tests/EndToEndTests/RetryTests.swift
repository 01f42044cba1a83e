import Foundation
import TestSupport
import Testing

/// What is left of a run and what failed are tried again: `resume --all`, and `import --retries` at once.
@Suite struct RetryTests {
  private static let lab = {
    var lab = Lab("Branch 1", [.proxy("10.0.0.1")])
    for number in 2...30 { lab.add("Branch \(number)", [.proxy("10.0.0.1")]) }
    return lab
  }()

  /// A sandbox, and a file with a row for each of the first groups.
  private func bench(_ fault: String, rows: Int = 2) async throws -> Workbench {
    let bench = try await Workbench(Self.lab, ["--fault", fault])
    try bench.folder.write(
      "PortGroup,Service,Host,Port\n"
        + (1...rows).map { "Branch \($0),102,10.0.0.2,5070\n" }.joined(),
      to: "rows.csv")
    return bench
  }

  private func see(_ bench: Workbench, _ words: String...) async throws -> String {
    try await bench.run(words + ["--progress", "none", "--slots", "1"]).seen
      .replacing("http://127.0.0.1:PORT", with: "URL")
  }

  @Test func `rows that failed are tried again at once`() async throws {
    let bench = try await bench("ignore=Port@1")
    let seen = try await see(bench, "import", "rows.csv", "--retries", "3")
    #expect(seen.hasPrefix("1 of 2 rows failed.\n"), "\(seen)")
    #expect(seen.contains("\nTrying again, 1 of 3:\n"), "\(seen)")
    #expect(!seen.contains("2 of 3"), "\(seen)")
    #expect(seen.contains("\nDone: 1 row, nothing failed.\n"), "\(seen)")
    #expect(seen.hasSuffix("exit 0"))
  }

  @Test func `the attempts are counted`() async throws {
    let bench = try await bench("ignore=Port")
    let seen = try await see(bench, "import", "rows.csv", "--retries", "2")
    #expect(seen.contains("\nTrying again, 2 of 2:\n"), "\(seen)")
    #expect(seen.hasSuffix("exit 3"))
    let runs = try await bench.run(["runs", "list", "--json"]).output
    #expect(runs.split(separator: "\n").count == 3)
  }

  @Test func `rows that would fail in the same way are not tried again`() async throws {
    let bench = try await bench("seed=1")
    try bench.folder.write(
      "PortGroup,Service,Host,Operation\nBranch 1,102,no.example,update\n", to: "failing.csv")
    let seen = try await see(bench, "import", "failing.csv", "--retries", "5")
    #expect(
      seen.contains("\nNot trying again: the rows that failed would fail in the same way.\n"),
      "\(seen)")
    #expect(seen.hasSuffix("exit 3"))
    let runs = try await bench.run(["runs", "list", "--json"]).output
    #expect(runs.split(separator: "\n").count == 1)
  }

  @Test func `what is left comes first, then what failed`() async throws {
    // More than the workers take before the run stops.
    let bench = try await bench("ignore=Port@1", rows: 30)
    let stopped = try await see(bench, "import", "rows.csv", "--max-fail", "0")
    #expect(stopped.contains("more rows failed than --max-fail 0 allows"), "\(stopped)")
    let all = try await see(bench, "resume", "--all", "--max-fail", "5")
    let first = try #require(
      all.firstRange(of: "1 of 30 rows failed.\n  created  29\n"))
    let second = try #require(all.firstRange(of: "Done: 1 row, nothing failed.\n  updated  1\n"))
    #expect(first.lowerBound < second.lowerBound)
    #expect(all.hasSuffix("exit 0"), "\(all)")
    #expect(
      try await see(bench, "resume", "--all") == """
        Nothing to resume: every run on URL is finished, and no row failed.
        exit 0
        """)
  }

  @Test func `one of the two ways is chosen`() async throws {
    let bench = try await bench("seed=1")
    #expect(
      try await see(bench, "resume", "--all", "--failed") == """
        cupibulk: --failed and --all cannot go together; give one of them
        Try 'cupibulk help resume'.
        exit 2
        """)
  }
}
