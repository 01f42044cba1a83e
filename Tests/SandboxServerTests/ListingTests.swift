// Lists: paging, queries, sort orders and empty lists; also single objects.

import Foundation
import HTTPMessages
import SandboxServer
import Testing

@Suite struct ListingTests {
  let sandbox: Sandbox

  init() throws { sandbox = try Sandbox(state: .memory) }

  private func get(_ target: String, json: Bool = false) -> HTTPResponse {
    sandbox.respond(to: HTTPRequest(.get, target, headerFields: json ? jsonFields : fields()))
  }

  /// The display names that a list of port groups shows, in order.
  private func names(_ target: String) -> [String] {
    get(target).text.components(separatedBy: "<DisplayName>").dropFirst().map {
      String($0.prefix { $0 != "<" })
    }
  }

  static let all = [
    "PhoneSystem-1 SIP", "PhoneSystem-1 SCCP", "PhoneSystem-1 SIP Listing",
    "PhoneSystem-2 SIP Listing", "PhoneSystem-2 SCCP", "PhoneSystem-2 PIMG",
  ]

  static let pages: [(query: String, expected: [String])] = [
    ("", Self.all),
    ("/", Self.all),
    ("?rowsPerPage=4", Array(Self.all[..<4])),
    ("?rowsPerPage=4&pageNumber=2", Array(Self.all[4...])),
    ("?ROWSPERPAGE=4&pagenumber=3", []),
    ("?rowsPerPage=9223372036854775807&pageNumber=9223372036854775807", []),
    ("?query=(DisplayName%20is%20PhoneSystem-1%20SIP)", ["PhoneSystem-1 SIP"]),
    ("/?query=%28displayname+is+phonesystem-1+SIP%29", ["PhoneSystem-1 SIP"]),
    ("?query=(DisplayName%20startswith%20PhoneSystem-2)", Array(Self.all[3...])),
    ("?query=(DisplayName+startswith+%25)", []),
    ("?query=(DisplayName%20is%20)", []),
    ("?query=(TelephonyIntegrationMethodEnum%20is%203)", ["PhoneSystem-2 PIMG"]),
    ("?query=(EnableMWI%20is%201)", Self.all),
    ("?query=(EnableMWI%20is%200)", []),
    (
      "?query=(DisplayName%20startswith%20P%26TelephonyIntegrationMethodEnum%20is%202)",
      ["PhoneSystem-1 SIP", "PhoneSystem-1 SIP Listing", "PhoneSystem-2 SIP Listing"]
    ),
    (
      "?query=%28displayname+startswith+phonesystem-1%26+EnableMWI+is+1"
        + "%26telephonyintegrationmethodenum+is+1%26resetstatusenum+is+0"
        + "%26DISPLAYNAME+startswith+P%29&sort=%28telephonyintegrationmethodenum+asc%29",
      ["PhoneSystem-1 SCCP"]
    ),
    // An ampersand that is not followed by a clause is part of the value.
    ("?query=(DisplayName%20is%20A%26B%20%26%20Co)", []),
    ("?sort=(DisplayName%20asc)", Self.all.sorted()),
    ("?sort=(displayname+desc)", Self.all.sorted().reversed()),
    (
      "?query=(DisplayName%20startswith%20P)&sort=(DisplayName%20desc)&rowsPerPage=1",
      ["PhoneSystem-2 SIP Listing"]
    ),
  ]

  @Test(arguments: pages)
  func `a list of port groups can be paged, queried and sorted`(query: String, expected: [String]) {
    #expect(names("/vmrest/portgroups" + query) == expected)
  }

  @Test(arguments: [
    ("?rowsPerPage=0", 6), ("?pageNumber=0", 6), ("?pageNumber=0&query=(DisplayName%20is%20x)", 0),
    ("?pageNumber=9", 6),
  ])
  func `a list without entries still shows the total`(query: String, total: Int) {
    #expect(
      get("/vmrest/portgroups" + query).text
        == "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PortGroups total=\"\(total)\"/>\n")
    #expect(get("/vmrest/portgroups" + query, json: true).text == #"{"@total":"\#(total)"}"#)
  }

  static let mistakes: [(query: String, message: String)] = [
    ("?rowsPerPage=ten", "rowsPerPage is 'ten'; it must be a whole number from 0"),
    ("?pageNumber=-1", "pageNumber is '-1'; it must be a whole number from 0"),
    ("?query=DisplayName%20is%20x", "query is 'DisplayName is x'; it must be in parentheses"),
    ("?query=(DisplayName)", "query is '(DisplayName)'; it needs 3 words"),
    (
      "?query=(DisplayName%20like%20x)",
      "query is '(DisplayName like x)'; write it as (column is value) or (column startswith value)"
    ),
    (
      "?query=(DisplayName%20is%20a%26DisplayName%20is%20b%26DisplayName%20is%20c"
        + "%26ObjectId%20is%20d%26ObjectId%20is%20e%26ObjectId%20is%20f)",
      "query is '(DisplayName is a&DisplayName is b&DisplayName is c&ObjectId is d&ObjectId is e"
        + "&ObjectId is f)'; it may have 5 clauses"
    ),
    (
      "?query=(DisplayName%20is%20a%26Colour%20is%20b)",
      "Colour is not a column that can be queried or sorted by"
    ),
    ("?query=(PortCount%20is%200)", "PortCount is not a column that can be queried or sorted by"),
    (
      "?sort=(DisplayName%20up)",
      "sort is '(DisplayName up)'; write it as (column asc) or (column desc)"
    ),
    (
      "?query=(DisplayName%20is%20x)&sort=(ObjectId%20asc)",
      "sort is '(ObjectId asc)'; with a query, the sort must be on the queried column"
    ),
  ]

  @Test(arguments: mistakes)
  func `an invalid parameter is refused`(query: String, message: String) {
    let response = get("/vmrest/portgroups" + query, json: true)
    #expect(response.status == 400)
    #expect(response.text == #"{"errors":{"code":"INVALID_PARAMETER","message":"\#(message)"}}"#)
  }

  @Test func `a name with an ampersand is found`() throws {
    let path = "/vmrest/portgroups/\(LabGroup.sip)"
    let body = Array("<PortGroup><DisplayName>A&amp;B &amp; Co</DisplayName></PortGroup>".utf8)
    let renamed = HTTPRequest(.put, path, headerFields: xmlFields, body: body)
    #expect(sandbox.respond(to: renamed).status == 204)
    #expect(
      names("/vmrest/portgroups?query=(DisplayName%20is%20A%26B%20%26%20Co%26EnableMWI%20is%201)")
        == ["A&amp;B &amp; Co"])
  }

  @Test func `servers can be queried and sorted too`() {
    let target = servers(LabGroup.sip)
    func hosts(_ query: String) -> [String] {
      get(target + query).text.components(separatedBy: "<HostOrIPAddress>").dropFirst().map {
        String($0.prefix { $0 != "<" })
      }
    }
    #expect(hosts("/?sort=(precedence%20desc)") == ["10.10.0.12", "10.10.0.11"])
    #expect(hosts("?query=(hostoripaddress+startswith+10.10.0.12)") == ["10.10.0.12"])
    #expect(hosts("?query=(Port%20is%205060%26Precedence%20is%200)") == ["10.10.0.11"])
    #expect(hosts("?rowsPerPage=1&pageNumber=2") == ["10.10.0.12"])
  }

  @Test func `the servers of a group that does not exist are an empty list`() {
    #expect(get(servers("bogus"), json: true).text == #"{"@total":"0"}"#)
    #expect(get(servers("bogus")).status == 200)
  }

  @Test func `several entries are a JSON array`() {
    let text = get(servers(LabGroup.sip), json: true).text
    #expect(text.hasPrefix(#"{"@total":"2","PortGroupServer":[{"URI":"#))
    #expect(text.hasSuffix(#""HostOrIPAddressV6":""}]}"#))
  }

  @Test func `one port group is a bare object with its integration and its reset status`() {
    #expect(
      get("/vmrest/portgroups/\(LabGroup.sccp.uppercased())", json: true).text
        == #"{"URI":"/vmrest/portgroups/5d0c7b1e-3a94-4c27-8f61-2b9e70d4a815","#
        + #""ObjectId":"5d0c7b1e-3a94-4c27-8f61-2b9e70d4a815","DisplayName":"PhoneSystem-1 SCCP","#
        + #""MediaPortGroupTemplateObjectId":"90dd306f-b8af-46b6-8289-f13437cc1e5e","#
        + #""MediaSwitchObjectId":"2b7d1a60-54ce-4d19-8e33-90a4f6c1d201","#
        + #""MediaSwitchDisplayName":"PhoneSystem-1","#
        + #""PhoneSystemURI":"/vmrest/phonesystems/2b7d1a60-54ce-4d19-8e33-90a4f6c1d201","#
        + #""TelephonyIntegrationMethodEnum":"1","EnableMWI":"true","CcmDoAutoFailback":"false","#
        + #""MwiRetryCountOnSuccess":"0","MwiRetryIntervalOnSuccessMs":"5","#
        + #""MwiMinRequestIntervalMs":"0","MwiMaxConcurrentRequests":"0","#
        + #""SkinnyDevicePrefix":"CiscoUM1-VI","PortCount":"0","ResetStatusEnum":"0"}"#)
  }

  @Test func `the version is returned in XML and JSON`() {
    #expect(get("/vmrest/version", json: true).text == #"{"name":"vmrest","version":"14.0.1.0"}"#)
    #expect(
      get("/vmrest/version").text == """
        <?xml version="1.0" encoding="UTF-8"?>
        <VersionInformation>
          <name>vmrest</name>
          <version>14.0.1.0</version>
        </VersionInformation>

        """)
  }

  @Test(arguments: [
    ("", "application/xml"), ("*/*", "application/xml"), ("application/json", "application/json"),
    ("application/xml, */*", "application/xml"), ("application/json, */*", "application/json"),
    ("text/html, application/json;q=0.5, application/xml; q=0.9", "application/xml"),
    ("application/xml;q=0, application/json;q=0.1", "application/json"),
    ("*/*, application/json", "application/json"), ("text/xml", "application/xml"),
  ])
  func `Accept decides between XML and JSON`(accept: String, type: String) {
    var fields = fields()
    if !accept.isEmpty { fields["Accept"] = accept }
    let response = sandbox.respond(to: HTTPRequest(.get, "/vmrest/version", headerFields: fields))
    #expect(response.mediaType == type)
  }

  @Test func `HEAD has the same response as GET, but without a body`() {
    let response = sandbox.respond(
      to: HTTPRequest(.head, "/vmrest/version", headerFields: fields()))
    #expect(response.status == 200)
    #expect(response.mediaType == "application/xml")
    #expect(response.body.isEmpty)
  }

  @Test(arguments: [("/vmrest/ports", "Ports"), ("/vmrest/users", "Users")])
  func `ports and users are empty lists, also if they are counted or queried`(
    path: String, root: String
  ) {
    for query in [
      "", "/", "?rowsPerPage=0", "?pageNumber=0", "?rowsPerPage=1&pageNumber=1",
      "?query=(DisplayName%20startswith%20a)&sort=(displayname%20asc)",
    ] {
      #expect(
        get(path + query).text
          == "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<\(root) total=\"0\"/>\n")
      #expect(get(path + query, json: true).text == #"{"@total":"0"}"#)
    }
    let written = sandbox.respond(to: HTTPRequest(.post, path, headerFields: jsonFields))
    #expect(written.status == 405)
    #expect(written.headerFields["Allow"] == "GET, HEAD")
    #expect(get("\(path)/1f0e6c52-88d3-4b7a-a1c9-5e2d90b7f301").status == 404)
    #expect(get(path + "?query=(Colour%20is%20red)").status == 400)
  }
}
