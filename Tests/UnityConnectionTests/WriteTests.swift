// What writes put on the wire, and what their answers mean.

import HTTPMessages
import PortGroupModel
import Testing
import UnityConnection

@Suite struct WriteTests {
  private static let fields: FieldValues = [
    .service: "102", .host: "12.12.12.12", .hostV6: .empty, .port: "5060", .tlsPort: "5061",
    .precedence: "0", .objectID: "11111111-1111-1111-1111-111111111111", .uri: "/x",
  ]
  private static let path = "/vmrest/portgroups/\(Example.group)/portgroupservers"

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
  func `a creation carries what may be set, and no empty field`(
    wire: WireFormat, body: String
  ) async throws {
    let server = ScriptedServer { _ in .success(HTTPResponse(status: 201)) }
    let client = ConnectionClient(server, wire: wire)
    #expect(try await client.create(Self.fields, in: Example.group) == .done(newID: nil))
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
  func `an update carries what is given, also to be emptied, and nothing fixed`(
    wire: WireFormat, body: String
  ) async throws {
    let server = ScriptedServer { _ in .success(HTTPResponse(status: 204)) }
    let client = ConnectionClient(server, wire: wire)
    let fields: FieldValues = [
      .service: "102", .host: "a <b> &", .hostV6: .empty, .port: "5060", .objectID: "x",
      .tlsPort: .empty,
    ]
    #expect(try await client.update(Example.server, in: Example.group, fields) == .done(newID: nil))
    let call = try #require(server.calls.first)
    #expect(call.method == .put)
    #expect(call.target == "\(Self.path)/\(Example.server)")
    #expect(String(decoding: call.body, as: UTF8.self).filter { $0 != "\n" } == body)
  }

  @Test func `a deletion has no body`() async throws {
    let server = ScriptedServer { _ in .success(HTTPResponse(status: 204)) }
    let client = ConnectionClient(server)
    #expect(try await client.delete(Example.server, in: Example.group) == .done(newID: nil))
    let call = try #require(server.calls.first)
    #expect(call.method == .delete)
    #expect(call.target == "\(Self.path)/\(Example.server)")
    #expect(call.body == [])
    #expect(call.headerFields["Content-Type"] == nil)
  }

  @Test(arguments: [
    // The three shapes of the API page, and what else has been seen.
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
    // The group's own id is no news.
    (201, "/vmrest/portgroups/42ef5946-c5f2-4556-9897-6a4b6e116dfa", "", false),
    (204, "", "", false),
    (201, "created", "/vmrest/portgroupservers/", false),
  ])
  func `the new id is found in each shape of answer`(
    status: Int, body: String, location: String, isFound: Bool
  ) async throws {
    let server = ScriptedServer { _ in
      var answer = HTTPResponse.body(body, status: status, type: "text/plain")
      if !location.isEmpty { answer.headerFields["Location"] = location }
      return .success(answer)
    }
    let answer = try await ConnectionClient(server).create(Self.fields, in: Example.group)
    #expect(answer == .done(newID: isFound ? Example.server : nil))
  }

  private static func refusal(_ status: Int, _ sentence: String) -> WriteAnswer {
    .refused(
      Refusal(status: status, sentence: "\(sentence) (POST \(path), \(ConnectionClient.address))"))
  }

  @Test(arguments: [
    (400, refusal(400, "status 400: Bad Request")),
    (404, refusal(404, "status 404: Not Found")),
    (403, refusal(403, "status 403: Forbidden")),
    (
      503,
      .notProcessed(Setback(.busy, reason: "status 503: Service Unavailable", status: 503))
    ),
    (500, .unknown(Setback(.failed, reason: "status 500: Internal Server Error", status: 500))),
  ])
  func `a write that is not done says what became of it`(
    status: Int, expected: WriteAnswer
  ) async throws {
    let server = ScriptedServer { _ in .success(HTTPResponse(status: status)) }
    #expect(try await ConnectionClient(server).create(Self.fields, in: Example.group) == expected)
    #expect(server.calls.count == 1)
  }

  @Test(arguments: [
    (false, WriteAnswer.notProcessed(Setback(.timedOut, reason: "why"))),
    (true, .unknown(Setback(.timedOut, reason: "why"))),
  ])
  func `a write without an answer is sent once`(
    mayHaveReached: Bool, expected: WriteAnswer
  ) async throws {
    let server = ScriptedServer { _ in
      .failure(ExchangeError(.timedOut, mayHaveReached: mayHaveReached, detail: "why"))
    }
    #expect(try await ConnectionClient(server).create(Self.fields, in: Example.group) == expected)
    #expect(server.calls.count == 1)
  }

  @Test func `what XML cannot hold is refused before it is sent`() async throws {
    let server = ScriptedServer { _ in .success(HTTPResponse(status: 204)) }
    let answer = try await ConnectionClient(server).update(
      Example.server, in: Example.group, [.host: "a\u{1}b"])
    #expect(
      answer
        == .refused(
          Refusal(
            status: nil,
            sentence: "not sent: HostOrIPAddress: the character U+0001 cannot be written as XML")))
    #expect(server.requests == [])
  }
}
