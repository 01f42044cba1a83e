// Input that is invalid for this target: all errors are reported, and nothing is sent.

import CommandLineTool
import PortGroupModel
import RowLedger
import Testing

@testable import BatchEngine

@Suite struct InvalidInputTests {
  /// Invalid rows and one valid row.
  struct Bad: Sendable, CustomTestStringConvertible {
    let code: DiagnosticCode
    let rows: [Row]

    init(_ code: DiagnosticCode, _ rows: [Row]) {
      self.code = code
      self.rows = rows
    }

    var testDescription: String { code.rawValue }
  }

  private static let sameNames = [
    EngineRig.group(7, "Twin", .sip), EngineRig.group(8, "Twin", .sip),
  ]
  private static let groups = [EngineRig.sip, EngineRig.sccp, EngineRig.pimg] + sameNames

  private static func inGroup(_ group: GroupReference) -> [Row] {
    var asked = row(.create, host: "10.0.0.1")
    asked.group = group
    return [asked]
  }

  static let cases = [
    Bad(.groupUnknown, inGroup(GroupReference(name: "SIPP"))),
    Bad(.groupUnknown, inGroup(GroupReference(objectID: EngineRig.id(77)))),
    Bad(.groupAmbiguous, inGroup(GroupReference(name: "Twin"))),
    Bad(.groupConflict, inGroup(GroupReference(objectID: EngineRig.id(1), name: "SCCP"))),
    Bad(
      .duplicateRow,
      [
        row(.create, host: "sip.example.net", port: 5060),
        row(.upsert, host: "SIP.example.net.", port: 5060),
      ]),
    Bad(.pimgReadOnly, [row(.create, in: EngineRig.pimg, service: 104, host: "10.2.0.1")]),
    Bad(.pimgReadOnly, [row(.update, in: EngineRig.pimg, service: 104, host: "10.2.0.1")]),
    Bad(.pimgReadOnly, [row(.delete, in: EngineRig.pimg, service: 104, host: "10.2.0.1")]),
  ]

  private static let good = row(.create, host: "10.0.0.9")

  @Test(arguments: cases)
  func `invalid rows stop the whole run before anything is sent`(bad: Bad) async throws {
    let (rig, server) = try EngineRig.withFaultyServer(groups: Self.groups)

    let result = await rig.run([Self.good] + bad.rows)

    #expect(
      try await rig.states(result) == ["pending:staged"] + bad.rows.map { _ in "invalid" })
    #expect(server.log == ["login", "groups"])
    #expect(result.status == .inputInvalid)
    #expect(rig.events.diagnostics.map(\.code) == bad.rows.map { _ in bad.code })
    #expect(rig.events.diagnostics.map(\.place.line) == bad.rows.indices.map { $0 + 3 })
    let id = try #require(result.run)
    #expect(
      try await rig.ledger.diagnostics(of: id).all().map(\.code) == bad.rows.map { _ in bad.code })
    let run = try await rig.ledger.run(id)
    let reason =
      bad.rows.count == 1 ? "1 row is invalid" : "\(bad.rows.count) rows are invalid"
    #expect(run.ending == RunEnding(.refused, reason: reason))
    #expect(run.exitCode == 4)
  }

  @Test(arguments: cases)
  func `if invalid rows are skipped, the valid ones are sent`(bad: Bad) async throws {
    var (rig, server) = try EngineRig.withFaultyServer(groups: Self.groups)
    rig.options.skipInvalid = true
    rig.options.maxDelete = 1

    let result = await rig.run([Self.good] + bad.rows)

    #expect(try await rig.states(result) == ["created"] + bad.rows.map { _ in "invalid" })
    #expect(server.writes == 1)
    #expect(result.status == .inputInvalid)
    #expect(result.stop == nil)
  }

  @Test func `a failed row is more severe than skipped invalid ones`() async throws {
    var rig = try EngineRig()
    rig.options.skipInvalid = true
    let result = await rig.run(
      [row(.update, host: "10.0.0.9")] + Self.inGroup(GroupReference(name: "Nowhere")))
    #expect(try await rig.states(result) == ["failed:no-match", "invalid"])
    #expect(result.status == .rowsFailed)
  }

  @Test func `all errors are reported together`() async throws {
    let (rig, _) = try EngineRig.withFaultyServer(groups: Self.groups)
    let result = await rig.run(Self.cases.flatMap(\.rows).dropLast(2))
    #expect(
      rig.events.diagnostics.map(\.code) == [
        .groupUnknown, .groupUnknown, .groupAmbiguous, .groupConflict, .pimgReadOnly,
        .duplicateRow, .duplicateRow,
      ])
    #expect(result.books?.invalid == 7)
  }

  @Test func `many rows of one unknown group are reported in one sentence`() async throws {
    let rig = try EngineRig()
    let rows = (1...3).flatMap { number in
      Self.inGroup(GroupReference(name: "SIPP")).map { row in
        var row = row
        row.fields[.host] = .text("10.0.0.\(number)")
        return row
      }
    }
    let result = await rig.run(rows)
    #expect(result.books?.invalid == 3)
    #expect(
      rig.events.diagnostics.map(\.rendered) == [
        """
        rows.csv:2: error[group-unknown]: the target has no port group "SIPP" (3 rows name it so)
            hint: did you mean "SIP"? names must be exact
        """
      ])
  }

  @Test func `two rows that mean one server are both reported, with the place of the other`()
    async throws
  {
    let rig = try EngineRig()
    _ = await rig.run([row(.create, host: "10.0.0.1"), row(.create, host: "10.0.0.1")])
    #expect(
      rig.events.diagnostics.map(\.rendered) == [
        """
        rows.csv:2: error[duplicate-row]: the row means the same server of group "SIP" as the row \
        at rows.csv:3: SIP proxy 10.0.0.1
            hint: keep one of the two rows
        """,
        """
        rows.csv:3: error[duplicate-row]: the row means the same server of group "SIP" as the row \
        at rows.csv:2: SIP proxy 10.0.0.1
            hint: keep one of the two rows
        """,
      ])
  }

  @Test func `three rows that mean one server are each reported once`() async throws {
    let rig = try EngineRig()
    let result = await rig.run((1...3).map { _ in row(.create, host: "10.0.0.1") })
    #expect(result.books?.invalid == 3)
    #expect(rig.events.diagnostics.map(\.place.line).sorted() == [2, 3, 4])
  }

  @Test func `one host in two groups is not a duplicate`() async throws {
    let rig = try EngineRig()
    let result = await rig.run([
      row(.create, host: "10.0.0.1"), row(.create, in: EngineRig.sccp, host: "10.0.0.1"),
    ])
    #expect(result.books?.created == 2)
  }

  @Test func `a shared precedence is a warning, and both rows are sent`() async throws {
    let rig = try EngineRig()
    let result = await rig.run([
      row(.create, host: "10.0.0.1", precedence: 3), row(.create, host: "10.0.0.2", precedence: 3),
      row(.create, service: 101, host: "10.0.0.3", precedence: 3),
    ])
    #expect(result.books?.created == 3)
    #expect(result.status == .success)
    #expect(
      rig.events.diagnostics.map(\.rendered) == [
        """
        rows.csv:3: warning[precedence-shared]: precedence 3 is that of another SIP proxy of group \
        "SIP", at rows.csv:2
            hint: give each server of a service its own precedence
        """
      ])
  }

  @Test func `a PIMG group is compared and never written`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    try rig.add(71, to: EngineRig.pimg, service: 104, host: "10.2.0.1")
    let result = await rig.run([
      row(.upsert, in: EngineRig.pimg, service: 104, host: "10.2.0.1", port: 5060),
      row(.upsert, in: EngineRig.pimg, service: 104, host: "10.2.0.2"),
    ])
    #expect(try await rig.states(result) == ["unchanged", "failed:pimg-read-only"])
    let differing = await rig.run([
      row(.upsert, in: EngineRig.pimg, service: 104, host: "10.2.0.1", precedence: 5)
    ])
    #expect(try await rig.states(differing) == ["failed:pimg-read-only"])
    #expect(server.writes == 0)
  }

  @Test func `a group with too many rows is invalid as a whole`() async throws {
    var (rig, server) = try EngineRig.withFaultyServer()
    rig.options.skipInvalid = true
    let many = (0...10_001).map { number in
      row(.create, host: "10.\(number / 62_500).\(number / 250 % 250).\(number % 250 + 1)")
    }
    let result = await rig.run(
      many + [row(.create, in: EngineRig.sccp, service: 100, host: "10.1.0.1")])
    #expect(result.books?.invalid == 10_002)
    #expect(result.books?.created == 1)
    #expect(server.count("list 1") == 0)
    #expect(
      rig.events.diagnostics.map(\.rendered) == [
        """
        rows.csv:2: error[group-too-large]: group "SIP" has 10002 rows; at most 10000 can be done \
        in one run
            hint: split the file
        """
      ])
  }

  @Test func `an import with nothing to do is not an error`() async throws {
    let rig = try EngineRig()
    let result = await rig.run([])
    #expect(result.status == .success)
    #expect(result.books?.read == 0)
  }
}
