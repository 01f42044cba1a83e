// Tests of CSV: valid files, faults and their places, each at every chunk size.

import BulkFiles
import Testing

@Suite struct CSVTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let csv: String
    let records: [String]
    var testDescription: String { csv }

    init(_ csv: String, _ records: String...) {
      self.csv = csv
      self.records = records
    }
  }

  static let valid = [
    Case("a,b\n1,2\n", "a=1|b=2"),
    Case("a,b\n1,2", "a=1|b=2"),
    Case("a,b\r\n1,2\r\n3,4\r\n", "a=1|b=2", "a=3|b=4"),
    Case("a,b\r1,2\r3,4", "a=1|b=2", "a=3|b=4"),
    Case("a,b\n1,2\r\n3,4\r5,6\n", "a=1|b=2", "a=3|b=4", "a=5|b=6"),
    Case("\u{FEFF}a,b\n1,2\n", "a=1|b=2"),
    Case("a,b\n,\n", "a=|b="),
    Case("a,b\n1,", "a=1|b="),
    Case("a,b\n\"\",\"\"\n", "a=|b="),
    Case("a,b\n\"1,2\",\"x\ny\"\n3,4", "a=1,2|b=x\ny", "a=3|b=4"),
    Case("a,b\n\"x\r\ny\",\"x\ry\"\n", "a=x\r\ny|b=x\ry"),
    Case("a,b\n\"say \"\"hi\"\"\",\"\"\"\"\n", "a=say \"hi\"|b=\""),
    Case("a,b\n\"\"\"\"\"\",1\n", "a=\"\"|b=1"),
    Case("\"a\",\"b,c\"\n1,2\n", "a=1|b,c=2"),
    Case("\n\r\na,b\n\n1,2\n\n\n3,4\n\n", "a=1|b=2", "a=3|b=4"),
    Case("a\n1\n\n2\n", "a=1", "a=2"),
    Case("a,b\n 1 , 2\n", "a= 1 |b= 2"),
    Case("a;b\n1,5;2\n", "a=1,5|b=2"),
    Case("a\tb\n1\t2\n", "a=1|b=2"),
    Case("a|b\n1|2\n", "a=1|b=2"),
    Case("\"x,y\";b\n1;2\n", "x,y=1|b=2"),
    Case("ä,ö\n€,😀\n", "ä=€|ö=😀"),
    Case("a,b\n1,\"2\"", "a=1|b=2"),
    // The cases of public test suites.
    Case(
      "name,street,town\nAnn,\"1, Long Lane\",\"Ayr, KA\"",
      "name=Ann|street=1, Long Lane|town=Ayr, KA"),
    Case("a,b,c\n1,\"\",\"\"\n2,3,4", "a=1|b=|c=", "a=2|b=3|c=4"),
    Case("a,b,c\r\n1,\"\",\"\"\r\n2,3,4", "a=1|b=|c=", "a=2|b=3|c=4"),
    Case("a,b\n1,\"he \"\"said\"\" so\"\n2,3\n", "a=1|b=he \"said\" so", "a=2|b=3"),
    Case(
      "k,v\n1,\"{\"\"at\"\": [1.5, 2], \"\"of\"\": {\"\"x\"\": null}}\"\n",
      "k=1|v={\"at\": [1.5, 2], \"of\": {\"x\": null}}"),
    Case("a,b,c\n\"one \ntwo\",2,3\n4,5,6\n", "a=one \ntwo|b=2|c=3", "a=4|b=5|c=6"),
    Case("a,b,c\r\n\"one \r\ntwo\",2,3\r\n4,5,6\r\n", "a=one \r\ntwo|b=2|c=3", "a=4|b=5|c=6"),
    Case("a,b\n1,\"so \n\"\"so\"\" \nso\"\n2,3\n", "a=1|b=so \n\"so\" \nso", "a=2|b=3"),
    Case("a,b,c\n1,2,3\n4,5,ʤ\n", "a=1|b=2|c=3", "a=4|b=5|c=ʤ"),
    Case("a,b\n"),
    Case("a,b"),
  ]

  @Test(arguments: valid, chunkSizes)
  func `a valid file gives the same records at every chunk size`(_ file: Case, chunk: Int) {
    #expect(read(file.csv, chunk: chunk) == file.records)
  }

  static let faulty = [
    // Rows with another number of fields.
    Case("a,b\n1\n2,3\n", "!2:2 ragged-row", "a=2|b=3"),
    Case("a,b\n1,2,3\n4,5\n", "!2:5 ragged-row", "a=4|b=5"),
    Case("a,b\n\"x\ny\"\n4,5\n", "!3:3 ragged-row", "a=4|b=5"),
    Case("a,b\n1,2,\n", "!2:5 ragged-row"),
    // Quotes.
    Case("a,b\n1,\"2\n3,4\n", "!!2:3 unclosed-quote"),
    Case("a,b\n1,2\n\"", "a=1|b=2", "!!3:1 unclosed-quote"),
    Case("a,b\n\"1\"x,2\n3,4\n", "!2:4 text-after-quote", "a=3|b=4"),
    Case("a,b\n\"1\" ,2\n3,4\n", "!2:4 text-after-quote", "a=3|b=4"),
    Case("a,b\n\"1\"x\",2\n3,4\n", "!!2:4 text-after-quote"),
    Case("a,b\n\"x\ny\"z,2\n3,4\n", "!3:3 text-after-quote", "a=3|b=4"),
    Case("a,b\n12\" rack,2\n3,4\n", "!2:3 stray-quote", "a=3|b=4"),
    Case("a,b\nä\"\"x,2\r\n3,4\n", "!2:2 stray-quote", "a=3|b=4"),
    // Bytes.
    Case("a,b\n1,x\u{0}y\n3,4\n", "!2:4 nul-byte", "a=3|b=4"),
    Case("a,b\n1,\"x\n\u{0}\"\n3,4\n", "!3:1 nul-byte", "a=3|b=4"),
    Case("a\n\"x\ny\nz\"\nb\"c\nd", "a=x\ny\nz", "!5:2 stray-quote", "a=d"),
    // The heading line itself.
    Case("\"a,b\n1,2\n", "!!1:1 unclosed-quote"),
    Case("a\"b\n1,2\n", "!!1:2 stray-quote"),
  ]

  @Test(arguments: faulty, chunkSizes)
  func `a fault has its place, and reading continues where that is safe`(
    _ file: Case, chunk: Int
  ) {
    #expect(read(file.csv, chunk: chunk) == file.records)
  }

  @Test(arguments: chunkSizes)
  func `bytes that are not valid UTF-8 are a fault with their place`(chunk: Int) {
    let bytes = Array("a,b\nM".utf8) + [0xFC] + Array("ller,2\n3,4\n5,€".utf8) + [0xC3, 0x0A]
    #expect(
      read(bytes, chunk: chunk) == ["!2:2 encoding-broken", "a=3|b=4", "!4:4 encoding-broken"])
  }

  static let fields = [
    ("1,x\u{0}y", "b"), ("\u{0},2", "a"), ("1,\"2", "b"), ("\"1\"x,2", "a"), ("1,\"2\"x", "b"),
    ("1,2\"", "b"), ("1\"\",2", "a"), ("1,123456789", "b"), ("1,\"123456789\"", "b"), ("1", ""),
  ]

  @Test(arguments: fields, chunkSizes)
  func `a fault has the heading of its field`(
    _ row: (text: String, field: String), chunk: Int
  ) throws {
    let reader = try RecordReader(
      ByteSource(name: "x", bytes: Array("a,b\n\(row.text)".utf8), chunk: chunk), shape: shape,
      limits: RecordLimits(fieldBytes: 8))
    var record = BulkRecord()
    var found: InputFault?
    do throws(InputFault) {
      if case .invalid(let fault) = try reader.next(&record) { found = fault }
    } catch {
      found = error
    }
    #expect(found?.field == row.field)
    #expect(found?.record == 1)
  }

  @Test(arguments: chunkSizes)
  func `places refer to the text as written`(chunk: Int) {
    let csv = "a,b,c\n\"x\ny\",\"q\"\"r\",ä\n\nö,ü,z\n"
    #expect(
      read(csv, chunk: chunk, places: true) == [
        "2: a@2:1=x\ny|b@3:4=q\"r|c@3:11=ä",
        "5: a@5:1=ö|b@5:3=ü|c@5:5=z",
      ])
  }

  @Test(arguments: chunkSizes)
  func `a field or row that exceeds a limit is refused, and the next row is read`(chunk: Int) {
    let limits = RecordLimits(fieldBytes: 5, recordBytes: 12, fields: 4)
    func rows(_ csv: String) -> [String] { read(csv, chunk: chunk, limits: limits) }
    #expect(rows("a,b\n12345,1\n") == ["a=12345|b=1"])
    #expect(rows("a,b\n123456,1\n2,3\n") == ["!2:1 field-too-long", "a=2|b=3"])
    #expect(
      rows("a,b\n1,1234567890123456789012345678901\r\n2,3\n")
        == ["!2:3 field-too-long", "a=2|b=3"])
    #expect(rows("a,b\n1,\"123456\"\n2,3\n") == ["!!2:3 field-too-long"])
    #expect(rows("a,b,c\n12345,12345,1\n2,3,4\n") == ["!2:1 field-too-long", "a=2|b=3|c=4"])
    #expect(rows("a,b\n1,\"12\n3456789012345\n2,3\n") == ["!!2:3 field-too-long"])
    #expect(rows("a,b\n1,2,3,4,5,6\n2,3\n") == ["!2:1 field-too-long", "a=2|b=3"])
    #expect(rows("a,b,c,d,e\n") == ["!!1:1 field-too-long"])
  }

  @Test func `a field of 1 MiB is read completely`() {
    let long = String(repeating: "x", count: 1 << 20)
    #expect(read("a\n\(long)\n", chunk: 1 << 16) == ["a=" + long])
    #expect(read("a\n\(long)x\n", chunk: 1 << 16) == ["!2:1 field-too-long"])
  }

  @Test func `the delimiter can be given`() {
    #expect(read("a;b,c\n1;2,3\n", chunk: 7, delimiter: .comma) == ["a;b=1;2|c=3"])
  }

  @Test func `blank lines are counted, and a record is returned as written`() throws {
    let text = "a,b\n\n\"1\"\"\",2\r\n\r\n3\n"
    let reader = try RecordReader(ByteSource(name: "x", bytes: Array(text.utf8)), shape: shape)
    var record = BulkRecord()
    var raw: [String] = []
    while try reader.next(&record) != .end { raw.append(reader.rawText(of: record)) }
    #expect(raw == ["\"1\"\"\",2", "3"])
    #expect(reader.blankLines == 2)
    #expect(reader.dialect.delimiter == .comma)
    #expect(reader.format == .csv)
  }
}
