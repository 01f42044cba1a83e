// The server that a row means by its key: hosts, ports, and several rows for one host.

import PortGroupModel
import Testing

@Suite struct MatchingTests {
  private static let ports = ["1 s=102 h=a p=5060 t=5061", "2 s=102 h=a p=5070 t=5071"]

  @Test(arguments: [
    ("s=102 h=A.", "1 s=102 h=a", "update 1 o=1"), ("s=102 h=a", "1 s=102 h=A.", "update 1 o=1"),
    ("s=102 h=a", "1 s=101 h=a", "refuse no-match"),
    ("s=102 h=a", "1 s=102 h=b", "refuse no-match"),
    // No host at all means 127.0.0.1.
    ("s=102 h=127.0.0.1", "1 s=102", "update 1 o=1"),
    ("s=102 h=127.0.0.1", "1 s=102 h=127.0.0.1", "update 1 o=1"),
    ("s=102", "1 s=102 h=127.0.0.1 v=-", "update 1 o=1"), ("s=102", "1 s=102", "update 1 o=1"),
    ("s=102 h=- v=-", "1 s=102 h=127.0.0.1", "update 1 o=1"),
    // An IPv6-only server: its IPv4 host is stored as 127.0.0.1, and is not compared.
    ("s=102 v=2001:DB8::1", "1 s=102 h=127.0.0.1 v=2001:db8:0::1", "update 1 o=1"),
    ("s=102 h=127.0.0.1 v=::1", "1 s=102 v=::1", "update 1 o=1"),
    ("s=102 v=::1", "1 s=102 h=127.0.0.1 v=::2", "refuse no-match"),
    ("s=102", "1 s=102 h=127.0.0.1 v=::1", "refuse no-match"),
    ("s=102 h=127.0.0.1", "1 s=102 h=127.0.0.1 v=::1", "refuse no-match"),
    // By the IPv6 host if the IPv4 hosts differ.
    ("s=102 v=::1", "1 s=102 h=a v=::1", "update 1 o=1"),
    ("s=102 h=b v=::1", "1 s=102 h=a v=::1", "update 1 h=b o=1"),
    ("s=102 h=b v=::1", "1 s=102 v=::1", "update 1 h=b o=1"),
    ("s=102 h=a v=::2", "1 s=102 h=a v=::1", "update 1 v=::2 o=1"),
    ("s=102 v=six.example", "1 s=102 v=Six.Example.", "update 1 o=1"),
    // Ports only decide between several servers.
    ("s=102 h=a p=5070", "1 s=102 h=a p=5060", "update 1 p=5070 o=1"),
    ("s=102 h=a p=5060", "1 s=102 h=a", "update 1 p=5060 o=1"),
  ])
  func `a key is service and host`(key: String, server: String, decision: String) {
    #expect(plan(["update \(key) o=1"], [server]) == [decision])
  }

  @Test(arguments: [
    ("p=5060", "update 1 o=1"), ("p=5070", "update 2 o=1"), ("p=5070 t=5071", "update 2 o=1"),
    ("t=5071", "update 2 o=1"), ("p=5060 t=5071", "update 1 t=5071 o=1"),
    ("p=5080 t=5071", "update 2 p=5080 o=1"), ("", "refuse ambiguous-match"),
    ("p=5080", "refuse ambiguous-match"), ("t=5081", "refuse ambiguous-match"),
    ("p=5080 t=5081", "refuse ambiguous-match"),
  ])
  func `servers of one host are distinguished by Port, then by TlsPort`(
    ports: String, decision: String
  ) {
    #expect(plan(["upsert s=102 h=a \(ports) o=1"], Self.ports) == [decision])
  }

  @Test(arguments: [
    ("p=5060 t=5062", "update 2 o=1"), ("p=5060 t=5063", "refuse ambiguous-match"),
    ("p=5060", "refuse ambiguous-match"), ("t=5062", "refuse ambiguous-match"),
    ("p=5070 t=5062", "update 3 o=1"), ("p=5070", "update 3 o=1"),
  ])
  func `servers with one equal port are distinguished by the other port`(
    ports: String, decision: String
  ) {
    let servers = [
      "1 s=102 h=a p=5060 t=5061", "2 s=102 h=a p=5060 t=5062", "3 s=102 h=a p=5070 t=5062",
    ]
    #expect(plan(["upsert s=102 h=a \(ports) o=1"], servers) == [decision])
  }

  @Test func `servers with one key can only be distinguished by id`() {
    let twins = ["1 s=102 h=a p=5060 t=5061", "2 s=102 h=a p=5060 t=5061"]
    #expect(plan(["upsert s=102 h=a p=5060 t=5061"], twins) == ["refuse ambiguous-match"])
    #expect(plan(["upsert id=2 o=1"], twins) == ["update 2 o=1"])
    // If the id selects one server, the key means the other one.
    #expect(
      plan(["upsert id=2 o=1", "upsert s=102 h=a p=5060 t=5061 o=2"], twins) == [
        "update 2 o=1", "update 1 o=2",
      ])
  }

  // The ids of an export from another server: 51, 52 and 53 are not on the target.
  @Test(arguments: [
    (["51 o=0", "52 o=0"], [], ["create", "create"]),
    (["51 o=0", "52 o=0"], ["1 o=0", "2 o=0"], ["unchanged 1", "unchanged 2"]),
    (["51 o=1", "52 o=0"], ["1 o=0", "2 o=1"], ["unchanged 2", "unchanged 1"]),
    (["51 o=0", "52 o=0"], ["1 o=0"], ["unchanged 1", "create"]),
    (["51 o=2", "52 o=1"], ["1 o=1", "2 o=3"], ["update 2 o=2", "unchanged 1"]),
    (["51 o=2", "52 o=3"], ["1 o=0", "2 o=1"], ["update 1 o=2", "update 2 o=3"]),
    (["51 o=2", "52 o=3", "53 o=1"], ["1 o=1"], ["create", "create", "unchanged 1"]),
    // Ids that the target knows come first.
    (["1 o=0", "52 o=0"], ["1 o=0"], ["unchanged 1", "create"]),
    (["1 o=0", "52 o=0"], ["1 o=0", "2 o=0"], ["unchanged 1", "unchanged 2"]),
    // Fewer rows than servers: a server that already has the values of a row; otherwise the match is ambiguous.
    (["51 o=1"], ["1 o=0", "2 o=1"], ["refuse ambiguous-match"]),
    (["51 o=1", "52 o=4"], ["1 o=0", "2 o=1", "3 o=2"], ["unchanged 2", "update 1 o=4"]),
  ])
  func `rows with different ids are different servers, even with one key`(
    rows: [String], servers: [String], decisions: [String]
  ) {
    let key = "s=102 h=a p=5060 t=5061"
    let texts = rows.map { row in
      let parts = row.split(separator: " ")
      return "upsert id=\(parts[0]) \(key) \(parts[1])"
    }
    let found = plan(
      texts,
      servers.map { server in
        let parts = server.split(separator: " ")
        return "\(parts[0]) \(key) \(parts[1])"
      })
    #expect(found.map { $0.hasPrefix("create") ? "create" : $0 } == decisions)
  }

  @Test(arguments: [
    (["p=5060 o=1", "p=5070 o=2"], ["update 1 o=1", "update 2 o=2"]),
    // The row with the equal port is matched first; the other row gets the remaining server.
    (["p=5080 o=1", "p=5070 o=2"], ["update 1 p=5080 o=1", "update 2 o=2"]),
    (["o=1", "p=5070 o=2"], ["update 1 o=1", "update 2 o=2"]),
    // A third server on the host.
    (
      ["p=5060 t=5061", "p=5070 t=5071", "p=5080 t=5081"],
      ["unchanged 1", "unchanged 2", "create s=102 h=a p=5080 t=5081"]
    ),
    // Two rows, and only one remaining server.
    (["p=5060", "p=5080", "p=5090"], ["unchanged 1", "refuse same-server", "refuse same-server"]),
  ])
  func `several rows for one host share its servers`(rows: [String], decisions: [String]) {
    #expect(plan(rows.map { "upsert s=102 h=a \($0)" }, Self.ports) == decisions)
  }

  @Test func `a row whose related rows were left out matches no server with another port`() {
    let server = ["1 s=102 h=a p=5060 t=5061"]
    let rows = ["upsert s=102 h=a p=5070", "upsert s=102 h=a t=5071", "upsert s=102 h=a o=1"]
    #expect(
      rows.map { plan([$0], server)[0] } == ["update 1 p=5070", "update 1 t=5071", "update 1 o=1"])
    #expect(
      rows.map { plan([$0], server, isPart: true)[0] } == [
        "refuse left-out", "refuse left-out", "update 1 o=1",
      ])
    // A row that names the server by its id matches it.
    #expect(plan(["update id=1 p=5070"], server, isPart: true) == ["update 1 p=5070"])
    #expect(plan(["update mh=a p=5070"], server, isPart: true) == ["update 1 p=5070"])
  }

  @Test func `a server that belongs to a row that is not planned is only found by its id`() {
    let server = ["1 s=102 h=a p=5060 t=5061"]
    #expect(plan(["upsert s=102 h=a p=5070"], server, claimed: [1]) == ["create s=102 h=a p=5070"])
    #expect(plan(["update s=102 h=a o=1"], server, claimed: [1]) == ["refuse no-match"])
    #expect(plan(["update id=1 o=1"], server, claimed: [1]) == ["update 1 o=1"])
  }

  @Test(arguments: [
    ("p=5060", "delete 1"), ("p=5060 t=5061", "delete 1"), ("t=5071", "delete 2"),
    ("", "refuse ambiguous-match"), ("p=5080", "unchanged"), ("p=5060 t=5071", "unchanged"),
    ("t=5081", "unchanged"), ("v=::1 p=5060", "unchanged"), ("p=5060 o=9", "delete 1"),
  ])
  func `a delete matches no server with another port than its own`(cells: String, decision: String)
  {
    #expect(plan(["delete s=102 h=a \(cells)"], Self.ports) == [decision])
  }

  @Test func `a repeated delete does not match the next server`() {
    #expect(plan(["delete s=102 h=a p=5060"], [Self.ports[1]]) == ["unchanged"])
    #expect(plan(["delete s=102 h=b v=::1"], ["1 s=102 h=a v=::1"]) == ["unchanged"])
    #expect(plan(["delete s=102 v=::1"], ["1 s=102 h=a v=::1"]) == ["delete 1"])
  }

  @Test(arguments: [
    // By one id.
    (["update id=1 o=1", "update id=1 p=5070"], ["1 s=102 h=a"]),
    (["delete id=1", "upsert id=1 o=1"], ["1 s=102 h=a"]),
    // By id and by Match cells, by two Match cells.
    (["update id=1 o=1", "update mh=a o=2"], ["1 s=102 h=a"]),
    (["update mh=a o=1", "delete mp=5060"], ["1 s=102 h=a p=5060"]),
    // By the same key; only the ports differ.
    (["upsert s=102 h=a p=5070", "upsert s=102 h=a p=5080"], ["1 s=102 h=a p=5060"]),
    (["upsert s=102 h=a t=5070", "delete s=102 h=a"], ["1 s=102 h=a p=5060"]),
    // The IPv4 host of one and the IPv6 host of the other.
    (["update s=102 v=::1 o=1", "update id=1 h=b"], ["1 s=102 v=::1"]),
  ])
  func `two rows that match one server are both refused`(rows: [String], servers: [String]) {
    let decisions = plan(rows, servers)
    let second = rows[0].contains("v=::1") ? ["refuse no-match", "update 1 h=b"] : nil
    #expect(decisions == second ?? ["refuse same-server", "refuse same-server"])
  }

  @Test func `the IPv4 host is matched before the IPv6 host, for all rows`() {
    // The ports of the second row fit better, but only by the IPv6 host.
    let rows = ["upsert s=102 h=a p=5062", "upsert s=102 h=b v=::1 p=5060 t=5061"]
    #expect(
      plan(rows, ["1 s=102 h=a v=::1 p=5060 t=5061"]) == [
        "update 1 p=5062", "create s=102 h=b v=::1 p=5060 t=5061",
      ])
  }

  @Test func `an IPv6-only row matches all servers of that IPv6 host at once`() {
    let servers = ["1 s=102 v=::1 p=5060", "2 s=102 h=a v=::1 p=5070"]
    #expect(plan(["upsert s=102 v=::1 p=5070 o=1"], servers) == ["update 2 o=1"])
    #expect(plan(["upsert s=102 v=::1 o=1"], servers) == ["refuse ambiguous-match"])
  }

  @Test func `two precedences are swapped, and a second import changes nothing`() {
    let rows = ["upsert s=102 h=a o=1", "upsert s=102 h=b o=0"]
    #expect(
      plan(rows, ["1 s=102 h=a o=0", "2 s=102 h=b o=1"]) == ["update 1 o=1", "update 2 o=0"])
    #expect(plan(rows, ["1 s=102 h=a o=1", "2 s=102 h=b o=0"]) == ["unchanged 1", "unchanged 2"])
  }

  @Test func `an empty batch has no decisions, and an empty group has no match`() {
    #expect(plan([], Self.ports) == [])
    #expect(plan(["delete s=102 h=a", "update id=1 o=1"], []) == ["unchanged", "refuse no-match"])
  }
}
