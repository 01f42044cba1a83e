// Faults over every transport: what was processed, and what the client sees.

import HTTPMessages
import SandboxServer
import Testing

@Suite struct FaultTests {
  private static let request = HTTPRequest(.get, "/vmrest/version", headerFields: fields())
  private static let server = servers(LabGroup.xmlListing) + "/e3e412c3-16fc-4922-b863-c2e365c08350"
  private static let deletion = HTTPRequest(.delete, server, headerFields: fields())

  private static func update(_ elements: String) -> HTTPRequest {
    HTTPRequest(.put, server, headerFields: xmlFields, body: xmlServer(elements))
  }

  private static func sandbox(_ text: String) throws -> Sandbox {
    try Sandbox(
      state: .memory,
      configuration: SandboxConfiguration(faults: SandboxFaults(parsing: text)))
  }

  /// What a client sees of a deletion with a fault, and whether the server was deleted.
  static let cases: [(text: String, seen: String, isDone: Bool)] = [
    ("drop-reply=100%", "closed-without-answer", true),
    ("drop-request=100%", "closed-without-answer", false),
    ("reset=100%", "closed-without-answer", true),
    // A 204 response has no body to truncate.
    ("truncate=100%", "closed-without-answer", true),
    ("busy=100%", "503 text/html", false),
    ("html500=100%", "500 text/html", false),
    ("html500-reply=100%", "500 text/html", true),
  ]

  @Test(arguments: Transport.allCases, cases)
  func `a fault ends a request, processed or not`(
    transport: Transport, fault: (text: String, seen: String, isDone: Bool)
  ) async throws {
    let sandbox = try Self.sandbox(fault.text)
    try await withServer(transport, sandbox) { server in
      #expect(await Self.seen(of: Self.deletion, by: server) == fault.seen)
    }
    #expect(sandbox.respond(to: Self.deletion).status == (fault.isDone ? 404 : 204))
  }

  @Test(arguments: Transport.allCases)
  func `a truncated response ends in the middle of its body`(transport: Transport) async throws {
    try await withServer(transport, Self.sandbox("truncate=100%")) { server in
      #expect(await Self.seen(of: Self.request, by: server) == "answer-broken")
    }
  }

  @Test(arguments: Transport.allCases)
  func `a fault can be set for one write`(transport: Transport) async throws {
    let sandbox = try Self.sandbox("busy@2,ignore=Port@3,drop-request@4")
    try await withServer(transport, sandbox) { server in
      var seen: [String] = []
      for port in 1...5 {
        // Reads do not count.
        #expect(await Self.seen(of: Self.request, by: server) == "200 application/xml")
        seen.append(await Self.seen(of: Self.update("<Port>\(port)</Port>"), by: server))
        let shown = sandbox.respond(to: HTTPRequest(.get, Self.server, headerFields: fields())).text
        seen.append(String(shown.firstMatch(of: /<Port>([0-9]+)</)?.output.1 ?? "none"))
      }
      #expect(
        seen == [
          "204 ", "1", "503 text/html", "1", "204 ", "1", "closed-without-answer", "1", "204 ", "5",
        ])
    }
    #expect(sandbox.counts.faults == ["busy": 1, "ignore": 1, "drop-request": 1])
  }

  @Test func `an ignored field keeps its value, and the response does not report it`()
    async throws
  {
    let sandbox = try Self.sandbox("ignore=Port,ignore=Precedence")
    let update = Self.update("<Port>1</Port><TlsPort>2</TlsPort><Precedence>3</Precedence>")
    #expect(try await sandbox.send(update).status == 204)
    let shown = sandbox.respond(to: HTTPRequest(.get, Self.server, headerFields: jsonFields)).text
    #expect(shown.contains(#""Port":"5060","TlsPort":"2","Precedence":"0""#))
  }

  @Test(arguments: Transport.allCases)
  func `a slow response delays no other request`(transport: Transport) async throws {
    let sandbox = try Self.sandbox("slow=3600s@1")
    try await withServer(transport, sandbox) { server in
      let slow = Task { try await server.send(Self.deletion) }
      while sandbox.counts.faults["slow"] == nil { try await Task.sleep(for: .milliseconds(1)) }
      for _ in 1...3 {
        #expect(await Self.seen(of: Self.request, by: server) == "200 application/xml")
      }
      // The deletion was processed at once: only its response is delayed.
      let shown = HTTPRequest(.get, Self.server, headerFields: fields())
      while try await server.send(shown).status == 200 {}
      slow.cancel()
      await #expect(throws: ExchangeError.self) { try await slow.value }
    }
    #expect(sandbox.counts.inFlight == 0)
  }

  @Test func `a response may take longer than the idle timeout`() async throws {
    let sandbox = try Self.sandbox("slow=2500ms")
    let listener = try SandboxListener(sandbox, idleSeconds: 1)
    defer { listener.stop() }
    try await withServer(listener.url) { server in
      #expect(await Self.seen(of: Self.request, by: server) == "200 application/xml")
    }
  }

  @Test func `equal seeds give equal faults, in approximately the configured share`() async throws {
    func statuses(_ seed: UInt64) async throws -> [Int] {
      let sandbox = try Sandbox(
        state: .memory,
        configuration: SandboxConfiguration(faults: SandboxFaults(busy: 0.3, seed: seed)))
      var statuses: [Int] = []
      for _ in 0..<200 { statuses.append(try await sandbox.send(Self.request).status) }
      return statuses
    }
    let first = try await statuses(7)
    #expect(try await statuses(7) == first)
    #expect(try await statuses(8) != first)
    #expect((40...80).contains(first.count { $0 == 503 }))
  }

  @Test func `a refused request gets no fault`() async throws {
    let sandbox = try Self.sandbox("drop-request=100%")
    #expect(try await sandbox.send(HTTPRequest(.get, "/vmrest/version")).status == 401)
    #expect(sandbox.counts.faults.isEmpty)
  }

  /// The status and type of the response, or the cause of the error.
  private static func seen(of request: HTTPRequest, by server: any HTTPExchanging) async -> String {
    do {
      let response = try await server.send(request)
      return "\(response.status) \(response.mediaType)"
    } catch {
      #expect(error.mayHaveReached)
      return error.cause.rawValue
    }
  }
}
