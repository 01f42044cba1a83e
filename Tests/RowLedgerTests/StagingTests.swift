// Staging: rows are written to the ledger and read back.

import PortGroupModel
import RowLedger
import Testing

@Suite struct StagingTests {
  let fixture: LedgerFixture

  init() throws { fixture = try LedgerFixture() }

  var ledger: Ledger { fixture.ledger }

  /// Texts that could break the text form of fields.
  static let hostile: [FieldValues] = [
    [:],
    [.service: "100", .host: "10.0.0.1", .hostV6: .empty, .port: "2000", .tlsPort: "2443"],
    [.uri: "a=b\\n=c\\\\", .groupURI: "line\nline\r\n\n"],
    [.uri: "\u{1E}\u{1E}=\0\u{1F600}", .groupURI: .empty, .precedence: "0"],
    [.uri: "\\", .groupURI: "\\s\\n\n", .objectID: "no id"],
  ]

  @Test(arguments: hostile)
  func `a row is read back as it was staged`(more: FieldValues) async throws {
    var row = LedgerFixture.row("pbx.example", .update, more, match: more)
    row.group = GroupReference(
      objectID: LedgerFixture.id(1), name: "SIP", integration: .sip)
    let batch = try await fixture.batch([row])
    #expect(batch.rows.map(\.row) == [row])
    #expect(batch.rows.map(\.state) == [.pending(.staged)])
    #expect(batch.rows.map(\.entry) == [nil])
  }

  @Test func `rows of several files keep their order, place and record`() async throws {
    let run = try await ledger.beginStaging(LedgerFixture.opening())
    for (name, count) in [("a.csv", 3), ("b.xml", 2)] {
      let file = try await ledger.addFile(name, to: run)
      for record in 1...count {
        let staged = StagedRow(
          file: file, record: record, line: record * 10, row: LedgerFixture.row("host"),
          raw: "\(name) \(record)")
        try await ledger.stage([staged], in: run)
      }
    }
    #expect(try await ledger.finishStaging(run) == 5)
    let rows = try await ledger.rows(of: run).all()
    #expect(rows.map(\.id.number) == [1, 2, 3, 4, 5])
    #expect(rows.map(\.place.file) == ["a.csv", "a.csv", "a.csv", "b.xml", "b.xml"])
    #expect(rows.map(\.place.line) == [10, 20, 30, 10, 20])
    #expect(rows.map(\.place.record) == [1, 2, 3, 1, 2])
    #expect(
      try await raw(rows)
        == ["a.csv 1", "a.csv 2", "a.csv 3", "b.xml 1", "b.xml 2"])
    #expect(rows[3].place.place == Place(file: "b.xml", line: 10, record: 1))
  }

  private func raw(_ rows: [RowReport]) async throws -> [String] {
    var records: [String] = []
    for row in rows { records.append(try await ledger.rawRecord(of: row.id)) }
    return records
  }

  @Test func `runs that are staged at the same time do not mix`() async throws {
    let first = try await ledger.beginStaging(LedgerFixture.opening())
    let second = try await ledger.beginStaging(LedgerFixture.opening())
    for run in [first, second] { _ = try await ledger.addFile("\(run)", to: run) }
    for number in 1...3 {
      for run in [first, second] {
        let staged = StagedRow(
          file: 0, record: number, line: 0, row: LedgerFixture.row("h"), raw: "\(run) \(number)")
        try await ledger.stage([staged], in: run)
      }
    }
    for run in [first, second] {
      let rows = try await ledger.rows(of: run).all()
      #expect(
        try await raw(rows) == (1...3).map { "\(run) \($0)" })
    }
  }

  @Test func `a record that was not understood is an invalid row with its diagnostics`()
    async throws
  {
    let run = try await ledger.beginStaging(LedgerFixture.opening())
    let file = try await ledger.addFile("a.csv", to: run)
    let place = Place(file: "a.csv", line: 7, column: 42, record: 6, field: "Port", value: "99999")
    let found = [
      Diagnostic(.error, .portOutOfRange, at: place, "Port is 99999", hint: "fix it"),
      Diagnostic(.warning, .hostMissing, at: Place(file: "a.csv", line: 7), "no host"),
    ]
    let heading = Diagnostic(.note, .headingUnknown, at: Place(file: "a.csv", line: 1), "odd")
    try await ledger.stage(
      [
        StagedRow(file: file, record: 5, line: 6, row: LedgerFixture.row("a"), raw: "a"),
        StagedRow(file: file, record: 6, line: 7, row: nil, diagnostics: found, raw: "x,99999"),
      ], in: run)
    try await ledger.add([heading], to: run)
    _ = try await ledger.finishStaging(run)
    let invalid = try await ledger.rows(of: run, states: ["invalid"]).all()
    #expect(invalid.map(\.state) == [.invalid])
    #expect(invalid.map(\.row) == [nil])
    #expect(invalid.map(\.place.line) == [7])
    #expect(try await ledger.diagnostics(of: invalid[0].id) == found)
    #expect(try await ledger.diagnostics(of: run).all() == [heading] + found)
  }

  @Test func `an error makes a row invalid, a warning does not`() async throws {
    let run = try await fixture.stage([LedgerFixture.row("a"), LedgerFixture.row("b")])
    let rows = try await ledger.rows(of: run).all()
    try await ledger.add([
      (rows[0].id, Diagnostic(.warning, .serviceUnusual, at: rows[0].place.place, "odd")),
      (rows[1].id, Diagnostic(.error, .duplicateRow, at: rows[1].place.place, "twice")),
    ])
    #expect(try await ledger.rows(of: run).all().map(\.state) == [.pending(.staged), .invalid])
    #expect(try await ledger.diagnostics(of: rows[0].id).map(\.code) == [.serviceUnusual])
    let group = try #require(try await ledger.openGroups(of: run).first)
    #expect(try await ledger.rows(of: group.id).map(\.id) == [rows[0].id])
  }

  @Test func `a row of an unknown run is not staged`() async throws {
    let run = try #require(RunID("20261123T191502Z-ab3f"))
    let error = await #expect(throws: LedgerError.self) { try await ledger.stage([], in: run) }
    #expect(error?.kind == .unknown)
  }
}
