// Requests that must be refused, each with its expected response.

import HTTPMessages

extension APIExample {
  /// A refusal with one `errors` entry, in XML.
  private static func refused(
    _ name: String, _ request: HTTPRequest, _ status: Int, _ code: String, _ message: String
  ) -> APIExample {
    APIExample(
      name: name, request: request, status: status,
      body: .exactly(
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <ErrorDetails>
          <errors>
            <code>\(code)</code>
            <message>\(message)</message>
          </errors>
        </ErrorDetails>

        """), mediaType: "application/xml")
  }

  private static func create(_ elements: String, in group: String = LabGroup.sip) -> HTTPRequest {
    HTTPRequest(
      .post, servers(group), headerFields: xmlFields,
      body: xmlServer("<MediaPortGroupObjectId>\(group)</MediaPortGroupObjectId>" + elements))
  }

  private static let sipServer =
    servers(LabGroup.xmlListing) + "/e3e412c3-16fc-4922-b863-c2e365c08350"
  private static let pimgServer = servers(LabGroup.pimg) + "/1f0e6c52-88d3-4b7a-a1c9-5e2d90b7f307"
  private static let unknownID = "00000000-0000-4000-8000-000000000000"

  private static func update(_ path: String, _ elements: String) -> HTTPRequest {
    HTTPRequest(.put, path, headerFields: xmlFields, body: xmlServer(elements))
  }

  private static func raw(_ body: String, json: Bool = false) -> HTTPRequest {
    var fields = json ? fields(["Content-Type": "application/json"]) : xmlFields
    fields["Accept"] = "application/xml"
    return HTTPRequest(.post, servers(LabGroup.sip), headerFields: fields, body: Array(body.utf8))
  }

  private static func page(
    _ name: String, _ request: HTTPRequest, _ status: Int, _ sentence: String
  ) -> APIExample {
    APIExample(
      name: name, request: request, status: status,
      body: .exactly(
        "<html><head><title>HTTP Status \(status)</title></head><body><h1>HTTP Status \(status)</h1>"
          + "<p>\(sentence).</p></body></html>\n"), mediaType: "text/html")
  }

  static let refusals: [APIExample] = [
    // Credentials
    page(
      "no credentials", HTTPRequest(.get, "/vmrest/portgroups"), 401,
      "This request requires HTTP authentication"),
    page(
      "wrong password",
      HTTPRequest(
        .get, "/vmrest/portgroups", headerFields: ["Authorization": "Basic YWRtaW46YWRtaW4="]),
      401, "This request requires HTTP authentication"),
    page(
      "another scheme",
      HTTPRequest(
        .get, "/vmrest/version", headerFields: ["Authorization": "Bearer YWRtaW46c2FuZGJveA=="]),
      401, "This request requires HTTP authentication"),
    page(
      "cookies without a session",
      HTTPRequest(
        .delete, sipServer,
        headerFields: ["Cookie": "JSESSIONIDSSO=A; JSESSIONID=B; REQUEST_TOKEN_KEY=5"]),
      401, "This request requires HTTP authentication"),
    // The resource
    refused(
      "no such resource", HTTPRequest(.get, "/vmrest/callhandlers", headerFields: fields()), 404,
      "NO_RESOURCE",
      "There is no resource at /vmrest/callhandlers"),
    refused(
      "no such group", HTTPRequest(.get, "/vmrest/portgroups/\(unknownID)", headerFields: fields()),
      404,
      "NOT_FOUND", "PortGroup \(unknownID) was not found"),
    refused(
      "no such server",
      HTTPRequest(.get, servers(LabGroup.sip) + "/bogus", headerFields: fields()), 404, "NOT_FOUND",
      "PortGroupServer bogus was not found in port group \(LabGroup.sip)"),
    refused(
      "a server of another group",
      HTTPRequest(
        .delete, servers(LabGroup.sip) + "/e3e412c3-16fc-4922-b863-c2e365c08350",
        headerFields: fields()),
      404, "NOT_FOUND",
      "PortGroupServer e3e412c3-16fc-4922-b863-c2e365c08350 was not found in port group \(LabGroup.sip)"
    ),
    refused(
      "no such phone system",
      HTTPRequest(.get, "/vmrest/phonesystems/\(unknownID)", headerFields: fields()), 404,
      "NOT_FOUND",
      "PhoneSystem \(unknownID) was not found"),
    refused(
      "no such template",
      HTTPRequest(.get, "/vmrest/portgrouptemplates/\(unknownID)", headerFields: fields()), 404,
      "NOT_FOUND", "PortGroupTemplate \(unknownID) was not found"),
    refused(
      "update of no such group",
      HTTPRequest(
        .put, "/vmrest/portgroups/\(unknownID)", headerFields: xmlFields,
        body: Array("<PortGroup/>".utf8)), 404, "NOT_FOUND", "PortGroup \(unknownID) was not found"),
    refused(
      "delete of no such group",
      HTTPRequest(.delete, "/vmrest/portgroups/\(unknownID)", headerFields: fields()), 404,
      "NOT_FOUND",
      "PortGroup \(unknownID) was not found"),
    refused(
      "create in no such group",
      HTTPRequest(
        .post, servers(unknownID), headerFields: xmlFields,
        body: xmlServer("<MediaRemoteServiceEnum>102</MediaRemoteServiceEnum>")), 404, "NOT_FOUND",
      "PortGroup \(unknownID) was not found"),
    refused(
      "update of no such server", update(servers(LabGroup.sip) + "/\(unknownID)", "<Port>1</Port>"),
      404,
      "NOT_FOUND", "PortGroupServer \(unknownID) was not found in port group \(LabGroup.sip)"),
    refused(
      "wrong method on a list", HTTPRequest(.delete, servers(LabGroup.sip), headerFields: fields()),
      405,
      "METHOD_NOT_ALLOWED", "DELETE is not allowed here"),
    refused(
      "wrong method on an object", HTTPRequest(.post, sipServer, headerFields: xmlFields), 405,
      "METHOD_NOT_ALLOWED", "POST is not allowed here"),
    refused(
      "a phone system cannot be written",
      HTTPRequest(.post, "/vmrest/phonesystems", headerFields: xmlFields), 405,
      "METHOD_NOT_ALLOWED", "POST is not allowed here"),
    refused(
      "unusable Accept",
      HTTPRequest(.get, "/vmrest/version", headerFields: fields(["Accept": "text/html"])), 406,
      "NOT_ACCEPTABLE", "Answers are application/xml or application/json"),
    // The format of the request
    refused(
      "no Content-Type",
      HTTPRequest(
        .post, servers(LabGroup.sip), headerFields: fields(["Content-Type": ""]), body: [0x3C]),
      415,
      "UNSUPPORTED_MEDIA_TYPE", "Content-Type is missing; send application/xml or application/json"),
    refused(
      "another Content-Type",
      HTTPRequest(
        .put, sipServer, headerFields: fields(["Content-Type": "text/csv"]), body: [0x31]), 415,
      "UNSUPPORTED_MEDIA_TYPE",
      "Content-Type text/csv is not read; send application/xml or application/json"),
    refused(
      "no body", raw(""), 400, "BAD_REQUEST", "The request has no body; send a PortGroupServer"),
    refused(
      "another root", raw("<PortGroup/>"), 400, "BAD_REQUEST",
      "The body is not as it should be: line 1: &lt;PortGroup&gt; is not a PortGroupServer"),
    refused(
      "nested elements", raw("<PortGroupServer><Port><a/></Port></PortGroupServer>"), 400,
      "BAD_REQUEST", "The body is not as it should be: line 1: Port must hold text alone"),
    refused(
      "a JSON list", raw("[]", json: true), 400, "BAD_REQUEST", "The body is not a JSON object"),
    refused(
      "nested JSON", raw(#"{"Port":{"a":1}}"#, json: true), 400, "BAD_REQUEST",
      "Port must hold a text or a number"),
    // The values
    refused(
      "no service", create(""), 400, "MANDATORY_PARAMETER_MISSING",
      "MediaRemoteServiceEnum is mandatory and missing"),
    refused(
      "no group",
      HTTPRequest(
        .post, servers(LabGroup.sip), headerFields: xmlFields,
        body: xmlServer("<MediaRemoteServiceEnum>102</MediaRemoteServiceEnum>")), 400,
      "MANDATORY_PARAMETER_MISSING", "MediaPortGroupObjectId is mandatory and missing"),
    refused(
      "another group",
      HTTPRequest(
        .post, servers(LabGroup.sip), headerFields: xmlFields,
        body: xmlServer(
          "<MediaRemoteServiceEnum>102</MediaRemoteServiceEnum>"
            + "<MediaPortGroupObjectId>\(unknownID)</MediaPortGroupObjectId>")), 400,
      "INVALID_PARAMETER",
      "MediaPortGroupObjectId is '\(unknownID)'; it must be the id of the port group in the path, "
        + LabGroup.sip),
    refused(
      "unknown service", create("<MediaRemoteServiceEnum>107</MediaRemoteServiceEnum>"), 400,
      "INVALID_PARAMETER", "MediaRemoteServiceEnum is '107'; allowed is 100 to 106"),
    refused(
      "PIMG service", create("<MediaRemoteServiceEnum>104</MediaRemoteServiceEnum>"), 400,
      "NOT_SUPPORTED",
      "MediaRemoteServiceEnum 104: PIMG servers cannot be created, updated or deleted"),
    refused(
      "PIMG group",
      create("<MediaRemoteServiceEnum>102</MediaRemoteServiceEnum>", in: LabGroup.pimg), 400,
      "NOT_SUPPORTED",
      "Port group PhoneSystem-2 PIMG is a PIMG group: its servers cannot be created, updated or deleted"
    ),
    refused(
      "update of a PIMG server", update(pimgServer, "<Port>1</Port>"), 400, "NOT_SUPPORTED",
      "MediaRemoteServiceEnum 104: PIMG servers cannot be created, updated or deleted"),
    refused(
      "delete of a PIMG server", HTTPRequest(.delete, pimgServer, headerFields: fields()), 400,
      "NOT_SUPPORTED",
      "MediaRemoteServiceEnum 104: PIMG servers cannot be created, updated or deleted"),
    refused(
      "port too large", update(sipServer, "<Port>10000</Port>"), 400, "INVALID_PARAMETER",
      "Port is '10000'; allowed is 0 to 9999"),
    refused(
      "port below zero", update(sipServer, "<TlsPort>-1</TlsPort>"), 400, "INVALID_PARAMETER",
      "TlsPort is '-1'; allowed is 0 to 9999"),
    refused(
      "precedence no number", update(sipServer, "<Precedence>first</Precedence>"), 400,
      "INVALID_PARAMETER", "Precedence is 'first'; allowed is 0 to 9999"),
    refused(
      "empty port", update(sipServer, "<Port/>"), 400, "INVALID_PARAMETER",
      "Port is ''; allowed is 0 to 9999"),
    refused(
      "SCCP field in a SIP group",
      update(sipServer, "<SkinnyStateMachineEnum>10</SkinnyStateMachineEnum>"), 400,
      "INVALID_PARAMETER", "SkinnyStateMachineEnum is '10'; it is valid only for SCCP integration"),
    refused(
      "unknown SCCP state",
      create(
        "<MediaRemoteServiceEnum>100</MediaRemoteServiceEnum>"
          + "<SkinnyStateMachineEnum>11</SkinnyStateMachineEnum>", in: LabGroup.sccp), 400,
      "INVALID_PARAMETER", "SkinnyStateMachineEnum is '11'; allowed is 10 or 20"),
    refused(
      "control character in a host",
      update(sipServer, "<HostOrIPAddress>a&#10;b</HostOrIPAddress>"), 400,
      "INVALID_PARAMETER", "HostOrIPAddress is 'a?b'; control characters are not allowed"),
    APIExample(
      name: "two mistakes, JSON",
      request: HTTPRequest(
        .put, sipServer, headerFields: jsonFields,
        body: Array(#"{"Port":"x","TlsPort":99999}"#.utf8)),
      status: 400,
      body: .exactly(
        #"{"errors":[{"code":"INVALID_PARAMETER","message":"Port is 'x'; allowed is 0 to 9999"},"#
          + #"{"code":"INVALID_PARAMETER","message":"TlsPort is '99999'; allowed is 0 to 9999"}]}"#),
      mediaType: "application/json"),
    APIExample(
      name: "one mistake, JSON",
      request: HTTPRequest(
        .get, "/vmrest/portgroups/bogus", headerFields: fields(["Accept": "application/json"])),
      status: 404,
      body: .exactly(#"{"errors":{"code":"NOT_FOUND","message":"PortGroup bogus was not found"}}"#),
      mediaType: "application/json"),
  ]
}
