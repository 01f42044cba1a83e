// Held writes, slots in use, and waiting requests; no test here depends on elapsed time.

import HTTPMessages
import SandboxServer
import Testing

@Suite struct HoldTests {
  private static let server = servers(LabGroup.xmlListing) + "/e3e412c3-16fc-4922-b863-c2e365c08350"
  private static let deletion = HTTPRequest(.delete, server, headerFields: fields())
  private static let reading = HTTPRequest(.get, "/vmrest/version", headerFields: fields())

  private static func sandbox(
    _ faults: String, _ throttle: SandboxThrottle = .none
  ) throws -> Sandbox {
    try Sandbox(
      state: .memory,
      configuration: SandboxConfiguration(
        throttle: throttle, faults: SandboxFaults(parsing: faults)))
  }

  /// Lets other tasks run until the condition is true.
  private static func until(_ condition: () -> Bool) async throws {
    while !condition() { try await Task.sleep(for: .milliseconds(1)) }
  }

  @Test(arguments: Transport.allCases, ["hold", "hold-reply"])
  func `a held write waits until it is released, and reads do not wait for it`(
    transport: Transport, kind: String
  ) async throws {
    let sandbox = try Self.sandbox("\(kind)=1")
    try await withServer(transport, sandbox) { server in
      async let status = server.send(Self.deletion).status
      try await Self.until { sandbox.heldWrites == 1 }
      let shown = HTTPRequest(.get, Self.server, headerFields: fields())
      #expect(try await server.send(shown).status == (kind == "hold" ? 200 : 404))
      #expect(sandbox.release() == 1)
      #expect(try await status == 204)
      #expect(try await server.send(shown).status == 404)
    }
    #expect(sandbox.heldWrites == 0)
    #expect(sandbox.counts.faults == [kind: 1])
  }

  @Test func `held writes are released in the order in which they were held`() async throws {
    let sandbox = try Self.sandbox("hold=2")
    async let first = sandbox.send(Self.deletion).status
    try await Self.until { sandbox.heldWrites == 1 }
    async let second = sandbox.send(Self.deletion).status
    try await Self.until { sandbox.heldWrites == 2 }
    #expect(sandbox.release(1) == 1)
    #expect(try await first == 204)
    #expect(sandbox.heldWrites == 1)
    #expect(sandbox.release() == 1)
    #expect(try await second == 404)
    #expect(sandbox.release() == 0)
  }

  @Test(arguments: Transport.allCases)
  func `a request waits if all slots are in use`(transport: Transport) async throws {
    let sandbox = try Self.sandbox("hold=1", SandboxThrottle(slots: 1, drain: .seconds(3600)))
    try await withServer(transport, sandbox) { server in
      async let write = server.send(Self.deletion).status
      try await Self.until { sandbox.heldWrites == 1 }
      async let read = server.send(Self.reading).status
      try await Self.until { sandbox.counts.mostQueued == 1 }
      sandbox.release()
      #expect(try await write == 204)
      #expect(try await read == 200)
    }
    #expect(sandbox.counts.mostInFlight == 2)
    #expect(sandbox.counts.turnedAway == 0)
    #expect(sandbox.counts.inFlight == 0)
  }

  @Test(arguments: Transport.allCases)
  func `a request in a queue that does not drain is turned away with 503`(transport: Transport)
    async throws
  {
    let sandbox = try Self.sandbox("hold=1", SandboxThrottle(slots: 1, drain: .milliseconds(1)))
    try await withServer(transport, sandbox) { server in
      async let write = server.send(Self.deletion).status
      try await Self.until { sandbox.heldWrites == 1 }
      let response = try await server.send(Self.reading)
      #expect(response.status == 503)
      #expect(response.mediaType == "text/html")
      sandbox.release()
      #expect(try await write == 204)
      #expect(try await server.send(Self.reading).status == 200)
    }
    #expect(sandbox.counts.turnedAway == 1)
  }

  @Test func `a held write that is cancelled is not processed, and its slot is free again`()
    async throws
  {
    let sandbox = try Self.sandbox("hold=1", SandboxThrottle(slots: 1))
    let task = Task { try await sandbox.send(Self.deletion) }
    try await Self.until { sandbox.heldWrites == 1 }
    task.cancel()
    let error = await #expect(throws: ExchangeError.self) { try await task.value }
    #expect(error?.cause == .cancelled)
    #expect(sandbox.heldWrites == 0)
    #expect(try await sandbox.send(Self.reading).status == 200)
    #expect(try await sandbox.send(Self.deletion).status == 204)
  }

  @Test(arguments: ["hold", "hold-reply"])
  func `stopping a listener ends all waiting, and unprocessed writes are skipped`(
    kind: String
  ) async throws {
    let sandbox = try Self.sandbox("\(kind)=1", SandboxThrottle(slots: 1, drain: .seconds(3600)))
    let listener = try SandboxListener(sandbox)
    try await withServer(listener.url) { server in
      async let write = Self.status(of: Self.deletion, by: server)
      try await Self.until { sandbox.heldWrites == 1 }
      async let read = Self.status(of: Self.reading, by: server)
      try await Self.until { sandbox.counts.mostQueued == 1 }
      listener.stop()
      #expect(await write == (kind == "hold" ? nil : 204))
      #expect(await read == nil)
    }
    #expect(sandbox.counts.inFlight == 0)
    #expect(sandbox.heldWrites == 0)
    #expect(sandbox.respond(to: Self.deletion).status == (kind == "hold" ? 204 : 404))
  }

  /// The status of the response; `nil` if the connection ends without one.
  private static func status(of request: HTTPRequest, by server: any HTTPExchanging) async -> Int? {
    try? await server.send(request).status
  }
}
