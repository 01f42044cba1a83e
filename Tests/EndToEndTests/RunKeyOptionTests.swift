import Foundation
import TestSupport
import Testing

/// With which inputs, options and variables `--run-key` can be used.
@Suite struct RunKeyOptionTests {
  private static let rows = "PortGroup,Service,Host\nBranch,102,10.0.0.2\n"

  private func bench() async throws -> Workbench {
    let bench = try await Workbench(Lab("Branch", [.proxy("10.0.0.1")]))
    try bench.folder.write(Self.rows, to: "rows.csv")
    return bench
  }

  @Test func `standard input and pipes cannot be read before the run`() async throws {
    let bench = try await bench()
    #expect(
      try await bench.run(["import", "-", "--run-key", "k"], input: Self.rows).seen == """
        cupibulk: With --run-key the input is read before the run begins, and standard input can be read only once
            hint: write it to a file first
        exit 2
        """)
    #expect(
      try await bench.folder.see(
        script: "cupibulk import <(cat rows.csv) --target sandbox:lab.db --run-key k"
      ).replacing(/\/dev\/fd\/\d+/, with: "PIPE") == """
        cupibulk: With --run-key the input is read before the run begins, and PIPE can be read only once
            hint: write it to a file first
        exit 2
        """)
  }

  @Test func `a command that sends nothing has no key`() async throws {
    let bench = try await bench()
    let line = ["import", "rows.csv", "--run-key", "k"]
    #expect(
      try await bench.run(line + ["--dry-run"]).seen == """
        cupibulk: --run-key and --dry-run cannot go together; give one of them
        Try 'cupibulk help import'.
        exit 2
        """)
    #expect(
      try await bench.run(line + ["--plan", "a.plan"]).seen == """
        cupibulk: --run-key and --plan cannot go together; give one of them
        Try 'cupibulk help import'.
        exit 2
        """)
  }

  @Test
  func
    `a dry run that a variable asks for is never sent, and a key of a variable yields to a typed one`()
    async throws
  {
    let bench = try await bench()
    let line = ["import", "rows.csv"]
    let key = ["CUPIBULK_RUN_KEY": "k"]
    #expect(
      try await bench.run(
        line + ["--run-key", "k"], environment: ["CUPIBULK_DRY_RUN": "1"]
      ).status == 2)
    #expect(try await bench.run(line + ["--dry-run"], environment: key).status == 0)
    #expect(try await bench.sandbox.log().writes == 0)
    #expect(try await bench.run(line, environment: key).status == 0)
    #expect(
      try await bench.run(line, environment: key).messages
        .contains("nothing was sent: key k finished on "))
  }
}
