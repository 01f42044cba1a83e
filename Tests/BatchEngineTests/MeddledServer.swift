// A server between the engine and its sandbox that misbehaves as a test says, and notes what it was asked.

import Foundation
import HTTPMessages
import PortGroupModel
import SandboxServer
import Synchronization
import Testing

/// What becomes of one request on its way to the sandbox and back.
enum Fate: Sendable {
  case pass
  /// This comes back, and the sandbox never hears of the request.
  case answer(HTTPResponse)
  /// The sandbox does it, then this comes back in place of its answer.
  case doneBut(HTTPResponse)
  /// The sandbox does it, and its answer is lost.
  case answerLost
  /// The request is lost on its way, so that nobody knows whether it arrived.
  case requestLost
  /// Nobody listens: the request never left.
  case connectionRefused
  /// The server's name cannot be resolved: the request never left.
  case nameUnknown
  /// The sandbox gets this request in its place.
  case replaced(HTTPRequest)
  /// The sandbox does it, and its answer is changed on the way back.
  case edited(@Sendable (String) -> String)
  /// The sandbox does it; then everything hangs until the engine cuts the connection.
  case hangsUntilCut
  /// The sandbox never hears of it, and everything hangs until the engine cuts the connection.
  case hangsUnheard

  static let busy = status(503)

  /// A page for people with this status, such as a proxy's; the sandbox never hears of the request.
  static func page(_ status: Int) -> Fate {
    .answer(
      HTTPResponse(
        status: status, headerFields: ["Content-Type": "text/html"],
        body: Array("<html><title>Proxy</title></html>".utf8)))
  }

  /// An answer without a body, for a request that the sandbox never hears of.
  static func status(_ status: Int, retryAfter: Int? = nil) -> Fate {
    var response = HTTPResponse(status: status)
    if let retryAfter { response.headerFields["Retry-After"] = String(retryAfter) }
    return .answer(response)
  }
}

/// One request, by what it is for.
struct Call: Sendable {
  let request: HTTPRequest
  /// `login`, `machines`, `groups`, `group`, `list`, `create`, `read`, `update` or `delete`.
  let verb: String
  /// The verb with the numbers of its group and server, as `EngineRig.id` makes them: `update 1/51`.
  let name: String
  /// Which request of this name it is, from 1.
  let nth: Int
}

final class MeddledServer: HTTPExchanging {
  typealias Judge = @Sendable (Call) async -> Fate

  private struct State {
    var judge: Judge = { _ in .pass }
    var log: [String] = []
    var inFlight = 0
    var mostInFlight = 0
  }

  /// More requests than any test needs: a run that never ends is refused, and its test fails.
  private static let patience = 5_000

  private let sandbox: Sandbox
  private let state = Mutex(State())

  init(_ sandbox: Sandbox) { self.sandbox = sandbox }

  /// Lets a test decide what becomes of each request from now on.
  func judge(_ judge: @escaping Judge) { state.withLock { $0.judge = judge } }

  /// The names of all requests so far, in the order in which they came.
  var log: [String] { state.withLock(\.log) }

  var mostInFlight: Int { state.withLock(\.mostInFlight) }

  /// How many requests of these names or verbs came.
  func count(_ names: String...) -> Int {
    log.count { name in names.contains { name == $0 || name.hasPrefix("\($0) ") } }
  }

  var writes: Int { count("create", "update", "delete") }

  func send(_ request: HTTPRequest) async throws(ExchangeError) -> HTTPResponse {
    let (verb, name) = Self.name(of: request)
    let (judge, call) = state.withLock { state in
      state.log.append(name)
      state.inFlight += 1
      state.mostInFlight = max(state.mostInFlight, state.inFlight)
      let nth = state.log.count { $0 == name }
      return (state.judge, Call(request: request, verb: verb, name: name, nth: nth))
    }
    defer { state.withLock { $0.inFlight -= 1 } }
    guard log.count <= Self.patience else {
      Issue.record("more than \(Self.patience) requests came")
      return HTTPResponse(status: 401)
    }
    let fate = await judge(call)
    switch fate {
    case .pass: return try await sandbox.send(request)
    case .answer(let response): return response
    case .doneBut(let response):
      _ = try await sandbox.send(request)
      return response
    case .answerLost:
      _ = try await sandbox.send(request)
      throw Self.lost
    case .requestLost: throw Self.lost
    case .connectionRefused:
      throw ExchangeError(
        .connectionRefused, mayHaveReached: false, detail: "nobody listens on port 8443")
    case .nameUnknown:
      throw ExchangeError(
        .couldNotResolve, mayHaveReached: false, detail: "the name cuc could not be resolved")
    case .replaced(let other): return try await sandbox.send(other)
    case .edited(let edit):
      var response = try await sandbox.send(request)
      response.body = Array(edit(String(decoding: response.body, as: UTF8.self)).utf8)
      return response
    case .hangsUnheard, .hangsUntilCut:
      if case .hangsUntilCut = fate { _ = try await sandbox.send(request) }
      // Ends early, by throwing, when it is cut.
      try? await Task.sleep(for: .seconds(3600))
      throw ExchangeError(.cancelled, mayHaveReached: true, detail: "the request was cancelled")
    }
  }

  /// What the engine is told when an answer is lost.
  static let lost = ExchangeError(
    .closedWithoutAnswer, mayHaveReached: true, detail: "the connection was closed")

  private static func name(of request: HTTPRequest) -> (verb: String, name: String) {
    if request.headerFields["Authorization"] != nil { return ("login", "login") }
    let path = request.target.prefix { $0 != "?" }.split(separator: "/").map(String.init)
    let numbers = [2, 4].filter { $0 < path.count }.map { number(path[$0]) }
    let verb =
      switch (request.method, path.count) {
      case (.get, 2): path[1] == "vmsservers" ? "machines" : "groups"
      case (.get, 3): "group"
      case (.get, 4): "list"
      case (.get, _): "read"
      case (.post, _): "create"
      case (.put, _): "update"
      default: request.method.rawValue.lowercased()
      }
    return (
      verb,
      ([verb] + (numbers.isEmpty ? [] : [numbers.joined(separator: "/")])).joined(separator: " ")
    )
  }

  /// The number that `EngineRig.id` made an id of; `new` for an id of the sandbox's own.
  private static func number(_ id: String) -> String {
    guard id.hasPrefix("00000000-0000-0000-0000-") else { return "new" }
    return String(id.suffix(12).drop { $0 == "0" })
  }
}

extension HTTPRequest {
  /// The request with its body changed.
  func edited(_ edit: (String) -> String) -> HTTPRequest {
    var request = self
    request.body = Array(edit(String(decoding: body, as: UTF8.self)).utf8)
    return request
  }
}

extension EngineRig {
  /// What a server answers when it is asked for the servers of a group that it does not have.
  static let emptyList = "<PortGroupServers total=\"0\"/>"
}

extension Sandbox {
  /// Somebody else makes a SIP proxy in the group of `EngineRig.sip`.
  func createProxy(_ host: String) {
    let group = EngineRig.sip.objectID.text
    meanwhile(
      .post, "\(group)/portgroupservers",
      [.service: "102", .groupObjectID: group, .host: host, .port: "5060", .tlsPort: "5061"])
  }

  /// Does what somebody else does meanwhile, past the engine and its counts.
  @discardableResult
  func meanwhile(_ method: HTTPMethod, _ path: String, _ fields: [Field: String] = [:])
    -> HTTPResponse
  {
    let body = fields.map { "\"\($0.name)\":\"\($1)\"" }.joined(separator: ",")
    let login = Data("admin:sandbox".utf8).base64EncodedString()
    return respond(
      to: HTTPRequest(
        method, "/vmrest/portgroups/" + path,
        headerFields: ["Authorization": "Basic \(login)", "Content-Type": "application/json"],
        body: Array("{\(body)}".utf8)))
  }
}
