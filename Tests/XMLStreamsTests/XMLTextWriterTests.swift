// Tests of the XML writer and of `parseXML`: what is written is read back unchanged.

import Testing
import XMLStreams

@Suite struct XMLTextWriterTests {
  @Test func `a document is indented by two spaces, and an empty element is <Name/>`() throws {
    let writer = XMLTextWriter()
    writer.startDocument()
    writer.startElement("PortGroupServers")
    try writer.attribute("total", "1")
    writer.startElement("PortGroupServer")
    try writer.element("HostOrIPAddress", "a & b <c> \"d\"")
    try writer.element("HostOrIPAddressV6", "")
    writer.emptyElement("Port")
    writer.endElement()
    writer.finish()
    let expected = """
      <?xml version="1.0" encoding="UTF-8"?>
      <PortGroupServers total="1">
        <PortGroupServer>
          <HostOrIPAddress>a &amp; b &lt;c&gt; &quot;d&quot;</HostOrIPAddress>
          <HostOrIPAddressV6/>
          <Port/>
        </PortGroupServer>
      </PortGroupServers>

      """
    #expect(String(decoding: writer.takeBytes(), as: UTF8.self) == expected)
  }

  @Test func `bytes can be taken piece by piece`() throws {
    let writer = XMLTextWriter(indented: false)
    var bytes: [UInt8] = []
    writer.startElement("a")
    bytes += writer.takeBytes()
    for number in 1...3 {
      try writer.element("b", "\(number)")
      bytes += writer.takeBytes()
    }
    writer.finish()
    bytes += writer.takeBytes()
    #expect(String(decoding: bytes, as: UTF8.self) == "<a><b>1</b><b>2</b><b>3</b></a>\n")
    #expect(writer.takeBytes().isEmpty)
  }

  @Test(arguments: [
    "plain", "<&>\"'", "]]>", "a\r\nb\tc", " spaces ", "ä€😀", "&amp;", "<!-- -->", "\u{85}\u{2028}",
  ])
  func `special characters are read back as they were written`(_ text: String) throws {
    let writer = XMLTextWriter(indented: false)
    writer.startDocument()
    writer.startElement("a")
    try writer.attribute("x", text)
    try writer.element("b", text)
    writer.finish()
    var read = ""
    var attribute = ""
    try parseXML(writer.takeBytes()) { event in
      switch event {
      case .startElement("a", let attributes, _): attribute = attributes[0].value
      case .startElement: break
      case .text(let piece): read += piece
      case .endElement: break
      }
    }
    #expect(read == text)
    #expect(attribute == text)
  }

  @Test(arguments: [("a\u{0}b", "U+0000"), ("\u{1F}", "U+001F"), ("x\u{FFFE}", "U+FFFE")])
  func `a character that XML does not allow is refused`(_ text: String, _ code: String) throws {
    let writer = XMLTextWriter()
    writer.startElement("a")
    let error = #expect(throws: XMLWriterError.self) { try writer.element("b", text) }
    #expect(error?.description == "the character \(code) cannot be written as XML")
  }
}

@Suite struct ParseXMLTests {
  @Test func `a small document is parsed event by event`() throws {
    var events: [XMLEvent] = []
    try parseXML(Array("<a total='1'><b>x</b></a>".utf8)) { events.append($0) }
    #expect(
      events == [
        .startElement(
          name: "a", attributes: [XMLAttribute(name: "total", value: "1")],
          position: TextPosition(line: 1, column: 1)),
        .startElement(name: "b", attributes: [], position: TextPosition(line: 1, column: 14)),
        .text("x"), .endElement(name: "b"), .endElement(name: "a"),
      ])
  }

  @Test func `the events before an error are reported, then it is thrown`() {
    var names: [String] = []
    let error = #expect(throws: XMLError.self) {
      try parseXML(Array("<a><b/>".utf8)) { event in
        if case .startElement(let name, _, _) = event { names.append(name) }
      }
    }
    #expect(names == ["a", "b"])
    #expect(
      error?.description == "line 1, column 8: the document ends within the element a of line 1")
  }

  @Test func `a document of more than 10 MB is read completely`() throws {
    let count = 12_000
    let text = String(repeating: "é", count: 512)
    let document = "<a>" + String(repeating: "<b>\(text)</b>", count: count) + "</a>"
    var read = 0
    var isRight = true
    var open = ""
    try parseXML(Array(document.utf8)) { event in
      switch event {
      case .startElement: open = ""
      case .text(let part): open += part
      case .endElement(let name):
        guard name == "b" else { return }
        read += 1
        if open != text { isRight = false }
      }
    }
    #expect(read == count)
    #expect(isRight)
  }
}
