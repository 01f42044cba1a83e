import Foundation
import TestSupport
import Testing

/// Long results on a terminal go through a pager.
@Suite struct PagerTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Runs the program on a new terminal, and returns what it showed.
  private func onTerminal(_ words: String, _ environment: [String: String]) async throws -> String {
    let bin = URL(filePath: Package.program).deletingLastPathComponent().path
    let run = try await ProgramRun.run(
      ["-qec", "cupibulk " + words, "/dev/null"], program: "/usr/bin/script", in: folder.path,
      environment: ["PATH": bin + ":/usr/bin:/bin", "TERM": "xterm"].merging(environment) { $1 })
    return run.output.replacing("\r\n", with: "\n") + "exit \(run.status)"
  }

  private static let usage = "cupibulk runs prune --keep TIME [OPTION]..."

  @Test(arguments: [
    (["CUPIBULK_PAGER": "sed s/^/1:/", "PAGER": "false"], "1:"), (["PAGER": "sed s/^/2:/"], "2:"),
    (["PAGER": "cat"], ""), (["PAGER": ""], ""), (["PAGER": "no-such-pager"], ""),
    (["PAGER": "sed s/^/3:/", "TERM": "dumb"], ""),
  ])
  func `the variables choose the pager`(environment: [String: String], mark: String) async throws {
    let seen = try await onTerminal("help runs prune", environment)
    #expect(seen.contains("\n\(mark)  \(Self.usage)\n"), "\(seen)")
    #expect(seen.hasSuffix("exit 0"))
  }

  @Test func `the exit code is that of the command, and its message comes after the pager`()
    async throws
  {
    let seen = try await onTerminal("runs show", ["PAGER": "sed s/^/1:/"])
    #expect(seen.contains("has no run yet"), "\(seen)")
    #expect(!seen.contains("1:"))
    #expect(seen.hasSuffix("exit 1"))
  }

  @Test func `a pager that ends early is no failure`() async throws {
    #expect(try await onTerminal("help", ["PAGER": "true"]) == "exit 0")
  }

  @Test func `a list on a terminal has local time with its offset, and two lines for a run`()
    async throws
  {
    try folder.write("PortGroup,Service,Host\nPhoneSystem-1 SIP,102,h.example\n", to: "rows.csv")
    _ = try await folder.see(["import", "rows.csv", "--target", "sandbox:lab.db"])
    let seen = try await onTerminal("runs list", ["PAGER": "cat", "TZ": "XYZ-5:45"])
    #expect(
      ConsoleExamples.shape(seen).contains(
        /^\d{4}-\d\d-\d\d \d\d:\d\d \+05:45  import  sandbox:lab\.db  RUN\n    done: 1 created \(1 row of rows\.csv\)\nexit 0$/
      ), "\(seen)")
    let plain = try await folder.see(["runs", "list"])
    #expect(
      plain == """
        when                  what    target          outcome          rows  file      run
        TIME  import  sandbox:lab.db  done: 1 created     1  rows.csv  RUN
        exit 0
        """)
  }
}
