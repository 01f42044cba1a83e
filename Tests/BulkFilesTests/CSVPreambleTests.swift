// Tests of additions to CSV: a `sep=` line, trailing delimiters, comments, and mixed delimiters.

import BulkFiles
import Testing

@Suite struct CSVPreambleTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let csv: String
    let records: [String]
    var testDescription: String { csv }

    init(_ csv: String, _ records: String...) {
      self.csv = csv
      self.records = records
    }
  }

  static let read = [
    Case("sep=;\r\na;b\r\n1;2\r\n", "3: a@3:1=1|b@3:3=2"),
    Case("\u{FEFF}SEP=|\na|b\n1|2", "3: a@3:1=1|b@3:3=2"),
    Case("\"sep=\t\"\ra\tb\r1\t2", "3: a@3:1=1|b@3:3=2"),
    Case("sep=,\na;x,b\n1,2\n", "3: a;x@3:1=1|b@3:3=2"),
    Case("sep=;", "!!0:0 heading-missing"),
    Case("sep=#\na#b\n", "!!1:5 delimiter-unclear"),
    Case("separator,b\n1,2\n", "2: separator@2:1=1|b@2:3=2"),
    // An extra empty field in every line.
    Case("a,b,\n1,2,\n,,\n", "2: a@2:1=1|b@2:3=2", "3: a@3:1=|b@3:2="),
    Case("a,b,\n1,2\n3,4,\n", "!2:4 ragged-row", "3: a@3:1=3|b@3:3=4"),
    Case("a,b,\n1,2,3\n", "!2:5 ragged-row"),
    Case("a,b,\n1,2,,\n", "!2:6 ragged-row"),
    Case("a,b,\n1,\n", "!2:3 ragged-row"),
    Case("a,\n1,\n", "2: a@2:1=1"),
    Case("a,,\n1,,\n", "2: a@2:1=1"),
    // Different delimiters in one file.
    Case("a;b,c\n1;2\n", "!!1:4 delimiter-unclear"),
    Case("\n\na\tb|c\n", "!!3:4 delimiter-unclear"),
    Case("a,\"b;c\"\n1,2\n", "2: a@2:1=1|b;c@2:3=2"),
    Case("a,b\n1;2\n3,4\n", "!2:4 ragged-row", "3: a@3:1=3|b@3:3=4"),
  ]

  @Test(arguments: read, chunkSizes)
  func `additions of other programs are accepted, and ambiguous ones are refused`(
    _ file: Case, chunk: Int
  ) {
    #expect(BulkFilesTests.read(file.csv, chunk: chunk, places: true) == file.records)
  }

  static let commented = [
    Case("# x\na,b\n#1,2\n3,4\n#", "4: a@4:1=3|b@4:3=4"),
    Case("#\"\r\n#\n\na;b\r\n1;#\r\n", "5: a@5:1=1|b@5:3=#"),
    Case("a,b\n\"#1\",2\n# \"x\n", "2: a@2:1=#1|b@2:6=2"),
    Case("#a,b\n", "!!0:0 heading-missing"),
  ]

  @Test(arguments: commented, chunkSizes)
  func `comment lines are skipped if a comment character is given`(_ file: Case, chunk: Int) {
    #expect(
      BulkFilesTests.read(file.csv, chunk: chunk, comment: UInt8(ascii: "#"), places: true)
        == file.records)
  }

  @Test func `without a comment character there are no comments`() {
    #expect(BulkFilesTests.read("a,b\n#1,2\n", chunk: 7) == ["a=#1|b=2"])
  }

  @Test func `the user's delimiter overrides all others`() {
    #expect(BulkFilesTests.read("a;b,c\n1;2,3\n", chunk: 7, delimiter: .comma) == ["a;b=1;2|c=3"])
    #expect(
      BulkFilesTests.read("sep=;\na,b\n1,2\n", chunk: 7, delimiter: .comma) == ["a=1|b=2"])
  }

  @Test func `a row with another delimiter names it`() throws {
    let reader = try RecordReader(
      ByteSource(name: "x.csv", bytes: Array("a,b\n1;2\n".utf8)), shape: shape)
    var record = BulkRecord()
    #expect(
      try reader.next(&record)
        == .invalid(
          InputFault(
            .csv(.ragged(fields: 1, headings: 2, seems: .semicolon)), line: 2, column: 4,
            record: 1)))
  }

  @Test func `a trailing delimiter gives no field and no place`() throws {
    let reader = try RecordReader(
      ByteSource(name: "x.csv", bytes: Array("a,b,\n1,2,\n".utf8)), shape: shape)
    var record = BulkRecord()
    #expect(try reader.next(&record) == .record)
    var places: [(line: Int, column: Int)] = []
    record.fillPlaces(&places)
    #expect(places.map(\.column) == [1, 3])
    #expect(record.count == 2)
  }
}
