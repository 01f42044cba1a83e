/// What a loop keeps from one exchange to the next, and whose steps its thread takes.
import Glibc
import HTTPMessages
import HTTPTransfers
import Synchronization
import Testing

@Suite struct LoopReuseTests {
  private static let requests: [HTTPRequest] = [
    HTTPRequest(.get, "/get", headerFields: ["Accept": "application/xml", "Cookie": "a=b"]),
    HTTPRequest(.head, "/head"),
    HTTPRequest(
      .post, "/post", headerFields: ["Content-Type": "application/xml"], body: [UInt8]("<A/>".utf8)),
    HTTPRequest(.post, "/empty"),
    HTTPRequest(.put, "/put", headerFields: ["Accept": "text/plain"], body: [UInt8]("long".utf8)),
    HTTPRequest(.delete, "/delete", headerFields: ["X-Empty": ""]),
    HTTPRequest(.delete, "/x", headerFields: ["Expect": "nothing"], body: [UInt8]("y".utf8)),
  ]

  /// Answers with what it was asked; a HEAD gets no body.
  private static func echo(_ request: FixtureRequest) -> FixtureReply {
    let words = request.head.split(separator: " ")
    let text = words[0] + words[1] + "=" + request.body
    let header = "HTTP/1.1 200 OK\r\nX-\(words[0]): y\r\nContent-Length: \(text.utf8.count)\r\n\r\n"
    return .send(words[0] == "HEAD" ? header : header + text)
  }

  @Test(arguments: requests) func `an exchange leaves nothing of itself to the next one`(
    first: HTTPRequest
  ) async throws {
    let server = try FixtureServer(Self.echo)
    for second in Self.requests {
      let alone = try server.keepingLoop()
      let wanted = try await alone.send(second)
      let loop = try server.keepingLoop()
      _ = try await loop.send(first)
      #expect(try await loop.send(second) == wanted, "\(second.method.rawValue)")
      let seen = server.requests.suffix(3)
      #expect(seen.first?.head == seen.last?.head)
      #expect(seen.first?.body == seen.last?.body)
      #expect(seen.suffix(2).map(\.number) == [1, 2], "on one connection")
    }
    server.stop()
  }

  @Test func `a failure leaves nothing of itself to the next exchange`() async throws {
    let server = try FixtureServer { request in
      request.head.hasPrefix("GET /cut")
        ? .sendAndClose("HTTP/1.1 500 Broken\r\nX: y\r\nContent-Length: 9\r\n\r\npart")
        : Self.echo(request)
    }
    let loop = try server.keepingLoop()
    for request in Self.requests {
      _ = try await loop.send(request)
      await #expect(throws: ExchangeError.self) { try await loop.send(HTTPRequest(.get, "/cut")) }
      let answer = try await loop.send(HTTPRequest(.get, "/again"))
      #expect(answer.status == 200)
      #expect(answer.body == [UInt8]("GET/again=".utf8))
      #expect(answer.headerFields["X"] == nil)
    }
    server.stop()
  }

  /// Odd beginnings of a header, after which libcurl may look for a line before the first.
  private static let foldedFirstLines = [" X-A: b", "\tX-A: b\r\n X-C: d", " ", " :", "\t\r\n "]

  @Test func `a header that begins with a blank harms no exchange before or after it`() async throws
  {
    // In a process of its own, for memory that is freed twice ends the process.
    await #expect(processExitsWith: .success) {
      let server = try FixtureServer { request in
        guard
          let number = request.head.split(separator: " ").dropFirst().first.flatMap({ path in
            Int(path.dropFirst())
          })
        else { return Self.echo(request) }
        let line = Self.foldedFirstLines[number]
        return .send("HTTP/1.1 200 OK\r\n\(line)\r\nContent-Length: 2\r\n\r\nok")
      }
      let loop = try server.keepingLoop()
      for number in Self.foldedFirstLines.indices {
        for request in Self.requests {
          let answer = try await loop.send(request)
          #expect(answer.status == 200)
          // Taken for a value of no field, or refused: both are sound.
          _ = try? await loop.send(HTTPRequest(.get, "/\(number)"))
        }
      }
      #expect(server.requests.count >= 2 * Self.foldedFirstLines.count * Self.requests.count)
      // While the loop's thread still runs: what it is about to free would count as a leak.
      withExtendedLifetime(loop) { exit(EXIT_SUCCESS) }
    }
  }

  @Test func `all connections of a burst serve the next burst`() async throws {
    let size = 16
    let waiting = Mutex(0)
    let server = try FixtureServer { request in
      if request.head.hasPrefix("GET /burst") {
        // Nobody is answered before all have asked, so that none can take another's connection.
        let round = waiting.withLock { waiting in
          waiting += 1
          return (waiting - 1) / size + 1
        }
        while waiting.withLock(\.self) < round * size { usleep(1_000) }
      }
      return Self.echo(request)
    }
    let loop = try server.keepingLoop()
    for _ in 1...2 {
      try await withThrowingTaskGroup(of: Void.self) { tasks in
        for _ in 1...size {
          tasks.addTask { _ = try await loop.send(HTTPRequest(.get, "/burst")) }
        }
        try await tasks.waitForAll()
      }
      for _ in 1...3 { _ = try await loop.send(HTTPRequest(.get, "/alone")) }
    }
    #expect(Set(server.requests.map(\.connection)) == Set(1...size))
    server.stop()
  }

  @Test func `tasks that prefer the loop's thread run on it, and elsewhere once it has ended`()
    async throws
  {
    let server = try FixtureServer(Self.echo)
    let loop = try server.keepingLoop()
    let threads = try await withThrowingTaskGroup(of: Set<UInt>.self) { tasks in
      for number in 1...20 {
        tasks.addTask(executorPreference: loop.executor) {
          var threads: Set<UInt> = []
          for step in 1...20 {
            let answer = try await loop.send(HTTPRequest(.get, "/\(number)/\(step)"))
            #expect(answer.body == [UInt8]("GET/\(number)/\(step)=".utf8))
            threads.insert(UInt(pthread_self()))
          }
          return threads
        }
      }
      return try await tasks.reduce(into: Set<UInt>()) { $0.formUnion($1) }
    }
    #expect(threads.count == 1)
    loop.shutDown()
    let error = await withTaskGroup(of: ExchangeError?.self) { tasks in
      tasks.addTask(executorPreference: loop.executor) {
        do throws(ExchangeError) {
          _ = try await loop.send(HTTPRequest(.get, "/late"))
          return nil
        } catch {
          return error
        }
      }
      return await tasks.next() ?? nil
    }
    #expect(error?.detail == "the transfer loop was shut down")
    server.stop()
  }
}
