// The control pages: the log, setting faults while the sandbox runs, and releasing held writes.

import HTTPMessages
import SandboxServer
import Testing

@Suite struct ControlPageTests {
  private static let deletion = HTTPRequest(
    .delete, servers(LabGroup.xmlListing) + "/e3e412c3-16fc-4922-b863-c2e365c08350",
    headerFields: fields())

  private static func setFaults(
    _ faults: String, _ method: HTTPMethod = .put
  ) -> HTTPRequest {
    HTTPRequest(method, "/sandbox/faults", body: Array(faults.utf8))
  }

  @Test(arguments: Transport.allCases)
  func `faults can be set, shown and removed while the sandbox runs`(transport: Transport)
    async throws
  {
    let sandbox = try Sandbox(
      state: .memory, configuration: SandboxConfiguration(faults: SandboxFaults(seed: 9)))
    try await withServer(transport, sandbox) { server in
      let page = HTTPRequest(.get, "/sandbox/faults")
      #expect(
        try await server.send(page).text
          == #"{"faults":"","seed":9,"writes":0,"held":0}"# + "\n")
      let ordered = try await server.send(Self.setFaults("busy@1, hold@2,slow=1ms"))
      #expect(ordered.status == 200)
      #expect(ordered.mediaType == "application/json")
      #expect(
        ordered.text
          == #"{"faults":"slow=1ms,busy@1,hold@2","seed":9,"writes":0,"held":0}"# + "\n")
      #expect(try await server.send(Self.deletion).status == 503)

      async let held = server.send(Self.deletion).status
      while sandbox.heldWrites == 0 { try await Task.sleep(for: .milliseconds(1)) }
      #expect(
        try await server.send(page).text
          == #"{"faults":"slow=1ms,busy@1,hold@2","seed":9,"writes":2,"held":1}"# + "\n")
      // Setting faults restarts the count of writes, and held writes stay held.
      #expect(
        try await server.send(Self.setFaults("seed=3,html500@1", .post)).text
          == #"{"faults":"html500@1","seed":3,"writes":0,"held":1}"# + "\n")
      let release = HTTPRequest(.post, "/sandbox/release?count=5")
      #expect(try await server.send(release).text == #"{"released":1}"# + "\n")
      #expect(try await held == 204)
      let end = HTTPRequest(.delete, "/sandbox/faults")
      #expect(
        try await server.send(end).text == #"{"faults":"","seed":9,"writes":0,"held":0}"# + "\n")
      #expect(try await server.send(Self.deletion).status == 404)
    }
    #expect(sandbox.counts.requests == ["DELETE": 3])
  }

  @Test func `removing the faults releases held writes`() async throws {
    let sandbox = try Sandbox(
      state: .memory, configuration: SandboxConfiguration(faults: SandboxFaults(hold: 1)))
    async let held = sandbox.send(Self.deletion).status
    while sandbox.heldWrites == 0 { try await Task.sleep(for: .milliseconds(1)) }
    #expect(sandbox.respond(to: HTTPRequest(.delete, "/sandbox/faults")).status == 200)
    #expect(try await held == 204)
  }

  @Test(arguments: Transport.allCases)
  func `emptying the log resets the counts`(transport: Transport) async throws {
    let sandbox = try Sandbox(state: .memory)
    try await withServer(transport, sandbox) { server in
      #expect(try await server.send(Self.deletion).status == 204)
      let empty = try await server.send(HTTPRequest(.delete, "/sandbox/log"))
      #expect(empty.status == 204)
      #expect(
        try await server.send(HTTPRequest(.get, "/sandbox/log")).text
          == #"{"requests":{},"calls":{},"writes":0,"logins":0,"mostLoginsInOneSecond":0,"#
          + #""turnedAway":0,"inFlight":0,"mostInFlight":0,"mostQueued":0,"faults":{}}"# + "\n")
    }
  }

  static let refusals: [(HTTPRequest, Int, String)] = [
    (
      setFaults("drop=1%"), 400,
      "The faults cannot be ordered: 'drop=1%' is no fault; there are drop-reply, drop-request, busy, "
        + "reset, html500, html500-reply, truncate, slow, ignore, hold, hold-reply, seed.\n"
    ),
    (
      HTTPRequest(.post, "/sandbox/release?count=-1"), 400,
      "count is '-1'; it must be a whole number from 0.\n"
    ),
  ]

  @Test(arguments: refusals)
  func `an invalid request changes nothing`(
    request: HTTPRequest, status: Int, text: String
  ) throws {
    let sandbox = try Sandbox(
      state: .memory, configuration: SandboxConfiguration(faults: SandboxFaults(hold: 2)))
    let response = sandbox.respond(to: request)
    #expect(response.status == status)
    #expect(response.text == text)
    #expect(sandbox.faults == SandboxFaults(hold: 2))
  }

  @Test(arguments: [
    ("log", HTTPMethod.put, "GET, HEAD, DELETE"), ("release", .get, "POST"),
    ("faults", HTTPMethod(rawValue: "PATCH"), "GET, HEAD, PUT, POST, DELETE"),
  ])
  func `a page lists the methods that it allows`(page: String, method: HTTPMethod, allowed: String)
    throws
  {
    let response = try Sandbox(state: .memory).respond(
      to: HTTPRequest(method, "/sandbox/" + page))
    #expect(response.status == 405)
    #expect(response.headerFields["Allow"] == allowed)
  }

  @Test(arguments: ["log", "faults", "release"])
  func `only this machine has access to the pages`(page: String) throws {
    let sandbox = try Sandbox(state: .memory)
    for method in [HTTPMethod.get, .post, .delete] {
      let response = sandbox.respond(to: HTTPRequest(method, "/sandbox/" + page), from: .remote)
      #expect(response.status == 403)
    }
    #expect(sandbox.respond(to: HTTPRequest(.get, "/sandbox/other")).status == 404)
  }
}
