// Tests of JSON records: shapes, faults and their places, each at every chunk size.

import BulkFiles
import Testing

@Suite struct JSONRecordsTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let json: String
    let records: [String]
    var testDescription: String { json }

    init(_ json: String, _ records: String...) {
      self.json = json
      self.records = records
    }
  }

  static let files = [
    // The shapes that the API and users write.
    Case(#"{"@total":"1","Server":[{"a":"x","b":""}]}"#, "1: a@1:30=x|b@1:38="),
    Case(#"{"@total":"1","Server":{"a":"x"}}"#, "1: a@1:29=x"),
    Case(#"{"Server":[{"a":1},{"a":2}],"@total":2}"#, "1: a@1:17=1", "1: a@1:25=2"),
    Case(#"{"@total":"0"}"#),
    Case(#"{"a":"x"}"#, "1: a@1:6=x"),
    Case("[{\"a\":1},\n{\"b\":2}]", "1: a@1:7=1", "2: b@2:6=2"),
    Case("{\"a\":1}\n{\"a\":2}\n", "1: a@1:6=1", "2: a@2:6=2"),
    Case(
      "{\"a\":true,\"b\":false,\"c\":null,\"d\":-1.50}",
      "1: a@1:6=true|b@1:15=false|c@1:25=|d@1:34=-1.50"),
    Case("[]"),
    Case("[{}]", "1: "),
    Case("{}", "1: "),
    Case("\u{FEFF}{\"a\":\"ä\"}", "1: a@1:6=ä"),
    // One record is invalid; the others are read.
    Case(#"[{"a":1,"a":2},{"a":3}]"#, "!1:9 element-duplicate", "1: a@1:21=3"),
    Case(#"[{"a":{"b":[1]},"c":2},{"a":3}]"#, "!1:7 value-nested", "1: a@1:29=3"),
    Case(
      #"[7,{"a":3},[{"a":4}],{"a":5}]"#,
      "!1:2 root-unexpected", "1: a@1:9=3", "!1:12 root-unexpected", "1: a@1:27=5"),
    Case(#"{"Server":"x"}"#, "!1:11 root-unexpected"),
    // The file is invalid.
    Case(#"{"@total":"1","Other":[]}"#, "!!1:15 root-unexpected"),
    Case(#"{"@total":"1","@total":"1"}"#, "!!1:15 element-duplicate"),
    Case(#"{"Server":[{"a":1}],"Server":[]}"#, "1: a@1:17=1", "!!1:21 element-duplicate"),
    Case("{\"@total\":\"0\"}\n{\"@total\":\"0\"}"),
    Case(#"{"@total":[]}"#, "!!1:11 root-unexpected"),
    Case("[{\"a\":1},{\"a\":2]", "1: a@1:7=1", "!!1:16 malformed-json"),
    Case("[{\"a\":1},]", "1: a@1:7=1", "!!1:10 malformed-json"),
    Case("[{\"a\":\"b\nc\"}]", "!!1:9 malformed-json"),
    Case("{\"a\":1}x", "1: a@1:6=1", "!!1:8 malformed-json"),
    Case("[[]", "!1:2 root-unexpected", "!!1:4 malformed-json"),
  ]

  @Test(arguments: files, chunkSizes)
  func `a file gives the same records at every chunk size`(_ file: Case, chunk: Int) {
    #expect(read(file.json, chunk: chunk, name: "x.json", places: true) == file.records)
  }

  @Test(arguments: chunkSizes)
  func `the fault of a malformed file has the number of complete records before it`(chunk: Int)
    throws
  {
    let text = "[{\"a\":1},{\"a\":2},{\"a\":\"4ef5-\n6a4b\"}]"
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
            .malformedJSON(
              "there is a line break within a string", hint: "join the lines, or write \\n for it")),
          line: 1, column: 29, after: 2))
  }

  @Test func `the total and a record's text are available`() throws {
    let text = #"{"@total" : "7", "Server" : [ { "a" : "\u00e4\n" , "b" : null } ] }"#
    let reader = try RecordReader(ByteSource(name: "x", bytes: Array(text.utf8)), shape: shape)
    var record = BulkRecord()
    #expect(try reader.next(&record) == .record)
    #expect(reader.rawText(of: record) == #"{"a":"ä\n","b":""}"#)
    #expect(reader.declaredTotal?.text == "7")
    #expect(reader.format == .json)
  }

  @Test func `the number of a record's fields is limited`() {
    let limits = RecordLimits(fields: 3)
    #expect(
      read("{\"a\":1,\"b\":2,\"c\":3}", chunk: 64, limits: limits) == ["a=1|b=2|c=3"])
    #expect(
      read("{\"a\":1,\"b\":2,\"c\":3,\"d\":4}", chunk: 64, limits: limits)
        == ["!!1:20 field-too-long"])
  }
}
