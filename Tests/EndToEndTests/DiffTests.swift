import Foundation
import TestSupport
import Testing

/// `cupibulk diff` between files, exports and servers.
@Suite struct DiffTests {
  private static let lab = {
    var lab = Lab("Branch 1", [.proxy("10.0.0.1"), .proxy("10.0.0.2", precedence: 1)])
    lab.add("Branch 2", [.proxy("10.0.1.1"), .proxy("10.0.1.2", precedence: 1)])
    lab.add(
      "Callers", integration: 1,
      [Lab.Server(service: 100, host: "cm1.example.com", port: 2000, tlsPort: 2443, skinny: 10)])
    return lab
  }()

  /// A bench whose servers are in `before.csv`, and the same file with edits in `after.csv`.
  private func bench(_ edits: [(String, String)] = Self.edits) async throws -> Workbench {
    let bench = try await Workbench(Self.lab)
    #expect(try await bench.run(["export", "-o", "before.csv"]).status == 0)
    var text = try bench.folder.read("before.csv")
    for (old, new) in edits { text = text.replacing(old, with: new) }
    try bench.folder.write(text, to: "after.csv")
    return bench
  }

  /// A host moves, a port changes, a server goes and another one comes.
  private static let edits = [
    ("10.0.0.1,%null%,5060", "10.5.0.1,%null%,5070"),
    (",10.0.1.2,", ",tftp.example.com,"), (serverID4, "cccccccc-0000-4000-8000-000000000001"),
  ]
  private static let serverID4 = Lab.serverID(4)

  private func seen(_ bench: Workbench, _ words: [String]) async throws -> String {
    try await bench.run(
      ["diff"] + words, environment: ["CUPIBULK_TARGET": "", "CUPIBULK_PROGRESS": "none"]
    ).seen.replacing(bench.sandbox.url, with: "URL").replacing("http://127.0.0.1:PORT", with: "URL")
  }

  private static let changes = """
    Port group "Branch 1":
      ~ SIP proxy 10.0.0.1 port 5060 tls 5061: HostOrIPAddress 10.0.0.1 → 10.5.0.1, Port 5060 → 5070

    Port group "Branch 2":
      - SIP proxy 10.0.1.2 port 5060 tls 5061, precedence 1
      + SIP proxy tftp.example.com port 5060 tls 5061, precedence 1

    Differences: 1 server added, 1 removed, 1 changed in 2 of 3 port groups; 1 is the same.

    """

  @Test func `two files, an export and a server are compared alike`() async throws {
    let bench = try await bench()
    #expect(try await seen(bench, ["before.csv", "after.csv"]) == Self.changes + "exit 0")
    #expect(try await seen(bench, ["run:last", "after.csv"]) == Self.changes + "exit 0")
    #expect(try await seen(bench, [bench.sandbox.url, "after.csv"]) == Self.changes + "exit 0")
    #expect(
      try await seen(bench, ["before.csv", bench.sandbox.url, "--exit-code"])
        == "No differences: 5 servers in 3 port groups are the same.\nexit 0")
    #expect(
      try await seen(bench, ["after.csv", "before.csv", "--exit-code", "--only-group", "Branch 1"])
        == """
        Port group "Branch 1":
          ~ SIP proxy 10.5.0.1 port 5070 tls 5061: HostOrIPAddress 10.5.0.1 → 10.0.0.1, Port 5070 → 5060

        Differences: 1 server changed in 1 of 1 port group.
        exit 9
        """)
    #expect(
      try await seen(bench, ["before.csv", "after.csv", "--only-service", "100", "--exit-code"])
        == "No differences: 1 server in 3 port groups is the same.\nexit 0")
  }

  @Test func `two servers are compared, and only read`() async throws {
    let bench = try await bench()
    let other = try await Workbench(
      bench.folder, ["--load", "after.csv", "--groups-only"])
    try await bench.sandbox.emptyLog()
    let run = try await seen(bench, [bench.sandbox.url, other.sandbox.url, "--exit-code"])
    #expect(
      run == """
        Port group "Branch 1":
          - SIP proxy 10.0.0.1 port 5060 tls 5061, precedence 0
          - SIP proxy 10.0.0.2 port 5060 tls 5061, precedence 1

        Port group "Branch 2":
          - SIP proxy 10.0.1.1 port 5060 tls 5061, precedence 0
          - SIP proxy 10.0.1.2 port 5060 tls 5061, precedence 1

        Port group "Callers":
          - call manager cm1.example.com port 2000 tls 2443, precedence 0, skinny state machine 10

        Differences: 5 servers removed in 3 of 3 port groups.
        exit 9
        """)
    let log = try await bench.sandbox.log()
    #expect(log.writes == 0)
    #expect(Set(log.requests.keys).isSubset(of: ["GET", "HEAD"]))
  }

  @Test func `the result as JSON has all keys`() async throws {
    let bench = try await bench()
    let run = try await bench.run(["diff", "before.csv", "after.csv", "--json"])
    #expect(run.status == 0)
    #expect(
      run.output == """
        {"schema":1,"type":"diff","old":"before.csv","new":"after.csv","groups":[{"group":"Branch 1","id":"\(Lab.groupID(1))",\
        "inOld":true,"inNew":true,"added":[],"removed":[],"changed":[{"ObjectId":"\(Lab.serverID(1))",\
        "MediaRemoteServiceEnum":"102","HostOrIPAddress":"10.0.0.1","HostOrIPAddressV6":"","Port":"5060",\
        "TlsPort":"5061","Precedence":"0","SkinnyStateMachineEnum":"","fields":{"HostOrIPAddress":\
        ["10.0.0.1","10.5.0.1"],"Port":["5060","5070"]}}]},{"group":"Branch 2","id":"\(Lab.groupID(2))",\
        "inOld":true,"inNew":true,"added":[{"ObjectId":"cccccccc-0000-4000-8000-000000000001",\
        "MediaRemoteServiceEnum":"102","HostOrIPAddress":"tftp.example.com","HostOrIPAddressV6":"",\
        "Port":"5060","TlsPort":"5061","Precedence":"1","SkinnyStateMachineEnum":""}],"removed":[{"ObjectId":\
        "\(Lab.serverID(4))","MediaRemoteServiceEnum":"102","HostOrIPAddress":"10.0.1.2",\
        "HostOrIPAddressV6":"","Port":"5060","TlsPort":"5061","Precedence":"1","SkinnyStateMachineEnum":""}],\
        "changed":[]}],"counts":{"added":1,"removed":1,"changed":1,"sameServers":3,"groups":3,\
        "groupsDiffering":2,"groupsOnlyInOld":0,"groupsOnlyInNew":0},"same":false,"stopped":null,"exit":0}

        """)
    #expect(
      try await seen(bench, ["before.csv", "after.csv", "--json", "--format", "csv"]).hasSuffix(
        "exit 2"))
    #expect(
      try await seen(bench, ["before.csv", "before.csv", "--format", "json", "-o", "d.json"]) == """
        No differences: 5 servers in 3 port groups are the same.
        exit 0
        """)
    #expect(
      try bench.folder.read("d.json").hasSuffix("\"same\":true,\"stopped\":null,\"exit\":0}\n"))
  }

  @Test func `the change file, imported, makes the old side into the new one`() async throws {
    let bench = try await bench()
    let url = bench.sandbox.url
    #expect(
      try await seen(bench, [url, "after.csv", "--format", "csv", "-o", "changes.csv"]) == """
        Differences: 1 server added, 1 removed, 1 changed in 2 of 3 port groups; 1 is the same.
        3 rows, of which 1 deletes. To make URL into after.csv:
          cupibulk import changes.csv --target URL --username admin --max-delete 1
        exit 0
        """)
    #expect(
      try bench.folder.read("changes.csv")
        == """
        Operation,PortGroup,MediaPortGroupObjectId,ObjectId,MediaRemoteServiceEnum,HostOrIPAddress,\
        HostOrIPAddressV6,Port,TlsPort,Precedence,SkinnyStateMachineEnum
        update,Branch 1,\(Lab.groupID(1)),\(Lab.serverID(1)),,10.5.0.1,,5070,,,
        delete,Branch 2,\(Lab.groupID(2)),\(Lab.serverID(4)),102,10.0.1.2,,5060,5061,,
        create,Branch 2,\(Lab.groupID(2)),,102,tftp.example.com,%null%,5060,5061,1,%null%

        """.replacing(
          "\n", with: try bench.folder.read("changes.csv").contains("\r\n") ? "\r\n" : "\n"))
    let imported = try await bench.imports(["changes.csv", "--max-delete", "1"])
    #expect(imported.summary == "read 3, created 1, updated 1, deleted 1")
    #expect(
      try await seen(bench, [url, "after.csv", "--exit-code"])
        == "No differences: 5 servers in 3 port groups are the same.\nexit 0")
  }

  @Test func `equal changes of many groups are one line that names them`() async throws {
    var (before, after) = (Lab(), Lab())
    for number in 1...80 {
      before.add("PG \(100 + number)", [.proxy("10.0.0.1"), .proxy("10.9.0.\(number)")])
      after.add("PG \(100 + number)", [.proxy("10.5.0.1"), .proxy("10.9.0.\(number)")])
    }
    let folder = try TemporaryFolder()
    try folder.write(before.json, to: "before.json")
    try folder.write(after.json, to: "after.json")
    let names = (101...180).map { "\"PG \($0)\"" }.joined(separator: ", ")
    #expect(
      try await folder.see(["diff", "before.json", "after.json"]) == """
        80 port groups: \(names):
          ~ SIP proxy 10.0.0.1 port 5060 tls 5061: HostOrIPAddress 10.0.0.1 → 10.5.0.1

        Differences: 80 servers changed in 80 of 80 port groups.
        exit 0
        """)
    // Files alone need no ledger.
    #expect(try folder.allFiles().sorted() == ["after.json", "before.json"])
  }

  @Test
  func `the attempt with a server is recorded without rows, and is not what resume and undo mean`()
    async throws
  {
    let bench = try await bench()
    _ = try await seen(bench, ["after.csv", bench.sandbox.url, "--exit-code"])
    let list = try await bench.run(["runs", "list", "--kind", "diff", "--json"]).output
    #expect(list.contains(#""kind":"diff","dryRun":true,"staged":false,"source":"after.csv""#))
    #expect(
      list.contains(
        #""outcome":"differences: 1 server added, 1 removed, 1 changed in 2 of 3 port groups; 1 is the same""#
      ))
    #expect(list.contains(#""exitCode":9"#), "\(list)")
    #expect(try await bench.run(["runs", "show", "last"]).output.contains("export"))
    #expect(try await bench.run(["resume"]).messages.contains("Nothing to resume"))
    let name = try #require(list.firstMatch(of: /"run":"([^"]+)"/)).output.1
    for command in ["resume", "undo"] {
      let run = try await bench.run([command, String(name)])
      #expect(run.status != 0 || run.messages.contains("Nothing"), "\(run.output)\(run.messages)")
    }
  }
}
