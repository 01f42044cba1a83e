// Lists and single objects, in both formats and over several pages.

import HTTPMessages
import PortGroupModel
import Synchronization
import Testing
import UnityConnection

@Suite struct ListTests {
  /// The list responses of the API page, with its broken lines corrected.
  static let xmlList = """
    <PortGroupServers total="1">
    <PortGroupServer>
      <URI>/vmrest/portgroups/0a7f3c85-e1bd-405e-a0e2-9926fcdc5a37/portgroupservers/e3e412c3-16fc-4922-b863-c2e365c08350</URI>
      <ObjectId>e3e412c3-16fc-4922-b863-c2e365c08350</ObjectId>
      <MediaRemoteServiceEnum>102</MediaRemoteServiceEnum>
      <MediaPortGroupObjectId>0a7f3c85-e1bd-405e-a0e2-9926fcdc5a37</MediaPortGroupObjectId>
      <PortGroupURI>/vmrest/portgroups/0a7f3c85-e1bd-405e-a0e2-9926fcdc5a37</PortGroupURI>
      <HostOrIPAddress>10.76.214.56</HostOrIPAddress>
      <Port>5060</Port>
      <TlsPort>5061</TlsPort>
      <Precedence>0</Precedence>
      <HostOrIPAddressV6/>
    </PortGroupServer>
    </PortGroupServers>
    """
  static let jsonList = """
    {"@total": "1", "PortGroupServer": {
      "URI": "/vmrest/portgroups/0a7f3c85-e1bd-405e-a0e2-9926fcdc5a37/portgroupservers/e3e412c3-16fc-4922-b863-c2e365c08350",
      "ObjectId": "e3e412c3-16fc-4922-b863-c2e365c08350",
      "MediaRemoteServiceEnum": "102",
      "MediaPortGroupObjectId": "0a7f3c85-e1bd-405e-a0e2-9926fcdc5a37",
      "PortGroupURI": "/vmrest/portgroups/0a7f3c85-e1bd-405e-a0e2-9926fcdc5a37",
      "HostOrIPAddress": "10.76.214.56", "Port": "5060", "TlsPort": "5061",
      "Precedence": "0", "HostOrIPAddressV6": ""}}
    """

  @Test(arguments: [(WireFormat.xml, xmlList), (.json, jsonList)])
  func `the API page's list can be read`(wire: WireFormat, body: String) async throws {
    let server = ScriptedServer { _ in .success(.body(body)) }
    let list = try await ConnectionClient(server, wire: wire).servers(of: ExampleID.group)
    let id = ExampleID.id("e3e412c3-16fc-4922-b863-c2e365c08350")
    let group = "/vmrest/portgroups/0a7f3c85-e1bd-405e-a0e2-9926fcdc5a37"
    #expect(
      list.servers == [
        PortGroupServer(
          objectID: id,
          fields: [
            .service: "102", .host: "10.76.214.56", .hostV6: .empty, .port: "5060",
            .tlsPort: "5061", .precedence: "0",
            .groupObjectID: "0a7f3c85-e1bd-405e-a0e2-9926fcdc5a37",
            .uri: FieldValue(text: "\(group)/portgroupservers/\(id)"),
            .groupURI: FieldValue(text: group),
          ])
      ])
    #expect(list.unknownFields == [])
    #expect(
      server.calls.map(\.target) == [
        "/vmrest/portgroups/\(ExampleID.group)/portgroupservers?rowsPerPage=100&pageNumber=1"
      ])
    #expect(server.calls.map { $0.headerFields["Accept"] } == ["application/\(wire.rawValue)"])
  }

  private static let one = "00000000-0000-0000-0000-000000000001"

  @Test(arguments: [
    "<PortGroupServers total='1'><PortGroupServer><ObjectId>\(one)</ObjectId><Port>5060</Port><Zeal>9</Zeal><Deep><Er>x</Er></Deep></PortGroupServer></PortGroupServers>",
    "{\"@total\":1,\"PortGroupServer\":[{\"ObjectId\":\"\(one)\",\"Port\":5060,\"Zeal\":true,\"Deep\":{\"Er\":\"x\"}}]}",
    " \n{\"PortGroupServer\":{\"ObjectId\":\"\(one)\",\"Port\":\"5060\",\"Zeal\":null,\"Deep\":[]},\"@total\":\"1\"}",
    "\u{FEFF}<PortGroupServers total='1'><PortGroupServer><ObjectId>\(one)</ObjectId><Port>50<![CDATA[60]]></Port><Zeal/><Deep><Er/></Deep></PortGroupServer></PortGroupServers>",
  ])
  func `unknown fields are reported`(body: String) async throws {
    let server = ScriptedServer { _ in .success(.body(body)) }
    let list = try await ConnectionClient(server).servers(of: ExampleID.group)
    #expect(list.unknownFields == ["Deep", "Zeal"])
    #expect(
      list.servers == [PortGroupServer(objectID: ExampleID.id(Self.one), fields: [.port: "5060"])])
  }

  /// Fields of a server that do not have exactly one value, and the error messages.
  private static let unreadable = [
    (
      "<HostOrIPAddress><b>10.1.0.1</b></HostOrIPAddress>",
      "the field HostOrIPAddress of a PortGroupServer holds other fields or a list, and not one value"
    ),
    (
      "<HOSTORIPADDRESS>10.1.0.1</HOSTORIPADDRESS>",
      "a PortGroupServer has the field HOSTORIPADDRESS where the API has HostOrIPAddress"
    ),
    (
      "<HostOrIPAddress>10.1.0.1</HostOrIPAddress><HostOrIPAddress>10.1.0.2</HostOrIPAddress>",
      "the field HostOrIPAddress occurs twice in a PortGroupServer"
    ),
    ("<ObjectId>\(one)</ObjectId>", "the field ObjectId occurs twice in a PortGroupServer"),
    (
      "\"HostOrIPAddress\":[\"10.1.0.1\"]",
      "the field HostOrIPAddress of a PortGroupServer holds other fields or a list, and not one value"
    ),
    (
      "\"HostOrIPAddress\":{\"b\":1}",
      "the field HostOrIPAddress of a PortGroupServer holds other fields or a list, and not one value"
    ),
    ("\"precedence\":1", "a PortGroupServer has the field precedence where the API has Precedence"),
  ]

  @Test(arguments: unreadable)
  func `a known field that cannot be read is an error`(
    field: String, message: String
  ) async throws {
    let isXML = field.hasPrefix("<")
    let body =
      isXML
      ? "<PortGroupServers total='1'><PortGroupServer><ObjectId>\(Self.one)</ObjectId>\(field)</PortGroupServer></PortGroupServers>"
      : "{\"@total\":1,\"PortGroupServer\":[{\"ObjectId\":\"\(Self.one)\",\(field)}]}"
    let server = ScriptedServer { _ in .success(.body(body)) }
    let client = ConnectionClient(server, wire: isXML ? .xml : .json)
    let error = await #expect(throws: ServerError.self) {
      _ = try await client.servers(of: ExampleID.group)
    }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test(arguments: [
    "<DisplayName><b>SIP</b></DisplayName>",
    "<DisplayName>A</DisplayName><DisplayName>B</DisplayName>",
    "<ResetStatusEnum><b>100</b></ResetStatusEnum>",
  ])
  func `a port group whose name or state cannot be read is an error`(field: String)
    async throws
  {
    let server = ScriptedServer { _ in
      .success(
        .body(
          "<PortGroups total='1'><PortGroup><ObjectId>\(Self.one)</ObjectId>\(field)</PortGroup></PortGroups>"
        ))
    }
    await #expect(throws: ServerError.self) {
      _ = try await ConnectionClient(server).portGroups()
    }
  }

  @Test(arguments: [
    (WireFormat.xml, "<PortGroupServers total=\"0\"/>"), (.json, "{\"@total\":\"0\"}"),
  ])
  func `an empty list is accepted after the group itself was read`(
    wire: WireFormat, body: String
  ) async throws {
    let group = "<PortGroup><ObjectId>\(ExampleID.group)</ObjectId></PortGroup>"
    let server = ScriptedServer { request in
      .success(.body(request.target.contains("portgroupservers") ? body : group))
    }
    let list = try await ConnectionClient(server, wire: wire).servers(of: ExampleID.group)
    #expect(list == ServerList(servers: [], unknownFields: [], exchanges: 2))
    #expect(server.calls.map(\.target).last == "/vmrest/portgroups/\(ExampleID.group)")
  }

  @Test func `an empty list of a group that does not exist is an error`() async throws {
    let server = ScriptedServer { request in
      .success(
        request.target.contains("portgroupservers")
          ? .body("{\"@total\":\"0\"}") : HTTPResponse(status: 404))
    }
    let error = await #expect(throws: ServerError.self) {
      try await ConnectionClient(server).servers(of: ExampleID.group)
    }
    #expect(error?.kind == .groupGone)
    #expect(error?.detail == "there is no port group \(ExampleID.group)")
  }

  /// A page with the groups of these numbers, as XML.
  private static func page(_ numbers: Range<Int>, total: Int) -> HTTPResponse {
    let groups = numbers.map {
      "<PortGroup><ObjectId>\(ExampleID.id(number: $0))</ObjectId>"
        + "<DisplayName>Group \($0)</DisplayName></PortGroup>"
    }
    return .body("<PortGroups total=\"\(total)\">\(groups.joined())</PortGroups>")
  }

  /// The number of the requested page.
  private static func number(_ request: HTTPRequest) -> Int {
    Int(request.target.split(separator: "=").last ?? "") ?? 0
  }

  @Test func `a long list is read in pages of a hundred`() async throws {
    let server = ScriptedServer { request in
      let start = (Self.number(request) - 1) * 100
      return .success(Self.page(start..<min(start + 100, 250), total: 250))
    }
    let groups = try await ConnectionClient(server).portGroups()
    #expect(groups.map(\.objectID) == (0..<250).map { ExampleID.id(number: $0) })
    #expect(groups.last?.displayName == "Group 249")
    #expect(
      server.calls.map(\.target)
        == (1...3).map { "/vmrest/portgroups?rowsPerPage=100&pageNumber=\($0)" })
  }

  @Test func `a list that grows during reading is read to its new end`() async throws {
    let server = ScriptedServer { request in
      .success(
        Self.number(request) == 1
          ? Self.page(0..<100, total: 100 + 1) : Self.page(99..<102, total: 102))
    }
    #expect(try await ConnectionClient(server).portGroups().count == 102)
  }

  @Test(arguments: [
    // The same page twice, an empty page, and more objects than the total.
    (0..<100, 0..<100, 150, "100 came, but the server counts 150"),
    (0..<100, 0..<0, 150, "100 came, but the server counts 150"),
    (0..<100, 100..<200, 150, "200 came, but the server counts 150"),
    (0..<0, 0..<0, 3, "0 came, but the server counts 3"),
    (0..<3, 0..<0, 2, "3 came, but the server counts 2"),
  ])
  func `a list that cannot be completed ends with an error`(
    first: Range<Int>, later: Range<Int>, total: Int, detail: String
  ) async throws {
    let server = ScriptedServer { request in
      .success(Self.page(Self.number(request) == 1 ? first : later, total: total))
    }
    let error = await #expect(throws: ServerError.self) {
      try await ConnectionClient(server).portGroups()
    }
    #expect(error?.kind == .incompleteList)
    #expect(error?.detail == detail)
    #expect(server.calls.count <= 2)
  }

  @Test(arguments: WireFormat.allCases, [100_001, Int.max])
  func `a list over the limit is an error that names the server`(
    wire: WireFormat, total: Int
  ) async throws {
    let next = Atomic(0)
    let server = ScriptedServer { _ in
      let number = next.add(1, ordering: .relaxed).newValue
      let id = ExampleID.id(number: number).text
      return .success(
        .body(
          wire == .xml
            ? "<L total='\(total)'><PortGroup><ObjectId>\(id)</ObjectId></PortGroup></L>"
            : "{\"@total\":\"\(total)\",\"PortGroup\":{\"ObjectId\":\"\(id)\"}}"))
    }
    let error = await #expect(throws: ServerError.self) {
      try await ConnectionClient(server, wire: wire).portGroups()
    }
    #expect(
      error?.description == """
        https://cuc.example.com:8443: the answer cannot be understood: the server counts \(total) objects, \
        and a list of more than 100000 is not read (GET /vmrest/portgroups); \
        check that the target is a Cisco Unity Connection server and not a proxy or another web page
        """)
    #expect(error?.isRepeatable == false)
    #expect(server.calls.count == 1)
  }

  @Test(arguments: WireFormat.allCases)
  func `a page with far more objects than requested is an error`(wire: WireFormat) async throws {
    func body(_ count: Int) -> String {
      let ids = (0..<count).map { ExampleID.id(number: $0).text }
      return wire == .xml
        ? "<L total='\(count)'>"
          + ids.map { "<PortGroup><ObjectId>\($0)</ObjectId></PortGroup>" }.joined() + "</L>"
        : "{\"@total\":\"\(count)\",\"PortGroup\":["
          + ids.map { "{\"ObjectId\":\"\($0)\"}" }.joined(separator: ",") + "]}"
    }
    let bodies = [body(1_000), body(1_001)]
    let client = { (number: Int) in
      ConnectionClient(ScriptedServer { _ in .success(.body(bodies[number])) }, wire: wire)
    }
    #expect(try await client(0).portGroups().count == 1_000)
    let error = await #expect(throws: ServerError.self) { try await client(1).portGroups() }
    #expect(
      error?.detail
        == "more than 1000 objects of type PortGroup came on one page, and 100 were asked for")
  }

  @Test(arguments: [
    "<L total='1'>" + String(repeating: "<a/>", count: 200_001) + "</L>",
    "<L total='1'><PortGroup>" + String(repeating: "<a/>", count: 200_001) + "</PortGroup></L>",
    "{\"@total\":\"1\",\"x\":[0" + String(repeating: ",0", count: 200_001) + "]}",
  ])
  func `a response with too many parts is an error, for a list and for an object`(
    body: String
  ) async throws {
    let client = ConnectionClient(ScriptedServer { _ in .success(.body(body)) })
    for request in [
      { try await _ = client.portGroups() }, { try await _ = client.version() },
    ] as [@Sendable () async throws -> Void] {
      let error = await #expect(throws: ServerError.self) { try await request() }
      #expect(
        error?.detail == "the answer has more than 200000 parts, which no answer of this API has")
    }
  }

  @Test func `reading a list can be stopped between two pages`() async throws {
    let isStopped = Atomic(false)
    let server = ScriptedServer { request in
      let start = (Self.number(request) - 1) * 100
      if start == 200 { isStopped.store(true, ordering: .relaxed) }
      return .success(Self.page(start..<start + 100, total: 10_000))
    }
    let client = ConnectionClient(server).stopping { isStopped.load(ordering: .relaxed) }
    let error = await #expect(throws: ServerError.self) { try await client.portGroups() }
    #expect(error?.kind == .cancelled)
    #expect(error?.detail == "the rest of a list was not asked for")
    #expect(server.calls.count == 3)
    await #expect(throws: ServerError.self) { try await client.servers(of: ExampleID.group) }
    #expect(server.calls.count == 3, "no further request is sent")
  }

  @Test(arguments: [
    ("", "the answer is empty"),
    ("hello", "the answer is neither XML nor a JSON object"),
    ("[]", "the answer is neither XML nor a JSON object"),
    ("<PortGroup/>", "<PortGroup> came in place of a list with its total"),
    ("<PortGroups total='x'/>", "<PortGroups> came in place of a list with its total"),
    ("<PortGroups total='-1'/>", "<PortGroups> came in place of a list with its total"),
    ("{}", "a JSON object without \"@total\" came in place of a list"),
    ("{\"@total\":\"many\"}", "a JSON object without \"@total\" came in place of a list"),
    (
      "<PortGroups total='1'><PortGroup><ObjectId>x</ObjectId></PortGroup></PortGroups>",
      "a PortGroup came without a sound ObjectId"
    ),
    ("{\"@total\":\"1\",\"PortGroup\":{}}", "a PortGroup came without a sound ObjectId"),
  ])
  func `a response that is not a list is an error`(body: String, detail: String) async throws {
    let server = ScriptedServer { _ in .success(.body(body)) }
    await #expect(
      throws: ServerError(
        .unexpectedAnswer, server: ConnectionClient.address,
        call: "GET /vmrest/portgroups?rowsPerPage=100&pageNumber=1", detail: detail)
    ) { try await ConnectionClient(server).portGroups() }
  }

  @Test(arguments: [
    "<PortGroups total='1'><PortGroup>", "{\"@total\":\"1\",}",
    "<!DOCTYPE x [<!ENTITY a 'b'>]><PortGroups total='0'>&a;</PortGroups>",
  ])
  func `a malformed or hostile body is an error`(body: String) async throws {
    let server = ScriptedServer { _ in .success(.body(body)) }
    let error = await #expect(throws: ServerError.self) {
      try await ConnectionClient(server).portGroups()
    }
    #expect(error?.kind == .unexpectedAnswer)
  }

  @Test(arguments: [
    "<PortGroup><ObjectId>\(ExampleID.group)</ObjectId><DisplayName>A</DisplayName>"
      + "<TelephonyIntegrationMethodEnum>2</TelephonyIntegrationMethodEnum>"
      + "<ResetStatusEnum>100</ResetStatusEnum></PortGroup>",
    "{\"ObjectId\":\"\(ExampleID.group)\",\"DisplayName\":\"A\","
      + "\"TelephonyIntegrationMethodEnum\":\"2\",\"ResetStatusEnum\":\"100\"}",
    "{\"PortGroup\":{\"ObjectId\":\"\(ExampleID.group)\",\"DisplayName\":\"A\","
      + "\"TelephonyIntegrationMethodEnum\":2,\"ResetStatusEnum\":100}}",
  ])
  func `a group can be read in every format`(body: String) async throws {
    let server = ScriptedServer { _ in .success(.body(body)) }
    #expect(
      try await ConnectionClient(server).portGroup(ExampleID.group)
        == PortGroup(
          objectID: ExampleID.group, displayName: "A", integration: .sip, needsReset: true))
    #expect(server.calls.map(\.target) == ["/vmrest/portgroups/\(ExampleID.group)"])
  }

  @Test(arguments: [404, 410])
  func `a group that does not exist is reported as nil`(status: Int) async throws {
    let server = ScriptedServer { _ in .success(HTTPResponse(status: status)) }
    #expect(try await ConnectionClient(server).portGroup(ExampleID.group) == nil)
  }

  @Test(arguments: [
    (400, ServerError.Kind.refused), (403, .forbidden), (404, .notFound), (302, .unexpectedAnswer),
    (429, .busy), (503, .busy), (500, .failed), (502, .failed), (504, .failed),
  ])
  func `a failed read has an error with the cause`(status: Int, kind: ServerError.Kind) async throws
  {
    let server = ScriptedServer { _ in .success(HTTPResponse(status: status)) }
    let error = await #expect(throws: ServerError.self) {
      try await ConnectionClient(server).version()
    }
    #expect(error?.kind == kind)
    #expect(error?.status == status)
  }
}
