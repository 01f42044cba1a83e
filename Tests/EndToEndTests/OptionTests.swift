import TestSupport
import Testing

/// Options of import that change how rows are read and which are sent.
@Suite(.serialized) struct OptionTests {
  private static let lab = Lab("Branch", [.proxy("10.0.0.1")])

  @Test func `a file of another program is imported with mapped headings and constants`()
    async throws
  {
    let bench = try await Workbench(Self.lab)
    let outcome = try await bench.imports(
      "Rechner,Rang,Bemerkung\n10.0.0.1,3,old\n10.0.0.2,4,\"new, one\"\n",
      ["--column", "Rechner=HostOrIPAddress", "--column", "rang=Precedence"]
        + ["--column", "Bemerkung=Junk", "--set", "PortGroup=Branch", "--set", "Service=102"])
    #expect(outcome.run.status == 0, "\(outcome.run.messages)")
    #expect(outcome.summary == "read 2, created 1, updated 1")
    #expect(
      try await bench.servers(of: "Branch")
        == ["102 10.0.0.1 5060/5061 #3", "102 10.0.0.2 5060/5061 #4"])
  }

  @Test func `a constant fills only the empty cells of a row`() async throws {
    let bench = try await Workbench(Self.lab)
    let outcome = try await bench.imports(
      "PortGroup,Service,Host,Precedence\nBranch,102,10.0.0.1,\nBranch,102,10.0.0.2,8\n",
      ["--set", "Precedence=5"])
    #expect(outcome.summary == "read 2, created 1, updated 1")
    #expect(
      try await bench.servers(of: "Branch")
        == ["102 10.0.0.1 5060/5061 #5", "102 10.0.0.2 5060/5061 #8"])
  }

  /// The result of each mode for a row with an existing server and one without.
  static let modes: [(String, Int32, [String])] = [
    ("create", 3, ["failed[exists]", "created"]), ("update", 3, ["updated", "failed[no-match]"]),
    ("upsert", 0, ["updated", "created"]), ("delete", 3, ["failed[last-server]", "unchanged"]),
  ]

  @Test(arguments: modes)
  func `the mode is the operation of rows without one`(
    mode: String, status: Int32, states: [String]
  ) async throws {
    let bench = try await Workbench(Self.lab)
    let outcome = try await bench.imports(
      "PortGroup,Service,Host,Precedence\nBranch,102,10.0.0.1,6\nBranch,102,10.0.0.2,7\n",
      ["--mode", mode, "--max-delete", "2"])
    #expect(outcome.run.status == status, "\(outcome.run.messages)")
    #expect(try await bench.states() == states)
  }

  @Test func `a row with an allowed error is sent, and the server decides`() async throws {
    let bench = try await Workbench(Self.lab)
    let row = "PortGroup,Service,Host,Port\nBranch,102,10.0.0.1,15060\n"
    let refused = try await bench.imports(row)
    #expect(refused.run.status == 4)
    #expect(refused.summary == "read 1, invalid 1")
    #expect(
      refused.run.messages.hasPrefix(
        "rows.csv:2:21: error[port-out-of-range]: Port is 15060; allowed is 0 to 9999\n"))

    let allowed = try await bench.imports(["rows.csv", "--allow", "port-out-of-range"])
    #expect(allowed.run.status == 3)
    #expect(
      allowed.run.messages.hasPrefix(
        "rows.csv:2:21: warning[port-out-of-range]: Port is 15060; allowed is 0 to 9999\n"))
    let row1 = try #require(try await bench.rows().first)
    #expect(row1.stateText == "failed[refused]")
    #expect(row1.detail?.contains("Port is '15060'; allowed is 0 to 9999") == true)
    #expect(try await bench.servers(of: "Branch") == ["102 10.0.0.1 5060/5061 #0"])
  }

  @Test func `the valid rows of an invalid file are sent only with an option`() async throws {
    let bench = try await Workbench(Self.lab)
    let rows = "PortGroup,Service,Host,Port\nBranch,102,10.0.0.2,5060\nBranch,102,10.0.0.3,x\n"
    let refused = try await bench.imports(rows)
    #expect(refused.run.status == 4)
    #expect(refused.summary == "read 2, invalid 1, pending 1")
    #expect(try await bench.sandbox.log().writes == 0)

    let skipping = try await bench.imports(["rows.csv", "--skip-invalid"])
    #expect(skipping.run.status == 4)
    #expect(skipping.summary == "read 2, invalid 1, created 1")
    #expect(try await bench.states() == ["created", "invalid"])
    #expect(try await bench.servers(of: "Branch").count == 2)
  }

  @Test func `without verifying, a changed group is listed once`() async throws {
    let bench = try await Workbench(Self.lab)
    let rows = "PortGroup,Service,Host\nBranch,102,10.0.0.2\n"
    #expect(try await bench.imports(rows).summary == "read 1, created 1")
    let verified = try await bench.sandbox.log().requests["GET"] ?? 0
    let more = "PortGroup,Service,Host\nBranch,102,10.0.0.3\n"
    #expect(try await bench.imports(more, ["--verify", "none"]).summary == "read 1, created 1")
    #expect(try await bench.sandbox.log().requests["GET"] == 2 * verified - 1)
    #expect(try await bench.rows().map(\.verdict) == [nil])
  }

  @Test func `a group is found by its id, or by its name if the id is from another server`()
    async throws
  {
    let bench = try await Workbench(Self.lab)
    let outcome = try await bench.imports(
      """
      MediaPortGroupObjectId,PortGroup,Service,Host
      \(Lab.groupID(1).uppercased()),,102,10.0.0.2
      \(Lab.groupID(1)),Renamed since,102,10.0.0.3
      99999999-0000-4000-8000-000000000001,Branch,102,10.0.0.4

      """)
    #expect(outcome.run.status == 0, "\(outcome.run.messages)")
    #expect(outcome.summary == "read 3, created 3")
    #expect(outcome.run.messages.contains("note[group-renamed]"))
    #expect(try await bench.servers(of: "Branch").count == 4)
  }

  @Test func `resume takes the newest unfinished run of the given target`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "PortGroup,Service,Host,Operation\nPhoneSystem-1 SIP,102,10.10.0.11,delete\n",
      to: "delete.csv")
    for target in ["sandbox:a.db", "sandbox:b.db"] {
      let run = try await ProgramRun.run(
        ["import", "delete.csv", "--target", target], in: folder.path)
      #expect(run.status == 8, "\(run.messages)")
    }
    let newest = try await ProgramRun.run(["resume"], in: folder.path)
    #expect(newest.announcement.hasSuffix(" on sandbox:b.db."))
    let other = try await ProgramRun.run(["resume", "--target", "sandbox:a.db"], in: folder.path)
    #expect(other.announcement.hasSuffix(" on sandbox:a.db."))
    let none = try await ProgramRun.run(["resume", "--target", "sandbox:c.db"], in: folder.path)
    #expect(none.status == 0)
    #expect(
      none.messages.replacing(/[0-9TZ]+-[0-9a-z]{4}/, with: "RUN") == """
        Nothing to resume: every run on sandbox:c.db is finished.
            hint: on sandbox:b.db there is one: cupibulk resume RUN

        """)
  }

  @Test func `a sandbox loads a file written by hand`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "PortGroup,MediaPortGroupObjectId,Service,Host\nBranch,\(Lab.groupID(1)),102,10.0.0.1\n",
      to: "hand.csv")
    let sandbox = try await SandboxProcess(["--load", "hand.csv"], in: folder)
    try folder.write("sandbox\n", to: "password")
    let export = try await ProgramRun.run(
      ["export", "--target", sandbox.url, "--username", "admin"]
        + ["--password-command", "cat password"], in: folder.path)
    #expect(export.status == 0, "\(export.messages)")
    #expect(export.output.contains("\nBranch,2,102,10.0.0.1,%null%,"))
  }
}
