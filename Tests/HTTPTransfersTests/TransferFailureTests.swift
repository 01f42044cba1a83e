// The errors of incomplete exchanges, and whether the request may have had an effect.

import HTTPMessages
import HTTPTransfers
import Testing

@Suite struct TransferFailureTests {
  private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

  @Test(arguments: [
    (FixtureReply.sendAndClose(""), ExchangeError.Cause.closedWithoutAnswer),
    (.reset, .closedWithoutAnswer),
    (.silence, .timedOut),
    (.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut"), .timedOut),
    (.sendAndClose("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut"), .answerBroken),
    (.sendAndClose("HTTP/1.1 200 OK\r\nContent-Le"), .answerBroken),
    (.sendAndClose("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ncut"), .answerBroken),
    (.sendAndClose("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), .answerBroken),
    (.sendAndClose("SSH-2.0-OpenSSH_9.2\r\n"), .answerNotHTTP),
    (.sendAndClose("<html>no HTTP at all</html>"), .answerNotHTTP),
    (
      .send("HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n" + String(repeating: "x", count: 101)),
      .answerTooLarge
    ),
    (.send("HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\nx"), .timedOut),
    (.send("HTTP/1.1 200 OK\r\n" + String(repeating: "X: y\r\n", count: 1_000)), .answerTooLarge),
    (.send("HTTP/1.1 200 OK\r\nX: " + String(repeating: "y", count: 200_000)), .answerBroken),
  ])
  func `if the response to a write is lost, the write may have had an effect`(
    reply: FixtureReply, cause: ExchangeError.Cause
  ) async throws {
    let server = try FixtureServer { _ in reply }
    var options = TransferOptions()
    // The timeout is short only where it is expected, however slow the machine is.
    let endsByItself = cause != .timedOut
    options.transferTimeout = endsByItself ? .seconds(600) : .seconds(1)
    options.stallTimeout = .seconds(600)
    options.responseLimit = 100
    options.headerLimit = 1_000
    let loop = TransferLoop(origin: try server.origin, options: options)
    let error = await #expect(throws: ExchangeError.self) {
      try await loop.send(HTTPRequest(.post, "/x", body: [1]))
    }
    #expect(error?.cause == cause)
    #expect(error?.mayHaveReached == true)
    #expect(error?.detail.contains("127.0.0.1 port \(server.port)") == true)
    #expect(server.requests.count == 1)
    server.stop()
  }

  @Test func `a refused connection had no effect`() async throws {
    let origin = try Origin(parsing: "http://127.0.0.1:1")
    let loop = TransferLoop(origin: origin)
    await #expect(
      throws: ExchangeError(
        .connectionRefused, mayHaveReached: false,
        detail: "127.0.0.1 port 1 refused the connection")
    ) { try await loop.send(HTTPRequest(.post, "/x", body: [1])) }
  }

  @Test func `a name that cannot be resolved had no effect`() async throws {
    let loop = TransferLoop(origin: try Origin(parsing: "https://nobody.invalid"))
    let error = await #expect(throws: ExchangeError.self) {
      try await loop.send(HTTPRequest(.get, "/x"))
    }
    #expect(error?.cause == .couldNotResolve)
    #expect(error?.mayHaveReached == false)
  }

  @Test func `without the file of authorities no server is trusted`() async throws {
    var options = TransferOptions()
    options.trust = .authorities(file: "/no/such/file.pem")
    let server = try FixtureServer { _ in .silence }
    let origin = try Origin(parsing: "https://127.0.0.1:\(server.port)")
    let loop = TransferLoop(origin: origin, options: options)
    await #expect(
      throws: ExchangeError(
        .certificateUntrusted, mayHaveReached: false,
        detail: "the file of certificate authorities could not be used: "
          + "error setting certificate file: /no/such/file.pem")
    ) { try await loop.send(HTTPRequest(.post, "/x", body: [1])) }
    server.stop()
  }

  @Test func `a TLS handshake with a silent server ends after the timeout`() async throws {
    let server = try FixtureServer { _ in .sendAndClose("") }
    // The fixture reads the client's first TLS message as an incomplete request, so only the timeout ends this.
    var options = TransferOptions()
    options.connectTimeout = .milliseconds(300)
    let origin = try Origin(parsing: "https://127.0.0.1:\(server.port)")
    let loop = TransferLoop(origin: origin, options: options)
    await #expect(
      throws: ExchangeError(
        .timedOut, mayHaveReached: false,
        detail: "127.0.0.1 port \(server.port) could not be reached in time")
    ) { try await loop.send(HTTPRequest(.post, "/x", body: [1])) }
    #expect(server.requests == [])
    server.stop()
  }

  @Test(arguments: [
    "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", "<html>plain</html>",
    "SSH-2.0-OpenSSH_9.2\r\n",
  ])
  func `TLS with a port that uses another protocol is distinguished from an interrupted handshake`(
    greeting: String
  ) async throws {
    let server = try FixtureServer(greeting: greeting) { _ in .silence }
    let origin = try Origin(parsing: "https://127.0.0.1:\(server.port)")
    let loop = TransferLoop(origin: origin)
    let error = await #expect(throws: ExchangeError.self) {
      try await loop.send(HTTPRequest(.post, "/x", body: [1]))
    }
    #expect(error?.cause == .tlsFailed)
    #expect(error?.mayHaveReached == false)
    let handshakeError = await #expect(throws: ExchangeError.self) {
      try await Handshake.certificate(of: origin, options: TransferOptions())
    }
    #expect(handshakeError?.cause == .tlsFailed)
    server.stop()
  }

  @Test(arguments: [HTTPMethod.post, .put, .delete])
  func `a write is sent once, even if a reused connection ends meanwhile`(
    method: HTTPMethod
  ) async throws {
    let server = try FixtureServer { $0.number == 1 ? .send(Self.ok) : .sendAndClose("") }
    let loop = try server.loopKeepingConnections()
    _ = try await loop.send(HTTPRequest(.get, "/x"))
    let error = await #expect(throws: ExchangeError.self) {
      try await loop.send(HTTPRequest(method, "/x"))
    }
    #expect(error?.cause == .closedWithoutAnswer)
    #expect(error?.mayHaveReached == true)
    #expect(server.requests.count == 2)
    server.stop()
  }

  @Test func `a read is sent again if a reused connection ends meanwhile`() async throws {
    let server = try FixtureServer { $0.number == 1 ? .send(Self.ok) : .sendAndClose("") }
    let loop = try server.loopKeepingConnections()
    _ = try await loop.send(HTTPRequest(.get, "/1"))
    _ = try await loop.send(HTTPRequest(.get, "/2"))
    #expect(server.requests.map(\.connection) == [1, 1, 2])
    server.stop()
  }

  @Test func `a login is sent once, even if a reused connection ends meanwhile`() async throws {
    let server = try FixtureServer { $0.number == 1 ? .send(Self.ok) : .sendAndClose("") }
    let loop = try server.loopKeepingConnections()
    _ = try await loop.send(HTTPRequest(.get, "/x"))
    let error = await #expect(throws: ExchangeError.self) {
      try await loop.send(HTTPRequest(.get, "/x", headerFields: ["Authorization": "Basic eA=="]))
    }
    #expect(error?.cause == .closedWithoutAnswer)
    #expect(server.requests.count == 2)
    server.stop()
  }

  @Test func `cancelling a caller aborts only its exchange`() async throws {
    let server = try FixtureServer { request in
      request.head.hasPrefix("GET /silent") ? .silence : .send(Self.ok)
    }
    let loop = TransferLoop(origin: try server.origin)
    let caller = Task { try await loop.send(HTTPRequest(.get, "/silent")) }
    _ = await server.arrivals.first { _ in true }
    caller.cancel()
    await #expect(
      throws: ExchangeError(
        .cancelled, mayHaveReached: true, detail: "the exchange was cancelled")
    ) { try await caller.value }
    #expect(try await loop.send(HTTPRequest(.get, "/x")).status == 200)
    server.stop()
  }

  @Test func `a caller that is already cancelled sends nothing`() async throws {
    let server = try FixtureServer { _ in .send(Self.ok) }
    let loop = TransferLoop(origin: try server.origin)
    let caller = Task {
      unsafe withUnsafeCurrentTask { task in unsafe task?.cancel() }
      return try await loop.send(HTTPRequest(.post, "/x", body: [1]))
    }
    await #expect(
      throws: ExchangeError(
        .cancelled, mayHaveReached: false, detail: "the exchange was cancelled")
    ) { try await caller.value }
    #expect(server.requests == [])
    server.stop()
  }

  @Test func `after a shutdown current and later exchanges fail`() async throws {
    let server = try FixtureServer { _ in .silence }
    let loop = TransferLoop(origin: try server.origin)
    let caller = Task { try await loop.send(HTTPRequest(.get, "/x")) }
    _ = await server.arrivals.first { _ in true }
    loop.shutDown()
    await #expect(
      throws: ExchangeError(
        .cancelled, mayHaveReached: true, detail: "the transfer loop was shut down")
    ) { try await caller.value }
    await #expect(
      throws: ExchangeError(
        .cancelled, mayHaveReached: false, detail: "the transfer loop was shut down")
    ) { try await loop.send(HTTPRequest(.get, "/x")) }
    server.stop()
  }

  @Test func `a loop exists until its last exchange has ended`() async throws {
    let server = try FixtureServer { _ in .send(Self.ok) }
    let response = try await TransferLoop(origin: try server.origin).send(HTTPRequest(.get, "/x"))
    #expect(response.status == 200)
    server.stop()
  }
}
