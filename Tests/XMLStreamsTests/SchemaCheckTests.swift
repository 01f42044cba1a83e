// Tests of schemas: compiling them, and checking documents while they are parsed, at every chunk size.

import Testing
import XMLStreams

@Suite struct SchemaCheckTests {
  private let schema = """
    <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
      <xs:element name="List"><xs:complexType><xs:sequence>
        <xs:element name="Item" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:all>
          <xs:element name="Size" type="xs:byte"/>
          <xs:element name="Name" type="xs:string" minOccurs="0"/>
        </xs:all></xs:complexType></xs:element>
      </xs:sequence></xs:complexType></xs:element>
    </xs:schema>
    """

  /// Each violation as `line:column kind element: message`; the kind is that of its event.
  private func violations(_ xml: String, chunk: Int) throws -> [String] {
    let parser = try XMLPushParser(schema: XMLSchema(schema))
    var batch = XMLBatch()
    var found: [String] = []
    let bytes = Array(xml.utf8)
    for start in stride(from: 0, to: bytes.count, by: chunk) {
      let piece = Array(bytes[start..<min(start + chunk, bytes.count)])
      unsafe try parser.feed(piece.span.bytes, final: start + chunk >= bytes.count, into: &batch)
      found += batch.violations.map { violation in
        let kind = batch.events[violation.event].kind
        return "\(violation.position) \(kind) \(violation.element): \(violation.message)"
      }
    }
    return found
  }

  @Test func `a valid document has no violation`() throws {
    let xml = "<List><Item><Size>-128</Size></Item><Item><Name/><Size>127</Size></Item></List>"
    let found = try violations(xml, chunk: 1 << 16)
    #expect(found == [])
  }

  @Test(arguments: [1, 2, 7, 1 << 16])
  func `each violation has its element, position and message`(chunk: Int) throws {
    let found = try violations(
      "<List>\n <Item><Size>128</Size></Item>\n <Item><Name>x</Name></Item>\n <Item a='1'><Size>1"
        + "</Size></Item>\n <Item>x<Size>1</Size></Item>\n <Other/></List>", chunk: chunk)
    #expect(
      found == [
        "2:8 end Size: Element 'Size': '128' is not a valid value of the atomic type 'xs:byte'",
        "3:2 end Item: Element 'Item': Missing child element(s). Expected is ( Size )",
        "4:2 start Item: Element 'Item', attribute 'a': The attribute 'a' is not allowed",
        "5:2 text Item: Element 'Item': Character content other than whitespace is not allowed "
          + "because the content type is 'element-only'",
        "6:2 start Other: Element 'Other': This element is not expected. Expected is ( Item )",
      ])
  }

  @Test func `a document cannot make libxml2 fetch a schema`() throws {
    let root =
      "<List xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' "
      + "xsi:noNamespaceSchemaLocation='http://127.0.0.1:9/x.xsd' "
      + "xsi:schemaLocation='urn:x file:///etc/passwd'"
    #expect(try violations(root + "/>", chunk: 7) == [])
    #expect(try violations(root + "><Item><Size>1</Size></Item></List>", chunk: 1 << 16) == [])
  }

  @Test func `a very long value is shortened in the message`() throws {
    let long = String(repeating: "9", count: 100_000)
    let found = try violations("<List><Item><Size>\(long)</Size></Item></List>", chunk: 4096)
    #expect(found.count == 1)
    let first = found.first ?? ""
    #expect(first.hasPrefix("1:13 end Size: Element 'Size': '999"))
    #expect(first.unicodeScalars.count < 340)
  }

  @Test func `a text that is not a schema is refused with libxml2's message`() {
    #expect(throws: XMLError.self) { try XMLSchema("<xs:schema") }
    let error = #expect(throws: XMLError.self) {
      try XMLSchema(
        "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'>\n"
          + "<xs:element name='a' type='Missing'/></xs:schema>")
    }
    #expect(error?.position.line == 2)
    #expect(error?.message.contains("does not resolve to a(n) type definition") == true)
  }
}
