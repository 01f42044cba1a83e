// The requests of writes, and the outcomes of their responses.

import HTTPMessages
import PortGroupModel
import Testing
import UnityConnection

@Suite struct WriteTests {
  private static let fields: FieldValues = [
    .service: "102", .host: "12.12.12.12", .hostV6: .empty, .port: "5060", .tlsPort: "5061",
    .precedence: "0", .objectID: "11111111-1111-1111-1111-111111111111", .uri: "/x",
  ]
  private static let path = "/vmrest/portgroups/\(ExampleID.group)/portgroupservers"

  @Test(arguments: [
    (
      WireFormat.xml,
      "<PortGroupServer><MediaRemoteServiceEnum>102</MediaRemoteServiceEnum>"
        + "<HostOrIPAddress>12.12.12.12</HostOrIPAddress><Port>5060</Port><TlsPort>5061</TlsPort>"
        + "<Precedence>0</Precedence>"
        + "<MediaPortGroupObjectId>42ef5946-c5f2-4556-9897-6a4b6e116dfa</MediaPortGroupObjectId>"
        + "</PortGroupServer>"
    ),
    (
      .json,
      "{\"MediaRemoteServiceEnum\":\"102\",\"HostOrIPAddress\":\"12.12.12.12\",\"Port\":\"5060\","
        + "\"TlsPort\":\"5061\",\"Precedence\":\"0\","
        + "\"MediaPortGroupObjectId\":\"42ef5946-c5f2-4556-9897-6a4b6e116dfa\"}"
    ),
  ])
  func `a creation sends all writable fields that are not empty`(
    wire: WireFormat, body: String
  ) async throws {
    let server = ScriptedServer { _ in .success(HTTPResponse(status: 201)) }
    let client = ConnectionClient(server, wire: wire)
    #expect(try await client.create(Self.fields, in: ExampleID.group) == .done(newID: nil))
    let call = try #require(server.calls.first)
    #expect(call.method == .post)
    #expect(call.target == Self.path)
    #expect(call.headerFields["Content-Type"] == "application/\(wire.rawValue)")
    #expect(call.headerFields["Accept"] == "application/\(wire.rawValue)")
    #expect(String(decoding: call.body, as: UTF8.self).filter { $0 != "\n" } == body)
  }

  @Test(arguments: [
    (
      WireFormat.xml,
      "<PortGroupServer><HostOrIPAddress>a &lt;b&gt; &amp;</HostOrIPAddress><HostOrIPAddressV6/>"
        + "<Port>5060</Port></PortGroupServer>"
    ),
    (.json, "{\"HostOrIPAddress\":\"a <b> &\",\"HostOrIPAddressV6\":\"\",\"Port\":\"5060\"}"),
  ])
  func `an update sends changed and emptied fields, and no read-only ones`(
    wire: WireFormat, body: String
  ) async throws {
    let server = ScriptedServer { _ in .success(HTTPResponse(status: 204)) }
    let client = ConnectionClient(server, wire: wire)
    let fields: FieldValues = [
      .service: "102", .host: "a <b> &", .hostV6: .empty, .port: "5060", .objectID: "x",
      .tlsPort: .empty,
    ]
    #expect(
      try await client.update(ExampleID.server, in: ExampleID.group, fields) == .done(newID: nil))
    let call = try #require(server.calls.first)
    #expect(call.method == .put)
    #expect(call.target == "\(Self.path)/\(ExampleID.server)")
    #expect(String(decoding: call.body, as: UTF8.self).filter { $0 != "\n" } == body)
  }

  @Test func `a deletion has no body`() async throws {
    let server = ScriptedServer { _ in .success(HTTPResponse(status: 204)) }
    let client = ConnectionClient(server)
    #expect(try await client.delete(ExampleID.server, in: ExampleID.group) == .done(newID: nil))
    let call = try #require(server.calls.first)
    #expect(call.method == .delete)
    #expect(call.target == "\(Self.path)/\(ExampleID.server)")
    #expect(call.body == [])
    #expect(call.headerFields["Content-Type"] == nil)
  }

  @Test(arguments: [
    // The three forms of the API page, and others that have been observed.
    (201, "/vmrest/portgroupservers/8a009b99-22cf-4305-822d-f5e449a42263", "", true),
    (201, "/vmrest/portgroups/8a009b99-22cf-4305-822d-f5e449a42263", "", true),
    (201, "\(path)/8a009b99-22cf-4305-822d-f5e449a42263\r\n", "", true),
    (204, "/vmrest/portgroups/8A009B99-22CF-4305-822D-F5E449A42263", "", true),
    (201, "\"/vmrest/portgroupservers/8a009b99-22cf-4305-822d-f5e449a42263/\"", "", true),
    (
      201, "",
      "https://cuc/vmrest/portgroupservers/vmrest/portgroupservers/8a009b99-22cf-4305-822d-f5e449a42263",
      true
    ),
    (201, "created", "/vmrest/portgroupservers/8a009b99-22cf-4305-822d-f5e449a42263", true),
    // The id of the group is ignored.
    (201, "/vmrest/portgroups/42ef5946-c5f2-4556-9897-6a4b6e116dfa", "", false),
    (204, "", "", false),
    (201, "created", "/vmrest/portgroupservers/", false),
  ])
  func `the new id is found in each form of the response`(
    status: Int, body: String, location: String, isFound: Bool
  ) async throws {
    let server = ScriptedServer { _ in
      var response = HTTPResponse.body(body, status: status, type: "text/plain")
      if !location.isEmpty { response.headerFields["Location"] = location }
      return .success(response)
    }
    let outcome = try await ConnectionClient(server).create(Self.fields, in: ExampleID.group)
    #expect(outcome == .done(newID: isFound ? ExampleID.server : nil))
  }

  private static func refusal(_ status: Int, _ sentence: String) -> WriteOutcome {
    .refused(
      Refusal(status: status, sentence: "\(sentence) (POST \(path), \(ConnectionClient.address))"))
  }

  @Test(arguments: [
    (400, refusal(400, "status 400: Bad Request")),
    (404, refusal(404, "status 404: Not Found")),
    (403, refusal(403, "status 403: Forbidden")),
    (
      503,
      .notProcessed(TransientFailure(.busy, reason: "status 503: Service Unavailable", status: 503))
    ),
    (
      500,
      .unknown(TransientFailure(.failed, reason: "status 500: Internal Server Error", status: 500))
    ),
  ])
  func `a write that is not done has an outcome with the cause`(
    status: Int, expected: WriteOutcome
  ) async throws {
    let server = ScriptedServer { _ in .success(HTTPResponse(status: status)) }
    #expect(try await ConnectionClient(server).create(Self.fields, in: ExampleID.group) == expected)
    #expect(server.calls.count == 1)
  }

  @Test(arguments: [
    (false, WriteOutcome.notProcessed(TransientFailure(.timedOut, reason: "why"))),
    (true, .unknown(TransientFailure(.timedOut, reason: "why"))),
  ])
  func `a write without a response is sent once`(
    mayHaveReached: Bool, expected: WriteOutcome
  ) async throws {
    let server = ScriptedServer { _ in
      .failure(ExchangeError(.timedOut, mayHaveReached: mayHaveReached, detail: "why"))
    }
    #expect(try await ConnectionClient(server).create(Self.fields, in: ExampleID.group) == expected)
    #expect(server.calls.count == 1)
  }

  @Test func `a character that XML does not allow is refused before sending`() async throws {
    let server = ScriptedServer { _ in .success(HTTPResponse(status: 204)) }
    let outcome = try await ConnectionClient(server).update(
      ExampleID.server, in: ExampleID.group, [.host: "a\u{1}b"])
    #expect(
      outcome
        == .refused(
          Refusal(
            status: nil,
            sentence: "not sent: HostOrIPAddress: the character U+0001 cannot be written as XML")))
    #expect(server.requests == [])
  }
}
