import CommandLineTool
import HTTPMessages
import PortGroupModel
import RowLedger
import SQLStores
import SandboxServer
import Synchronization
import Testing
import UnityConnection

@testable import BatchEngine

/// An engine with a sandbox in memory, a throw-away ledger and a clock that skips all waits.
struct EngineRig {
  static let sip = group(1, "SIP", .sip)
  static let sccp = group(2, "SCCP", .sccp)
  static let pimg = group(3, "PIMG", .pimg)

  let sandbox: Sandbox
  let ledger: Ledger
  let events = EventLog()
  let control = RunControl()
  let clock = SkippingClock()
  var options = PushOptions()
  var target = RunTarget(url: "sandbox:")
  let client: ConnectionClient
  /// A client without misbehavior, to check the result.
  private let looker: ConnectionClient
  /// Receives each event of a run.
  var onEvent: @Sendable (RunEvent) -> Void = { _ in }
  /// Answers the question before a run sends anything; `nil`: nobody is asked.
  var confirmPlan: (@Sendable (PlanSummary) async throws(RunStop) -> Void)?

  /// A rig whose sandbox is behind a server that misbehaves as the test decides.
  static func withFaultyServer(
    groups: [PortGroup] = [sip, sccp, pimg]
  ) throws -> (rig: EngineRig, server: FaultyServer) {
    try withFaultyServer { wrap in try EngineRig(groups: groups, over: wrap) }
  }

  /// A rig that is created with such a server.
  private static func withFaultyServer(
    _ make: ((Sandbox) -> any HTTPExchanging) throws -> EngineRig
  ) throws -> (rig: EngineRig, server: FaultyServer) {
    var server: FaultyServer?
    let rig = try make { sandbox in
      let made = FaultyServer(sandbox)
      server = made
      return made
    }
    return (rig, try #require(server))
  }

  init(
    groups: [PortGroup] = [sip, sccp, pimg], habits: SandboxHabits = SandboxHabits(),
    over wrap: (Sandbox) -> any HTTPExchanging = { $0 }
  ) throws {
    let sandbox = try Sandbox(
      state: .memory, configuration: SandboxConfiguration(seed: .none, habits: habits))
    for group in groups { try sandbox.add(group: group) }
    try self.init(on: sandbox, over: wrap(sandbox))
  }

  private init(
    on sandbox: Sandbox, over exchange: any HTTPExchanging, ledger: Ledger.Location = .throwaway
  ) throws {
    self.sandbox = sandbox
    self.ledger = try Ledger.open(
      ledger, environment: Ledger.Environment(survivesPowerLoss: false))
    client = Self.client(over: exchange)
    looker = Self.client(over: sandbox)
  }

  /// A new process on the same sandbox, without a server in between.
  func again() throws -> EngineRig { try EngineRig(on: sandbox, over: sandbox) }

  /// A later process on the same sandbox, with the ledger of an earlier moment.
  func later(
    with ledger: String, over wrap: (Sandbox) -> any HTTPExchanging = { $0 }
  ) throws -> EngineRig {
    try EngineRig(on: sandbox, over: wrap(sandbox), ledger: .file(ledger))
  }

  /// A later process with the ledger of an earlier moment, behind a server that counts requests.
  func meddledLater(with ledger: String) throws -> (rig: EngineRig, server: FaultyServer) {
    try Self.withFaultyServer { wrap in try later(with: ledger, over: wrap) }
  }

  /// Copies the ledger with everything that is durable at this moment.
  func copyLedger(to path: String) throws {
    try Database(.file(ledger.path), options: DatabaseOptions(durable: false)).run(
      "VACUUM INTO ?1", [.text(path)])
  }

  /// A number read directly from the ledger's file, for code that cannot await; -1 if it cannot be
  /// read.
  static func number(_ sql: String, in ledger: Ledger) -> Int {
    let options = DatabaseOptions(readOnly: true)
    return (try? Database(.file(ledger.path), options: options).integer(sql)) ?? -1
  }

  /// Resumes the newest run, and checks that its books balance.
  func resume() async throws -> RunResult {
    let run = try #require(try await ledger.runs().first)
    let result = await Resumer(run: run, options: options, setting: setting()).run(on: client)
    if result.isStaged {
      #expect(result.books?.balances == true)
      #expect((try? await ledger.books(of: run.id)) == result.books)
    }
    return result
  }

  /// A client whose logins do not wait.
  private static func client(over exchange: any HTTPExchanging) -> ConnectionClient {
    let clock = SkippingClock()
    return ConnectionClient(
      server: "sandbox", over: exchange,
      credentials: Credentials(username: "admin", password: Secret("sandbox")),
      clock: SessionClock(
        now: { clock.now() }, sleep: { try? await clock.sleep(for: $0) }, seconds: { 0 }))
  }

  static func id(_ number: Int) -> ObjectID {
    let text = "00000000-0000-0000-0000-" + String(String(number + 1_000_000_000_000).dropFirst())
    return ObjectID(text) ?? fallback
  }

  private static let fallback = PortGroupServer.none.objectID

  static func group(_ number: Int, _ name: String, _ integration: IntegrationMethod) -> PortGroup {
    PortGroup(objectID: id(number), displayName: name, integration: integration)
  }

  /// Adds a server to a group of the sandbox.
  func add(
    _ number: Int, to group: PortGroup = sip, service: Int = 102, host: String = "10.0.0.1",
    port: Int = 5060, tlsPort: Int = 5061, precedence: Int = 0
  ) throws {
    try sandbox.add(
      server: PortGroupServer(
        objectID: Self.id(number),
        fields: [
          .service: .text("\(service)"), .groupObjectID: .text(group.objectID.text),
          .host: .text(host), .port: .text("\(port)"), .tlsPort: .text("\(tlsPort)"),
          .precedence: .text("\(precedence)"),
        ]))
  }

  /// The servers of a group as `host:port/precedence`, in order.
  func servers(of group: PortGroup = sip) async throws -> [String] {
    try await looker.servers(of: group.objectID).servers.map { server in
      let fields = server.fields
      return "\(fields[.host].text ?? "-"):\(fields[.port].text ?? "-")"
        + "/\(fields[.precedence].text ?? "-")"
    }.sorted()
  }

  /// Runs an import of these rows, and checks that its books balance.
  func run(_ rows: [Row]) async -> RunResult {
    let result = await importer(of: rows).run(on: client)
    if let run = result.run, result.isStaged {
      #expect(result.books?.balances == true)
      #expect(result.books?.read == rows.count)
      #expect((try? await ledger.books(of: run)) == result.books)
    }
    return result
  }

  /// The setting of a run; its events are passed to the log and to `onEvent`.
  func setting() -> RunSetting {
    var setting = RunSetting(
      ledger: ledger, target: target, toolVersion: "test", control: control,
      clock: clock, exitCode: { Int(ExitStatus($0).rawValue) }, ending: \.ending,
      report: { [events, onEvent] event in
        events.append(event)
        onEvent(event)
      })
    setting.confirmPlan = confirmPlan
    return setting
  }

  /// An import of these rows; `staged` runs when all of them are in the ledger.
  func importer(
    of rows: [Row], selection: RowSelection = RowSelection(),
    staged: @escaping @Sendable () -> Void = {}
  ) -> Importer {
    let ledger = ledger
    return Importer(
      source: "rows.csv", selection: selection, options: options, setting: setting(),
      fill: { run async throws(RunStop) in
        do {
          let file = try await ledger.addFile("rows.csv", to: run)
          let rows = rows.enumerated().map { index, row in
            StagedRow(file: file, record: index + 1, line: index + 2, row: row, raw: "")
          }
          try await ledger.stage(rows, in: run)
        } catch {
          throw .ledger(LedgerError(.other, "\(error)", hint: ""))
        }
        staged()
      })
  }

  /// The state of each row in the ledger, as `state` or `state:reason`.
  func states(_ result: RunResult) async throws -> [String] {
    try await reports(result).map { report in
      [report.state.name, report.state.detail].compactMap { $0 }.joined(separator: ":")
    }
  }

  /// Everything that the ledger has about each row.
  func reports(_ result: RunResult) async throws -> [RowReport] {
    guard let run = result.run else { return [] }
    return try await ledger.rows(of: run).all()
  }
}

extension PortGroupServer {
  fileprivate static let none: PortGroupServer = {
    guard let id = ObjectID("00000000-0000-0000-0000-000000000000") else { preconditionFailure() }
    return PortGroupServer(objectID: id, fields: [:])
  }()
}

/// A row of a SIP proxy.
func row(
  _ operation: Operation, in group: PortGroup = EngineRig.sip, service: Int? = 102,
  host: String? = nil, port: Int? = nil, precedence: Int? = nil, id: Int? = nil,
  match: String? = nil
) -> Row {
  var fields = FieldValues()
  if let service { fields[.service] = .text("\(service)") }
  if let host { fields[.host] = .text(host) }
  if let port { fields[.port] = .text("\(port)") }
  if let precedence { fields[.precedence] = .text("\(precedence)") }
  if let id { fields[.objectID] = .text(EngineRig.id(id).text) }
  return Row(
    operation: operation, group: GroupReference(name: group.displayName), fields: fields,
    match: match.map { [.host: .text($0)] } ?? [:])
}

/// A clock that skips waits, and advances by their duration.
final class SkippingClock: RunClock {
  typealias Hook = @Sendable (Duration) async -> Void

  private let time = Mutex(Duration.zero)
  private let hook = Mutex<Hook?>(nil)

  func now() -> Duration { time.withLock { $0 } }

  /// Sets a closure that is called in each wait.
  func onSleep(_ hook: @escaping Hook) { self.hook.withLock { $0 = hook } }

  func sleep(for duration: Duration) async throws {
    await hook.withLock { $0 }?(duration)
    time.withLock { $0 += max(duration, .zero) }
    try Task.checkCancellation()
  }
}

/// The events of a run.
final class EventLog: Sendable {
  private let events = Mutex<[RunEvent]>([])

  func append(_ event: RunEvent) { events.withLock { $0.append(event) } }

  var all: [RunEvent] { events.withLock { $0 } }

  var diagnostics: [Diagnostic] {
    events.withLock { $0.compactMap { if case .diagnostic(let found) = $0 { found } else { nil } } }
  }

  var waits: [String] {
    events.withLock { $0.compactMap { if case .waiting(let why, _) = $0 { why } else { nil } } }
  }

  var delays: [Duration] {
    events.withLock { $0.compactMap { if case .waiting(_, let time) = $0 { time } else { nil } } }
  }

  var remarks: [String] {
    events.withLock { $0.compactMap { if case .remark(let text) = $0 { text } else { nil } } }
  }

  /// The numbers of rows that were left out, as `of other groups, beyond the limit`.
  var leftOut: [[Int]] {
    events.withLock { events in
      events.compactMap { event in
        if case .leftOut(let ofOtherGroups, let beyondLimit, _) = event {
          [ofOtherGroups, beyondLimit]
        } else {
          nil
        }
      }
    }
  }
}
