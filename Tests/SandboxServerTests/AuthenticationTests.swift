// Logins, cookies, the renewal of tokens, and the counts.

import HTTPMessages
import SandboxServer
import Synchronization
import Testing

@Suite struct AuthenticationTests {
  /// A clock that advances only when a test moves it.
  final class Clock: Sendable {
    private let instant = Mutex(ContinuousClock.now)

    var now: ContinuousClock.Instant { instant.withLock { $0 } }
    func advance(by duration: Duration) { instant.withLock { $0 += duration } }
  }

  let clock = Clock()
  let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox(
      state: .memory,
      configuration: SandboxConfiguration(
        tokenLifetime: .seconds(120), now: { [clock] in clock.now }))
  }

  /// The cookies that a client would send after this response.
  private func cookies(_ response: HTTPResponse, after jar: [String: String] = [:]) -> [String:
    String]
  {
    var jar = jar
    for value in response.headerFields.values(of: "Set-Cookie") {
      let pair = value.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
      jar[String(pair[0])] = String(pair[1])
    }
    return jar
  }

  private func get(_ fields: HeaderFields) -> HTTPResponse {
    sandbox.respond(to: HTTPRequest(.get, "/vmrest/version", headerFields: fields))
  }

  /// A request with the cookies of a jar and no credentials.
  private func getWithCookies(_ jar: [String: String]) -> HTTPResponse {
    get(["Cookie": jar.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: "; ")])
  }

  @Test func `a login sets three cookies, which replace the credentials`() {
    let login = get(fields())
    let values = login.headerFields.values(of: "Set-Cookie")
    #expect(
      values.map { $0.prefix { $0 != "=" } } == [
        "JSESSIONIDSSO", "JSESSIONID", "REQUEST_TOKEN_KEY",
      ])
    #expect(
      values.map { $0.drop { $0 != ";" } } == [
        "; Path=/; Secure; HttpOnly", "; Path=/vmrest/; Secure; HttpOnly",
        "; Path=/; Secure; HttpOnly",
      ])
    let response = getWithCookies(cookies(login))
    #expect(response.status == 200)
    #expect(response.headerFields.values(of: "Set-Cookie").isEmpty)
    #expect(sandbox.counts.logins == 1)
  }

  @Test(arguments: ["JSESSIONIDSSO", "JSESSIONID", "REQUEST_TOKEN_KEY"])
  func `each cookie is required, with the value that was set`(name: String) {
    var jar = cookies(get(fields()))
    jar[name] = "1"
    #expect(getWithCookies(jar).status == 401)
    jar[name] = nil
    #expect(getWithCookies(jar).status == 401)
  }

  @Test func `wrong credentials are refused even with valid cookies`() {
    var fields: HeaderFields = ["Authorization": "Basic YWRtaW46"]
    fields["Cookie"] = cookies(get(SandboxServerTests.fields())).map { "\($0.key)=\($0.value)" }
      .joined(separator: "; ")
    #expect(get(fields).status == 401)
  }

  @Test func `an expired token is replaced in the next response, and then refused`() {
    let jar = cookies(get(fields()))
    clock.advance(by: .seconds(119))
    #expect(getWithCookies(jar).headerFields.values(of: "Set-Cookie").isEmpty)
    clock.advance(by: .seconds(1))
    let rolled = getWithCookies(jar)
    #expect(rolled.status == 200)
    let old = jar["REQUEST_TOKEN_KEY"].flatMap { Int64($0) } ?? 0
    let values = rolled.headerFields.values(of: "Set-Cookie")
    #expect(values.count == 2)
    #expect(
      values.first
        == "REQUEST_TOKEN_KEY=\(-old); Expires=Thu, 01-Jan-1970 00:00:10 GMT; Path=/; Secure; HttpOnly"
    )
    let refused = getWithCookies(jar)
    #expect(refused.status == 401)
    #expect(refused.mediaType == "text/html")
    #expect(getWithCookies(cookies(rolled, after: jar)).status == 200)
  }

  @Test func `the counts show requests, writes and logins`() async throws {
    let jar = cookies(get(fields()))
    _ = getWithCookies(jar)
    _ = getWithCookies([:])
    _ = sandbox.respond(
      to: HTTPRequest(.delete, servers(LabGroup.sip) + "/bogus", headerFields: fields()))
    _ = sandbox.respond(to: HTTPRequest(.put, servers(LabGroup.sip)))
    #expect(
      sandbox.counts
        == SandboxCounts(
          requests: ["GET": 3, "DELETE": 1, "PUT": 1],
          calls: [
            "GET /vmrest/version": 3, "PUT /vmrest/portgroups/ID/portgroupservers": 1,
            "DELETE /vmrest/portgroups/ID/portgroupservers/ID": 1,
          ], writes: 1, logins: 2, mostLoginsInOneSecond: 2, inFlight: 0, mostInFlight: 1))
    let log = sandbox.respond(to: HTTPRequest(.get, "/sandbox/log"))
    #expect(log.status == 200)
    #expect(
      log.text == #"{"requests":{"DELETE":1,"GET":3,"PUT":1},"calls":{"#
        + #""DELETE /vmrest/portgroups/ID/portgroupservers/ID":1,"GET /vmrest/version":3,"#
        + #""PUT /vmrest/portgroups/ID/portgroupservers":1},"writes":1,"logins":2,"#
        + #""mostLoginsInOneSecond":2,"turnedAway":0,"inFlight":0,"mostInFlight":1,"mostQueued":0,"#
        + #""faults":{}}"# + "\n")
  }

  @Test func `a third login within a second is turned away, valid or not, and a later one is not`()
    throws
  {
    let sandbox = try Sandbox(
      state: .memory,
      configuration: SandboxConfiguration(
        throttle: SandboxThrottle(loginsInOneSecond: 2), now: { [clock] in clock.now }))
    func login(_ fields: HeaderFields = SandboxServerTests.fields()) -> HTTPResponse {
      sandbox.respond(to: HTTPRequest(.get, "/vmrest/version", headerFields: fields))
    }
    let first = login()
    #expect(first.status == 200)
    clock.advance(by: .milliseconds(400))
    #expect(login(["Authorization": "Basic YWRtaW46"]).status == 401)
    clock.advance(by: .milliseconds(400))
    let third = login()
    #expect(third.status == 503)
    #expect(third.mediaType == "text/html")
    #expect(third.headerFields.values(of: "Set-Cookie").isEmpty)
    // A request with cookies is not a login.
    let jar = cookies(first).map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
    #expect(login(["Cookie": jar]).status == 200)
    // One second after the first login; those that were turned away do not count towards the limit.
    clock.advance(by: .milliseconds(200))
    #expect(login().status == 200)
    #expect(login().status == 503)
    let counts = sandbox.counts
    #expect(counts.logins == 2)
    #expect(counts.turnedAway == 2)
    #expect(counts.mostLoginsInOneSecond == 4)
  }
}
