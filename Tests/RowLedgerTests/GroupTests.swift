// Groups: their spellings, their resolution, and which are open.

import PortGroupModel
import RowLedger
import Testing

@Suite struct GroupTests {
  let fixture: LedgerFixture

  init() throws { fixture = try LedgerFixture() }

  var ledger: Ledger { fixture.ledger }

  @Test func `each spelling of a group is listed once, with its first row and count`() async throws
  {
    var byID = LedgerFixture.row("c")
    byID.group = GroupReference(objectID: LedgerFixture.id(1), name: "SIP", integration: .sip)
    let run = try await fixture.stage(
      [
        LedgerFixture.row("a", group: "SCCP"), nil, LedgerFixture.row("b"), byID,
        LedgerFixture.row("d", group: "SCCP"),
      ], resolving: [])
    let references = try await ledger.groupReferences(of: run).all()
    #expect(
      references.map(\.reference) == [GroupReference(name: "SCCP"), .init(name: "SIP"), byID.group])
    #expect(references.map(\.first.line) == [2, 4, 5])
    #expect(references.map(\.rowCount) == [2, 1, 1])
  }

  @Test func `two spellings of one group give one batch in file order`() async throws {
    var byID = LedgerFixture.row("b")
    byID.group = GroupReference(objectID: LedgerFixture.id(1))
    let run = try await fixture.stage(
      [LedgerFixture.row("a"), byID, LedgerFixture.row("c")], resolving: [])
    for reference in try await ledger.groupReferences(of: run).all() {
      try await ledger.resolve([(reference.id, LedgerFixture.sip)], in: run)
    }
    let groups = try await ledger.groups(of: run).all()
    #expect(groups.map(\.group) == [LedgerFixture.sip])
    let rows = try await ledger.rows(of: groups[0].id)
    #expect(rows.map { $0.row.fields[.host] } == ["a", "b", "c"])
  }

  @Test func `all rows of a group that cannot be resolved become invalid, each with a reason`()
    async throws
  {
    let run = try await fixture.stage(
      [
        LedgerFixture.row("a", group: "Gone"), LedgerFixture.row("b"),
        LedgerFixture.row("c", group: "Gone"),
      ])
    let gone = try #require(
      try await ledger.groupReferences(of: run).all().first { $0.reference.name == "Gone" })
    let diagnostic = Diagnostic(
      .error, .groupUnknown, at: gone.first.place, "no such group", hint: "make it")
    #expect(try await ledger.refuse(gone.id, diagnostic) == 2)
    #expect(
      try await ledger.rows(of: run).all().map(\.state) == [.invalid, .pending(.staged), .invalid])
    let found = try await ledger.diagnostics(of: run).all()
    #expect(found.map(\.place.line) == [2, 4])
    #expect(found.map(\.message) == ["no such group", "no such group"])
    #expect(try await ledger.groupReferences(of: run).all().map(\.reference.name) == ["SIP"])
  }

  @Test func `open groups are read page by page, each once`() async throws {
    let groups = (1...40).map { LedgerFixture.group("G\($0 + 100)", $0, .sip) }
    let run = try await fixture.stage(
      groups.map { LedgerFixture.row("h", group: $0.displayName) }, resolving: groups)
    var found: [LedgerGroup] = []
    while case let page = try await ledger.openGroups(of: run, after: found.last?.group, limit: 7),
      !page.isEmpty
    {
      found += page
    }
    #expect(found.map(\.group) == groups)
  }

  @Test func `only groups with unfinished rows are open`() async throws {
    let batch = try await fixture.batch([
      LedgerFixture.row("a"), LedgerFixture.row("b"), nil, LedgerFixture.row("c", group: "SCCP"),
    ])
    func open() async throws -> [PortGroup] {
      try await ledger.openGroups(of: batch.run).map(\.group)
    }
    #expect(try await open() == [LedgerFixture.sccp, LedgerFixture.sip])
    try await ledger.record(
      [Outcome(row: batch.rows[0].id, state: .unchanged)], of: batch.group)
    #expect(try await open() == [LedgerFixture.sccp, LedgerFixture.sip])
    try await ledger.record([Outcome(row: batch.rows[1].id, state: .inDoubt)], of: batch.group)
    #expect(try await open() == [LedgerFixture.sccp, LedgerFixture.sip])
    try await ledger.record(
      [Outcome(row: batch.rows[1].id, state: .failed(.refused))], of: batch.group,
      owesReadBack: true)
    #expect(try await open() == [LedgerFixture.sccp, LedgerFixture.sip])
    try await ledger.record([], of: batch.group)
    #expect(try await open() == [LedgerFixture.sccp])
  }

  @Test func `a group whose rows are all invalid is not open`() async throws {
    let run = try await fixture.stage([
      LedgerFixture.row("a"), LedgerFixture.row("b", group: "SCCP"),
    ])
    let first = try await ledger.rows(of: run).all()[0]
    try await ledger.add([
      (first.id, Diagnostic(.error, .duplicateRow, at: first.place.place, "twice"))
    ])
    #expect(try await ledger.openGroups(of: run).map(\.group) == [LedgerFixture.sccp])
  }

  @Test func `a group's need for a reset is recorded`() async throws {
    let batch = try await fixture.batch([LedgerFixture.row("a")])
    #expect(try await ledger.groups(of: batch.run).all().map(\.group.needsReset) == [false])
    try await ledger.setNeedsReset(true, of: batch.group)
    #expect(try await ledger.groups(of: batch.run).all().map(\.group.needsReset) == [true])
  }
}
