// Undocumented behavior of the real server: each switch in each position.

import HTTPMessages
import SandboxServer
import Testing

@Suite struct HabitTests {
  /// A sandbox with one habit changed from its default.
  private static func sandbox(_ change: (inout SandboxHabits) -> Void) throws -> Sandbox {
    var habits = SandboxHabits()
    change(&habits)
    return try Sandbox(state: .memory, configuration: SandboxConfiguration(habits: habits))
  }

  private static let sipServer = servers(LabGroup.sip) + "/1f0e6c52-88d3-4b7a-a1c9-5e2d90b7f301"
  private static let lastServer =
    servers(LabGroup.xmlListing) + "/e3e412c3-16fc-4922-b863-c2e365c08350"

  private static func creation(
    _ service: String, _ host: String, precedence: String? = nil, in group: String = LabGroup.sip
  ) -> HTTPRequest {
    var elements =
      "<MediaPortGroupObjectId>\(group)</MediaPortGroupObjectId>"
      + "<MediaRemoteServiceEnum>\(service)</MediaRemoteServiceEnum>"
      + "<HostOrIPAddress>\(host)</HostOrIPAddress>"
    if let precedence { elements += "<Precedence>\(precedence)</Precedence>" }
    return HTTPRequest(.post, servers(group), headerFields: xmlFields, body: xmlServer(elements))
  }

  private static func update(_ path: String, _ elements: String) -> HTTPRequest {
    HTTPRequest(.put, path, headerFields: xmlFields, body: xmlServer(elements))
  }

  /// The new server as XML shows it.
  private static func created(_ request: HTTPRequest, in sandbox: Sandbox) -> HTTPResponse {
    let uri = sandbox.respond(to: request).text
    return sandbox.respond(to: HTTPRequest(.get, uri, headerFields: fields()))
  }

  @Test func `precedences can be required to be unique in a group and service`() throws {
    let again = Self.creation("102", "10.10.0.13", precedence: "1")
    #expect(try Sandbox(state: .memory).respond(to: again).status == 201)
    let sandbox = try Self.sandbox { $0.unique = .precedence }
    let refused = sandbox.respond(to: again)
    #expect(refused.status == 400)
    #expect(
      refused.text.contains(
        "<message>Precedence is '1'; another server of this service and group has it</message>"))
    #expect(
      sandbox.respond(to: Self.creation("101", "10.10.0.13", precedence: "1")).status == 201)
    #expect(
      sandbox.respond(to: Self.update(Self.sipServer, "<Precedence>1</Precedence>")).status == 400)
    #expect(
      sandbox.respond(to: Self.update(Self.sipServer, "<Precedence>0</Precedence>")).status == 204)
  }

  @Test func `hosts can be required to be unique in a group and service`() throws {
    let again = Self.creation("100", "CUCM-PUB.lab.example", in: LabGroup.sccp)
    #expect(try Sandbox(state: .memory).respond(to: again).status == 201)
    let sandbox = try Self.sandbox { $0.unique = .host }
    let refused = sandbox.respond(to: again)
    #expect(refused.status == 400)
    #expect(refused.text.contains("HostOrIPAddress is 'CUCM-PUB.lab.example'; another server"))
    let move = "<HostOrIPAddress>10.10.0.12</HostOrIPAddress>"
    #expect(sandbox.respond(to: Self.update(Self.sipServer, move)).status == 400)
  }

  @Test func `the last server of service 100 or 102 in a group can be protected from deletion`()
    throws
  {
    let deletion = HTTPRequest(.delete, Self.lastServer, headerFields: fields())
    #expect(try Sandbox(state: .memory).respond(to: deletion).status == 204)
    let sandbox = try Self.sandbox { $0.lastServer = .keep }
    #expect(sandbox.respond(to: deletion).status == 400)
    let another = sandbox.respond(
      to: Self.creation("102", "10.10.0.13", in: LabGroup.xmlListing))
    #expect(another.status == 201)
    #expect(sandbox.respond(to: deletion).status == 204)
    let tftp = servers(LabGroup.sccp) + "/1f0e6c52-88d3-4b7a-a1c9-5e2d90b7f305"
    #expect(
      sandbox.respond(to: HTTPRequest(.delete, tftp, headerFields: fields())).status == 204)
  }

  @Test func `the maximum port can be 65535, but not the maximum precedence`() throws {
    let sandbox = try Self.sandbox { $0.largestPort = 65535 }
    let ports = "<Port>65535</Port><TlsPort>10000</TlsPort>"
    #expect(sandbox.respond(to: Self.update(Self.sipServer, ports)).status == 204)
    #expect(
      sandbox.respond(to: Self.update(Self.sipServer, "<Port>65536</Port>")).text.contains(
        "Port is '65536'; allowed is 0 to 65535"))
    #expect(
      sandbox.respond(to: Self.update(Self.sipServer, "<Precedence>10000</Precedence>")).status
        == 400)
  }

  /// The default ports of a new SIP proxy and of a new TFTP server.
  static let defaultPorts: [(SandboxHabits.DefaultPorts, [String], [String])] = [
    (.sip, ["5060"], []), (.all, ["5060"], ["5060"]), (.none, [], []),
  ]

  @Test func `numbers outside their ranges, and for other integrations, can be accepted`() throws {
    let odd =
      "<Port>70000</Port><Precedence>-1</Precedence><SkinnyStateMachineEnum>0</SkinnyStateMachineEnum>"
    #expect(try Self.sandbox { _ in }.respond(to: Self.update(Self.sipServer, odd)).status == 400)
    let sandbox = try Self.sandbox { $0.takesAnyNumber = true }
    #expect(sandbox.respond(to: Self.update(Self.sipServer, odd)).status == 204)
    let shown = sandbox.respond(to: HTTPRequest(.get, Self.sipServer, headerFields: fields())).text
    for element in ["<Port>70000<", "<Precedence>-1<", "<SkinnyStateMachineEnum>0<"] {
      #expect(shown.contains(element))
    }
    #expect(
      sandbox.respond(to: Self.update(Self.sipServer, "<Port>x</Port>")).status == 400)
  }

  @Test(arguments: defaultPorts)
  func `ports that are not sent get a default or are omitted`(
    habit: SandboxHabits.DefaultPorts, proxy: [String], tftp: [String]
  ) throws {
    let sandbox = try Self.sandbox { $0.defaultPorts = habit }
    for (service, ports) in [("102", proxy), ("101", tftp)] {
      let shown = Self.created(Self.creation(service, "a.example"), in: sandbox)
      #expect(try Wire.xml.values("Port", in: shown) == ports)
    }
  }

  @Test func `a precedence that is not sent can default to the next one of its service`() throws {
    let sandbox = try Self.sandbox { $0.defaultPrecedence = .next }
    let cases = [("102", nil, "2"), ("102", "7", "7"), ("102", nil, "8"), ("101", nil, "0")]
    for (service, named, expected) in cases {
      let shown = Self.created(
        Self.creation(service, "a.example", precedence: named), in: sandbox)
      #expect(try Wire.xml.values("Precedence", in: shown) == [expected])
    }
  }

  @Test func `host names can be converted to lower case`() throws {
    let sandbox = try Self.sandbox { $0.hostCase = .lower }
    let shown = Self.created(Self.creation("102", "Proxy.EXAMPLE"), in: sandbox)
    #expect(try Wire.xml.values("HostOrIPAddress", in: shown) == ["proxy.example"])
    let change = Self.update(Self.sipServer, "<HostOrIPAddressV6>FD00::A</HostOrIPAddressV6>")
    #expect(sandbox.respond(to: change).status == 204)
    let updated = sandbox.respond(to: HTTPRequest(.get, Self.sipServer, headerFields: fields()))
    #expect(try Wire.xml.values("HostOrIPAddressV6", in: updated) == ["fd00::a"])
  }

  @Test func `the response to a creation can have each form that the API page shows`() throws {
    let flat = try Self.sandbox { $0.createdURI = .flat }
    let first = flat.respond(to: Self.creation("102", "a.example")).text
    #expect(first.wholeMatch(of: #/\/vmrest\/portgroupservers\/[0-9a-f-]{36}/#) != nil)
    let group = try Self.sandbox { $0.createdURI = .group }
    let second = group.respond(to: Self.creation("102", "a.example")).text
    #expect(second.wholeMatch(of: #/\/vmrest\/portgroups\/[0-9a-f-]{36}/#) != nil)
    #expect(!second.hasSuffix(LabGroup.sip))

    let silent = try Self.sandbox { $0.createdTFTP = .nothing }
    let third = silent.respond(to: Self.creation("101", "a.example"))
    #expect(third.status == 204)
    #expect(third.body.isEmpty)
    #expect(third.headerFields["Location"] == nil)
    #expect(silent.respond(to: Self.creation("102", "a.example")).status == 201)

    let doubled = try Self.sandbox { $0.location = .doubled }
    let fourth = doubled.respond(to: Self.creation("102", "a.example"))
    #expect(fourth.headerFields["Location"] == servers(LabGroup.sip) + fourth.text)
  }

  @Test func `an id that does not exist can be a bad request, but an unknown path cannot`() throws {
    let sandbox = try Self.sandbox { $0.unknownID = .badRequest }
    for path in ["/vmrest/portgroups/bogus", servers(LabGroup.sip) + "/bogus"] {
      #expect(sandbox.respond(to: HTTPRequest(.get, path, headerFields: fields())).status == 400)
    }
    let handlers = HTTPRequest(.get, "/vmrest/callhandlers", headerFields: fields())
    #expect(sandbox.respond(to: handlers).status == 404)
  }

  @Test func `the habit sets the number of rows on a page, unless the request does`() throws {
    let sandbox = try Self.sandbox { $0.pageSize = 4 }
    for (query, count) in [("", 4), ("?pageNumber=2", 2), ("?rowsPerPage=5", 5)] {
      let response = sandbox.respond(to: Wire.xml.request(.get, "/vmrest/portgroups" + query))
      #expect(try Wire.xml.total(of: response) == 6)
      #expect(try Wire.xml.values("ObjectId", in: response).count == count)
    }
  }
}
