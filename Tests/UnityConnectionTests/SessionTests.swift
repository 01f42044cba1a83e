// Logins: as few as possible, never three in a second, and none after a refusal.

import HTTPMessages
import Synchronization
import Testing

@testable import UnityConnection

@Suite struct SessionTests {
  private static let version = HTTPResponse.body(
    "<VersionInformation><name>vmrest</name><version>14.0.1ES3</version></VersionInformation>")
  private static let unauthorized = HTTPResponse.body("<html>no</html>", status: 401)

  @Test func `callers share one login, and then send only cookies`() async throws {
    let server = ScriptedServer { _ in .success(Self.version) }
    let client = ConnectionClient(server)
    try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 1...20 { group.addTask { try await client.version() } }
      for try await version in group { #expect(version == "14.0.1ES3") }
    }
    #expect(server.logins == 1)
    #expect(server.requests[0].headerFields["Authorization"] == "Basic YWRtaW46Z2VoZWlt")
    #expect(server.requests[0].headerFields["Cookie"] == nil)
    #expect(server.calls.count == 20)
    for call in server.calls {
      #expect(call.headerFields["Authorization"] == nil)
      #expect(
        call.headerFields["Cookie"] == "JSESSIONIDSSO=sso1; JSESSIONID=id1; REQUEST_TOKEN_KEY=-101")
    }
  }

  @Test func `after a session is not accepted a new login is made and the request is sent again`()
    async throws
  {
    let logins = Mutex(0)
    let server = ScriptedServer(handlesLogins: true) { request in
      if request.isLogin {
        return .success(
          .login(
            number: logins.withLock {
              $0 += 1; return $0
            }))
      }
      let isFresh = request.headerFields["Cookie"]?.contains("id2") == true
      return .success(isFresh ? HTTPResponse(status: 204) : Self.unauthorized)
    }
    let clock = ManualClock()
    let client = ConnectionClient(server, clock: clock)
    #expect(try await client.delete(ExampleID.server, in: ExampleID.group) == .done(newID: nil))
    #expect(server.logins == 2)
    #expect(server.calls.count == 2)
    #expect(clock.sleeps == [.milliseconds(600)])
  }

  @Test func `if a new session is not accepted either the request is not repeated endlessly`()
    async throws
  {
    let server = ScriptedServer { _ in .success(Self.unauthorized) }
    let client = ConnectionClient(server)
    #expect(
      try await client.delete(ExampleID.server, in: ExampleID.group)
        == .notProcessed(
          TransientFailure(
            .busy,
            reason: "a session that was just opened was not accepted, status 401: Unauthorized",
            status: 401)))
    #expect(server.logins == 2)
    #expect(server.calls.count == 2)
  }

  private static func session(_ server: SlowLogin) -> Session {
    let credentials = Credentials(username: "admin", password: Secret("geheim"))
    let clock = ManualClock().clock
    return Session(
      over: RequestSender(over: server, credentials: credentials, clock: clock),
      server: ConnectionClient.address, credentials: credentials, clock: clock)
  }

  @Test func `a login continues if its first caller is cancelled`() async throws {
    let server = SlowLogin()
    let session = Self.session(server)
    let first = Task { try await session.ticket() }
    while session.waitingCount < 1 { await Task.yield() }
    let second = Task { try await session.ticket() }
    while session.waitingCount < 2 { await Task.yield() }
    first.cancel()
    while session.waitingCount > 1 { await Task.yield() }
    #expect(session.waitingCount == 1)
    server.respond()
    #expect(try await second.value.login == 1)
    _ = await first.result
    #expect(server.logins == 1)
    #expect(server.cancelled == 0)
  }

  @Test func `a login is cancelled if no caller waits for it, and the next caller logs in again`()
    async throws
  {
    let server = SlowLogin()
    let session = Self.session(server)
    let callers = (1...2).map { _ in Task { try await session.ticket() } }
    while session.waitingCount < 2 { await Task.yield() }
    for caller in callers { caller.cancel() }
    for caller in callers {
      let error = await #expect(throws: ServerError.self) { try await caller.value }
      #expect(error?.kind == .cancelled)
    }
    #expect(server.cancelled == 1)
    server.respond()
    #expect(try await session.ticket().login == 2)
    #expect(server.logins == 2)
  }

  /// Delays logins until `respond()` is called or they are cancelled.
  private final class SlowLogin: HTTPExchanging {
    private let state = Mutex((logins: 0, cancelled: 0, mayRespond: false))

    var logins: Int { state.withLock(\.logins) }
    var cancelled: Int { state.withLock(\.cancelled) }

    func respond() { state.withLock { $0.mayRespond = true } }

    func send(_ request: HTTPRequest) async throws(ExchangeError) -> HTTPResponse {
      state.withLock { $0.logins += 1 }
      while !state.withLock(\.mayRespond) {
        if Task.isCancelled {
          state.withLock { $0.cancelled += 1 }
          throw ExchangeError(.cancelled, mayHaveReached: true, detail: "cut")
        }
        await Task.yield()
      }
      return .login(number: 1)
    }
  }

  @Test func `refused credentials are never sent again`() async throws {
    let server = ScriptedServer(handlesLogins: true) { _ in .success(Self.unauthorized) }
    let client = ConnectionClient(server)
    for _ in 1...3 {
      let error = await #expect(throws: ServerError.self) { try await client.version() }
      #expect(error?.kind == .credentialsRefused)
    }
    let error = await #expect(throws: ServerError.self) {
      try await client.delete(ExampleID.server, in: ExampleID.group)
    }
    #expect(error?.kind == .credentialsRefused)
    #expect(server.requests.count == 1)
  }

  @Test func `an expired token causes a login before the next request`() async throws {
    let server = ScriptedServer { request in
      var response = Self.version
      if request.headerFields["Cookie"]?.contains("REQUEST_TOKEN_KEY=-101") == true {
        response.headerFields.append(
          name: "Set-Cookie",
          value: "REQUEST_TOKEN_KEY=101; Expires=Thu, 01-Jan-1970 00:00:10 GMT; Path=/")
        response.headerFields.append(name: "Set-Cookie", value: "REQUEST_TOKEN_KEY=77; Path=/")
      }
      return .success(response)
    }
    let client = ConnectionClient(server)
    for _ in 1...3 { _ = try await client.version() }
    #expect(server.requests.map(\.isLogin) == [true, false, true, false, true, false])
  }

  @Test(arguments: [
    ("JSESSIONID=new; Path=/vmrest/", "JSESSIONIDSSO=sso1; REQUEST_TOKEN_KEY=-101; JSESSIONID=new"),
    ("Other=1; Max-Age=60", "JSESSIONIDSSO=sso1; JSESSIONID=id1; REQUEST_TOKEN_KEY=-101; Other=1"),
    ("JSESSIONID=; Max-Age=0", "JSESSIONIDSSO=sso1; REQUEST_TOKEN_KEY=-101"),
    (
      "JSESSIONID=x; expires=Wed, 31 Dec 2025 23:59:59 GMT",
      "JSESSIONIDSSO=sso1; REQUEST_TOKEN_KEY=-101"
    ),
    (
      "JSESSIONID=x; Max-Age=9; Expires=Thu, 01-Jan-1970 00:00:10 GMT",
      "JSESSIONIDSSO=sso1; REQUEST_TOKEN_KEY=-101; JSESSIONID=x"
    ),
    ("=nameless", "JSESSIONIDSSO=sso1; JSESSIONID=id1; REQUEST_TOKEN_KEY=-101"),
    ("no cookie", "JSESSIONIDSSO=sso1; JSESSIONID=id1; REQUEST_TOKEN_KEY=-101"),
    // A year that is too large makes the date invalid.
    (
      "JSESSIONID=x; Expires=Sun, 06 Nov 9223372036854775807 08:49:37 GMT",
      "JSESSIONIDSSO=sso1; REQUEST_TOKEN_KEY=-101; JSESSIONID=x"
    ),
    (
      "A=b; Max-Age=99999999999999999999",
      "JSESSIONIDSSO=sso1; JSESSIONID=id1; REQUEST_TOKEN_KEY=-101; A=b"
    ),
    // Cookies that cannot be sent: control characters, non-ASCII bytes, more bytes than allowed.
    ("A=b\u{1}", "JSESSIONIDSSO=sso1; JSESSIONID=id1; REQUEST_TOKEN_KEY=-101"),
    ("A\u{7F}=b", "JSESSIONIDSSO=sso1; JSESSIONID=id1; REQUEST_TOKEN_KEY=-101"),
    ("A=b\r\nX: y", "JSESSIONIDSSO=sso1; JSESSIONID=id1; REQUEST_TOKEN_KEY=-101"),
    ("A=b\u{FFFD}", "JSESSIONIDSSO=sso1; JSESSIONID=id1; REQUEST_TOKEN_KEY=-101"),
    ("JSESSIONID=\u{1}", "JSESSIONIDSSO=sso1; REQUEST_TOKEN_KEY=-101"),
    (
      "A=" + String(repeating: "b", count: 6_144),
      "JSESSIONIDSSO=sso1; JSESSIONID=id1; REQUEST_TOKEN_KEY=-101"
    ),
    // A separator followed by a combining mark is still a separator.
    ("A=b;\u{301}; Max-Age=0", "JSESSIONIDSSO=sso1; JSESSIONID=id1; REQUEST_TOKEN_KEY=-101"),
  ])
  func `cookies are updated from responses`(field: String, next: String) async throws {
    let server = ScriptedServer { _ in
      var response = Self.version
      response.headerFields["Set-Cookie"] = field
      return .success(response)
    }
    let client = ConnectionClient(server)
    for _ in 1...2 { _ = try await client.version() }
    #expect(server.requests.last?.headerFields["Cookie"] == next)
    #expect(server.logins == 1)
  }

  @Test func `if a cookie cannot be sent the credentials are sent instead`()
    async throws
  {
    let server = ScriptedServer(handlesLogins: true) { _ in
      var response = Self.version
      response.headerFields["Set-Cookie"] = "JSESSIONID=a\u{2}b; Path=/"
      return .success(response)
    }
    let client = ConnectionClient(server)
    _ = try await client.version()
    #expect(server.requests.count == 2)
    #expect(server.requests.allSatisfy { $0.headerFields["Cookie"] == nil })
    #expect(server.requests.allSatisfy { $0.headerFields["Authorization"] != nil })
  }

  @Test func `a login that took long delays the next one`() async throws {
    let clock = ManualClock()
    let server = ScriptedServer(handlesLogins: true) { request in
      guard request.isLogin else { return .success(HTTPResponse(status: 401)) }
      clock.advance(by: .milliseconds(500))
      return .success(.login(number: 1))
    }
    _ = try? await ConnectionClient(server, clock: clock).version()
    #expect(server.logins == 2)
    #expect(clock.sleeps == [.milliseconds(600)])
  }

  @Test func `a session is renewed before it expires`() async throws {
    let server = ScriptedServer { _ in .success(Self.version) }
    let clock = ManualClock()
    let client = ConnectionClient(server, clock: clock)
    _ = try await client.version()
    clock.advance(by: .seconds(59))
    _ = try await client.version()
    #expect(server.logins == 1)
    clock.advance(by: .seconds(1))
    _ = try await client.version()
    #expect(server.logins == 2)
    #expect(clock.sleeps == [])
  }

  @Test func `a server without cookies gets the credentials each time`() async throws {
    let server = ScriptedServer(handlesLogins: true) { _ in .success(Self.version) }
    let clock = ManualClock()
    let client = ConnectionClient(server, clock: clock)
    for _ in 1...3 { _ = try await client.version() }
    #expect(server.requests.count == 4)
    #expect(server.requests.allSatisfy { $0.headerFields["Authorization"] != nil })
    #expect(clock.sleeps == [])
  }

  @Test func `if the server is busy at login a write is not sent`() async throws {
    let server = ScriptedServer(handlesLogins: true) { _ in
      .success(HTTPResponse(status: 503, headerFields: ["Retry-After": "30"]))
    }
    let clock = ManualClock()
    let client = ConnectionClient(server, clock: clock)
    for _ in 1...3 {
      #expect(
        try await client.delete(ExampleID.server, in: ExampleID.group)
          == .notProcessed(
            TransientFailure(
              .busy, reason: "status 503: Service Unavailable", status: 503, retryAfter: 30)))
    }
    #expect(server.calls.isEmpty)
    #expect(clock.sleeps == [.milliseconds(600), .milliseconds(600)])
  }

  @Test(arguments: [
    (ExchangeError.Cause.certificateUntrusted, ServerError.Kind.certificateUntrusted),
    (.pinMismatch, .pinMismatch),
  ])
  func `nothing is sent to an untrusted server`(
    cause: ExchangeError.Cause, kind: ServerError.Kind
  ) async throws {
    let server = ScriptedServer(handlesLogins: true) { _ in
      .failure(ExchangeError(cause, mayHaveReached: false, detail: "why"))
    }
    let client = ConnectionClient(server)
    await #expect(
      throws: ServerError(
        kind, server: ConnectionClient.address, call: "GET /vmrest/version", detail: "why")
    ) { try await client.delete(ExampleID.server, in: ExampleID.group) }
  }

  @Test func `a write of a read-only client is an error`() async throws {
    let server = ScriptedServer { _ in
      .failure(ExchangeError(.readOnly, mayHaveReached: false, detail: "DELETE was not sent"))
    }
    let client = ConnectionClient(server)
    let error = await #expect(throws: ServerError.self) {
      try await client.delete(ExampleID.server, in: ExampleID.group)
    }
    #expect(error?.kind == .readOnly)
  }
}
