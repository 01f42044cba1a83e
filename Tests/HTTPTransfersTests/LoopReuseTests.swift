// What a loop reuses for the next exchange, and the jobs that run on its thread.

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

  /// Replies with the contents of the request; a reply to HEAD has no body.
  private static func echo(_ request: FixtureRequest) -> FixtureReply {
    let words = request.head.split(separator: " ")
    let text = words[0] + words[1] + "=" + request.body
    let header = "HTTP/1.1 200 OK\r\nX-\(words[0]): y\r\nContent-Length: \(text.utf8.count)\r\n\r\n"
    return .send(words[0] == "HEAD" ? header : header + text)
  }

  @Test(arguments: requests) func `an exchange does not affect the next one`(
    first: HTTPRequest
  ) async throws {
    let server = try FixtureServer(Self.echo)
    for second in Self.requests {
      let freshLoop = try server.loopKeepingConnections()
      let expected = try await freshLoop.send(second)
      let loop = try server.loopKeepingConnections()
      _ = try await loop.send(first)
      #expect(try await loop.send(second) == expected, "\(second.method.rawValue)")
      let seen = server.requests.suffix(3)
      #expect(seen.first?.head == seen.last?.head)
      #expect(seen.first?.body == seen.last?.body)
      #expect(seen.suffix(2).map(\.number) == [1, 2], "on one connection")
    }
    server.stop()
  }

  @Test func `a failed exchange does not affect the next one`() async throws {
    let server = try FixtureServer { request in
      request.head.hasPrefix("GET /cut")
        ? .sendAndClose("HTTP/1.1 500 Broken\r\nX: y\r\nContent-Length: 9\r\n\r\npart")
        : Self.echo(request)
    }
    let loop = try server.loopKeepingConnections()
    for request in Self.requests {
      _ = try await loop.send(request)
      await #expect(throws: ExchangeError.self) { try await loop.send(HTTPRequest(.get, "/cut")) }
      let response = try await loop.send(HTTPRequest(.get, "/again"))
      #expect(response.status == 200)
      #expect(response.body == [UInt8]("GET/again=".utf8))
      #expect(response.headerFields["X"] == nil)
    }
    server.stop()
  }

  /// Folded lines at the start of a header, which may make libcurl access a line before the first one.
  private static let foldedFirstLines = [" X-A: b", "\tX-A: b\r\n X-C: d", " ", " :", "\t\r\n "]

  @Test func `a header that begins with a space does not harm other exchanges`() async throws {
    // In a separate process, because memory that is freed twice ends the process.
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
      let loop = try server.loopKeepingConnections()
      for number in Self.foldedFirstLines.indices {
        for request in Self.requests {
          let response = try await loop.send(request)
          #expect(response.status == 200)
          // The line may be ignored or refused: both are correct.
          _ = try? await loop.send(HTTPRequest(.get, "/\(number)"))
        }
      }
      #expect(server.requests.count >= 2 * Self.foldedFirstLines.count * Self.requests.count)
      // The loop's thread must still run at exit: memory that it is about to free would be reported as a leak.
      withExtendedLifetime(loop) { exit(EXIT_SUCCESS) }
    }
  }

  @Test func `the next burst of requests reuses all connections of a burst`() async throws {
    let size = 16
    let waiting = Mutex(0)
    let server = try FixtureServer { request in
      if request.head.hasPrefix("GET /burst") {
        // No reply is sent before all requests have arrived, so that each request has its own connection.
        let burst = waiting.withLock { waiting in
          waiting += 1
          return (waiting - 1) / size + 1
        }
        while waiting.withLock(\.self) < burst * size { usleep(1_000) }
      }
      return Self.echo(request)
    }
    let loop = try server.loopKeepingConnections()
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

  @Test
  func `tasks that prefer the loop's thread run on it, and on other threads once it has ended`()
    async throws
  {
    let server = try FixtureServer(Self.echo)
    let loop = try server.loopKeepingConnections()
    let threads = try await withThrowingTaskGroup(of: Set<UInt>.self) { tasks in
      for number in 1...20 {
        tasks.addTask(executorPreference: loop.executor) {
          var threads: Set<UInt> = []
          for step in 1...20 {
            let response = try await loop.send(HTTPRequest(.get, "/\(number)/\(step)"))
            #expect(response.body == [UInt8]("GET/\(number)/\(step)=".utf8))
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
