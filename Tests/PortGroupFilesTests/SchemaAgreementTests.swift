// Tests that the schema and the row rules agree about thousands of random rows, except for the differences that are
// listed here, each with a row that shows it.

import BulkFiles
import Foundation
import PortGroupFiles
import PortGroupModel
import TestSupport
import Testing

/// The results of rules and schema for one row.
private struct RowResult {
  let rules: Set<DiagnosticCode>
  let isAsSchemaSays: Bool
}

/// Returns the results of rules and schema for each row of a document.
private func results(
  _ xml: String, allowed: Set<DiagnosticCode> = []
) throws(InputFailure) -> [RowResult] {
  var options = InputOptions(allowed: allowed)
  options.checksSchema = true
  let reader = try RowReader(ByteSource(name: "x", bytes: Array(xml.utf8)), options: options)
  var results: [RowResult] = []
  while let row = try reader.next() {
    let codes = row.diagnostics.filter { $0.severity == .error }.map(\.code)
    results.append(
      RowResult(rules: Set(codes).subtracting([.schema]), isAsSchemaSays: !codes.contains(.schema)))
  }
  return results
}

/// The rules about several fields of a row, which XSD 1.0 cannot express.
private let beyondSchema: Set<DiagnosticCode> = [
  .groupMissing, .serviceMissing, .rowUnidentified, .matchOnCreate, .pimgReadOnly, .skinnyNotSCCP,
]

@Suite struct SchemaAgreementTests {
  @Test(arguments: 0..<40)
  func `rules and schema accept the same rows`(seed: Int) throws {
    var maker = RowMaker(seed: UInt64(seed))
    let rows = (0..<100).map { _ in maker.row() }
    let found = try results(
      "<PortGroupServers>\n\(rows.joined(separator: "\n"))\n</PortGroupServers>")
    #expect(found.count == rows.count)
    for (row, result) in zip(rows, found) {
      let refused = result.rules.subtracting(beyondSchema)
      #expect(
        result.isAsSchemaSays == refused.isEmpty,
        "\(row)\nrules: \(refused.map(\.rawValue).sorted())")
    }
    // Both kinds of rows must be present.
    #expect(found.count(where: \.isAsSchemaSays) > 20)
    #expect(found.count { !$0.isAsSchemaSays } > 20)
  }

  /// Each row has one text of one column: no other mistake can hide it.
  @Test(arguments: Column.all)
  func `rules and schema agree about every text of a column`(_ column: Column) throws {
    var maker = RowMaker(seed: 1)
    for text in maker.texts(of: column) + (0..<200).map({ _ in maker.wildText(of: column) }) {
      let xml =
        "<PortGroupServer><\(column.name)>\(escaped(text))</\(column.name)></PortGroupServer>"
      let result = try #require(try results(xml).first)
      #expect(
        result.isAsSchemaSays == result.rules.subtracting(beyondSchema).isEmpty,
        "\(column.name): \(text)\nrules: \(result.rules.map(\.rawValue).sorted())")
    }
  }

  private static let whole =
    "<PortGroup>g</PortGroup><MediaRemoteServiceEnum>102</MediaRemoteServiceEnum>"

  /// Rows that the rules refuse and the schema accepts.
  static let onlyRules: [(why: String, xml: String, code: DiagnosticCode)] = [
    (
      "one of two elements is needed",
      "<MediaRemoteServiceEnum>102</MediaRemoteServiceEnum>", .groupMissing
    ),
    ("an element is needed for some operations", "<PortGroup>g</PortGroup>", .serviceMissing),
    (
      "one of several elements is needed for some operations",
      whole + "<Operation>delete</Operation>", .rowUnidentified
    ),
    (
      "an element is forbidden beside another one's value",
      whole + "<Operation>create</Operation><MatchPort>1</MatchPort>", .matchOnCreate
    ),
    (
      "a value is forbidden beside another one",
      "<PortGroup>g</PortGroup><MediaRemoteServiceEnum>104</MediaRemoteServiceEnum>"
        + "<Operation>delete</Operation><HostOrIPAddress>h</HostOrIPAddress>", .pimgReadOnly
    ),
    (
      "an element is forbidden beside another one's value, again",
      whole + "<TelephonyIntegrationMethodEnum>2</TelephonyIntegrationMethodEnum>"
        + "<SkinnyStateMachineEnum>10</SkinnyStateMachineEnum>", .skinnyNotSCCP
    ),
    (
      "a text is anything but some words",
      "<PortGroup>#REF!</PortGroup>", .spreadsheetError
    ),
  ]

  @Test(arguments: onlyRules)
  func `the rules refuse what XSD cannot express`(
    _ row: (why: String, xml: String, code: DiagnosticCode)
  ) throws {
    let result = try #require(
      try results("<PortGroupServer>\(row.xml)</PortGroupServer>").first)
    #expect(result.rules.contains(row.code), "\(row.why)")
    #expect(result.isAsSchemaSays, "\(row.why)")
  }

  @Test func `XSD does not count rows, and always allows a document to name a schema`() throws {
    let failure = #expect(throws: InputFailure.self) {
      try results("<PortGroupServers total='2'></PortGroupServers>")
    }
    #expect(failure?.diagnostics.map(\.code) == [.totalMismatch])
    let pointing =
      "<PortGroupServer xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' "
      + "xsi:noNamespaceSchemaLocation='x.xsd'>\(Self.whole)</PortGroupServer>"
    let result = try #require(try results(pointing).first)
    #expect(result.rules == [.elementUnknown])
    #expect(result.isAsSchemaSays)
  }

  /// Rows that the rules correct, ignore in part, or accept with an option; the schema refuses them.
  static let onlySchema: [(why: String, xml: String, allowed: Set<DiagnosticCode>)] = [
    ("names in any case", "<PortGroupServer>\(whole)<PORT>1</PORT></PortGroupServer>", []),
    ("plain words for names", "<PortGroupServer>\(whole)<Host>h</Host></PortGroupServer>", []),
    (
      "a namespace",
      "<PortGroupServer xmlns='urn:x'>\(whole)</PortGroupServer>", []
    ),
    (
      "an id that was broken over two lines",
      "<PortGroupServer>\(whole)<ObjectId>42ef5946-c5f2-\n4556-9897-6a4b6e116dfa</ObjectId>"
        + "</PortGroupServer>", []
    ),
    (
      "a service by its name",
      "<PortGroupServer><PortGroup>g</PortGroup><MediaRemoteServiceEnum>SIP Proxy</MediaRemoteServiceEnum>"
        + "</PortGroupServer>", []
    ),
    (
      "an id in braces",
      "<PortGroupServer>\(whole)<ObjectId>{42ef5946-c5f2-4556-9897-6a4b6e116dfa}</ObjectId>"
        + "</PortGroupServer>", []
    ),
    (
      "an error that is allowed",
      "<PortGroupServer>\(whole)<Port>10000</Port></PortGroupServer>", [.portOutOfRange]
    ),
  ]

  @Test(arguments: onlySchema)
  func `the schema is stricter than the rules`(
    _ row: (why: String, xml: String, allowed: Set<DiagnosticCode>)
  ) throws {
    let result = try #require(try results(row.xml, allowed: row.allowed).first)
    #expect(result.rules == [], "\(row.why)")
    #expect(!result.isAsSchemaSays, "\(row.why)")
  }

  @Test func `a violation has its place, and later rows are checked too`() throws {
    var options = InputOptions()
    options.checksSchema = true
    let xml = """
      <PortGroupServers total="3">
        <PortGroupServer>\(Self.whole)
          <Port>99999</Port>
        </PortGroupServer>
        <PortGroupServer>\(Self.whole)</PortGroupServer>
        <PortGroupServer>\(Self.whole)<Colour>red</Colour></PortGroupServer>
      </PortGroupServers>
      """
    for chunk in [1, 2, 7, 1 << 16] {
      let reader = try RowReader(
        ByteSource(name: "x.xml", bytes: Array(xml.utf8), chunk: chunk), options: options)
      var found: [String] = []
      while let row = try reader.next() {
        let schema = row.diagnostics.filter { $0.code == .schema }
        found += schema.map { "\($0.place.record) \($0.place.field) \($0.rendered)" }
        #expect((row.row == nil) == !schema.isEmpty)
      }
      #expect(
        found == [
          "1 Port x.xml:3:5: error[schema]: Element 'Port': '99999' is not a valid value of the union "
            + "type 'From0To9999'",
          "3 Colour x.xml:6:96: error[schema]: Element 'Colour': This element is not expected",
        ])
    }
  }

  @Test(arguments: [("x.csv", "a,b\n", "CSV"), ("x.json", "{}", "JSON")])
  func `the schema is refused for CSV and JSON`(_ name: String, text: String, format: String) {
    var options = InputOptions()
    options.checksSchema = true
    let failure = #expect(throws: InputFailure.self) {
      _ = try RowReader(ByteSource(name: name, bytes: Array(text.utf8)), options: options)
    }
    #expect(
      failure?.diagnostics.map(\.rendered) == [
        "\(name): error[schema]: the schema is for XML, and this is \(format)"
      ])
  }

  @Test func `the schema in templates is equal to the program's output`() throws {
    let path = "templates/portgroupservers.xsd"
    if Package.isRecording {
      try ServerSchema.text.write(
        toFile: Package.root + "/" + path, atomically: true, encoding: .utf8)
      Issue.record("\(path) was recorded again")
    }
    #expect(try Package.text(path) == ServerSchema.text)
  }

  @Test(arguments: [
    "samples/tftp-servers.xml", "samples/call-managers.xml", "samples/api-page/sip-proxy.xml",
    "samples/api-page/tftp.xml", "samples/api-page/call-manager.xml", "templates/sip-proxy.xml",
    "templates/tftp.xml", "templates/call-manager.xml", "templates/move-hosts.xml",
    "templates/delete.xml",
  ])
  func `samples and templates are valid against the schema`(_ path: String) throws {
    let found = try results(try Package.text(path))
    #expect(!found.isEmpty)
    #expect(found.allSatisfy { $0.isAsSchemaSays })
  }
}
