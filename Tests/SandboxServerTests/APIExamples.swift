// The examples of the API page as requests and their expected responses; invalid GUIDs on the page are corrected.

import HTTPMessages

/// One request and its expected response.
struct APIExample: Sendable, CustomStringConvertible {
  /// The expected body.
  enum Body: Sendable {
    case empty
    /// The URI of a new server of this group.
    case newServer(group: String)
    case exactly(String)
  }

  var name: String
  var request: HTTPRequest
  var status: Int
  var body: Body
  var mediaType = ""

  var description: String { name }
}

/// The header fields of a request with valid Basic credentials (`admin`, `sandbox`).
func fields(_ more: HeaderFields = [:]) -> HeaderFields {
  var fields: HeaderFields = ["Authorization": "Basic YWRtaW46c2FuZGJveA=="]
  for line in more.lines { fields.append(name: line.name, value: line.value) }
  return fields
}

let xmlFields = fields(["Content-Type": "application/xml"])
let jsonFields = fields(["Content-Type": "application/json", "Accept": "application/json"])

/// The ids of the initial groups, by their use in the page's examples.
enum LabGroup {
  static let sip = "42ef5946-c5f2-4556-9897-6a4b6e116dfa"
  static let sccp = "5d0c7b1e-3a94-4c27-8f61-2b9e70d4a815"
  static let pimg = "e9b54d07-1c68-4f3a-9d82-7a05c3b6f14e"
  static let xmlListing = "0a7f3c85-e1bd-405e-a0e2-9926fcdc5a37"
  static let jsonListing = "74a008c0-bdc6-4e4b-a304-8a220a081990"
  static let all = [sip, sccp, pimg, xmlListing, jsonListing]
}

/// The path of a group's servers.
func servers(_ group: String) -> String { "/vmrest/portgroups/\(group)/portgroupservers" }

func xmlServer(_ elements: String) -> [UInt8] {
  Array("<PortGroupServer>\(elements)</PortGroupServer>".utf8)
}

extension APIExample {
  static func post(
    _ name: String, _ fields: HeaderFields, to group: String, _ body: String
  ) -> APIExample {
    APIExample(
      name: name,
      request: HTTPRequest(.post, servers(group), headerFields: fields, body: Array(body.utf8)),
      status: 201, body: .newServer(group: group), mediaType: "text/plain")
  }

  static let all: [APIExample] = [
    post(
      "add a SIP proxy, XML", xmlFields, to: LabGroup.sip,
      """
      <PortGroupServer>
        <MediaRemoteServiceEnum>102</MediaRemoteServiceEnum>
        <MediaPortGroupObjectId>42ef5946-c5f2-4556-9897-6a4b6e116dfa</MediaPortGroupObjectId>
        <HostOrIPAddress>12.12.12.12</HostOrIPAddress>
        <Port>5060</Port>
        <TlsPort>5061</TlsPort>
        <Precedence>0</Precedence>
      </PortGroupServer>
      """),
    post(
      "add a SIP proxy, JSON", jsonFields, to: LabGroup.sip,
      """
      {
        "MediaRemoteServiceEnum": "102",
        "MediaPortGroupObjectId": "42ef5946-c5f2-4556-9897-6a4b6e116dfa",
        "HostOrIPAddress": "12.12.12.12",
        "Port": "5060",
        "TlsPort": "5061",
        "Precedence": "0"
      }
      """),
    post(
      "add a TFTP server, XML", xmlFields, to: LabGroup.sip,
      """
      <PortGroupServer>
        <MediaRemoteServiceEnum>101</MediaRemoteServiceEnum>
        <MediaPortGroupObjectId>42ef5946-c5f2-4556-9897-6a4b6e116dfa</MediaPortGroupObjectId>
        <HostOrIPAddress>110.110.110.110</HostOrIPAddress>
        <Precedence>0</Precedence>
      </PortGroupServer>
      """),
    post(
      "add a TFTP server, JSON", jsonFields, to: LabGroup.sip,
      """
      {
        "MediaRemoteServiceEnum": "101",
        "MediaPortGroupObjectId": "42ef5946-c5f2-4556-9897-6a4b6e116dfa",
        "HostOrIPAddress": "110.110.110.110",
        "Precedence": "0"
      }
      """),
    // The page uses its SIP group's id here, although the heading mentions an SCCP group: both must work.
    post(
      "add a call manager, XML", xmlFields, to: LabGroup.sip,
      """
      <PortGroupServer>
        <MediaRemoteServiceEnum>100</MediaRemoteServiceEnum>
        <MediaPortGroupObjectId>42ef5946-c5f2-4556-9897-6a4b6e116dfa</MediaPortGroupObjectId>
        <HostOrIPAddress>12.12.12.12</HostOrIPAddress>
        <Port>5060</Port>
        <TlsPort>5061</TlsPort>
        <Precedence>0</Precedence>
      </PortGroupServer>
      """),
    post(
      "add a call manager to an SCCP group, JSON", jsonFields, to: LabGroup.sccp,
      """
      {
        "MediaRemoteServiceEnum": "100",
        "MediaPortGroupObjectId": "5d0c7b1e-3a94-4c27-8f61-2b9e70d4a815",
        "HostOrIPAddress": "12.12.12.12",
        "Port": "5060",
        "TlsPort": "5061",
        "Precedence": "0"
      }
      """),
    post(
      "add a call manager, JSON", jsonFields, to: LabGroup.sip,
      """
      {
        "MediaRemoteServiceEnum": "100",
        "MediaPortGroupObjectId": "42ef5946-c5f2-4556-9897-6a4b6e116dfa",
        "HostOrIPAddress": "12.12.12.12",
        "Port": "5060",
        "TlsPort": "5061",
        "Precedence": "0"
      }
      """),
    APIExample(
      name: "list the servers of a group, XML",
      request: HTTPRequest(.get, servers(LabGroup.xmlListing), headerFields: fields()), status: 200,
      body: .exactly(
        """
        <?xml version="1.0" encoding="UTF-8"?>
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

        """), mediaType: "application/xml"),
    APIExample(
      name: "list the servers of a group, JSON",
      request: HTTPRequest(
        .get, servers(LabGroup.jsonListing), headerFields: fields(["Accept": "application/json"])),
      status: 200,
      body: .exactly(
        #"{"@total":"1","PortGroupServer":{"#
          + #""URI":"/vmrest/portgroups/74a008c0-bdc6-4e4b-a304-8a220a081990/portgroupservers/"#
          + #"a05577f7-9769-4216-96d2-f9ea2f1721f7","#
          + #""ObjectId":"a05577f7-9769-4216-96d2-f9ea2f1721f7","MediaRemoteServiceEnum":"102","#
          + #""MediaPortGroupObjectId":"74a008c0-bdc6-4e4b-a304-8a220a081990","#
          + #""PortGroupURI":"/vmrest/portgroups/74a008c0-bdc6-4e4b-a304-8a220a081990","#
          + #""HostOrIPAddress":"10.78.171.145","Port":"5060","TlsPort":"5061","Precedence":"0","#
          + #""HostOrIPAddressV6":""}}"#), mediaType: "application/json"),
    APIExample(
      name: "delete a server",
      request: HTTPRequest(
        .delete, servers(LabGroup.xmlListing) + "/e3e412c3-16fc-4922-b863-c2e365c08350",
        headerFields: fields()), status: 204, body: .empty),
    APIExample(
      name: "delete a server, JSON",
      request: HTTPRequest(
        .delete, servers(LabGroup.jsonListing) + "/a05577f7-9769-4216-96d2-f9ea2f1721f7",
        headerFields: fields(["Accept": "application/json"])), status: 204, body: .empty),
  ]
}
