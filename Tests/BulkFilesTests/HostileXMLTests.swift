// Tests of hostile and damaged XML: errors have places, memory is limited, and no incomplete record is returned.

import BulkFiles
import Foundation
import Testing

@Suite struct HostileXMLTests {
  /// Returns the fault that ends a document, and the number of records before it.
  private func fault(
    _ bytes: [UInt8], chunk: Int = 1 << 16, limits: RecordLimits = RecordLimits()
  ) throws -> (fault: InputFault?, records: Int) {
    let reader = try RecordReader(
      ByteSource(name: "x.xml", bytes: bytes, chunk: chunk), format: .xml, shape: shape,
      limits: limits)
    var record = BulkRecord()
    var records = 0
    let fault = #expect(throws: InputFault.self) {
      while try reader.next(&record) == .record { records += 1 }
    }
    return (fault, records)
  }

  private static let doctype = "a document type (<!DOCTYPE …>) is not allowed"
  private static let bomb =
    "<!DOCTYPE x [<!ENTITY a 'ha'>"
    + (1...9).map {
      "<!ENTITY a\($0) '\(String(repeating: "&a\($0 - 1 == 0 ? "" : "\($0 - 1)");", count: 10))'>"
    }
    .joined() + "]><Servers><Server><a>&a9;</a></Server></Servers>"

  static let attacks: [(xml: String, place: String, message: String)] = [
    // Entities are refused at their declaration.
    (bomb, "1:13", doctype),
    (
      "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><Server><a>&a;</a></Server>", "1:13",
      doctype
    ),
    ("<!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x.dtd'><Server/>", "1:46", doctype),
    ("<!DOCTYPE x PUBLIC '-//x//y' 'http://127.0.0.1:9/x.dtd'><Server/>", "1:56", doctype),
    ("<!DOCTYPE x [<!ENTITY % p SYSTEM 'file:///dev/zero'> %p;]><Server/>", "1:13", doctype),
    ("<!DOCTYPE Servers><Servers/>", "1:18", doctype),
    ("<Server><a>&nbsp;</a></Server>", "1:18", "Entity 'nbsp' not defined"),
    ("<Server><a>&#0;</a></Server>", "1:16", "xmlParseCharRef: invalid xmlChar value 0"),
    ("<Server><a>&#xD800;</a></Server>", "1:20", "xmlParseCharRef: invalid xmlChar value 55296"),
    (
      "<Server><a>&#x110000;</a></Server>", "1:22",
      "xmlParseCharRef: character reference out of bounds"
    ),
    ("<Server><a>&lt</a></Server>", "1:15", "there is an & that begins no entity"),
    // What XML does not allow.
    ("<Server><a>\u{1}</a></Server>", "1:12", "PCDATA invalid Char value 1"),
    ("<Server><a>x]]>y</a></Server>", "1:13", "Sequence ']]>' not allowed in content"),
    ("<Server><a b=1/></Server>", "1:14", "AttValue: \" or ' expected"),
    ("<Server><a b='<'/></Server>", "1:15", "Unescaped '<' not allowed in attributes values"),
    ("<Server><A></a></Server>", "1:16", "Opening and ending tag mismatch: A line 1 and a"),
    ("<Server><!-- a -- b --></Server>", "1:16", "Double hyphen within comment"),
    ("<Servers/>more", "1:11", "Extra content at the end of the document"),
    ("more<Servers/>", "1:1", "found text where the document should begin"),
    ("<Server><n:a/></Server>\n<Server/>", "2:1", "Extra content at the end of the document"),
    (
      "<?xml version='1.0' encoding='klingon'?><Server/>", "1:21",
      "the document declares the encoding klingon, which is not known"
    ),
    (
      "\u{FEFF}<?xml version='1.0' encoding='windows-1252'?><Server/>", "1:21",
      "the document begins with the mark of UTF-8, but declares the encoding windows-1252"
    ),
    (
      "<?xml version='1.0' encoding='UTF-16'?><Server/>", "1:21",
      "the document declares the encoding UTF-16, but is not in it"
    ),
  ]

  @Test(arguments: attacks)
  func `an attack or mistake is refused with one message and its place`(
    _ attack: (xml: String, place: String, message: String)
  ) throws {
    let found = try fault(Array(attack.xml.utf8))
    #expect(found.fault?.kind == .malformedXML)
    #expect("\(found.fault?.line ?? 0):\(found.fault?.column ?? 0)" == attack.place)
    #expect(
      found.fault?.parserMessage.hasPrefix(attack.message) == true,
      "\(found.fault?.parserMessage ?? "")")
  }

  /// A document with every kind of markup that may be truncated.
  private static let whole =
    "<?xml version='1.0'?><!-- ä --><?pi?>\n<Servers total='2'>\n<Server><a>1 &amp; &#228;</a><b/></Server>"
    + "<?x?>\n<Server><a><![CDATA[<2>]]></a></Server>\n</Servers>"

  @Test(arguments: chunkSizes)
  func `a document that is truncated anywhere is refused after its complete records`(chunk: Int)
    throws
  {
    let bytes = Array(Self.whole.utf8)
    let text = Self.whole
    let firstEnd = try #require(text.firstRange(of: "</Server>")).upperBound
    let secondEnd = try #require(text.range(of: "</Server>", options: .backwards)).upperBound
    for length in 1..<bytes.count {
      let found = try fault(Array(bytes[..<length]), chunk: chunk)
      let complete =
        length >= text.utf8.distance(from: text.startIndex, to: secondEnd)
        ? 2 : length >= text.utf8.distance(from: text.startIndex, to: firstEnd) ? 1 : 0
      #expect(found.records == complete, "cut after \(length) bytes")
      #expect(found.fault?.kind == .malformedXML)
      #expect(found.fault?.line ?? 0 > 0 && found.fault?.column ?? 0 > 0)
      #expect(found.fault?.recordsBefore == complete)
    }
    #expect(read(bytes, chunk: chunk, name: "x.xml") == ["a=1 & ä|b=", "a=<2>"])
  }

  @Test(arguments: chunkSizes)
  func `endless nesting is refused at the limit`(chunk: Int) throws {
    let deep = Array(("<Servers><Server>" + String(repeating: "<a>", count: 5000)).utf8)
    #expect(
      try fault(deep, chunk: chunk).fault
        == InputFault(
          .document(
            .malformedXML("elements are nested more than 32 levels deep", hint: "")),
          line: 1, column: 108, after: 0))
  }

  /// Each opens something that then exceeds a limit, which is found before the whole document is read.
  @Test(arguments: [
    ("<Servers><Server><a>", "a text is longer than 1048576 bytes"),
    ("<Servers> ", "a text is longer than 1048576 bytes"),
    ("<Servers><!--", "a tag, comment or instruction is longer than 10000000 bytes"),
    ("<Servers><?x ", "a tag, comment or instruction is longer than 10000000 bytes"),
    (
      "<Servers><Server><a><![CDATA[", "a tag, comment or instruction is longer than 10000000 bytes"
    ),
    ("<Servers total='", "a tag is longer than 65536 bytes"),
    ("<", "a tag is longer than 65536 bytes"),
    ("<Servers ", "a tag is longer than 65536 bytes"),
  ])
  func `markup that never ends is refused while it is read`(_ opening: String, message: String)
    throws
  {
    let filler = opening.hasSuffix(" ") && !opening.hasSuffix("x ") ? UInt8(ascii: " ") : 0x61
    let endless = Array(opening.utf8) + [UInt8](repeating: filler, count: 12 << 20)
    let source = ByteSource(name: "x.xml", bytes: endless)
    let reader = try RecordReader(source, format: .xml, shape: shape)
    var record = BulkRecord()
    let fault = #expect(throws: InputFault.self) { try reader.next(&record) }
    #expect(fault?.parserMessage == message)
    #expect(fault?.recordsBefore == 0)
    var rest: [UInt8] = []
    #expect(try source.read(into: &rest) > 0)
  }

  @Test(arguments: chunkSizes)
  func `comments and instructions between elements are ignored`(chunk: Int) {
    let xml =
      "<?pi?><!-- <Server> --><Servers>\n<?x?><!---->\n<Server><?x?><a>1<?x y?>2</a><!-- --></Server>\n"
      + "</Servers><?pi?>\n<!-- end -->\n"
    #expect(read(xml, chunk: chunk, name: "x.xml") == ["a=12"])
  }
}
