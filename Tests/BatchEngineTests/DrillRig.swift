// Drills for tests: random configurations, and sandboxes that misbehave.

import CommandLineTool
import Foundation
import HTTPMessages
import PortGroupModel
import RowLedger
import SandboxServer
import Synchronization
import TestSupport
import Testing

@testable import BatchEngine

enum DrillRig {
  /// Drills a configuration, without waits.
  static func drill(
    _ groups: [ConfigurationPair.Group], in room: any RehearsalRoom = SandboxRoom(),
    control: RunControl = RunControl(), events: EventLog = EventLog()
  ) async -> DrillResult {
    await Drill(
      of: MemorySnapshot(content: groups), in: room, control: control,
      report: { events.append($0) },
      makeSetting: { ledger, target, report in
        RunSetting(
          ledger: ledger, target: target, toolVersion: "test", control: control,
          clock: SkippingClock(), exitCode: { Int(ExitStatus($0).rawValue) }, ending: \.ending,
          report: report)
      }
    ).perform()
  }
}

/// A request that writes to a rehearsal server.
struct RehearsalWrite: Sendable {
  let request: HTTPRequest
  /// The number of this request among those with the same method, from 1.
  let nth: Int
  let sandbox: Sandbox
  /// What the sandbox was given.
  let groups: [PortGroup]
  let servers: [PortGroupServer]

  /// True if it writes to a server of this group.
  func isIn(_ group: PortGroup) -> Bool { request.target.contains(group.objectID.text) }
}

/// A room whose sandboxes misbehave as a rule decides.
struct FaultyRoom: RehearsalRoom {
  /// Answers a write in place of the sandbox; `nil` to let it pass.
  typealias Rule = @Sendable (RehearsalWrite) -> HTTPResponse?

  let rule: Rule

  init(_ rule: @escaping Rule) { self.rule = rule }

  func open(
    groups: [PortGroup], servers: [PortGroupServer]
  ) async throws(RunStop) -> RehearsalServer {
    let room = SandboxRoom { sandbox in
      FaultyExchange(sandbox) { request, nth in
        rule(
          RehearsalWrite(
            request: request, nth: nth, sandbox: sandbox, groups: groups, servers: servers))
      }
    }
    return try await room.open(groups: groups, servers: servers)
  }
}

private final class FaultyExchange: HTTPExchanging {
  private let sandbox: Sandbox
  private let rule: @Sendable (HTTPRequest, Int) -> HTTPResponse?
  private let writes = Mutex<[HTTPMethod: Int]>([:])

  init(_ sandbox: Sandbox, _ rule: @escaping @Sendable (HTTPRequest, Int) -> HTTPResponse?) {
    self.sandbox = sandbox
    self.rule = rule
  }

  func send(_ request: HTTPRequest) async throws(ExchangeError) -> HTTPResponse {
    if request.method != .get {
      let nth = writes.withLock { writes in
        writes[request.method, default: 0] += 1
        return writes[request.method] ?? 0
      }
      if let response = rule(request, nth) { return response }
    }
    return try await sandbox.send(request)
  }
}

extension HTTPRequest {
  /// The request without a field in its body.
  func without(_ field: Field) -> HTTPRequest {
    edited { body in
      let end = "</\(field.name)>"
      guard let start = body.firstRange(of: "<\(field.name)>"), let end = body.firstRange(of: end)
      else { return body.replacing("<\(field.name)/>", with: "") }
      return String(body[..<start.lowerBound] + body[end.upperBound...])
    }
  }
}

/// Makes random configurations, with everything odd that a server may give.
struct DrillMaker {
  private var chance: SeededGenerator
  private var ids = 0

  init(seed: UInt64) { chance = SeededGenerator(seed: seed) }

  mutating func groups() -> [ConfigurationPair.Group] {
    (0..<Int.random(in: 0...8, using: &chance)).map { _ in group() }
  }

  private mutating func newID() -> ObjectID {
    ids += 1
    return EngineRig.id(ids)
  }

  private mutating func group() -> ConfigurationPair.Group {
    let integration = chance.pick([IntegrationMethod.sip, .sip, .sccp, .pimg])
    // Some names occur more than once, also in other case, or composed otherwise.
    let name = chance.pick([
      "Berlin", "Berlin", "BERLIN", "Zürich", "Zu\u{308}rich", "東京", "a & b <c>", " space ", "💬",
      "O'Hara \"x\"", "",
    ])
    let isUnique = chance.chance(60)
    let id = newID()
    var servers = (0..<Int.random(in: 0...9, using: &chance)).map { _ in server(integration) }
    if chance.chance(30), let first = servers.first { servers.append(twin(of: first)) }
    return ConfigurationPair.Group(
      id: id, name: isUnique ? "\(name) \(ids)" : name, integration: integration, servers: servers)
  }

  private mutating func server(_ integration: IntegrationMethod) -> FieldValues {
    let usual = integration == .sccp ? "100" : integration == .pimg ? "104" : "102"
    var fields: FieldValues = [
      .objectID: .text(newID().text),
      .service: .text(
        chance.pick([usual, usual, usual, "101", "100", "102", "103", "104", "105", "106"])),
      .host: chance.pick([
        "10.0.0.1", "10.0.0.2", "10.0.0.3", "a.example.com", "A.Example.COM.", "127.0.0.1", "",
        "under_score", "2001:db8::9", "[::1]", "sip:10.0.0.1", "x & y", "müller.example", "sandbox",
      ]),
      .hostV6: chance.pick([
        "", "", "", "2001:db8::1", "2001:DB8:0:0::2", "v6.example.com", "fe80::1%eth0",
      ]),
      .port: chance.pick(["5060", "5060", "5070", "2000", "0", "65535", ""]),
      .tlsPort: chance.pick(["5061", "5061", "5071", "2443", "0", "50610", ""]),
      .precedence: chance.pick(["0", "0", "1", "1", "2", "3", "9999", "10000", "-1"]),
      .skinnyStateMachine: chance.pick(
        integration == .sccp ? ["10", "20", "10", ""] : ["", "", "", "10", "0"]),
    ]
    if chance.chance(10) { fields[.host] = .text("h\(ids).example.com") }
    return fields
  }

  private mutating func twin(of server: FieldValues) -> FieldValues {
    var twin = server
    twin[.objectID] = .text(newID().text)
    if chance.chance(40) { twin[.precedence] = "7" }
    if chance.chance(20), twin[.port].text != nil { twin[.port] = "5080" }
    return twin
  }
}
