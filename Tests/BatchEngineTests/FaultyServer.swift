// A server between the engine and its sandbox that misbehaves as a test decides, and records all requests.

import Foundation
import HTTPMessages
import PortGroupModel
import SandboxServer
import Synchronization
import Testing

/// What happens to one request.
enum Misbehavior: Sendable {
  case pass
  /// This response is returned, and the sandbox does not get the request.
  case answer(HTTPResponse)
  /// The sandbox processes it, then this response is returned instead of its own.
  case doneThenAnswer(HTTPResponse)
  /// The sandbox processes it, and the response is lost.
  case answerLost
  /// The request is lost, so that it is not known whether it arrived.
  case requestLost
  /// The connection is refused: the request was not sent.
  case connectionRefused
  /// The server's name cannot be resolved: the request was not sent.
  case nameUnknown
  /// The sandbox gets this request instead.
  case replaced(HTTPRequest)
  /// The sandbox processes it, and its response is changed.
  case edited(@Sendable (String) -> String)
  /// The sandbox processes it; then there is no response until the engine aborts the request.
  case doneThenHangs
  /// The sandbox does not get it, and there is no response until the engine aborts the request.
  case hangs

  static let busy = status(503)

  /// An HTML page with this status, such as from a proxy; the sandbox does not get the request.
  static func page(_ status: Int) -> Misbehavior {
    .answer(
      HTTPResponse(
        status: status, headerFields: ["Content-Type": "text/html"],
        body: Array("<html><title>Proxy</title></html>".utf8)))
  }

  /// A response without a body; the sandbox does not get the request.
  static func status(_ status: Int, retryAfter: Int? = nil) -> Misbehavior {
    var response = HTTPResponse(status: status)
    if let retryAfter { response.headerFields["Retry-After"] = String(retryAfter) }
    return .answer(response)
  }
}

/// A request and its purpose.
struct Call: Sendable {
  let request: HTTPRequest
  /// `login`, `machines`, `groups`, `group`, `list`, `create`, `read`, `update` or `delete`.
  let verb: String
  /// The verb with the numbers of its group and server, as `EngineRig.id` makes them: `update 1/51`.
  let name: String
  /// The number of this request among those with the same name, from 1.
  let nth: Int
}

final class FaultyServer: HTTPExchanging {
  typealias Rule = @Sendable (Call) async -> Misbehavior

  private struct State {
    var rule: Rule = { _ in .pass }
    var log: [String] = []
    var writePaths: [String] = []
    var inFlight = 0
    var mostInFlight = 0
  }

  /// More requests than any test needs, so that a test of a run that never ends fails.
  private static let maxRequests = 5_000

  private let sandbox: Sandbox
  private let state = Mutex(State())

  init(_ sandbox: Sandbox) { self.sandbox = sandbox }

  /// Sets the rule that decides what happens to each request from now on.
  func setRule(_ rule: @escaping Rule) { state.withLock { $0.rule = rule } }

  /// The names of all requests so far, in order.
  var log: [String] { state.withLock(\.log) }

  /// The requests that write so far, in order, with their paths.
  var writePaths: [String] { state.withLock(\.writePaths) }

  var mostInFlight: Int { state.withLock(\.mostInFlight) }

  /// The number of requests with these names or verbs.
  func count(_ names: String...) -> Int {
    log.count { name in names.contains { name == $0 || name.hasPrefix("\($0) ") } }
  }

  var writes: Int { count("create", "update", "delete") }

  func send(_ request: HTTPRequest) async throws(ExchangeError) -> HTTPResponse {
    let (verb, name) = Self.name(of: request)
    let (rule, call) = state.withLock { state in
      state.log.append(name)
      if ["create", "update", "delete"].contains(verb) {
        state.writePaths.append("\(verb) \(request.target)")
      }
      state.inFlight += 1
      state.mostInFlight = max(state.mostInFlight, state.inFlight)
      let nth = state.log.count { $0 == name }
      return (state.rule, Call(request: request, verb: verb, name: name, nth: nth))
    }
    defer { state.withLock { $0.inFlight -= 1 } }
    guard log.count <= Self.maxRequests else {
      Issue.record("more than \(Self.maxRequests) requests came")
      return HTTPResponse(status: 401)
    }
    let misbehavior = await rule(call)
    switch misbehavior {
    case .pass: return try await sandbox.send(request)
    case .answer(let response): return response
    case .doneThenAnswer(let response):
      _ = try await sandbox.send(request)
      return response
    case .answerLost:
      _ = try await sandbox.send(request)
      throw Self.lost
    case .requestLost: throw Self.lost
    case .connectionRefused:
      throw ExchangeError(
        .connectionRefused, mayHaveReached: false, detail: "connect to port 8443 failed")
    case .nameUnknown:
      throw ExchangeError(
        .couldNotResolve, mayHaveReached: false, detail: "the name cuc could not be resolved")
    case .replaced(let other): return try await sandbox.send(other)
    case .edited(let edit):
      var response = try await sandbox.send(request)
      response.body = Array(edit(String(decoding: response.body, as: UTF8.self)).utf8)
      return response
    case .hangs, .doneThenHangs:
      if case .doneThenHangs = misbehavior { _ = try await sandbox.send(request) }
      // Throws early when it is cancelled.
      try? await Task.sleep(for: .seconds(3600))
      throw ExchangeError(.cancelled, mayHaveReached: true, detail: "the request was cancelled")
    }
  }

  /// The error for a lost answer.
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

  /// The number of an id from `EngineRig.id`; `new` for an id that the sandbox has assigned.
  private static func number(_ id: String) -> String {
    guard id.hasPrefix("00000000-0000-0000-0000-") else { return "new" }
    return String(id.suffix(12).drop { $0 == "0" })
  }
}

extension HTTPRequest {
  /// The request with a changed body.
  func edited(_ edit: (String) -> String) -> HTTPRequest {
    var request = self
    request.body = Array(edit(String(decoding: body, as: UTF8.self)).utf8)
    return request
  }
}

extension EngineRig {
  /// The response to a request for the servers of a group that does not exist.
  static let emptyList = "<PortGroupServers total=\"0\"/>"
}

extension Sandbox {
  /// Another client creates a SIP proxy in the group of `EngineRig.sip`.
  func createProxy(_ host: String) {
    let group = EngineRig.sip.objectID.text
    meanwhile(
      .post, "\(group)/portgroupservers",
      [.service: "102", .groupObjectID: group, .host: host, .port: "5060", .tlsPort: "5061"])
  }

  /// Sends a request of another client, which is not counted.
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
