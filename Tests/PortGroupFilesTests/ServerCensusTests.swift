// Tests of when an export may replace an older file.

import Testing
import TestSupport

@testable import PortGroupFiles

@Suite struct ServerCensusTests {
  private func census(_ groups: [Int]) -> ServerCensus {
    var census = ServerCensus()
    for (number, count) in groups.enumerated() {
      for _ in 0..<count { census.add(to: "G\(number)") }
    }
    return census
  }

  @Test(arguments: [
    ([1, 1], [1, 1], nil),
    ([1, 1], [1], nil),
    ([1, 1], [], "it has 2 servers, and the target has none"),
    ([1], [], "it has 1 server, and the target has none"),
    ([], [], nil),
    ([], [3], nil),
    ([10], [8], nil),
    ([10], [7], nil),
    ([10], [6], "it has 10 servers, and the target has 6"),
    ([4], [1], "it has 4 servers, and the target has 1"),
    ([3], [1], nil),
    ([5, 2], [5], "port group \"G1\" has several servers in it, and none on the target"),
    (
      [20, 2, 2], [20],
      "port group \"G1\" and 1 more has several servers in it, and none on the target"
    ),
    (
      [10, 1, 1, 1, 1], [10, 1],
      "it has servers of 5 port groups, and the target of 2"
    ),
  ])
  func `a file with far fewer servers or groups is reported`(
    before: [Int], after: [Int], reason: String?
  ) {
    #expect(census(before).shrinkage(to: census(after)) == reason)
  }

  @Test(arguments: ["csv", "xml", "json"])
  func `the servers of a file are counted in every format`(format: String) throws {
    let folder = try TemporaryFolder()
    let texts = [
      "csv": "PortGroup,Service,Host\nA,102,10.0.0.1\nA,102,10.0.0.2\nB,999,\n",
      "xml": """
      <PortGroupServers total="1"><PortGroupServer><PortGroup>A</PortGroup>\
      <MediaRemoteServiceEnum>102</MediaRemoteServiceEnum><HostOrIPAddress>10.0.0.1</HostOrIPAddress>\
      </PortGroupServer></PortGroupServers>
      """,
      "json": #"[{"PortGroup":"A","MediaRemoteServiceEnum":"102","HostOrIPAddress":"10.0.0.1"}]"#,
    ]
    let path = try folder.write(texts[format] ?? "", to: "x.\(format)")
    var expected = ServerCensus()
    for group in format == "csv" ? ["A", "A", "B"] : ["A"] { expected.add(to: group) }
    #expect(ServerCensus.existing(at: path) == .servers(expected))
  }

  @Test func `a file that is not a list of servers is not counted`() throws {
    let folder = try TemporaryFolder()
    #expect(ServerCensus.existing(at: folder.path("none.csv")) == .nothing)
    #expect(ServerCensus.existing(at: folder.path) == .nothing)
    #expect(ServerCensus.existing(at: try folder.write("", to: "empty.csv")) == .nothing)
    #expect(ServerCensus.existing(at: try folder.write("old\n", to: "x.csv")) == .other)
  }
}
