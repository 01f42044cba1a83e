// The bodies of writes in XML: written directly if possible, or else by libxml2.

import PortGroupModel
import Testing
import XMLStreams

@testable import UnityConnection

@Suite struct XMLBodyTests {
  private static let texts: [FieldValue] = [
    .absent, .empty, "sip.lab.example", " a  b ", "0~!#$%'()*+,-./:;=?@[\\]^_`{|}",
    "<", ">", "&amp;", "\"quoted\"", "tab\there", "line\nend", "cr\rhere", "ü", "\u{1F600}",
    "\u{7F}",
    "\u{A0}", "\u{FFFD}",
  ]

  /// The body that libxml2's writer produces.
  private func bodyFromWriter(_ fields: [Field], of values: FieldValues) throws -> [UInt8] {
    let writer = XMLTextWriter(indented: false)
    writer.startElement("PortGroupServer")
    for field in fields { try writer.element(field.name, values[field].text ?? "") }
    writer.finish()
    return writer.takeBytes()
  }

  @Test(arguments: texts) func `a body equals that of libxml2's writer`(text: FieldValue) throws {
    var values: FieldValues = [.service: "102", .port: "5060"]
    values[.host] = text
    let fields: [Field] = [.service, .host, .port, .precedence]
    let body = try XMLWire.body(fields, of: values)
    #expect(
      String(decoding: body, as: UTF8.self)
        == String(
          decoding: try bodyFromWriter(fields, of: values), as: UTF8.self))
    let plain = XMLWire.plainBody(fields, of: values)
    #expect(plain == nil || plain == body)
  }

  @Test func `a typical body is written directly`() {
    let values: FieldValues = [.service: "102", .host: "sip-1.site.example", .port: "5060"]
    #expect(
      XMLWire.plainBody([.service, .host, .port], of: values).map {
        String(decoding: $0, as: UTF8.self)
      }
        == """
        <PortGroupServer><MediaRemoteServiceEnum>102</MediaRemoteServiceEnum><HostOrIPAddress>\
        sip-1.site.example</HostOrIPAddress><Port>5060</Port></PortGroupServer>

        """)
  }

  @Test func `the error for a character that XML does not allow names the field`() {
    let error = #expect(throws: WireError.self) {
      try XMLWire.body([.host], of: [.host: "a\u{1}"])
    }
    #expect(error?.detail == "HostOrIPAddress: the character U+0001 cannot be written as XML")
  }
}
