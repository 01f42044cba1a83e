// The bytes that are sent, and the responses that are received, with a server that sends scripted bytes.

import HTTPMessages
import HTTPTransfers
import Testing

@Suite struct TransferLoopTests {
  private static let created = "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok"
  private static let empty = "HTTP/1.1 204 No Content\r\n\r\n"

  @Test func `requests and responses keep their fields, bytes and order`() async throws {
    let server = try FixtureServer { _ in
      .send(
        "HTTP/1.1 201 Created\r\nSet-Cookie: JSESSIONID=1; Path=/vmrest/\r\nX-Empty:\r\n"
          + "set-cookie:  JSESSIONIDSSO=2  \r\nContent-Length: 3\r\n\r\na\u{0}b")
    }
    let loop = TransferLoop(origin: try server.origin)
    let response = try await loop.send(
      HTTPRequest(
        .post, "/vmrest/x?a=%20b/../c",
        headerFields: ["Content-Type": "application/xml", "X-Empty": "", "Cookie": "a=b"],
        body: [UInt8]("<X/>".utf8)))
    #expect(response.status == 201)
    #expect(
      response.headerFields.values(of: "Set-Cookie") == [
        "JSESSIONID=1; Path=/vmrest/", "JSESSIONIDSSO=2",
      ])
    #expect(response.headerFields["X-Empty"] == "")
    #expect(response.body == [UInt8]("a\u{0}b".utf8))
    #expect(
      server.requests.map(\.head) == [
        """
        POST /vmrest/x?a=%20b/../c HTTP/1.1\r
        Host: 127.0.0.1:\(server.port)\r
        Content-Type: application/xml\r
        X-Empty:\r
        Cookie: a=b\r
        Content-Length: 4
        """
      ])
    #expect(server.requests.map(\.body) == ["<X/>"])
    server.stop()
  }

  @Test(arguments: [
    (HTTPMethod.get, "", "GET /x HTTP/1.1"), (.head, "", "HEAD /x HTTP/1.1"),
    (.post, "", "POST /x HTTP/1.1"), (.put, "body", "PUT /x HTTP/1.1"),
    (.put, "", "PUT /x HTTP/1.1"), (.delete, "", "DELETE /x HTTP/1.1"),
    (.delete, "body", "DELETE /x HTTP/1.1"),
  ])
  func `each method is sent under its name`(
    method: HTTPMethod, body: String, line: String
  ) async throws {
    let server = try FixtureServer { _ in .send(Self.empty) }
    let loop = TransferLoop(origin: try server.origin)
    let response = try await loop.send(HTTPRequest(method, "/x", body: [UInt8](body.utf8)))
    #expect(response.status == 204)
    #expect(server.requests.map { $0.head.prefix(line.count) } == [line[...]])
    #expect(server.requests.map(\.body) == [body])
    server.stop()
  }

  @Test func `a connection is reused`() async throws {
    let server = try FixtureServer { _ in .send(Self.created) }
    let loop = try server.loopKeepingConnections()
    for _ in 1...3 { _ = try await loop.send(HTTPRequest(.post, "/x", body: [1])) }
    #expect(server.requests.map(\.connection) == [1, 1, 1])
    #expect(server.requests.map(\.number) == [1, 2, 3])
    server.stop()
  }

  @Test func `a redirect is returned like any other response`() async throws {
    let server = try FixtureServer { _ in
      .send("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")
    }
    let loop = TransferLoop(origin: try server.origin)
    let response = try await loop.send(HTTPRequest(.get, "/x"))
    #expect(response.status == 302)
    #expect(response.headerFields["Location"] == "http://127.0.0.1:1/")
    #expect(server.requests.count == 1)
    server.stop()
  }

  @Test(arguments: [
    "HTTP/1.1 100 Continue\r\nX: interim\r\n\r\nHTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 2\r\n\r\nok",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\nX: trailer\r\n\r\n",
    "HTTP/1.0 200 OK\r\nX: y\r\n\r\nok",
    "HTTP/1.1 200\r\nX:\r\n y\r\nContent-Length: 2\r\n\r\nok",
  ])
  func `responses in every valid form are read`(bytes: String) async throws {
    let server = try FixtureServer { _ in .sendAndClose(bytes) }
    let loop = TransferLoop(origin: try server.origin)
    let response = try await loop.send(HTTPRequest(.get, "/x"))
    #expect(response.status == 200)
    #expect(response.body == [UInt8]("ok".utf8))
    #expect(response.headerFields.values(of: "X").map { $0.filter { $0 != " " } } == ["y"])
    server.stop()
  }

  @Test func `simultaneous exchanges each get their own response`() async throws {
    let server = try FixtureServer { request in
      let path = request.head.split(separator: " ")[1]
      return .send("HTTP/1.1 200 OK\r\nContent-Length: \(path.utf8.count)\r\n\r\n\(path)")
    }
    let loop = TransferLoop(origin: try server.origin)
    let wrong = try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 1...200 {
        group.addTask {
          let path = "/\(number)"
          return try await loop.send(HTTPRequest(.get, path)).body != [UInt8](path.utf8)
        }
      }
      return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(wrong == 0)
    #expect(server.requests.count == 200)
    server.stop()
  }

  @Test func `a read-only client sends no writes`() async throws {
    let server = try FixtureServer { _ in .send(Self.empty) }
    var options = TransferOptions()
    options.readOnly = true
    let loop = TransferLoop(origin: try server.origin, options: options)
    for method in [HTTPMethod.post, .put, .delete, HTTPMethod(rawValue: "get")] {
      await #expect(
        throws: ExchangeError(
          .readOnly, mayHaveReached: false,
          detail: "\(method.rawValue) was not sent, because this client may only read")
      ) { try await loop.send(HTTPRequest(method, "/x")) }
    }
    #expect(try await loop.send(HTTPRequest(.get, "/x")).status == 204)
    #expect(server.requests.count == 1)
    server.stop()
  }

  @Test(arguments: [
    HTTPRequest(.get, "x"), HTTPRequest(.get, "/a b"), HTTPRequest(.get, "/a\r\nX: y"),
    HTTPRequest(.get, "/a#b"), HTTPRequest(.get, "/ä"),
    HTTPRequest(HTTPMethod(rawValue: "GET /x HTTP/1.1\r\nX:"), "/x"),
    HTTPRequest(HTTPMethod(rawValue: ""), "/x"),
    HTTPRequest(.get, "/x", headerFields: ["X": "a\r\nY: b"]),
    HTTPRequest(.get, "/x", headerFields: ["X: a\r\nY": "b"]),
    HTTPRequest(.get, "/x", headerFields: ["": "b"]),
  ])
  func `a request that would alter the structure of the message is not sent`(request: HTTPRequest)
    async throws
  {
    let server = try FixtureServer { _ in .send(Self.empty) }
    let loop = TransferLoop(origin: try server.origin)
    let error = await #expect(throws: ExchangeError.self) { try await loop.send(request) }
    #expect(error?.mayHaveReached == false)
    #expect(server.requests == [])
    server.stop()
  }

  @Test func `an exchange is traced with its response and its size`() async throws {
    let server = try FixtureServer { _ in .send(Self.created) }
    let (traces, continuation) = AsyncStream.makeStream(of: ExchangeTrace.self)
    var options = TransferOptions()
    options.observer = { continuation.yield($0) }
    let loop = TransferLoop(origin: try server.origin, options: options)
    let request = HTTPRequest(.post, "/x", body: [1, 2, 3])
    let response = try await loop.send(request)
    let trace = try #require(await traces.first { _ in true })
    #expect(trace.request == request)
    #expect(trace.result == .success(response))
    #expect(trace.bodyBytesReceived == 2)
    #expect(trace.duration >= trace.firstByte && trace.firstByte > .zero)
    server.stop()
  }

  @Test func `a cancelled exchange is traced too`() async throws {
    let server = try FixtureServer { _ in .silence }
    let (traces, continuation) = AsyncStream.makeStream(of: ExchangeTrace.self)
    var options = TransferOptions()
    options.observer = { continuation.yield($0) }
    let loop = TransferLoop(origin: try server.origin, options: options)
    let caller = Task { try await loop.send(HTTPRequest(.get, "/x")) }
    _ = await server.arrivals.first { _ in true }
    caller.cancel()
    let error = ExchangeError(
      .cancelled, mayHaveReached: true, detail: "the exchange was cancelled")
    await #expect(throws: error) { try await caller.value }
    #expect(await traces.first { _ in true }?.result == .failure(error))
    server.stop()
  }
}
