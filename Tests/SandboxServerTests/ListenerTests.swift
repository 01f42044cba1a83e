// The listener: its address, its limits, and how it stops.

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
  func `it listens on the requested address, and reports its port`(address: String) async throws {
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
      log.text == #"{"requests":{"GET":1},"calls":{"GET /vmrest/version":1},"writes":0,"logins":1,"#
        + #""mostLoginsInOneSecond":1,"turnedAway":0,"inFlight":0,"mostInFlight":1,"mostQueued":0,"#
        + #""faults":{}}"# + "\n")
  }

  @Test func `a port in use and an invalid address are reported as such`() throws {
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

  @Test func `after a stop requests fail, and the port is free again`() async throws {
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

  @Test func `a body of 1 MiB is accepted, and a larger one is refused`() async throws {
    let listener = try SandboxListener(sandbox)
    defer { listener.stop() }
    let loop = try loop(listener)
    defer { loop.shutDown() }
    let path = servers(LabGroup.xmlListing) + "/e3e412c3-16fc-4922-b863-c2e365c08350"
    for (size, status) in [(1 << 20, 204), (1 << 20 + 1, 413)] {
      let empty = Array("<PortGroupServer></PortGroupServer>".utf8)
      let body = empty + [UInt8](repeating: 0x20, count: size - empty.count)
      let response = try await loop.send(
        HTTPRequest(.put, path, headerFields: xmlFields, body: body))
      #expect(response.status == status)
    }
  }

  @Test func `many simultaneous requests all get a response`() async throws {
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
