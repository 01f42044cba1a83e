// Rows of one group that exclude each other.

import PortGroupModel
import RowLedger
import Testing

@Suite struct ClashTests {
  let fixture: LedgerFixture

  init() throws { fixture = try LedgerFixture() }

  var ledger: Ledger { fixture.ledger }

  /// Pairs of lines, first and later.
  private func duplicates(_ rows: [Row?]) async throws -> [[Int]] {
    try await ledger.duplicates(in: await fixture.stage(rows)).all()
      .map { [$0.first.line, $0.later.line] }
  }

  @Test func `rows with the same full key in one group are paired with the first row`() async throws
  {
    let pairs = try await duplicates([
      LedgerFixture.row("10.0.0.1", .create, [.port: "5060"]),
      LedgerFixture.row("10.0.0.2", .create, [.port: "5060"]),
      LedgerFixture.row("10.0.0.1", .delete, [.port: "05060"]),
      nil,
      LedgerFixture.row("10.0.0.1", .upsert, [.port: "5060", .precedence: "7"]),
    ])
    #expect(pairs == [[2, 4], [2, 6]])
  }

  @Test func `hosts compare in canonical form`() async throws {
    let pairs = try await duplicates([
      LedgerFixture.row("PBX.example."), LedgerFixture.row("pbx.EXAMPLE"),
      LedgerFixture.row("", .upsert, [.hostV6: "2001:db8:0::1"]),
      LedgerFixture.row("", .upsert, [.hostV6: "2001:DB8::1"]),
    ])
    #expect(pairs == [[2, 3], [4, 5]])
  }

  @Test func `another port, TLS port, service or group gives another key`() async throws {
    let pairs = try await duplicates([
      LedgerFixture.row("h", .create, [.port: "1"]), LedgerFixture.row("h", .create, [.port: "2"]),
      LedgerFixture.row("h", .create, [.port: "1", .tlsPort: "1"]),
      LedgerFixture.row("h", .create, [.port: "1", .service: "101"]),
      LedgerFixture.row("h", group: "SCCP", .create, [.port: "1"]),
      LedgerFixture.row("h", group: "Nowhere"), LedgerFixture.row("h", group: "Nowhere"),
    ])
    #expect(pairs == [])
  }

  @Test
  func
    `rows without a host are distinguished by id, and rows with only Match cells are not compared`()
    async throws
  {
    let id = LedgerFixture.id(9).text
    let pairs = try await duplicates([
      LedgerFixture.row("", .update, [.precedence: "1"], match: [.host: "a"]),
      LedgerFixture.row("", .update, [.precedence: "0"], match: [.host: "b"]),
      LedgerFixture.row("", .update, [.objectID: .text(id)]),
      LedgerFixture.row("", .update, [.objectID: .text(LedgerFixture.id(8).text)]),
      LedgerFixture.row("", .delete, [.objectID: .text(id)]),
      LedgerFixture.row("", .create), LedgerFixture.row("127.0.0.1", .create),
    ])
    #expect(pairs == [[4, 6], [7, 8]])
  }

  @Test func `an invalid row clashes with no other row`() async throws {
    let run = try await fixture.stage([LedgerFixture.row("a"), LedgerFixture.row("a")])
    let clash = try #require(try await ledger.duplicates(in: run).all().first)
    #expect(clash.group.group == LedgerFixture.sip)
    #expect(clash.fields[.host] == "a")
    try await ledger.add([
      (clash.later.row, Diagnostic(.error, .duplicateRow, at: clash.later.place, "twice"))
    ])
    #expect(try await ledger.duplicates(in: run).all() == [])
  }

  @Test func `a precedence that two rows of one service share is found, except for deletions`()
    async throws
  {
    let run = try await fixture.stage([
      LedgerFixture.row("a", .create, [.precedence: "1"]),
      LedgerFixture.row("b", .create, [.precedence: "2"]),
      LedgerFixture.row("c", .create, [.precedence: "1", .service: "101"]),
      LedgerFixture.row("d", .delete, [.precedence: "1"]),
      LedgerFixture.row("e", .create, [.precedence: "01"]),
      LedgerFixture.row("f", .create), LedgerFixture.row("g", .create),
      LedgerFixture.row("h", group: "SCCP", .create, [.precedence: "1"]),
    ])
    let found = try await ledger.sharedPrecedences(in: run).all()
    #expect(found.map { [$0.first.line, $0.later.line] } == [[2, 6]])
  }

  @Test func `groups over the limit are found with their first row and count`() async throws {
    let run = try await fixture.stage(
      [LedgerFixture.row("x", group: "SCCP")] + (1...3).map { LedgerFixture.row("h\($0)") })
    #expect(try await ledger.oversizedGroups(in: run, limit: 3).all().isEmpty)
    let found = try await ledger.oversizedGroups(in: run, limit: 2).all()
    #expect(found.map(\.group.group) == [LedgerFixture.sip])
    #expect(found.map(\.first.line) == [3])
    #expect(found.map(\.count) == [3])
  }

  // MARK: Prescan

  private func signs(_ rows: [Row?]) async throws -> Prescan {
    try await ledger.prescan(in: await fixture.stage(rows))
  }

  @Test func `the prescan finds nothing if nothing clashes`() async throws {
    let signs = try await signs([
      LedgerFixture.row("a", .create, [.port: "1", .precedence: "1"]), nil,
      LedgerFixture.row(
        "a", group: "SCCP", .create, [.service: "100", .port: "1", .precedence: "1"]),
      LedgerFixture.row("a", .create, [.port: "2", .precedence: "2"]),
      LedgerFixture.row("b", .create, [.service: "101", .precedence: "1"]),
      LedgerFixture.row("c", .delete, [.precedence: "1"]),
      LedgerFixture.row("", .update, [.precedence: "3"], match: [.host: "a"]),
      LedgerFixture.row("", .update, [.precedence: "4"], match: [.host: "b"]),
      LedgerFixture.row("h", group: "Nowhere"), LedgerFixture.row("h", group: "Nowhere"),
    ])
    #expect(signs == Prescan(largestGroup: 6), "nor of a row that does not fit its group")
  }

  @Test func `the prescan finds a full key and a precedence that occur twice in a group`()
    async throws
  {
    let keys = try await signs([
      LedgerFixture.row("PBX."), LedgerFixture.row("b"), LedgerFixture.row("pbx", .delete),
    ])
    #expect(keys == Prescan(duplicates: true, largestGroup: 3))
    let precedences = try await signs([
      LedgerFixture.row("a", .create, [.precedence: "1"]), LedgerFixture.row("b"),
      LedgerFixture.row("c", .create, [.precedence: "01"]),
    ])
    #expect(precedences == Prescan(sharedPrecedences: true, largestGroup: 3))
  }

  @Test func `the prescan compares rows of one group that name it differently`() async throws {
    var byID = LedgerFixture.row("a")
    byID.group = GroupReference(objectID: LedgerFixture.id(1))
    let run = try await fixture.stage(
      [LedgerFixture.row("a"), LedgerFixture.row("b"), byID], resolving: [])
    for reference in try await ledger.groupReferences(of: run).all() {
      try await ledger.resolve([(reference.id, LedgerFixture.sip)], in: run)
    }
    #expect(try await ledger.prescan(in: run) == Prescan(duplicates: true, largestGroup: 3))
  }

  @Test func `the prescan reports every check for a group that is too large`() async throws {
    let run = try await fixture.stage((1...4).map { LedgerFixture.row("h\($0)") })
    #expect(try await ledger.prescan(in: run, limit: 4) == Prescan(largestGroup: 4))
    #expect(
      try await ledger.prescan(in: run, limit: 3)
        == Prescan(duplicates: true, sharedPrecedences: true, largestGroup: 4))
  }

  @Test func `three equal rows are two pairs, also where each row is refused at once`() async throws
  {
    let run = try await fixture.stage([
      LedgerFixture.row("a"), LedgerFixture.row("b"), LedgerFixture.row("a"),
      LedgerFixture.row("a"),
    ])
    var pages = try await ledger.duplicates(in: run)
    var pairs: [[Int]] = []
    var firstPairs: [Bool] = []
    while case let page = try await pages.next(1), let clash = page.first {
      pairs.append([clash.first.row.number, clash.later.row.number])
      firstPairs.append(clash.isFirstPair)
      for place in [clash.first, clash.later] {
        try await ledger.add([
          (place.row, Diagnostic(.error, .duplicateRow, at: place.place, "twice"))
        ])
      }
    }
    #expect(pairs == [[1, 3], [1, 4]])
    #expect(firstPairs == [true, false])
    let states = try await ledger.rows(of: run).all().map(\.state)
    #expect(states == [.invalid, .pending(.staged), .invalid, .invalid])
  }

  @Test func `references come once each, also where their rows are refused page by page`()
    async throws
  {
    let run = try await fixture.stage(
      ["A", "B", "A", "C"].map { LedgerFixture.row("h", group: $0) }, resolving: [])
    var pages = try await ledger.groupReferences(of: run)
    var names: [String?] = []
    while case let page = try await pages.next(1), let found = page.first {
      names.append(found.reference.name)
      _ = try await ledger.refuse(
        found.id, Diagnostic(.error, .groupUnknown, at: found.first.place, "no such group"))
    }
    #expect(names == ["A", "B", "C"])
    #expect(try await ledger.books(of: run).invalid == 4)
  }
}
