// Tests of encodings: detected from the first bytes, declared in XML, or given by the user.

import BulkFiles
import Testing

private func wide(_ text: String, big: Bool = false) -> [UInt8] {
  text.utf16.flatMap { unit in
    let bytes = [UInt8(unit & 0xFF), UInt8(unit >> 8)]
    return big ? bytes.reversed() : bytes
  }
}

@Suite struct EncodingTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    var encoding: String?
    let records: [String]

    init(_ name: String, _ bytes: [UInt8], _ encoding: String? = nil, _ records: String...) {
      testDescription = name
      self.bytes = bytes
      self.encoding = encoding
      self.records = records
    }
  }

  static let csv = [
    Case("little endian with a mark", wide("\u{FEFF}a,b\r\n😀,ä\r\n"), nil, "2: a@2:1=😀|b@2:3=ä"),
    Case(
      "big endian with a mark", wide("\u{FEFF}a,b\n1,ä\n", big: true), nil, "2: a@2:1=1|b@2:3=ä"),
    Case("little endian without a mark", wide("a\tb\n1\tä"), nil, "2: a@2:1=1|b@2:3=ä"),
    Case("big endian without a mark", wide("a,b\n1,ä", big: true), nil, "2: a@2:1=1|b@2:3=ä"),
    Case("UTF-16 by its name", wide("\u{E4},b\n1,2\n"), "utf-16", "2: ä@2:1=1|b@2:3=2"),
    Case(
      "a quoted field in UTF-16", wide("\u{FEFF}a,b\n\"x\n\"\"y\",ä\n"), nil,
      "2: a@2:1=x\n\"y|b@3:6=ä"),
    Case(
      "half a pair", wide("\u{FEFF}a,b\n1,") + [0x3D, 0xD8] + wide("x\n3,4\n"), nil,
      "!2:3 encoding-broken", "3: a@3:1=3|b@3:3=4"),
    Case(
      "half a character at the end", wide("\u{FEFF}a,b\n1,2") + [0x20], nil, "!2:4 encoding-broken"),
    Case(
      "windows-1252", Array("a,b\n".utf8) + [0x80, 0x2C, 0xE4, 0x0A], "windows-1252",
      "2: a@2:1=€|b@2:3=ä"),
    Case(
      "a hole in windows-1252", Array("a,b\n1,".utf8) + [0x81] + Array("\n3,4".utf8), "cp1252",
      "!2:3 encoding-broken", "3: a@3:1=3|b@3:3=4"),
    Case(
      "Latin-1", Array("a,b\n".utf8) + [0xDF, 0x2C, 0xE4, 0x0A], "latin-1", "2: a@2:1=ß|b@2:3=ä"),
    Case(
      "another one that iconv knows", Array("a,b\n".utf8) + [0xA4, 0x2C, 0x31], "ISO-8859-15",
      "2: a@2:1=€|b@2:3=1"),
    Case("UTF-8 by its name", Array("a,b\nä,1".utf8), "UTF-8", "2: a@2:1=ä|b@2:3=1"),
    Case("not UTF-8", Array("a,b\n1,".utf8) + [0xE4], nil, "!2:3 encoding-broken"),
    Case("no such encoding", Array("a,b\n".utf8), "klingon", "!!0:0 encoding-unsupported"),
    Case(
      "a name that only looks like ASCII's", Array("a,b\n".utf8), "ISO-646-US",
      "!!0:0 encoding-unsupported"),
    Case(
      "beyond ASCII", Array("a,b\n1,".utf8) + [0xFC] + Array("\n3,4\n".utf8), "us-ascii",
      "!2:3 encoding-broken", "3: a@3:1=3|b@3:3=4"),
    Case(
      "a letter of another table", Array("a,b\n1,".utf8) + [0x87, 0x8A] + Array("\n3,4\n".utf8),
      "shift_jis", "!2:3 encoding-broken", "3: a@3:1=3|b@3:3=4"),
    Case(
      "a letter that is kept until nothing combines with it",
      Array("a,b\n1,".utf8) + [0x88, 0x66], "BIG5-HKSCS", "2: a@2:1=1|b@2:3=Ê"),
  ]

  @Test(arguments: csv, chunkSizes)
  func `CSV in any encoding is read, with places in characters`(_ file: Case, chunk: Int) {
    #expect(
      read(file.bytes, chunk: chunk, encoding: file.encoding, places: true) == file.records)
  }

  static let xml = [
    Case("UTF-16", wide("\u{FEFF}<Server><a>ä</a></Server>"), nil, "a=ä"),
    Case("UTF-16, big", wide("\u{FEFF}<Server><a>ä</a></Server>", big: true), nil, "a=ä"),
    Case(
      "declared",
      Array("<?xml version='1.0' encoding='windows-1252'?><Server><a>".utf8)
        + [0x80] + Array("</a></Server>".utf8), nil, "a=€"),
    Case(
      "a hole in what is declared",
      Array("<?xml version='1.0' encoding='windows-1252'?><Server><a>".utf8)
        + [0x81] + Array("</a></Server>".utf8), nil, "!!1:57 malformed-xml"),
    Case(
      "a hole at the end",
      Array("<?xml version='1.0' encoding='windows-1252'?><Server/>".utf8) + [0x81], nil,
      "", "!!1:55 malformed-xml"),
    Case(
      "half a pair", wide("\u{FEFF}<Server><a>") + [0x3D, 0xD8] + wide("x</a></Server>"), nil,
      "!!1:12 malformed-xml"),
    Case(
      "half a character at the end", wide("\u{FEFF}<Server><a>ä</a></Server>") + [0x20], nil, "a=ä",
      "!!1:26 malformed-xml"),
    Case(
      "the mark of UTF-8 and another declaration",
      Array("\u{FEFF}<?xml version='1.0' encoding='ISO-8859-1'?><Server/>".utf8), nil,
      "!!1:21 malformed-xml"),
    Case(
      "the mark of UTF-16 and another declaration",
      wide("\u{FEFF}<?xml version='1.0' encoding='utf-8'?><Server/>"), nil, "!!1:21 malformed-xml"),
    Case(
      "UTF-32",
      "\u{FEFF}<Server><a>ä</a></Server>".unicodeScalars.flatMap {
        [0, 0, UInt8($0.value >> 8), UInt8($0.value & 0xFF)]
      }, nil, "a=ä"),
    Case(
      "EBCDIC", [0x4C, 0xE2, 0x85, 0x99, 0xA5, 0x85, 0x99, 0x61, 0x6E], "IBM037", ""),
    Case(
      "the user's word stands above the declaration",
      Array("<?xml version='1.0' encoding='UTF-8'?><Server><a>".utf8) + [0xE4]
        + Array("</a></Server>".utf8), "latin-1", "a=ä"),
    Case(
      "also where that is UTF-16",
      wide("\u{FEFF}<?xml version='1.0' encoding='ISO-8859-1'?><Server><a>ä</a></Server>"),
      "utf-16", "a=ä"),
  ]

  @Test(arguments: xml, chunkSizes)
  func `XML in any encoding is read`(_ file: Case, chunk: Int) {
    #expect(
      read(file.bytes, chunk: chunk, name: "x.xml", encoding: file.encoding) == file.records)
  }

  @Test(arguments: [
    Case("UTF-16", wide("\u{FEFF}{\"a\":\"ä\"}"), nil, "a=ä"),
    Case("no mark", wide("{\"a\":\"1\"}", big: true), nil, "a=1"),
    Case("UTF-16 by its name", wide("{\"a\":\"1\"}"), "utf-16le", "a=1"),
    Case("a blank for a name", Array("{\"a\":\"1\"}".utf8), " ", "!!1:1 encoding-unsupported"),
    Case("by its name", Array("{\"a\":\"1\"}".utf8), "latin-1", "!!1:1 encoding-unsupported"),
    Case("UTF-8 by its name", Array("{\"a\":\"1\"}".utf8), "utf8", "a=1"),
  ])
  func `JSON may be UTF-8, or UTF-16 as PowerShell writes it`(_ file: Case) {
    #expect(read(file.bytes, chunk: 7, name: "x.json", encoding: file.encoding) == file.records)
  }

  @Test func `the fault of an invalid byte names the file's encoding`() throws {
    let reader = try RecordReader(
      ByteSource(name: "x.csv", bytes: Array("a\n".utf8) + [0x81]),
      encoding: TextEncoding(word: "windows-1252"), shape: shape)
    var record = BulkRecord()
    let step = try reader.next(&record)
    #expect(
      step
        == .invalid(
          InputFault(
            .csv(.notDecodable(TextEncoding(word: "windows-1252"))), line: 2, column: 1,
            record: 1, field: "a")))
  }

  @Test(arguments: [
    (Array("a;b\r\n".utf8), TextDialect(lineEnd: .crlf, delimiter: .semicolon)),
    (
      wide("\u{FEFF}a,b\r"),
      TextDialect(
        encoding: TextEncoding(word: "utf-16le"), hasByteOrderMark: true, lineEnd: .cr,
        delimiter: .comma)
    ),
    (
      Array("\u{FEFF}a|b|\n".utf8),
      TextDialect(hasByteOrderMark: true, delimiter: .pipe, trailingFields: 1)
    ),
  ])
  func `the dialect of a file is detected`(_ bytes: [UInt8], dialect: TextDialect) throws {
    let reader = try RecordReader(ByteSource(name: "x.csv", bytes: bytes, chunk: 1), shape: shape)
    #expect(reader.dialect == dialect)
  }
}
