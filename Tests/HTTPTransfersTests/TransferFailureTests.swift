/// What is said when no whole answer comes, and whether the request may have had an effect.
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
  func `a lost answer to a write leaves its effect open`(
    reply: FixtureReply, cause: ExchangeError.Cause
  ) async throws {
    let server = try FixtureServer { _ in reply }
    var options = TransferOptions()
    // Only what nothing else ends must end in time, however slow the machine is.
    let isEnded = cause != .timedOut
    options.transferTimeout = isEnded ? .seconds(600) : .seconds(1)
    options.stallLimit = .seconds(600)
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

  @Test func `a name that nobody has had no effect`() async throws {
    let loop = TransferLoop(origin: try Origin(parsing: "https://nobody.invalid"))
    let error = await #expect(throws: ExchangeError.self) {
      try await loop.send(HTTPRequest(.get, "/x"))
    }
    #expect(error?.cause == .couldNotResolve)
    #expect(error?.mayHaveReached == false)
  }

  @Test func `without the file of authorities nobody is trusted`() async throws {
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

  @Test func `TLS with a server that says nothing ends in time`() async throws {
    let server = try FixtureServer { _ in .sendAndClose("") }
    // The fixture reads the greeting as a request that never ends, so the time limit ends it.
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
  func `TLS with a port that speaks something else is told from a broken handshake`(
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
    let shaking = await #expect(throws: ExchangeError.self) {
      try await Handshake.certificate(of: origin, options: TransferOptions())
    }
    #expect(shaking?.cause == .tlsFailed)
    server.stop()
  }

  @Test(arguments: [HTTPMethod.post, .put, .delete])
  func `a write is sent once, even when a kept connection ends under it`(
    method: HTTPMethod
  ) async throws {
    let server = try FixtureServer { $0.number == 1 ? .send(Self.ok) : .sendAndClose("") }
    let loop = try server.keepingLoop()
    _ = try await loop.send(HTTPRequest(.get, "/x"))
    let error = await #expect(throws: ExchangeError.self) {
      try await loop.send(HTTPRequest(method, "/x"))
    }
    #expect(error?.cause == .closedWithoutAnswer)
    #expect(error?.mayHaveReached == true)
    #expect(server.requests.count == 2)
    server.stop()
  }

  @Test func `a read is sent again when a kept connection ends under it`() async throws {
    let server = try FixtureServer { $0.number == 1 ? .send(Self.ok) : .sendAndClose("") }
    let loop = try server.keepingLoop()
    _ = try await loop.send(HTTPRequest(.get, "/1"))
    _ = try await loop.send(HTTPRequest(.get, "/2"))
    #expect(server.requests.map(\.connection) == [1, 1, 2])
    server.stop()
  }

  @Test func `a login is sent once, even when a kept connection ends under it`() async throws {
    let server = try FixtureServer { $0.number == 1 ? .send(Self.ok) : .sendAndClose("") }
    let loop = try server.keepingLoop()
    _ = try await loop.send(HTTPRequest(.get, "/x"))
    let error = await #expect(throws: ExchangeError.self) {
      try await loop.send(HTTPRequest(.get, "/x", headerFields: ["Authorization": "Basic eA=="]))
    }
    #expect(error?.cause == .closedWithoutAnswer)
    #expect(server.requests.count == 2)
    server.stop()
  }

  @Test func `cancelling the caller aborts its exchange and no other`() async throws {
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

  @Test func `a caller that was cancelled before sends nothing`() async throws {
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

  @Test func `a shutdown fails what waits and what comes later`() async throws {
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

  @Test func `a loop lives as long as its last exchange`() async throws {
    let server = try FixtureServer { _ in .send(Self.ok) }
    let answer = try await TransferLoop(origin: try server.origin).send(HTTPRequest(.get, "/x"))
    #expect(answer.status == 200)
    server.stop()
  }
}
