// Tests of XML records: shapes, faults and their places, each at every chunk size.

import BulkFiles
import Testing

@Suite struct XMLRecordsTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let xml: String
    let records: [String]
    var testDescription: String { xml }

    init(_ xml: String, _ records: String...) {
      self.xml = xml
      self.records = records
    }
  }

  static let files = [
    Case("<Servers total='1'><Server><a>1</a><b/></Server></Servers>", "1: a@1:28=1|b@1:36="),
    Case(
      "<?xml version=\"1.0\"?>\n<Servers>\n <Server>\n  <a>x &amp; y</a>\n </Server>\n <Server/>\n</Servers>",
      "3: a@4:3=x & y", "6: "),
    Case("<Server><a>1</a></Server>", "1: a@1:9=1"),
    Case("<Servers/>"),
    Case("<Servers total='0'></Servers>"),
    Case("<n:Servers xmlns:n='u'><n:Server><n:a>1</n:a></n:Server></n:Servers>", "1: a@1:34=1"),
    Case("<Server><a><![CDATA[<1>]]>2<!-- 3 -->4</a></Server>", "1: a@1:9=<1>24"),
    Case("<Server><a></a><b> </b></Server>", "1: a@1:9=|b@1:16= "),
    // One record is invalid; the others are read.
    Case(
      "<Servers><Server><a>1</a><a>2</a></Server><Server><a>3</a></Server></Servers>",
      "!1:26 element-duplicate", "1: a@1:51=3"),
    Case(
      "<Servers><Server><a>1<b>2</b></a></Server><Server><a>3</a></Server></Servers>",
      "!1:22 value-nested", "1: a@1:51=3"),
    Case(
      "<Servers><Other><a>1</a></Other><Server><a>3</a></Server></Servers>",
      "!1:10 root-unexpected", "1: a@1:41=3"),
    Case(
      "<Servers><Server>x<a>1</a></Server><Server><a>3</a></Server></Servers>",
      "!1:10 value-nested", "1: a@1:44=3"),
    Case(
      "<Servers><Server x='1'><a>1</a></Server><Server><a y='2'>3</a></Server></Servers>",
      "!1:10 element-unknown", "!1:49 element-unknown"),
    // The file is invalid.
    Case("<Other/>", "!!1:1 root-unexpected"),
    Case("<Servers>x</Servers>", "!!1:1 value-nested"),
    Case("<Servers><Server><a>1</a></Server><Server><a>", "1: a@1:18=1", "!!1:46 malformed-xml"),
    Case("<!DOCTYPE x><Server/>", "!!1:12 malformed-xml"),
    Case("<Server/><Server/>", "1: ", "!!1:10 malformed-xml"),
  ]

  @Test(arguments: files, chunkSizes)
  func `a file gives the same records at every chunk size`(_ file: Case, chunk: Int) {
    #expect(read(file.xml, chunk: chunk, name: "x.xml", places: true) == file.records)
  }

  @Test(arguments: chunkSizes)
  func `the fault of a malformed file has the number of complete records before it`(chunk: Int)
    throws
  {
    let text = "<Servers><Server/><Server/><Server><a></Servers>"
    let reader = try RecordReader(
      ByteSource(name: "x", bytes: Array(text.utf8), chunk: chunk), shape: shape)
    var record = BulkRecord()
    #expect(try reader.next(&record) == .record)
    #expect(try reader.next(&record) == .record)
    let fault = #expect(throws: InputFault.self) { try reader.next(&record) }
    #expect(
      fault
        == InputFault(
          .document(
            .malformedXML("Opening and ending tag mismatch: a line 1 and Servers", hint: "")),
          line: 1, column: 49, after: 2))
    #expect(try reader.next(&record) == .end)
  }

  @Test func `the total and a record's text are available`() throws {
    let text =
      "<Servers total='7' x='y'>\n<Server>\n <a>1 &lt; 2</a>\n <b></b>\n</Server></Servers>"
    let reader = try RecordReader(ByteSource(name: "x", bytes: Array(text.utf8)), shape: shape)
    var record = BulkRecord()
    #expect(try reader.next(&record) == .record)
    #expect(reader.rawText(of: record) == "<Server><a>1 &lt; 2</a><b/></Server>")
    #expect(reader.declaredTotal?.text == "7")
    #expect(reader.declaredTotal?.line == 1)
    #expect(reader.format == .xml)
  }

  @Test func `UTF-16 and Latin-1 are read`() {
    var wide: [UInt8] = [0xFF, 0xFE]
    for unit in "<Server><a>ä</a></Server>".utf16 {
      wide += [UInt8(unit & 0xFF), UInt8(unit >> 8)]
    }
    #expect(read(wide, chunk: 64, name: "x") == ["a=ä"])
    let latin =
      Array("<?xml version='1.0' encoding='ISO-8859-1'?><Server><a>".utf8) + [0xE4]
      + Array("</a></Server>".utf8)
    #expect(read(latin, chunk: 64, name: "x") == ["a=ä"])
  }
}
