// Rows with Match cells: moves, repeated moves, chains, swaps, and rows that would give two servers one key.

import PortGroupModel
import Testing

@Suite struct MatchCellTests {
  @Test(arguments: [
    ("update mh=A. s=102 h=b", "1 s=102 h=a p=5060", "update 1 h=b"),
    ("upsert mh=a h=b p=5070", "1 s=102 h=a p=5060", "update 1 h=b p=5070"),
    ("update mp=5060 mt=5061 p=5070", "1 s=102 h=a p=5060 t=5061", "update 1 p=5070"),
    ("update mv=2001:DB8::1 v=-", "1 s=102 h=a v=2001:db8::1", "update 1 v=-"),
    ("update mv=- v=::1", "1 s=102 h=a", "update 1 v=::1"),
    ("update mh=- h=b", "1 s=102 h=127.0.0.1", "update 1 h=b"),
    ("update mo=0 o=1", "1 s=102 h=a o=0", "update 1 o=1"),
    ("delete mh=a", "1 s=102 h=a", "delete 1"), ("delete mh=b", "1 s=102 h=a", "unchanged"),
    ("delete mh=b h=a", "1 s=102 h=a", "unchanged"),
    // All cells must match, and the service if the row has one.
    ("update mh=a mp=5070 h=b", "1 s=102 h=a p=5060", "refuse no-match"),
    ("update mh=a s=101 h=b", "1 s=102 h=a", "refuse no-match"),
    // It never creates.
    ("upsert mh=x s=102 h=b", "1 s=102 h=a", "refuse no-match"),
    ("upsert mh=x", "1 s=102 h=a", "refuse no-match"),
    // Already equal, by the match or by the values that the row sets.
    ("update mh=a s=102 h=a", "1 s=102 h=a", "unchanged 1"),
    ("update mh=x s=102 h=a", "1 s=102 h=a", "unchanged 1"),
    ("update mh=x s=102 h=a p=5070", "1 s=102 h=a p=5060", "refuse no-match"),
    ("update id=1 mh=x h=b", "1 s=102 h=a", "update 1 h=b"),
  ])
  func `a Match cell is compared with the current value of the server`(
    row: String, server: String, decision: String
  ) {
    #expect(plan([row], [server]) == [decision])
  }

  @Test func `several servers that match, or already have the values, are ambiguous`() {
    let servers = ["1 s=102 h=a p=5060", "2 s=102 h=a p=5070", "3 s=101 h=a"]
    #expect(plan(["update mh=a h=b"], servers) == ["refuse ambiguous-match"])
    #expect(plan(["update mh=a s=102 h=b"], servers) == ["refuse ambiguous-match"])
    #expect(plan(["update mh=a s=101 h=b"], servers) == ["update 3 h=b"])
    #expect(plan(["update mh=a mp=5070 h=b"], servers) == ["update 2 h=b"])
    #expect(plan(["update mh=x s=102 h=a"], servers) == ["refuse no-match"])
    #expect(plan(["update mh=x s=101 h=a"], servers) == ["unchanged 3"])
  }

  @Test(arguments: [
    ("update mh=a h=b", "2 s=102 h=b p=5060", "refuse would-duplicate"),
    ("update mh=a h=b", "2 s=102 h=b", "refuse would-duplicate"),
    ("update mh=a h=B.", "2 s=102 h=b p=5060 t=5061", "refuse would-duplicate"),
    ("update mh=a h=b p=5070", "2 s=102 h=b p=5070", "refuse would-duplicate"),
    ("update id=1 h=b", "2 s=102 h=b p=5060", "refuse would-duplicate"),
    ("update mh=a h=b", "2 s=102 h=b p=5070", "update 1 h=b"),
    ("update mh=a h=b", "2 s=101 h=b p=5060", "update 1 h=b"),
    ("update mh=a p=5070", "2 s=102 h=b p=5070", "update 1 p=5070"),
    ("update mh=a o=1", "2 s=102 h=b o=1", "update 1 o=1"),
    ("update mh=a h=- v=::1", "2 s=102 v=::1", "refuse would-duplicate"),
  ])
  func `a change that gives a server the key of another is refused`(
    row: String, other: String, decision: String
  ) {
    #expect(plan([row], ["1 s=102 h=a p=5060", other]) == [decision])
  }

  @Test func `two servers that shared a key before may be changed in other fields`() {
    let twins = ["1 s=102 h=a p=5060 o=0", "2 s=102 h=a p=5060 o=1"]
    #expect(plan(["update id=1 o=5"], twins) == ["update 1 o=5"])
    #expect(plan(["update mo=1 h=b"], twins) == ["update 2 h=b"])
  }

  @Test func `two rows cannot move to one key`() {
    let servers = ["1 s=102 h=a p=5060", "2 s=102 h=b p=5060"]
    #expect(
      plan(["update mh=a h=c", "update mh=b h=c"], servers) == [
        "refuse would-duplicate", "refuse would-duplicate",
      ])
    #expect(
      plan(["update mh=a h=c", "upsert s=102 h=c"], servers) == [
        "refuse would-duplicate", "refuse same-server",
      ])
  }

  @Test func `a key that is freed or deleted in the same batch can be taken`() {
    let servers = ["1 s=102 h=a p=5060", "2 s=102 h=b p=5060"]
    #expect(
      plan(["update id=1 h=b", "delete id=2"], servers) == ["update 1 h=b", "delete 2"])
    #expect(
      plan(["update id=1 h=b", "update id=2 h=c"], servers) == ["update 1 h=b", "update 2 h=c"])
    #expect(
      plan(["upsert s=102 h=a", "update id=1 h=c"], servers) == [
        "create s=102 h=a", "update 1 h=c",
      ])
  }

  @Test(arguments: [
    // One row creates the server, and the other would delete it at the next import.
    (["upsert s=102 h=b", "delete s=102 h=b p=5060"], ["1 s=102 h=a"]),
    // One row deletes the server, and the other would recreate it at each import.
    (["delete s=102 h=a p=5060 t=5061", "create s=102 h=a p=5060"], ["1 s=102 h=a p=5060 t=5061"]),
    // One row keeps the only server that the other can mean.
    (["upsert s=102 h=a p=5060 o=1", "delete s=102 h=a"], ["1 s=102 h=a p=5060"]),
    (["upsert s=102 h=a p=5060", "delete s=102 h=a p=5060 t=5062"], ["1 s=102 h=a p=5060"]),
    // One row changes the ports to those that the other deletes.
    (
      ["upsert id=9 s=102 h=a p=5070", "delete s=102 h=a p=5070 t=5061"],
      ["1 s=102 h=a p=5060 t=5061"]
    ),
  ])
  func `a row by key that creates what another row deletes by key is refused with it`(
    rows: [String], servers: [String]
  ) {
    #expect(plan(rows, servers) == ["refuse same-server", "refuse same-server"])
    #expect(plan(rows.reversed(), servers) == ["refuse same-server", "refuse same-server"])
  }

  @Test func `by an id, or with other ports, the pair replaces a server`() {
    let servers = ["1 s=102 h=a p=5060 t=5061"]
    #expect(
      plan(["delete id=1 s=102 h=a", "create s=102 h=a p=5060"], servers) == [
        "delete 1", "create s=102 h=a p=5060",
      ])
    #expect(
      plan(["delete s=102 h=a p=5060", "create s=102 h=a p=5070"], servers) == [
        "delete 1", "create s=102 h=a p=5070",
      ])
    #expect(
      plan(["delete s=102 h=b", "update id=1 h=b"], servers + ["2 s=102 h=b"]) == [
        "delete 2", "update 1 h=b",
      ])
  }

  @Test func `a refused row frees no key`() {
    let servers = ["1 s=102 h=a p=5060", "2 s=102 h=b p=5060", "3 s=102 h=c p=5060"]
    // The server c stays, so b cannot move to c, and a cannot move to b.
    #expect(
      plan(["update id=1 h=b", "update id=2 h=c", "update id=3 s=101"], servers) == [
        "refuse would-duplicate", "refuse would-duplicate", "refuse service-fixed",
      ])
  }

  @Test(arguments: ["update", "upsert"])
  func `a repeated move changes nothing`(operation: String) {
    let row = "\(operation) mh=a s=102 h=b p=5070"
    #expect(plan([row], ["1 s=102 h=a p=5060"]) == ["update 1 h=b p=5070"])
    #expect(plan([row], ["1 s=102 h=b p=5070"]) == ["unchanged 1"])
  }

  @Test(arguments: [2, 3, 4, 9])
  func `a chain of moves is carried out, and changes nothing when repeated`(length: Int) {
    let hosts = (0...length).map { "h\($0)" }
    let rows = (0..<length).map { "update mh=\(hosts[$0]) h=\(hosts[$0 + 1])" }
    let before = (0..<length).map { "\($0 + 1) s=102 h=\(hosts[$0])" }
    let after = (0..<length).map { "\($0 + 1) s=102 h=\(hosts[$0 + 1])" }
    let moves = (0..<length).map { "update \($0 + 1) h=\(hosts[$0 + 1])" }
    let rest = (0..<length).map { "unchanged \($0 + 1)" }
    #expect(plan(rows, before) == moves)
    #expect(plan(rows, after) == rest)
    #expect(plan(rows.reversed(), before) == moves.reversed())
    #expect(plan(rows.reversed(), after) == rest.reversed())
  }

  @Test func `a chain of precedences is carried out, and changes nothing when repeated`() {
    let rows = ["update mo=0 s=102 o=1", "update mo=1 s=102 o=2"]
    #expect(
      plan(rows, ["1 s=102 h=a o=0", "2 s=102 h=b o=1"]) == ["update 1 o=1", "update 2 o=2"])
    #expect(plan(rows, ["1 s=102 h=a o=1", "2 s=102 h=b o=2"]) == ["unchanged 1", "unchanged 2"])
  }

  @Test func `two rows that end at one server are both refused, in any order`() {
    let rows = ["update mh=a h=b", "update mh=b s=102 h=c", "update mh=b h=c p=5060"]
    let servers = ["1 s=102 h=b p=5060", "2 s=102 h=c p=5060"]
    let expected = ["unchanged 1", "refuse same-server", "refuse same-server"]
    #expect(plan(rows, servers) == expected)
    #expect(plan([rows[2], rows[1], rows[0]], servers) == expected.reversed())
  }

  @Test func `a row of a finished chain clashes with another row for the server it moved`() {
    let rows = ["update mh=a h=b", "update mh=b h=c", "update id=2 o=1"]
    #expect(
      plan(rows, ["1 s=102 h=b", "2 s=102 h=c"]) == [
        "unchanged 1", "refuse same-server", "refuse same-server",
      ])
  }

  @Test func `a swap by Match cells is carried out, and is reverted when repeated`() {
    // The servers do not show whether it was done: a file with a swap describes a step, not a state.
    let rows = ["update mh=a h=b", "update mh=b h=a"]
    let servers = ["1 s=102 h=a", "2 s=102 h=b"]
    #expect(plan(rows, servers) == ["update 1 h=b", "update 2 h=a"])
    #expect(plan(rows, ["1 s=102 h=b", "2 s=102 h=a"]) == ["update 2 h=b", "update 1 h=a"])
  }
}
