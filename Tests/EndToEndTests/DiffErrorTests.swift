import Foundation
import TestSupport
import Testing

/// Sides of a comparison that cannot be compared, or only in part: one clear sentence, and the right exit code.
@Suite struct DiffErrorTests {
  private static let heading = "PortGroup,MediaPortGroupObjectId,Service,Host,Port,Precedence\n"
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Writes files of rows, and compares the first two.
  private func seen(_ old: String, _ new: String, _ options: [String] = []) async throws -> String {
    try folder.write(Self.heading + old, to: "old.csv")
    try folder.write(Self.heading + new, to: "new.csv")
    return try await folder.see(["diff", "old.csv", "new.csv"] + options)
  }

  @Test func `a group that one side lacks is named, and its servers are added or removed`()
    async throws
  {
    #expect(
      try await seen("One,,102,a.example,1,0\n", "Two,,102,a.example,1,0\n", ["--exit-code"]) == """
        Port group "One":
          ! not in new.csv
          - SIP proxy a.example port 1, precedence 0

        Port group "Two":
          ! not in old.csv
          + SIP proxy a.example port 1, precedence 0

        Differences: 1 server added, 1 removed in 2 of 2 port groups; 1 is not in new.csv; 1 is not in old.csv.
        exit 9
        """)
    #expect(
      try await seen(
        "One,,102,a.example,1,0\n", "Two,,102,a.example,1,0\n",
        ["--format", "csv", "-o", "changes.csv"]) == """
          Differences: 1 server added, 1 removed in 2 of 2 port groups; 1 is not in new.csv; 1 is not in old.csv.
          cupibulk: warning: old.csv lacks 1 port group ("Two"): create it before the import
          cupibulk: warning: new.csv lacks 1 port group ("One"): the rows delete the servers, and the group stays
          2 rows, of which 1 deletes. To make old.csv into new.csv:
            cupibulk import changes.csv --target T --max-delete 1 --allow-last
          exit 0
          """)
    #expect(
      try folder.read("changes.csv").replacing("\r\n", with: "\n") == """
        Operation,PortGroup,MediaPortGroupObjectId,ObjectId,MatchHostOrIPAddress,MatchPort,MatchPrecedence,\
        MediaRemoteServiceEnum,HostOrIPAddress,HostOrIPAddressV6,Port,TlsPort,Precedence,SkinnyStateMachineEnum
        delete,One,,,a.example,1,0,102,a.example,,1,,,
        create,Two,,,,,,102,a.example,,1,,0,

        """)
  }

  @Test func `what an import cannot do is a warning`() async throws {
    #expect(
      try await seen(
        "Units,,104,a.example,1,0\nOne,,102,b.example,1,0\n",
        "Units,,104,c.example,1,0\nOne,,102,b.example,%null%,0\n", ["--format", "csv"]) == """
          Operation,PortGroup,MediaPortGroupObjectId,ObjectId,MatchHostOrIPAddress,MatchPort,MatchPrecedence,\
          MediaRemoteServiceEnum,HostOrIPAddress,HostOrIPAddressV6,Port,TlsPort,Precedence,SkinnyStateMachineEnum
          update,One,,,b.example,1,0,102,,,%null%,,,
          Differences: 1 server added, 1 removed, 1 changed in 2 of 2 port groups.
          cupibulk: warning: left out, because PIMG servers cannot be changed over the API: 2 servers \
          (PIMG unit a.example port 1 in "Units", PIMG unit c.example port 1 in "Units")
          cupibulk: warning: the import will fail to empty, because only the two host fields can be emptied: \
          Port of SIP proxy b.example port 1 in "One"
          1 row. To make old.csv into new.csv:
            cupibulk import FILE --target T
          exit 0
          """)
  }

  @Test func `a value that an import accepts only if it is allowed is in the suggested command`()
    async throws
  {
    let options = ["--allow", "port-out-of-range", "--format", "csv", "-o", "changes.csv"]
    #expect(
      try await seen("One,,102,a.example,1,0\n", "One,,102,a.example,65535,0\n", options) == """
        new.csv:2:20: warning[port-out-of-range]: Port is 65535; allowed is 0 to 9999
        Differences: 1 server changed in 1 of 1 port group.
        1 row. To make old.csv into new.csv:
          cupibulk import changes.csv --target T --allow port-out-of-range
        exit 0
        """)
    #expect(
      try await folder.see(["validate", "changes.csv", "--allow", "port-out-of-range"]).hasSuffix(
        "exit 0"))
  }

  @Test func `a name with a known id is that group, in rows that give only one of both as well`()
    async throws
  {
    let id = Lab.groupID(1)
    #expect(
      try await seen(
        "One,\(id),102,a.example,1,0\nOne,,102,b.example,1,1\n,\(id),102,c.example,1,2\n",
        "Other name,\(id),102,a.example,1,0\n,\(id),102,b.example,1,1\n,\(id),102,c.example,1,2\n",
        ["--exit-code"]) == "No differences: 3 servers in 1 port group are the same.\nexit 0")
  }

  @Test func `groups of one name on a side are an error, unless their ids tell them apart`()
    async throws
  {
    let (one, two, three) = (Lab.groupID(1), Lab.groupID(2), Lab.groupID(3))
    let twins = "Twin,\(one),102,a.example,1,0\nTwin,\(two),102,b.example,1,0\n"
    #expect(
      try await seen(twins, twins)
        == "No differences: 2 servers in 2 port groups are the same.\nexit 0")
    #expect(
      try await seen(twins, "Twin,\(three),102,a.example,1,0\nOne,,102,a.example,1,0\n") == """
        cupibulk: Nothing was compared: it is not known which port groups named "Twin" are the same: \
        old.csv has GUID, GUID, and new.csv has GUID
        exit 4
        """)
    #expect(
      try await seen(twins + "Twin,,102,c.example,1,0\n", twins) == """
        old.csv:4: error[group-ambiguous]: the file has 2 port groups named "Twin", and this row does not say \
        which it means
            hint: give MediaPortGroupObjectId in each row: GUID, GUID
        cupibulk: Nothing was compared: 1 error
        exit 4
        """)
  }

  @Test func `a group that neither side has is an error with the nearest name`() async throws {
    #expect(
      try await seen(
        "Branch 1,,102,a.example,1,0\n", "Branch 2,,102,a.example,1,0\n",
        ["--only-group", "Branch1"]) == """
          cupibulk: Nothing was compared: neither old.csv nor new.csv has a port group "Branch1"; \
          did you mean "Branch 1"?
          exit 4
          """)
  }

  @Test func `errors of both files are shown, and instructions are no configuration`() async throws
  {
    #expect(
      try await seen("One,,102,a.example,x,0\n", "One,,109,a.example,1,0\n") == """
        old.csv:2:20: error[port-not-a-number]: Port is "x", which is not a whole number; allowed is 0 to 9999
            hint: write digits only
        new.csv:2:6: error[service-unknown]: MediaRemoteServiceEnum is "109"; allowed is 100 (call manager), \
        101 (TFTP server), 102 (SIP proxy), 103 (AXL server), 104 (PIMG unit), 105 (speech recognition server), \
        106 (text-to-speech server)
            hint: write the number
        cupibulk: Nothing was compared: 2 errors
        exit 4
        """)
    try folder.write("PortGroup,Service,Host,Operation\nOne,102,a.example,delete\n", to: "o.csv")
    #expect(
      try await folder.see(["diff", "old.csv", "o.csv"]).contains("old.csv:2"))
    #expect(
      try await folder.see(["diff", "o.csv", "o.csv"]) == """
        cupibulk: Nothing was compared: o.csv:2 has the operation delete: such a row changes a server, and does \
        not say how the group is; name a file of servers, such as an export
        exit 4
        """)
    try folder.write(Self.heading + "One,,102,a.example,1,0\n", to: "good.csv")
    #expect(
      try await folder.see(["diff", "none.csv", "good.csv", "--json"]) == """
        {"schema":1,"type":"diff","old":"none.csv","new":"good.csv","groups":[],"counts":{"added":0,"removed":0,"changed":0,\
        "sameServers":0,"groups":0,"groupsDiffering":0,"groupsOnlyInOld":0,"groupsOnlyInNew":0},"same":null,\
        "stopped":"Nothing was compared: 1 error","exit":4}
        none.csv: error[file-unreadable]: there is no such file
            hint: check the name and the folder
        cupibulk: Nothing was compared: 1 error
        exit 4
        """)
    try folder.write("PortGroup,Service,Host,MatchHost\nOne,102,a.example,b\n", to: "m.csv")
    #expect(
      try await folder.see(["diff", "m.csv", "m.csv"]) == """
        cupibulk: Nothing was compared: m.csv:2 has a MatchHostOrIPAddress: such a row changes a server, and \
        does not say how the group is; name a file of servers, such as an export
        exit 4
        """)
  }

  @Test func `standard input is read once, and the output replaces no side`() async throws {
    try folder.write(Self.heading + "One,,102,a.example,1,0\n", to: "old.csv")
    #expect(
      try await folder.see(
        ["diff", "old.csv", "-"], input: Self.heading + "One,,102,a.example,1,0\n")
        == "No differences: 1 server in 1 port group is the same.\nexit 0")
    #expect(
      try await folder.see(["diff", "-", "-"]) == """
        cupibulk: NEW is '-'; OLD is standard input already, which is read once
        Try 'cupibulk help diff'.
        exit 2
        """)
    #expect(
      try await folder.see(["diff", "old.csv", "-", "-o", "./old.csv"]) == """
        cupibulk: ./old.csv is one of the files that are compared
            hint: name another file with -o
        exit 1
        """)
    #expect(
      try await folder.see(["compare", "old.csv", "old.csv"]).contains(
        "with: cupibulk diff OLD NEW"))
  }

  @Test func `a run that is no export is not compared`() async throws {
    #expect(
      try await folder.see(["diff", "run:last", "run:last"]) == """
        cupibulk: The ledger FOLDER/state/cupibulk/ledger.sqlite has no export yet
            hint: make one with: cupibulk export --target T -o FILE
        exit 1
        """)
    let bench = try await Workbench(Lab("Branch", [.proxy("10.0.0.1")]))
    let run = try await bench.imports("PortGroup,Service,Host\nBranch,102,10.0.0.2\n")
    let name = try #require(run.books?.run)
    let diff = try await bench.run(["diff", "run:\(name)", "rows.csv"])
    #expect(
      diff.messages == """
        cupibulk: Nothing was compared: run \(name) is of kind import; only an export has a configuration

        """)
    #expect(diff.status == 4)
  }
}
