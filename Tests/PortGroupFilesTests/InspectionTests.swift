// Tests of `inspect`: the whole result, and the records of other files.

import BulkFiles
import PortGroupFiles
import PortGroupModel
import TestSupport
import Testing

@Suite struct InspectionTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func file(_ name: String, _ text: String) throws -> String {
    let path = folder.path + "/" + name
    let output = try OutputFile(path: path)
    try output.write(Array(text.utf8))
    try output.finish()
    return path
  }

  @Test func `an inspection shows how a file is read`() throws {
    let path = try file(
      "x.csv.gz",
      "\u{FEFF}Port Group;Service;Colour;Junk;\r\ng;102;red;;\r\n\r\nh;101\r\nk;100;;;\r\n")
    let found = try FileInspection(path: path, options: InputOptions(), sampled: 1)
    #expect(found.format == .csv)
    #expect(found.isCompressed)
    #expect(
      found.dialect
        == TextDialect(
          hasByteOrderMark: true, lineEnd: .crlf, delimiter: .semicolon, trailingFields: 1))
    #expect(found.headings.map(\.name) == ["Port Group", "Service", "Colour", "Junk"])
    #expect(found.headings.map(\.column) == [.portGroup, .field(.service), nil, .ignored])
    #expect(found.records == 2)
    #expect(found.invalid == 1)
    #expect(found.blankLines == 1)
    #expect(found.faults.map(\.code) == [.raggedRow])
    #expect(found.sample.map { $0.map(\.text) } == [["g", "102", "red", ""]])
  }

  @Test func `an inspection of a damaged file shows what could be read`() throws {
    let path = try file(
      "x.xml", "<PortGroupServers total='3'><PortGroupServer><Port>1</Port></PortGroupServer><x")
    let found = try FileInspection(path: path, options: InputOptions())
    #expect(found.records == 1)
    #expect(found.declaredTotal == "3")
    #expect(found.faults.map(\.code) == [.malformedXML])
    #expect(found.headings.contains { $0.name == "Port" })
  }

  @Test(arguments: [
    (
      "x.xml",
      "<PortGroupServers total='1'><PortGroupServer><Port>1</Port><Colour>red</Colour></PortGroupServer></PortGroupServers>"
    ),
    ("x.json", #"{"@total":"1","PortGroupServer":[{"Port":"1","Colour":"red"}]}"#),
  ])
  func `the names of the list and the record are not headings`(name: String, text: String) throws {
    let found = try FileInspection(path: try file(name, text), options: InputOptions())
    #expect(found.headings.map(\.name) == ["Port", "Colour"])
    #expect(found.headings.map(\.column) == [.field(.port), nil])
  }

  private func dump(_ name: String, _ text: String) throws(InputFailure) -> [[String]] {
    var records: [[String]] = []
    let path = (try? file(name, text)) ?? ""
    try RecordDump.run(path: path, options: InputOptions()) { records.append($0) }
    return records
  }

  @Test func `all records of any CSV file are returned, beginning with the heading line`() throws {
    #expect(try dump("a.csv", "x,x,\n1,\"2\n\",\n") == [["x", "x", ""], ["1", "2\n", ""]])
    #expect(try dump("b.csv", "only") == [["only"]])
  }

  @Test(arguments: [
    ("a.json", "[1,{\"a\":null}]"), ("b.json", "\u{FEFF}true"), ("c.xml", "<a><b/>x</a>"),
    ("d.jsonl", "1\n2\n"),
  ])
  func `a well-formed document with any content is accepted`(_ name: String, text: String) throws {
    #expect(try dump(name, text).isEmpty)
  }

  @Test(arguments: [
    ("a.json", "[1,]", "1:4 malformed-json"), ("b.json", "1 2", "1:3 malformed-json"),
    ("c.xml", "<a><b></a>", "1:11 malformed-xml"), ("d.csv", "a,b\n1\n", "2:2 ragged-row"),
    ("e.csv", "a\n\"x", "2:1 unclosed-quote"), ("f.json", " ", "0:0 file-empty"),
  ])
  func `a malformed document is refused with its place`(_ name: String, text: String, error: String)
  {
    let failure = #expect(throws: InputFailure.self) { try dump(name, text) }
    #expect(
      failure?.diagnostics.map { "\($0.place.line):\($0.place.column) \($0.code.rawValue)" }
        == [error])
  }
}
