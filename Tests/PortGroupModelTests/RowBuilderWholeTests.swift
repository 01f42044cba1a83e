// The whole row: what each operation needs, null values, and several mistakes in one row.

import PortGroupModel
import Testing

@Suite struct RowBuilderWholeTests {
  private static let group = GivenCell(.portGroup, "lab")
  private static let service = GivenCell(.field(.service), "102")
  private static let host = GivenCell(.field(.host), "10.1.1.1")
  private static let hostV6 = GivenCell(.field(.hostV6), "::1")
  private static let port = GivenCell(.field(.port), "5060")
  private static let id = GivenCell(.field(.objectID), "00000000-0000-0000-0000-000000000001")
  private static let match = GivenCell(.match(.host), "10.1.1.2")

  private static let groupMissing = """
    f.csv:2: error[group-missing]: the row names no port group
        hint: fill MediaPortGroupObjectId or PortGroup; below merged cells, write the name into each row
    """
  private static let hostMissing = """
    f.csv:2: warning[host-missing]: the row gives no host; the server will store 127.0.0.1
        hint: fill HostOrIPAddress or HostOrIPAddressV6
    """

  private static func serviceMissing(_ operation: String) -> String {
    """
    f.csv:2: error[service-missing]: \(operation) needs MediaRemoteServiceEnum, and the row has none
        hint: 100 is a call manager, 101 a TFTP server, 102 a SIP proxy
    """
  }

  private static func unidentified(_ operation: String) -> String {
    """
    f.csv:2: error[row-unidentified]: the row does not identify the server to \(operation)
        hint: fill ObjectId, or a Match column, or MediaRemoteServiceEnum and HostOrIPAddress
    """
  }

  private static func matchOnCreate(_ column: Int) -> String {
    """
    f.csv:2:\(column): error[match-on-create]: a row to create cannot have a Match value
        hint: use update to change the server that matches, or leave the Match cells empty
    """
  }

  @Test(
    arguments: [
      (Operation.create, [service, host], []), (.create, [service, hostV6, id], []),
      (.create, [service], [hostMissing]), (.create, [service, id], [hostMissing]),
      (.create, [host], [serviceMissing("create")]),
      (.create, [host, id], [serviceMissing("create")]),
      (.create, [], [serviceMissing("create"), hostMissing]),
      (.create, [service, host, match], [matchOnCreate(4)]),
      (.create, [service, match], [matchOnCreate(3)]),
      (.update, [service, host], []), (.update, [id], []), (.update, [match, host], []),
      (.update, [host], [serviceMissing("update")]), (.update, [service], [unidentified("update")]),
      (.update, [], [unidentified("update")]), (.update, [port], [unidentified("update")]),
      (.upsert, [service, host], []), (.upsert, [id, port], []), (.upsert, [match, host], []),
      (.upsert, [host], [serviceMissing("upsert")]), (.upsert, [service], [hostMissing]),
      (.upsert, [], [serviceMissing("upsert"), hostMissing]),
      (.delete, [service, host], []), (.delete, [service, hostV6], []), (.delete, [id], []),
      (.delete, [match], []), (.delete, [host], [serviceMissing("delete")]),
      (.delete, [service], [unidentified("delete")]), (.delete, [], [unidentified("delete")]),
    ] as [(Operation, [GivenCell], [String])])
  func `each operation needs its cells`(
    operation: Operation, cells: [GivenCell], expected: [String]
  ) {
    let isRow = expected.allSatisfy { $0.contains("warning") }
    // By the default operation, and by a cell of the row.
    let byFallback = built([Self.group] + cells, fallback: operation)
    let byCell = built(
      [Self.group] + cells + [.init(.operation, operation.rawValue.uppercased())],
      fallback: operation == .delete ? .create : .delete)
    #expect(byFallback.texts == expected)
    #expect(byCell.texts == expected)
    #expect((byFallback.row != nil) == isRow)
    #expect(byCell.row?.operation == (isRow ? operation : nil))
  }

  @Test(arguments: [
    [service, host], [service, host, .init(.portGroup)],
    [service, host, .init(.field(.groupObjectID))],
  ])
  func `a row needs a group`(cells: [GivenCell]) {
    #expect(built(cells).texts == [Self.groupMissing])
  }

  @Test func `the group is separate from the fields, with its id, name and integration`() throws {
    let id = "00000000-0000-0000-0000-00000000000A"
    let (row, texts) = built([
      Self.service, Self.host, .init(.field(.groupObjectID), id), .init(.portGroup, " Sales "),
      .init(.integrationMethod, " 2"), .init(.field(.uri), "/vmrest/x"),
      .init(.field(.groupURI), "/vmrest/y"), .init(.ignored, "anything"),
    ])
    #expect(texts == [])
    #expect(
      row?.group == GroupReference(objectID: ObjectID(id), name: " Sales ", integration: .sip))
    #expect(row?.fields == [.service: "102", .host: "10.1.1.1"])
    #expect(row?.match == [:])
  }

  @Test(arguments: [
    (Operation.create, "created"), (.update, "updated"), (.delete, "deleted"),
  ])
  func `a PIMG unit can only be compared`(operation: Operation, done: String) {
    let cells = [Self.group, GivenCell(.field(.service), "104"), Self.host]
    #expect(
      built(cells, fallback: operation).texts == [
        """
        f.csv:2:2: error[pimg-read-only]: a PIMG unit (service 104) cannot be \(done) over the API
            hint: change it on the port group's page of the web administration
        """
      ])
    #expect(built(cells, fallback: .upsert).texts == [])
  }

  @Test(arguments: [("2", "SIP"), ("3", "PIMG")])
  func `a skinny state machine is for SCCP only`(integration: String, name: String) {
    let cells = [
      Self.group, Self.service, Self.host, .init(.field(.skinnyStateMachine), "10"),
      .init(.integrationMethod, integration),
    ]
    let text = """
      f.csv:2:4: error[skinny-not-sccp]: SkinnyStateMachineEnum is for SCCP groups only, \
      and the group is \(name)
          hint: leave it out
      """
    #expect(built(cells).texts == [text])
    let allowed = built(cells, allowed: [.skinnyNotSCCP])
    #expect(
      allowed.texts == [
        text.split(separator: "\n")[0].description.replacing("error[", with: "warning[")
      ])
    #expect(allowed.row?.fields[.skinnyStateMachine].text == "10")
  }

  // MARK: Null values

  @Test func `a host can be emptied, which is different from unchanged`() {
    let (row, texts) = built([
      Self.group, Self.service, .init(.field(.host)), Self.hostV6, .init(.match(.hostV6)),
    ])
    #expect(texts == [])
    #expect(row?.fields == [.service: "102", .host: .empty, .hostV6: "::1"])
    #expect(row?.match == [.hostV6: .empty])
  }

  @Test func `a row with two emptied hosts has no host`() {
    let (row, texts) = built([
      Self.group, Self.service, .init(.field(.host)), .init(.field(.hostV6)),
    ])
    #expect(texts == [Self.hostMissing])
    #expect(row?.fields[.hostV6] == .empty)
  }

  @Test func `an emptied id, address, operation or integration is absent`() {
    let (row, texts) = built([
      Self.group, Self.service, Self.host, .init(.field(.objectID)), .init(.field(.uri)),
      .init(.field(.groupURI)), .init(.operation), .init(.integrationMethod), .init(.ignored),
    ])
    #expect(texts == [])
    #expect(row?.operation == .upsert)
    #expect(row?.objectID == nil)
    #expect(row?.group.integration == nil)
  }

  @Test(arguments: Field.allCases)
  func `an emptied field is a value to compare, except for ids and addresses`(field: Field) {
    let base = [Self.group, Self.service, Self.host, Self.port, .init(.operation, "update")]
    let (row, texts) = built(
      base.filter { $0.column != .field(field) }
        + [.init(.field(field)), .init(.match(.precedence))])
    #expect(texts == [])
    #expect(row?.match == [.precedence: .empty])
    switch field.rule.kind {
    case .objectID, .uri: #expect(row?.fields[field] == .absent)
    case .host, .hostV6, .integer, .enumeration: #expect(row?.fields[field] == .empty)
    }
  }

  @Test func `a row that does not name its server needs a service that is not emptied`() {
    let (row, texts) = built([Self.group, .init(.field(.service)), Self.host])
    #expect(row == nil)
    #expect(texts.count == 1 && texts[0].contains("service-missing"))
  }

  // MARK: Several mistakes

  @Test func `all mistakes of a row are reported, each once`() {
    let (row, texts) = built(
      [
        .init(.field(.service), "SIP"), .init(.field(.host), "sip_1"),
        .init(.field(.hostV6), "10.1.1.1"), .init(.field(.port), "x"),
        .init(.field(.tlsPort), "99999"), .init(.field(.precedence), "-1"),
        .init(.field(.skinnyStateMachine), "1"), .init(.field(.objectID), "1"),
        .init(.field(.groupObjectID), "2"), .init(.integrationMethod, "4"),
        .init(.operation, "add"), .init(.match(.port), "y"),
      ])
    #expect(row == nil)
    #expect(
      texts.map { $0.prefix { $0 != "]" } } == [
        "f.csv:2:1: error[service-unknown", "f.csv:2:2: error[host-syntax",
        "f.csv:2:3: error[host-syntax", "f.csv:2:4: error[port-not-a-number",
        "f.csv:2:5: error[port-out-of-range", "f.csv:2:6: error[precedence-not-a-number",
        "f.csv:2:7: error[skinny-unknown", "f.csv:2:8: error[guid-syntax",
        "f.csv:2:9: error[guid-syntax", "f.csv:2:10: error[integration-unknown",
        "f.csv:2:11: error[operation-unknown", "f.csv:2:12: error[port-not-a-number",
      ])
  }

  @Test(
    arguments: [
      // A missing cell is reported together with an unrelated wrong cell.
      (
        Operation.create, [group, .init(.field(.host), "a_b")], ["host-syntax", "service-missing"]
      ),
      (
        .create, [.init(.field(.port), "x")],
        ["port-not-a-number", "group-missing", "service-missing", "host-missing"]
      ),
      (.update, [group, .init(.field(.host), "a_b")], ["host-syntax", "service-missing"]),
      (
        .delete, [.init(.field(.service), "1")],
        ["service-unknown", "group-missing", "row-unidentified"]
      ),
      (
        .create, [group, service, .init(.match(.port), "x")],
        ["port-not-a-number", "match-on-create"]
      ),
      (
        .create, [.init(.field(.service), "104"), match],
        ["group-missing", "match-on-create", "pimg-read-only"]
      ),
      // A wrong cell is not also reported as missing.
      (.create, [group, .init(.field(.service), "1"), host], ["service-unknown"]),
      (.create, [group, service, .init(.field(.host), "a_b")], ["host-syntax"]),
      (.create, [group, service, .init(.field(.hostV6), "a_b")], ["host-syntax"]),
      (.create, [group, .init(.field(.service)), host], ["service-missing"]),
      (.update, [group, .init(.field(.objectID), "x")], ["guid-syntax"]),
      (.update, [group, .init(.match(.host), "a_b")], ["host-syntax"]),
      (.upsert, [.init(.field(.groupObjectID), "x"), service, host], ["guid-syntax"]),
      // What a row needs depends on its operation: with an unknown operation it is not checked.
      (.create, [group, .init(.operation, "x")], ["operation-unknown"]),
      (
        .create, [group, .init(.field(.service), "104"), host, .init(.operation, "x")],
        ["operation-unknown"]
      ),
    ] as [(Operation, [GivenCell], [String])])
  func `wrong and missing cells are reported together, each once`(
    operation: Operation, cells: [GivenCell], codes: [String]
  ) {
    let (row, texts) = built(cells, fallback: operation)
    #expect(row == nil)
    #expect(
      texts.map { $0.split(separator: "[")[1].split(separator: "]")[0] } == codes.map { $0[...] })
  }
}
