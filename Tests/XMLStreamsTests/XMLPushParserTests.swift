// The push parser: every case at every chunk size, positions, limits and refusals.

import Testing
import XMLStreams

/// The events of a document, written shortly: `<name@line:column key=value`, `>name`, `"text`.
///
/// An error ends the list as `!line:column message`.
private func events(
  _ bytes: [UInt8], chunk: Int, limits: XMLLimits = XMLLimits(), encoding: String? = nil,
  flat: Bool = false
) -> [String] {
  let parser = XMLPushParser(limits: limits, encoding: encoding, flat: flat)
  var batch = XMLBatch()
  var found: [String] = []
  func addStart(_ event: XMLBatch.Event, _ attributes: [String] = []) {
    let name = parser.names[Int(event.name)]
    found.append("<\(name)@\(event.line):\(event.column)" + attributes.joined())
  }
  func addText(_ event: XMLBatch.Event) {
    let text = batch.text(event.lower, event.upper)
    if let last = found.last, last.hasPrefix("\"") {
      found[found.count - 1] = last + text
    } else if !text.isEmpty {
      found.append("\"" + text)
    }
  }
  func drain() {
    for event in batch.events {
      switch event.kind {
      case .start:
        addStart(
          event,
          batch.attributes[Int(event.lower)..<Int(event.upper)].map {
            " \(parser.names[Int($0.name)])=\(batch.text($0.lower, $0.upper))"
          })
      case .end: found.append(">\(parser.names[Int(event.name)])")
      case .text: addText(event)
      case .open:
        addStart(event)
        addText(event)
      case .element:
        addStart(event)
        addText(event)
        found.append(">\(parser.names[Int(event.name)])")
      }
    }
  }
  var offset = 0
  repeat {
    let end = min(offset + chunk, bytes.count)
    let piece = Array(bytes[offset..<end])
    do throws(XMLError) {
      unsafe try parser.feed(piece.span.bytes, final: end == bytes.count, into: &batch)
      drain()
    } catch {
      drain()
      found.append("!\(error.position) \(error.message)")
      return found
    }
    offset = end
  } while offset < bytes.count
  return found
}

private let chunkSizes = [1, 2, 7, 1 << 20]

@Suite struct XMLPushParserTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let xml: String
    let events: [String]
    var testDescription: String { xml }

    init(_ xml: String, _ events: String...) {
      self.xml = xml
      self.events = events
    }
  }

  static let documents = [
    Case("<a/>", "<a@1:1", ">a"),
    Case("<a></a>", "<a@1:1", ">a"),
    Case("<a>x</a>", "<a@1:1", "\"x", ">a"),
    Case(
      "<?xml version=\"1.0\"?>\n<a>\n  <b>1</b>\n  <c/>\n</a>\n",
      "<a@2:1", "\"\n  ", "<b@3:3", "\"1", ">b", "\"\n  ", "<c@4:3", ">c", "\"\n", ">a"),
    Case("<a total=\"2\" b='&lt;&amp;&#65;'/>", "<a@1:1 total=2 b=<&A", ">a"),
    Case("<a>&lt;&amp;&gt;&quot;&apos;&#x41;</a>", "<a@1:1", "\"<&>\"'A", ">a"),
    Case("<a>1<![CDATA[<&>]]>2</a>", "<a@1:1", "\"1<&>2", ">a"),
    Case("<a>1<!-- no -->2<?pi?>3</a>", "<a@1:1", "\"123", ">a"),
    Case("<?pi?><a/><?pi?>", "<a@1:7", ">a"),
    Case("<n:a xmlns:n='urn:x'><n:b/></n:a>", "<a@1:1", "<b@1:22", ">b", ">a"),
    Case("<a>\r\nx</a>", "<a@1:1", "\"\nx", ">a"),
    Case("<ä>ö<ü/></ä>", "<ä@1:1", "\"ö", "<ü@1:5", ">ü", ">ä"),
    Case("<a>\n<b\n x='1'\n y='2'/></a>", "<a@1:1", "\"\n", "<b@2:1 x=1 y=2", ">b", ">a"),
    Case("\u{FEFF}<a/>", "<a@1:1", ">a"),
    // Malformed: libxml2's message, after the events before it.
    Case("", "!1:1 the document ends before its first element"),
    Case(
      "<a><b>1</b>", "<a@1:1", "<b@1:4", "\"1", ">b",
      "!1:12 the document ends within the element a of line 1"),
    Case("<a", "<a@1:1", "!1:3 Couldn't find end of Start Tag a"),
    Case(
      "<a>\n<b><c", "<a@1:1", "\"\n", "<b@2:1",
      "<c@2:4", "!2:6 Couldn't find end of Start Tag c"),
    Case("<a><b>", "<a@1:1", "<b@1:4", "!1:7 the document ends within the element b of line 1"),
    Case("<a><b></a>", "<a@1:1", "<b@1:4", "!1:11 Opening and ending tag mismatch: b line 1 and a"),
    Case("<a/><b/>", "<a@1:1", ">a", "!1:5 Extra content at the end of the document"),
    Case("<a>&x;</a>", "<a@1:1", "!1:7 Entity 'x' not defined"),
    Case("<a x='1' x='2'/>", "!1:15 Attribute x redefined"),
    // Refused, although XML allows it.
    Case(
      "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
      "!1:13 a document type (<!DOCTYPE …>) is not allowed"),
    Case(
      "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
      "!1:40 a document type (<!DOCTYPE …>) is not allowed"),
  ]

  @Test(arguments: documents, chunkSizes)
  func `a flat parser gives the same events without white space after an end tag`(
    _ document: Case, chunk: Int
  ) {
    func withoutBlanks(_ events: [String]) -> [String] {
      zip([""] + events, events).filter { before, event in
        !(before.hasPrefix(">") && event.hasPrefix("\"")
          && event.dropFirst().allSatisfy(\.isWhitespace))
      }.map(\.1)
    }
    let found = events(Array(document.xml.utf8), chunk: chunk, flat: true)
    #expect(withoutBlanks(found) == withoutBlanks(document.events))
  }

  @Test func `a flat parser joins an element and its text`() throws {
    let parser = XMLPushParser(flat: true)
    var batch = XMLBatch()
    let xml = Array("<a>\n <b>1&lt;2</b>\n <c/>\n <d e='f'>3</d></a>".utf8)
    unsafe try parser.feed(xml.span.bytes, final: true, into: &batch)
    #expect(
      batch.events.map(\.kind) == [.open, .element, .element, .start, .text, .end, .end])
  }

  @Test func `the texts of a record's fields are adjacent`() throws {
    let parser = XMLPushParser(flat: true)
    var batch = XMLBatch()
    let xml = Array(
      "<a>\n <b>1&lt;2</b>\n <c/>\n <d></d> <e>3<!-- 4 -->5</e><f><![CDATA[6]]></f></a>".utf8)
    unsafe try parser.feed(xml.span.bytes, final: true, into: &batch)
    let fields = batch.events.filter { $0.kind == .element }
    #expect(fields.map { batch.text($0.lower, $0.upper) } == ["1<2", "", "", "35", "6"])
    #expect(fields.dropFirst().map(\.lower) == fields.dropLast().map(\.upper))
  }

  @Test func `a batch frees the memory of a long text`() throws {
    let parser = XMLPushParser(flat: true)
    var batch = XMLBatch()
    let long = Array("<a><b>\(String(repeating: "x", count: 1_000_000))</b>".utf8)
    unsafe try parser.feed(long.span.bytes, final: false, into: &batch)
    #expect(batch.bytes.count == 1_000_000)
    let short = Array("<b>y</b></a>".utf8)
    unsafe try parser.feed(short.span.bytes, final: true, into: &batch)
    #expect(batch.bytes == [UInt8(ascii: "y")])
    #expect(batch.bytes.capacity < 1000)
  }

  @Test(arguments: documents, chunkSizes)
  func `a document gives the same events at every chunk size`(_ document: Case, chunk: Int) {
    #expect(events(Array(document.xml.utf8), chunk: chunk) == document.events)
  }

  @Test(arguments: chunkSizes)
  func `the encoding comes from the declaration, the byte order mark or the caller`(chunk: Int) {
    let latin =
      Array("<?xml version='1.0' encoding='ISO-8859-1'?><a>".utf8) + [0xE4]
      + Array("</a>".utf8)
    #expect(events(latin, chunk: chunk) == ["<a@1:44", "\"ä", ">a"])
    let bare = Array("<a>".utf8) + [0xE4] + Array("</a>".utf8)
    #expect(events(bare, chunk: chunk, encoding: "ISO-8859-1") == ["<a@1:1", "\"ä", ">a"])
    var wide: [UInt8] = [0xFF, 0xFE]
    for unit in "<a>ä</a>".utf16 { wide += [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
    #expect(events(wide, chunk: max(chunk, 4)) == ["<a@1:1", "\"ä", ">a"])
  }

  @Test(arguments: chunkSizes)
  func `bytes that are not valid UTF-8 are refused`(chunk: Int) {
    let last = events(Array("<a>".utf8) + [0xE4, 0x20] + Array("</a>".utf8), chunk: chunk).last
    #expect(
      last
        == "!1:4 bytes that are not valid UTF-8"
    )
  }

  @Test(arguments: chunkSizes)
  func `a tag that is too long is refused before its attributes are compared`(chunk: Int) {
    func tag(_ count: Int) -> [UInt8] {
      Array("<a>\n<b".utf8)
        + (0..<count).flatMap { Array(" a\($0)='1'".utf8) } + Array("/></a>".utf8)
    }
    // Smaller chunks take too long for a test.
    let chunk = max(chunk, 512)
    #expect(events(tag(2_000), chunk: chunk).last == ">a")
    #expect(
      events(tag(80_000), chunk: chunk).last == "!2:1 a tag is longer than 65536 bytes")
  }

  @Test func `an answer in a declared encoding is decoded as strictly as a file`() throws {
    func text(_ bytes: [UInt8]) throws -> String {
      var text = ""
      try parseXML(Array("<?xml version='1.0' encoding='windows-1252'?><a>".utf8) + bytes) {
        event in
        if case .text(let part) = event { text += part }
      }
      return text
    }
    #expect(try text([0x80] + Array("</a>".utf8)) == "€")
    let hint =
      "the document is damaged, or in another encoding: save it as UTF-8 and declare that"
    #expect(
      throws: XMLError(
        message: "bytes that are not valid windows-1252",
        position: TextPosition(line: 1, column: 49), hint: hint)
    ) { try text([0x81] + Array("</a>".utf8)) }
    #expect(throws: XMLError.self) { try text([0x81] + Array("</nonsense".utf8)) }
  }

  @Test func `nesting depth, text, attributes and names are limited`() {
    let limits = XMLLimits(depth: 3, textBytes: 10, names: 4)
    func last(_ xml: String) -> String? {
      events(Array(xml.utf8), chunk: 7, limits: limits).last
    }
    #expect(last("<a><a><a/></a></a>") == ">a")
    #expect(
      last("<a><a><a><a/></a></a></a>") == "!1:10 elements are nested more than 3 levels deep")
    #expect(last("<a>1234567890</a>") == ">a")
    #expect(last("<a>12345&amp;67890</a>")?.contains("a text is longer than 10 bytes") == true)
    #expect(last("<a>12345<!-- x -->678901</a>")?.contains("longer than 10 bytes") == true)
    #expect(
      last("<a b='123456' c='12345'/>") == "!1:1 attributes are longer than 10 bytes")
    #expect(last("<a><b/><c/><d/><e/></a>") == "!1:16 more than 4 different names are used")
  }

  @Test(arguments: [false, true])
  func `the number of namespaces in scope is limited`(flat: Bool) {
    func declared(_ count: Int) -> String {
      (0..<count).map { " xmlns:n\($0)='urn:x'" }.joined()
    }
    func last(_ xml: String) -> String? {
      events(
        Array(xml.utf8), chunk: 7, limits: XMLLimits(depth: 1_000), flat: flat
      ).last
    }
    func nested(_ depth: Int) -> String {
      let start = String(repeating: "<b\(declared(2))>", count: depth)
      return "<a>\n\(start)<n0:c/>\(String(repeating: "</b>", count: depth))</a>"
    }
    let message = "more than 256 namespaces are open at once"
    #expect(last("<a>\n<n0:b\(declared(256))><n0:c/></n0:b></a>") == ">a")
    #expect(last("<a>\n<n0:b\(declared(257))><n0:c/></n0:b></a>") == "!2:1 \(message)")
    #expect(last(nested(128)) == ">a")
    #expect(
      last(nested(129))
        == "!2:\(128 * "<b xmlns:n0='urn:x' xmlns:n1='urn:x'>".utf8.count + 1) \(message)")
    #expect(last("<a>\(String(repeating: "<b\(declared(200))/>", count: 3))</a>") == ">a")
  }

  @Test func `after an error the parser throws the same error again`() throws {
    let parser = XMLPushParser()
    var batch = XMLBatch()
    let bad = Array("<a></b>".utf8)
    let first = #expect(throws: XMLError.self) {
      unsafe try parser.feed(bad.span.bytes, final: false, into: &batch)
    }
    let good = Array("<a/>".utf8)
    let second = #expect(throws: XMLError.self) {
      unsafe try parser.feed(good.span.bytes, final: true, into: &batch)
    }
    #expect(first == second)
  }
}
