// The effects of creations, updates and deletions.

import Foundation
import HTTPMessages
import SandboxServer
import Testing

@Suite struct WritingTests {
  let sandbox: Sandbox

  init() throws { sandbox = try Sandbox(state: .memory) }

  /// Creates a server in a group, and returns its changeable fields in JSON.
  private func created(_ elements: String, in group: String) -> String {
    let response = sandbox.respond(
      to: HTTPRequest(
        .post, servers(group), headerFields: xmlFields,
        body: xmlServer("<MediaPortGroupObjectId>\(group)</MediaPortGroupObjectId>" + elements)))
    #expect(response.status == 201)
    return shown(response.text)
  }

  /// The changeable fields of a server, in JSON.
  private func shown(_ path: String) -> String {
    let text = sandbox.respond(to: HTTPRequest(.get, path, headerFields: jsonFields)).text
    guard let start = text.range(of: #""HostOrIPAddress""#) else { return text }
    return String(text[start.lowerBound...])
  }

  private func put(_ path: String, _ body: [UInt8], _ fields: HeaderFields = xmlFields) -> Int {
    sandbox.respond(to: HTTPRequest(.put, path, headerFields: fields, body: body)).status
  }

  private func resetStatus(_ group: String) -> Bool {
    sandbox.respond(
      to: HTTPRequest(.get, "/vmrest/portgroups/\(group)", headerFields: fields())
    ).text.contains("<ResetStatusEnum>100</ResetStatusEnum>")
  }

  private let listed = servers(LabGroup.xmlListing) + "/e3e412c3-16fc-4922-b863-c2e365c08350"

  @Test(arguments: [
    (
      "<MediaRemoteServiceEnum>102</MediaRemoteServiceEnum>", LabGroup.sip,
      #""HostOrIPAddress":"127.0.0.1","Port":"5060","TlsPort":"5061","Precedence":"0","HostOrIPAddressV6":""}"#
    ),
    (
      "<MediaRemoteServiceEnum>101</MediaRemoteServiceEnum><HostOrIPAddress/>", LabGroup.sip,
      #""HostOrIPAddress":"127.0.0.1","Precedence":"0","HostOrIPAddressV6":""}"#
    ),
    (
      "<MediaRemoteServiceEnum>100</MediaRemoteServiceEnum><HostOrIPAddressV6>fd00::1</HostOrIPAddressV6>",
      LabGroup.sccp, #""HostOrIPAddress":"","Precedence":"0","HostOrIPAddressV6":"fd00::1"}"#
    ),
    (
      "<MediaRemoteServiceEnum> 100 </MediaRemoteServiceEnum><Port>0099</Port><TlsPort>9999</TlsPort>"
        + "<Precedence>0</Precedence><SkinnyStateMachineEnum>20</SkinnyStateMachineEnum>"
        + "<HostOrIPAddress>Ünicode &amp; &lt;co&gt;</HostOrIPAddress>", LabGroup.sccp,
      #""HostOrIPAddress":"Ünicode & <co>","Port":"99","TlsPort":"9999","Precedence":"0","#
        + #""SkinnyStateMachineEnum":"20","HostOrIPAddressV6":""}"#
    ),
  ])
  func `fields that a creation does not set get a default or are omitted`(
    elements: String, group: String, expected: String
  ) {
    #expect(created(elements, in: group) == expected)
  }

  @Test func `an update changes the fields that it sends, and ignores unknown and read-only ones`()
  {
    let body = xmlServer(
      "<Port>6060</Port><HostOrIpAddress>wrong.case</HostOrIpAddress><Color>red</Color>"
        + "<ObjectId>00000000-0000-4000-8000-000000000000</ObjectId><URI>/x</URI>"
        + "<MediaRemoteServiceEnum>101</MediaRemoteServiceEnum>")
    #expect(put(listed, body) == 204)
    let expected =
      #""HostOrIPAddress":"10.76.214.56","Port":"6060","TlsPort":"5061","Precedence":"0","HostOrIPAddressV6":""}"#
    #expect(shown(listed) == expected)
    let whole = sandbox.respond(to: HTTPRequest(.get, listed, headerFields: fields())).text
    #expect(whole.contains("<MediaRemoteServiceEnum>102</MediaRemoteServiceEnum>"))
  }

  @Test(arguments: [
    #"{"HostOrIPAddress":"a.example","Port":7000,"HostOrIPAddressV6":null}"#,
    #"{"PortGroupServer":{"HostOrIPAddress":"a.example","Port":"7000"}}"#,
  ])
  func `JSON bodies may be bare or wrapped, and contain numbers`(body: String) {
    #expect(put(listed, Array(body.utf8), jsonFields) == 204)
    let expected =
      #""HostOrIPAddress":"a.example","Port":"7000","TlsPort":"5061","Precedence":"0","HostOrIPAddressV6":""}"#
    #expect(shown(listed) == expected)
  }

  /// The .NET SDK writes tags in this way, which XML allows.
  @Test func `tags may have a space before the closing bracket`() {
    let body = "<PortGroupServer >\r\n  <Port >7000</Port >\r\n</PortGroupServer >"
    let fields = fields([
      "Content-Type": "application/xml; charset=utf-8", "Accept": "application/xml, */*",
    ])
    #expect(put(listed, Array(body.utf8), fields) == 204)
    #expect(shown(listed).contains(#""Port":"7000""#))
  }

  @Test
  func `one address can be emptied while the other is set; without any, the host is loopback`() {
    let both = xmlServer("<HostOrIPAddress/><HostOrIPAddressV6>fd00::5</HostOrIPAddressV6>")
    #expect(put(listed, both) == 204)
    #expect(shown(listed).hasPrefix(#""HostOrIPAddress":"","#))
    #expect(put(listed, xmlServer("<HostOrIPAddressV6></HostOrIPAddressV6>")) == 204)
    #expect(shown(listed).hasPrefix(#""HostOrIPAddress":"127.0.0.1","#))
  }

  @Test func `a group requires a reset only after a change`() {
    #expect(put(listed, xmlServer("<Port>5060</Port>")) == 204)
    #expect(!resetStatus(LabGroup.xmlListing))
    #expect(put(listed, xmlServer("<Port>5062</Port>")) == 204)
    #expect(resetStatus(LabGroup.xmlListing))

    #expect(!resetStatus(LabGroup.sip))
    _ = created("<MediaRemoteServiceEnum>102</MediaRemoteServiceEnum>", in: LabGroup.sip)
    #expect(resetStatus(LabGroup.sip))

    #expect(!resetStatus(LabGroup.jsonListing))
    let server = servers(LabGroup.jsonListing) + "/A05577F7-9769-4216-96D2-F9EA2F1721F7"
    #expect(sandbox.respond(to: HTTPRequest(.delete, server, headerFields: fields())).status == 204)
    #expect(resetStatus(LabGroup.jsonListing))
    #expect(sandbox.respond(to: HTTPRequest(.delete, server, headerFields: fields())).status == 404)
  }

  @Test(arguments: HostileBody.all)
  func `a hostile body is a bad request`(body: HostileBody) {
    #expect(put(listed, Array(body.text.utf8), fields(["Content-Type": body.type])) == 400)
    #expect(shown(listed).contains("10.76.214.56"))
  }
}

/// A body that must be refused and must not do harm.
struct HostileBody: Sendable, CustomStringConvertible {
  var description: String
  var type: String
  var text: String

  private static func xml(_ name: String, _ text: String) -> HostileBody {
    HostileBody(description: name, type: "application/xml", text: text)
  }

  private static func json(_ name: String, _ text: String) -> HostileBody {
    HostileBody(description: name, type: "application/json", text: text)
  }

  static let all = [
    xml(
      "an entity bomb",
      #"<!DOCTYPE a [<!ENTITY b "xxxxxxxx"><!ENTITY c "&b;&b;&b;&b;">]>"#
        + "<PortGroupServer><Port>&c;</Port></PortGroupServer>"),
    xml(
      "an external entity",
      #"<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]>"#
        + "<PortGroupServer><HostOrIPAddress>&b;</HostOrIPAddress></PortGroupServer>"),
    xml("a document type", "<!DOCTYPE PortGroupServer><PortGroupServer/>"),
    xml("deep elements", String(repeating: "<PortGroupServer>", count: 5000)),
    xml("a cut document", "<PortGroupServer><Port>1</Port>"),
    xml("two roots", "<PortGroupServer/><PortGroupServer/>"),
    xml("a NUL byte", "\u{0}"),
    json("deep objects", String(repeating: #"{"a":"#, count: 5000)),
    json("deep lists", String(repeating: "[", count: 100_000)),
    json("a trailing comma", #"{"Port":"1",}"#),
    json("a key twice", #"{"Port":"1","Port":"2"}"#),
    json("no JSON at all", "nonsense"),
  ]
}
