// A server in memory that responds according to a script, and records the requests.

import HTTPMessages
import PortGroupModel
import Synchronization
import UnityConnection

typealias Script = @Sendable (HTTPRequest) -> Result<HTTPResponse, ExchangeError>

final class ScriptedServer: HTTPExchanging {
  private let script: Script
  private let received = Mutex<[HTTPRequest]>([])

  /// - Parameters:
  ///   - handlesLogins: If true, the script also handles logins; otherwise, their response sets cookies.
  ///   - script: Returns the result for each request.
  init(handlesLogins: Bool = false, _ script: @escaping Script) {
    self.script = { request in
      request.isLogin && !handlesLogins ? .success(.login(number: 1)) : script(request)
    }
  }

  var requests: [HTTPRequest] { received.withLock { $0 } }
  /// All requests except logins.
  var calls: [HTTPRequest] { requests.filter { !$0.isLogin } }
  var logins: Int { requests.count { $0.isLogin } }

  func send(_ request: HTTPRequest) async throws(ExchangeError) -> HTTPResponse {
    received.withLock { $0.append(request) }
    return try script(request).get()
  }
}

extension HTTPRequest {
  /// True for the request that sends credentials to get cookies.
  var isLogin: Bool { target == "/vmrest/version" && headerFields["Authorization"] != nil }
}

extension HTTPResponse {
  static func login(number: Int) -> HTTPResponse {
    var response = HTTPResponse(status: 200)
    for cookie in [
      "JSESSIONIDSSO=sso\(number); Path=/; Secure; HttpOnly",
      "JSESSIONID=id\(number); Path=/vmrest/; Secure; HttpOnly",
      "REQUEST_TOKEN_KEY=-10\(number); Path=/; Secure; HttpOnly",
    ] { response.headerFields.append(name: "Set-Cookie", value: cookie) }
    return response
  }

  /// A response with a body.
  static func body(_ text: String, status: Int = 200, type: String = "") -> HTTPResponse {
    HTTPResponse(
      status: status, headerFields: type.isEmpty ? [:] : ["Content-Type": type],
      body: [UInt8](text.utf8))
  }
}

/// A clock that advances only by sleeping or when a test advances it.
final class ManualClock: Sendable {
  private let time = Mutex(Duration.seconds(1_000))
  private let slept = Mutex<[Duration]>([])

  var sleeps: [Duration] { slept.withLock { $0 } }

  func advance(by duration: Duration) { time.withLock { $0 += duration } }

  var clock: SessionClock {
    SessionClock(
      now: { self.time.withLock { $0 } },
      sleep: { duration in
        self.slept.withLock { $0.append(duration) }
        self.advance(by: duration)
      },
      // Thu, 01 Jan 2026 00:00:00 GMT
      seconds: { 1_767_225_600 })
  }
}

extension ConnectionClient {
  static let address = "https://cuc.example.com:8443"

  convenience init(
    _ server: any HTTPExchanging, wire: WireFormat = .xml, clock: ManualClock = ManualClock()
  ) {
    self.init(
      server: Self.address, over: server,
      credentials: Credentials(username: "admin", password: Secret("geheim")), wire: wire,
      clock: clock.clock)
  }
}

/// The ids in the API page's examples.
enum ExampleID {
  static let group = id("42ef5946-c5f2-4556-9897-6a4b6e116dfa")
  static let server = id("8a009b99-22cf-4305-822d-f5e449a42263")

  static func id(_ text: String) -> ObjectID {
    guard let id = ObjectID(text) else { preconditionFailure("\(text) is no GUID") }
    return id
  }

  /// An invented id for a number.
  static func id(number: Int) -> ObjectID {
    let digits = String(number)
    return id(
      "00000000-0000-0000-0000-" + String(repeating: "0", count: 12 - digits.count) + digits)
  }
}
