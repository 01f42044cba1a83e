// Logins: as few as can be, never three in a second, none after a refusal.

import HTTPMessages
import Synchronization
import Testing

@testable import UnityConnection

@Suite struct SessionTests {
  private static let version = HTTPResponse.body(
    "<VersionInformation><name>vmrest</name><version>14.0.1ES3</version></VersionInformation>")
  private static let unauthorized = HTTPResponse.body("<html>no</html>", status: 401)

  @Test func `one login serves many callers, who then show cookies only`() async throws {
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

  @Test func `a session that is not accepted is renewed and its request sent once more`()
    async throws
  {
    let logins = Mutex(0)
    let server = ScriptedServer(answersLogins: true) { request in
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
    let clock = HandClock()
    let client = ConnectionClient(server, clock: clock)
    #expect(try await client.delete(Example.server, in: Example.group) == .done(newID: nil))
    #expect(server.logins == 2)
    #expect(server.calls.count == 2)
    #expect(clock.sleeps == [.milliseconds(600)])
  }

  @Test func `a fresh session that is not accepted either does not go round for ever`()
    async throws
  {
    let server = ScriptedServer { _ in .success(Self.unauthorized) }
    let client = ConnectionClient(server)
    #expect(
      try await client.delete(Example.server, in: Example.group)
        == .notProcessed(
          Setback(
            .busy,
            reason: "a session that was just opened was not accepted, status 401: Unauthorized",
            status: 401)))
    #expect(server.logins == 2)
    #expect(server.calls.count == 2)
  }

  private static func session(_ server: SlowLogin) -> Session {
    let credentials = Credentials(username: "admin", password: Secret("geheim"))
    let clock = HandClock().clock
    return Session(
      over: Conversation(over: server, credentials: credentials, clock: clock),
      server: ConnectionClient.address, credentials: credentials, clock: clock)
  }

  @Test func `a login outlives the first of those who wait for it`() async throws {
    let server = SlowLogin()
    let session = Self.session(server)
    let first = Task { try await session.ticket() }
    while session.waitingCount < 1 { await Task.yield() }
    let second = Task { try await session.ticket() }
    while session.waitingCount < 2 { await Task.yield() }
    first.cancel()
    while session.waitingCount > 1 { await Task.yield() }
    #expect(session.waitingCount == 1)
    server.answer()
    #expect(try await second.value.login == 1)
    _ = await first.result
    #expect(server.logins == 1)
    #expect(server.cuts == 0)
  }

  @Test func `a login that nobody waits for any more is cut, and the next caller logs in anew`()
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
    #expect(server.cuts == 1)
    server.answer()
    #expect(try await session.ticket().login == 2)
    #expect(server.logins == 2)
  }

  /// Keeps logins waiting until it is told to answer, or until they are cut.
  private final class SlowLogin: HTTPExchanging {
    private let state = Mutex((logins: 0, cuts: 0, isOpen: false))

    var logins: Int { state.withLock(\.logins) }
    var cuts: Int { state.withLock(\.cuts) }

    func answer() { state.withLock { $0.isOpen = true } }

    func send(_ request: HTTPRequest) async throws(ExchangeError) -> HTTPResponse {
      state.withLock { $0.logins += 1 }
      while !state.withLock(\.isOpen) {
        if Task.isCancelled {
          state.withLock { $0.cuts += 1 }
          throw ExchangeError(.cancelled, mayHaveReached: true, detail: "cut")
        }
        await Task.yield()
      }
      return .login(number: 1)
    }
  }

  @Test func `refused credentials are never sent again`() async throws {
    let server = ScriptedServer(answersLogins: true) { _ in .success(Self.unauthorized) }
    let client = ConnectionClient(server)
    for _ in 1...3 {
      let error = await #expect(throws: ServerError.self) { try await client.version() }
      #expect(error?.kind == .credentialsRefused)
    }
    let error = await #expect(throws: ServerError.self) {
      try await client.delete(Example.server, in: Example.group)
    }
    #expect(error?.kind == .credentialsRefused)
    #expect(server.requests.count == 1)
  }

  @Test func `a token that is taken back leads to a login before the next request`() async throws {
    let server = ScriptedServer { request in
      var answer = Self.version
      if request.headerFields["Cookie"]?.contains("REQUEST_TOKEN_KEY=-101") == true {
        answer.headerFields.append(
          name: "Set-Cookie",
          value: "REQUEST_TOKEN_KEY=101; Expires=Thu, 01-Jan-1970 00:00:10 GMT; Path=/")
        answer.headerFields.append(name: "Set-Cookie", value: "REQUEST_TOKEN_KEY=77; Path=/")
      }
      return .success(answer)
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
    // A year that no calendar has is no date.
    (
      "JSESSIONID=x; Expires=Sun, 06 Nov 9223372036854775807 08:49:37 GMT",
      "JSESSIONIDSSO=sso1; REQUEST_TOKEN_KEY=-101; JSESSIONID=x"
    ),
    (
      "A=b; Max-Age=99999999999999999999",
      "JSESSIONIDSSO=sso1; JSESSIONID=id1; REQUEST_TOKEN_KEY=-101; A=b"
    ),
    // What could not be sent: control characters, bytes beyond ASCII, more than a header may have.
    ("A=b\u{1}", "JSESSIONIDSSO=sso1; JSESSIONID=id1; REQUEST_TOKEN_KEY=-101"),
    ("A\u{7F}=b", "JSESSIONIDSSO=sso1; JSESSIONID=id1; REQUEST_TOKEN_KEY=-101"),
    ("A=b\r\nX: y", "JSESSIONIDSSO=sso1; JSESSIONID=id1; REQUEST_TOKEN_KEY=-101"),
    ("A=b\u{FFFD}", "JSESSIONIDSSO=sso1; JSESSIONID=id1; REQUEST_TOKEN_KEY=-101"),
    ("JSESSIONID=\u{1}", "JSESSIONIDSSO=sso1; REQUEST_TOKEN_KEY=-101"),
    (
      "A=" + String(repeating: "b", count: 6_144),
      "JSESSIONIDSSO=sso1; JSESSIONID=id1; REQUEST_TOKEN_KEY=-101"
    ),
    // A separator stays one with a combining mark behind it.
    ("A=b;\u{301}; Max-Age=0", "JSESSIONIDSSO=sso1; JSESSIONID=id1; REQUEST_TOKEN_KEY=-101"),
  ])
  func `cookies follow what answers set`(field: String, next: String) async throws {
    let server = ScriptedServer { _ in
      var answer = Self.version
      answer.headerFields["Set-Cookie"] = field
      return .success(answer)
    }
    let client = ConnectionClient(server)
    for _ in 1...2 { _ = try await client.version() }
    #expect(server.requests.last?.headerFields["Cookie"] == next)
    #expect(server.logins == 1)
  }

  @Test func `a cookie that cannot be sent is not sent, and the credentials are in its place`()
    async throws
  {
    let server = ScriptedServer(answersLogins: true) { _ in
      var answer = Self.version
      answer.headerFields["Set-Cookie"] = "JSESSIONID=a\u{2}b; Path=/"
      return .success(answer)
    }
    let client = ConnectionClient(server)
    _ = try await client.version()
    #expect(server.requests.count == 2)
    #expect(server.requests.allSatisfy { $0.headerFields["Cookie"] == nil })
    #expect(server.requests.allSatisfy { $0.headerFields["Authorization"] != nil })
  }

  @Test func `a login that was long on its way puts off the next one`() async throws {
    let clock = HandClock()
    let server = ScriptedServer(answersLogins: true) { request in
      guard request.isLogin else { return .success(HTTPResponse(status: 401)) }
      clock.move(.milliseconds(500))
      return .success(.login(number: 1))
    }
    _ = try? await ConnectionClient(server, clock: clock).version()
    #expect(server.logins == 2)
    #expect(clock.sleeps == [.milliseconds(600)])
  }

  @Test func `a session is renewed before it ages out`() async throws {
    let server = ScriptedServer { _ in .success(Self.version) }
    let clock = HandClock()
    let client = ConnectionClient(server, clock: clock)
    _ = try await client.version()
    clock.move(.seconds(59))
    _ = try await client.version()
    #expect(server.logins == 1)
    clock.move(.seconds(1))
    _ = try await client.version()
    #expect(server.logins == 2)
    #expect(clock.sleeps == [])
  }

  @Test func `a server without cookies gets the credentials each time`() async throws {
    let server = ScriptedServer(answersLogins: true) { _ in .success(Self.version) }
    let clock = HandClock()
    let client = ConnectionClient(server, clock: clock)
    for _ in 1...3 { _ = try await client.version() }
    #expect(server.requests.count == 4)
    #expect(server.requests.allSatisfy { $0.headerFields["Authorization"] != nil })
    #expect(clock.sleeps == [])
  }

  @Test func `a busy server at login leaves a write unsent`() async throws {
    let server = ScriptedServer(answersLogins: true) { _ in
      .success(HTTPResponse(status: 503, headerFields: ["Retry-After": "30"]))
    }
    let clock = HandClock()
    let client = ConnectionClient(server, clock: clock)
    for _ in 1...3 {
      #expect(
        try await client.delete(Example.server, in: Example.group)
          == .notProcessed(
            Setback(
              .busy, reason: "status 503: Service Unavailable", status: 503, retryAfter: 30)))
    }
    #expect(server.calls.isEmpty)
    #expect(clock.sleeps == [.milliseconds(600), .milliseconds(600)])
  }

  @Test(arguments: [
    (ExchangeError.Cause.certificateUntrusted, ServerError.Kind.certificateUntrusted),
    (.pinMismatch, .pinMismatch),
  ])
  func `a server that is not trusted gets nothing`(
    cause: ExchangeError.Cause, kind: ServerError.Kind
  ) async throws {
    let server = ScriptedServer(answersLogins: true) { _ in
      .failure(ExchangeError(cause, mayHaveReached: false, detail: "why"))
    }
    let client = ConnectionClient(server)
    await #expect(
      throws: ServerError(
        kind, server: ConnectionClient.address, call: "GET /vmrest/version", detail: "why")
    ) { try await client.delete(Example.server, in: Example.group) }
  }

  @Test func `a client that may only read says so for a write`() async throws {
    let server = ScriptedServer { _ in
      .failure(ExchangeError(.readOnly, mayHaveReached: false, detail: "DELETE was not sent"))
    }
    let client = ConnectionClient(server)
    let error = await #expect(throws: ServerError.self) {
      try await client.delete(Example.server, in: Example.group)
    }
    #expect(error?.kind == .readOnly)
  }
}
