// Tests of exports: their bytes, and that they are read back as the same servers.

import BulkFiles
import Foundation
import PortGroupFiles
import PortGroupModel
import TestSupport
import Testing

@Suite struct ServerFileWriterTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private let servers: [(PortGroupServer, PortGroup)] = {
    guard let group = ObjectID("42ef5946-c5f2-4556-9897-6a4b6e116dfa"),
      let first = ObjectID("e3e412c3-16fc-4922-b863-c2e365c08350"),
      let second = ObjectID("a05577f7-9769-4216-96d2-f9ea2f1721f7")
    else { return [] }
    let sip = PortGroup(objectID: group, displayName: "A, \"B\" & <C>", integration: .sip)
    return [
      (
        PortGroupServer(
          objectID: first,
          fields: [
            .service: "102", .host: "10.76.214.56", .hostV6: .empty, .port: "5060",
            .tlsPort: "5061", .precedence: "0", .groupObjectID: .text(group.text),
            .uri: "/vmrest/portgroups/x/portgroupservers/y", .groupURI: "/vmrest/portgroups/x",
          ]), sip
      ),
      (
        PortGroupServer(
          objectID: second,
          fields: [
            .service: "101", .host: "tftp.lab.example", .port: .empty, .precedence: "1",
            .groupObjectID: .text(group.text),
          ]), sip
      ),
    ]
  }()

  private func export(_ format: BulkFormat, to name: String) throws -> String {
    let path = folder.path(name)
    let writer = try ServerFileWriter(path: path, format: format, total: servers.count)
    for (server, group) in servers { try writer.write(server, in: group) }
    try writer.finish()
    return path
  }

  @Test func `CSV has every column, and a word for a field that is empty or not shown`() throws {
    _ = try export(.csv, to: "x.csv")
    #expect(
      try folder.read("x.csv") == """
        PortGroup,TelephonyIntegrationMethodEnum,MediaRemoteServiceEnum,HostOrIPAddress,\
        HostOrIPAddressV6,Port,TlsPort,Precedence,SkinnyStateMachineEnum,ObjectId,\
        MediaPortGroupObjectId,URI,PortGroupURI
        "A, ""B"" & <C>",2,102,10.76.214.56,%null%,5060,5061,0,%null%,\
        e3e412c3-16fc-4922-b863-c2e365c08350,42ef5946-c5f2-4556-9897-6a4b6e116dfa,\
        /vmrest/portgroups/x/portgroupservers/y,/vmrest/portgroups/x
        "A, ""B"" & <C>",2,101,tftp.lab.example,%null%,%null%,%null%,1,%null%,\
        a05577f7-9769-4216-96d2-f9ea2f1721f7,42ef5946-c5f2-4556-9897-6a4b6e116dfa,%null%,%null%

        """)
  }

  @Test
  func `cells that begin like formulas are unchanged and counted, and the first is reported`()
    throws
  {
    let writer = try ServerFileWriter(path: folder.path("x.csv"), format: .csv, total: 3)
    let other = try ServerFileWriter(path: folder.path("x.xml"), format: .xml, total: 3)
    let (server, group) = try #require(servers.first)
    for name in ["Berlin", "=HYPERLINK(\"x\")", "+49 30", "a=b", "\u{301}=x"] {
      var named = group
      named.displayName = name
      try writer.write(server, in: named)
      try other.write(server, in: named)
    }
    #expect(
      writer.formulas.sentence
        == "2 cells begin like a formula (=, +, -, @), the first in record 2, column PortGroup. Nothing was "
        + "changed, so that the file imports again: in a spreadsheet, load its columns as text.")
    #expect(other.formulas.sentence == nil)
    try writer.finish()
    #expect(try folder.read("x.csv").contains("\n\"=HYPERLINK(\"\"x\"\")\",2,102,"))
  }

  @Test(arguments: [
    ("=1+1", "'=1+1"), ("+1", "'+1"), ("-x", "'-x"), ("@SUM", "'@SUM"), ("\tx", "'\tx"),
    ("\r=x", "'\r=x"),
    ("=\u{301}", "'=\u{301}"), ("a=1", "a=1"), ("'=1", "'=1"), (" =1", " =1"), ("", ""),
    ("5060", "5060"),
  ])
  func `an apostrophe prevents a spreadsheet from executing a cell`(text: String, cell: String) {
    #expect(text.defusedForSpreadsheets.unicodeScalars.elementsEqual(cell.unicodeScalars))
  }

  @Test func `XML and JSON have the shape of the API's list`() throws {
    _ = try export(.xml, to: "x.xml")
    let xml = try folder.read("x.xml")
    #expect(
      xml.hasPrefix(
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <PortGroupServers total="2">
          <PortGroupServer>
            <PortGroup>A, &quot;B&quot; &amp; &lt;C&gt;</PortGroup>
        """))
    #expect(xml.contains("    <HostOrIPAddressV6/>\n    <Port>5060</Port>\n"))
    #expect(xml.contains("    <Port/>\n    <TlsPort/>\n"))
    _ = try export(.json, to: "x.json")
    let json = try folder.read("x.json")
    #expect(
      json.hasPrefix(
        """
        {
          "@total": "2",
          "PortGroupServer": [
            {
              "PortGroup": "A, \\"B\\" & <C>",
              "TelephonyIntegrationMethodEnum": "2",
        """))
    #expect(json.contains(#""HostOrIPAddressV6": "","#))
    #expect(json.contains(#""Port": "","#))
  }

  @Test(arguments: BulkFormat.allCases, ["", ".gz"])
  func `an export is read back as rows of the same servers`(
    _ format: BulkFormat, packed: String
  ) throws {
    let path = try export(format, to: "x." + format.rawValue + packed)
    let reader = try RowReader(path: path, options: InputOptions())
    var rows: [Row?] = []
    while let row = try reader.next() {
      #expect(row.diagnostics == [])
      rows.append(row.row)
    }
    let expected = servers.map { server, group in
      var fields = server.fields
      for field in Field.allCases where fields[field] == .absent { fields[field] = .empty }
      for field in [Field.groupObjectID, .uri, .groupURI] { fields[field] = .absent }
      return Row(
        operation: .upsert,
        group: GroupReference(
          objectID: group.objectID, name: group.displayName, integration: group.integration),
        fields: fields)
    }
    #expect(rows == expected)
    #expect(reader.notes == [])
  }
}
