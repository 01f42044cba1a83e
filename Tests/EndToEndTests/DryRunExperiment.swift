import CommandLineTool
import Foundation
import TestSupport
import Testing

/// `--dry-run` writes nothing to the server, and no rows to the ledger.
@Suite(.serialized) struct DryRunExperiment {
  private static let lab = Lab(
    "Branch", [.proxy("10.0.0.1"), .proxy("10.0.0.2", precedence: 1), .proxy("10.0.0.3")])

  private static let rows = """
    PortGroup,Operation,Service,Host,Precedence
    Branch,create,102,10.0.0.5,5
    Branch,update,102,10.0.0.1,7
    Branch,delete,102,10.0.0.2,
    Branch,update,102,10.0.0.77,7

    """

  /// A ledger with a complete run, one that failed in part, and one that was killed.
  private func bench() async throws -> (Workbench, done: String) {
    let bench = try await Workbench(Self.lab)
    let first = try await bench.imports(Self.rows, ["--max-delete", "1"])
    #expect(first.summary == "read 4, created 1, updated 1, failed 2")
    try bench.folder.write("PortGroup,Service,Host\nBranch,102,10.0.0.6\n", to: "next.csv")
    try await bench.sandbox.faults("hold=1")
    let program = try bench.start(["import", "next.csv"])
    try await bench.sandbox.waitUntilHeld()
    program.send(signal: SIGKILL)
    _ = await program.finish()
    try await bench.sandbox.release()
    try await bench.sandbox.waitForOrphans()
    try bench.folder.write(Self.rows, to: "again.csv")
    try bench.folder.write("PortGroup,Service,Host\nBranch,102,10.0.0.8\n", to: "other.csv")
    // The attempt at a plan is recorded too.
    let planned = try await bench.run(
      ["import", "other.csv", "--plan", "other.plan", "--ledger", "plans.sqlite"])
    #expect(planned.status == 0, "\(planned.messages)")
    return (bench, try #require(first.books).run)
  }

  /// The commands of the program that have `--dry-run`.
  private static let commands = Command.root.subcommands.filter { command in
    command.options.contains { $0.name == Option.dryRun.name }
  }.map(\.name)

  /// A command, a text that its plan must contain, and its exit code.
  struct Case: CustomTestStringConvertible, Sendable {
    var command: String
    var plan: String
    var status: Int32
    var testDescription: String { command }
  }

  static let cases = [
    Case(
      command: "import again.csv --max-delete 1", plan: "would fail[no-match]", status: 3),
    Case(command: "import again.csv", plan: "would fail[no-match]", status: 8),
    Case(command: "import other.csv", plan: "would create: SIP proxy 10.0.0.8", status: 0),
    Case(command: "resume", plan: "is done already: SIP proxy 10.0.0.6", status: 0),
    Case(command: "resume DONE --failed", plan: "would fail[no-match]", status: 3),
    Case(
      command: "restore other.csv --exact --file-is-whole --max-delete 9",
      plan: "would delete: SIP proxy 10.0.0.5", status: 0),
    Case(command: "apply other.plan", plan: "would create: SIP proxy 10.0.0.8", status: 0),
    Case(command: "undo DONE", plan: "would delete: SIP proxy 10.0.0.5", status: 0),
  ]

  @Test func `every command with a dry run is tested here`() {
    let tried = Set(
      Self.cases.compactMap { $0.command.split(separator: " ").first.map(String.init) })
    #expect(Set(Self.commands) == tried)
  }

  @Test(arguments: cases, [[], ["--json"]])
  func `nothing is written, neither to the ledger nor to the server`(one: Case, form: [String])
    async throws
  {
    let (bench, done) = try await bench()
    let before = try await bench.summary()
    let runs = try await bench.run(["runs", "list", "--json"]).output
    let rows = try await bench.rows(of: done)
    try await bench.sandbox.emptyLog()

    let words = one.command.replacingOccurrences(of: "DONE", with: done).split(separator: " ")
    let run = try await bench.run(words.map(String.init) + ["--dry-run"] + form)
    #expect(run.status == one.status, "\(run.output)\(run.messages)")
    if form.isEmpty { #expect(run.output.contains(one.plan), "\(run.output)") }

    let log = try await bench.sandbox.log()
    #expect(log.writes == 0)
    #expect(Set(log.requests.keys).isSubset(of: ["GET", "HEAD"]))
    #expect(log.requests["GET"].map { $0 > 0 } == true, "it looks at the server")
    #expect(try await bench.summary() == before)
    // The attempt is recorded, and none of its rows.
    let listed = try await bench.run(["runs", "list", "--json"]).output
    let attempts = listed.split(separator: "\n").filter { $0.contains(#""dryRun":true"#) }
    #expect(attempts.count == (one.command == "resume" ? 0 : 1))
    #expect(attempts.allSatisfy { $0.contains(#""staged":false"#) })
    #expect(attempts.allSatisfy { $0.contains(#""exitCode":\#(one.status)"#) })
    #expect(listed.split(separator: "\n") == attempts + runs.split(separator: "\n"))
    #expect(try await bench.rows(of: done).map(\.stateText) == rows.map(\.stateText))
  }

  @Test func `a plan with too many deletions is shown, with the limit that would stop it`()
    async throws
  {
    let bench = try await Workbench(Self.lab)
    let rows = "PortGroup,Service,Host\nBranch,102,10.0.0.2\nBranch,102,10.0.0.3\n"
    try bench.folder.write(rows, to: "old.csv")
    let words = ["import", "old.csv", "--mode", "delete", "--max-delete", "1", "--dry-run"]
    let run = try await bench.run(words)
    #expect(run.status == 8)
    #expect(
      run.output == """
        old.csv:2: would delete: SIP proxy 10.0.0.2 port 5060 tls 5061 in "Branch"
        old.csv:3: would delete: SIP proxy 10.0.0.3 port 5060 tls 5061 in "Branch"
        Dry run, nothing was sent: 2 to delete.

        """)
    #expect(
      run.messages == """
        1 server of this port group is in no row, and stays as it is:
          SIP proxy 10.0.0.1 port 5060 tls 5061 in "Branch"
        cupibulk: Nothing would be sent: 2 rows would delete, and --max-delete allows 1
            hint: check the rows that delete, then run the command again with --max-delete N

        """)
    let lines = try await bench.run(words + ["--json"]).output.split(separator: "\n")
    #expect(
      lines.last == """
        {"schema":1,"type":"result","exit":8,"run":null,"dryRun":true,"read":2,"invalid":0,"created":null,"updated":null,\
        "deleted":null,"unchanged":0,"failed":null,"inDoubt":null,"pending":null,"exported":null,"balances":null,\
        "create":0,"update":0,"delete":2,"fail":0,"plan":null,"fingerprint":null,"notAfter":null,\
        "stopped":"Nothing would be sent: 2 rows would delete, and --max-delete allows 1","groupsToReset":[],\
        "groupsNotAsked":[],"groupsNotRead":[],"serversNotNamed":1,\
        "notNamed":[{"PortGroup":"Branch","server":"SIP proxy 10.0.0.1 port 5060 tls 5061"}],"groupsAsSource":null,\
        "groupsNotAsSource":null,"groupsNotCompared":null,"groupsLeftOut":null,"notAsSource":null,"sourceLeftOut":null}
        """)
  }
}
