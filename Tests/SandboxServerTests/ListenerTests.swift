// The socket shell: where it listens, what it refuses, how it stops, and its faults.

import HTTPMessages
import HTTPTransfers
import SandboxServer
import Testing

@Suite struct ListenerTests {
  let sandbox: Sandbox

  init() throws { sandbox = try Sandbox(state: .memory) }

  private func loop(_ listener: SandboxListener) throws -> TransferLoop {
    TransferLoop(origin: try Origin(parsing: listener.url))
  }

  @Test(arguments: ["127.0.0.1", "localhost", "::1"])
  func `it listens where it is told to, and tells the port`(address: String) async throws {
    let listener = try SandboxListener(sandbox, address: address)
    defer { listener.stop() }
    #expect(listener.port != 0)
    let host = address == "::1" ? "[::1]" : address
    #expect(listener.url == "http://\(host):\(listener.port)")
    let loop = try loop(listener)
    defer { loop.shutDown() }
    #expect(
      try await loop.send(HTTPRequest(.get, "/vmrest/version", headerFields: fields())).status
        == 200)
    let log = try await loop.send(HTTPRequest(.get, "/sandbox/log"))
    #expect(
      log.text == #"{"requests":{"GET":1},"writes":0,"logins":1,"inFlight":0,"mostInFlight":1}"#
        + "\n")
  }

  @Test func `a port that is taken and an address that is none are clear errors`() throws {
    let listener = try SandboxListener(sandbox)
    defer { listener.stop() }
    #expect(
      throws: SandboxError.cannotListen(address: "127.0.0.1", port: listener.port, reason: .inUse)
    ) {
      _ = try SandboxListener(sandbox, port: listener.port)
    }
    #expect(throws: SandboxError.addressUnknown("nowhere.example")) {
      _ = try SandboxListener(sandbox, address: "nowhere.example")
    }
    #expect(
      throws: SandboxError.cannotListen(address: "192.0.2.1", port: 0, reason: .addressNotHere)
    ) {
      _ = try SandboxListener(sandbox, address: "192.0.2.1")
    }
  }

  @Test func `after a stop nobody answers, and the port is free again`() async throws {
    let listener = try SandboxListener(sandbox)
    let loop = try loop(listener)
    defer { loop.shutDown() }
    let request = HTTPRequest(.get, "/vmrest/version", headerFields: fields())
    #expect(try await loop.send(request).status == 200)
    listener.stop()
    listener.stop()
    await #expect(throws: ExchangeError.self) { _ = try await loop.send(request) }
    let next = try SandboxListener(sandbox, port: listener.port)
    defer { next.stop() }
    #expect(try await loop.send(request).status == 200)
  }

  @Test func `a body of 1 MiB is read, a larger one is refused`() async throws {
    let listener = try SandboxListener(sandbox)
    defer { listener.stop() }
    let loop = try loop(listener)
    defer { loop.shutDown() }
    let path = servers(LabGroup.xmlListing) + "/e3e412c3-16fc-4922-b863-c2e365c08350"
    for (size, status) in [(1 << 20, 204), (1 << 20 + 1, 413)] {
      let empty = Array("<PortGroupServer></PortGroupServer>".utf8)
      let body = empty + [UInt8](repeating: 0x20, count: size - empty.count)
      let answer = try await loop.send(HTTPRequest(.put, path, headerFields: xmlFields, body: body))
      #expect(answer.status == status)
    }
  }

  @Test func `many clients at once are all answered`() async throws {
    let listener = try SandboxListener(sandbox)
    defer { listener.stop() }
    let loop = try loop(listener)
    defer { loop.shutDown() }
    let body = xmlServer(
      "<MediaPortGroupObjectId>\(LabGroup.sip)</MediaPortGroupObjectId>"
        + "<MediaRemoteServiceEnum>102</MediaRemoteServiceEnum>")
    let request = HTTPRequest(.post, servers(LabGroup.sip), headerFields: xmlFields, body: body)
    let created = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<50 { group.addTask { try await loop.send(request).text } }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(created.count == 50)
    #expect(sandbox.counts.writes == 50)
    #expect(sandbox.counts.inFlight == 0)
  }
}

@Suite struct FaultTests {
  private static let request = HTTPRequest(.get, "/vmrest/version", headerFields: fields())

  private static let deletion = HTTPRequest(
    .delete, servers(LabGroup.xmlListing) + "/e3e412c3-16fc-4922-b863-c2e365c08350",
    headerFields: fields())

  @Test(arguments: Road.allCases, [true, false])
  func `a dropped reply was applied, a dropped request was not`(
    road: Road, reply: Bool
  ) async throws {
    let faults = reply ? SandboxFaults(dropReply: 1) : SandboxFaults(dropRequest: 1)
    let configuration = SandboxConfiguration(faults: faults)
    let sandbox = try Sandbox(state: .memory, configuration: configuration)
    try await onRoad(road, sandbox) { server in
      do {
        _ = try await server.send(Self.deletion)
        Issue.record("an answer came")
      } catch let error as ExchangeError {
        #expect(error.cause == .closedWithoutAnswer)
        #expect(error.mayHaveReached)
      }
    }
    #expect(sandbox.respond(to: Self.deletion).status == (reply ? 404 : 204))
  }

  @Test(arguments: Road.allCases)
  func `a busy server answers 503 and does nothing`(road: Road) async throws {
    let sandbox = try Sandbox(
      state: .memory, configuration: SandboxConfiguration(faults: SandboxFaults(busy: 1)))
    try await onRoad(road, sandbox) { server in
      let answer = try await server.send(Self.deletion)
      #expect(answer.status == 503)
    }
    #expect(sandbox.respond(to: Self.deletion).status == 204)
  }

  @Test func `equal seeds give equal faults, in about the share that was asked for`() async throws {
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
}
