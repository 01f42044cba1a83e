// Nothing is sent before all is read; intents are recorded before writes, outcomes before they are reported.

import CommandLineTool
import PortGroupModel
import RowLedger
import Synchronization
import Testing

@testable import BatchEngine

@Suite struct LedgerPromiseTests {
  /// What a test has observed at one moment of a run.
  private final class Sightings: Sendable {
    private let texts = Mutex<[String]>([])

    func note(_ text: String) { texts.withLock { $0.append(text) } }

    var all: [String] { texts.withLock { $0 } }
  }

  /// All rows of the newest run: state, intent, and whether the intent is open.
  private static func rows(_ ledger: Ledger) async throws -> [String] {
    guard let run = try await ledger.runs().first else { return ["no run"] }
    return try await ledger.rows(of: run.id).all().map { report in
      let intent = report.entry?.change.map { "\($0.verb) \($0.set.present.count)" } ?? "none"
      return "\(report.state.name) \(intent) \(report.entry?.isOpen == true ? "open" : "closed")"
    }
  }

  @Test func `before the first write is sent, all intents and the before-image are in the ledger`()
    async throws
  {
    var (rig, server) = try EngineRig.withFaultyServer()
    rig.options.maxDelete = 1
    try rig.add(51, host: "10.0.0.1")
    try rig.add(52, host: "10.0.0.2")
    try rig.add(53, host: "10.0.0.3")
    let seen = Sightings()
    server.setRule { [ledger = rig.ledger] call in
      guard ["create", "update", "delete"].contains(call.verb) else { return .pass }
      do {
        try await Self.rows(ledger).forEach(seen.note)
        let run = try #require(try await ledger.runs().first)
        let group = try #require(try await ledger.groups(of: run.id).all().first)
        let image = try #require(try await ledger.beforeImage(of: group.id))
        seen.note(image.map { $0.fields[.host].text ?? "" }.joined(separator: " "))
      } catch {
        seen.note("\(error)")
      }
      return .pass
    }

    let result = await rig.run([
      row(.create, host: "10.0.0.9", port: 5070), row(.update, host: "10.0.0.1", precedence: 3),
      row(.delete, host: "10.0.0.2"), row(.upsert, host: "10.0.0.3"),
    ])

    let recorded = [
      "inDoubt create 3 open", "inDoubt update 1 open", "inDoubt delete 0 open",
      "unchanged none closed", "10.0.0.1 10.0.0.2 10.0.0.3",
    ]
    #expect(seen.all == recorded + recorded + recorded, "the same at each of the three writes")
    #expect(
      try await rig.states(result) == [
        "created", "updated", "deleted", "unchanged",
      ])
    #expect(try await Self.rows(rig.ledger).allSatisfy { $0.hasSuffix("closed") })
  }

  @Test func `outcomes are in the ledger before the run reports them`() async throws {
    let groups = (1...8).map { EngineRig.group($0, "Branch \($0)", .sip) }
    var (rig, server) = try EngineRig.withFaultyServer(groups: groups)
    server.setRule { call in call.name == "create 3" ? .status(400) : .pass }
    let seen = Sightings()
    rig.onEvent = { [ledger = rig.ledger] event in
      guard case .progress(let progress) = event else { return }
      let done = EngineRig.number(
        "SELECT count(*) FROM rows WHERE state <> 'pending'", in: ledger)
      let failed = EngineRig.number(
        "SELECT count(*) FROM rows WHERE state = 'failed'", in: ledger)
      if done < progress.done || failed < progress.failed {
        seen.note("\(progress) \(done) \(failed)")
      }
      if progress.done == progress.total { seen.note("all \(progress.failed)") }
    }
    let result = await rig.run(groups.map { row(.create, in: $0, host: "10.0.0.1") })
    #expect(seen.all == ["all 1"])
    #expect(result.books?.created == 7)
  }

  @Test func `answered rows are counted separately until their batch is in the ledger`()
    async throws
  {
    var (rig, _) = try EngineRig.withFaultyServer()
    let seen = Sightings()
    rig.onEvent = { event in
      if case .progress(let progress) = event { seen.note("\(progress.done)+\(progress.underway)") }
    }
    _ = await rig.run(
      (1...3).map { row(.create, host: "10.0.0.\($0)") } + [row(.update, host: "x")])
    #expect(seen.all == ["0+0", "1+0", "1+1", "1+2", "1+3", "4+0"])
  }

  @Test func `nothing is sent before the whole input is staged, and no row is visible before that`()
    async throws
  {
    let (rig, server) = try EngineRig.withFaultyServer()
    let seen = Sightings()
    let importer = rig.importer(of: [row(.create, host: "10.0.0.1")]) { [ledger = rig.ledger] in
      let staged = EngineRig.number(
        "SELECT count(*) FROM runs WHERE staged IS NOT NULL", in: ledger)
      let runs = EngineRig.number("SELECT count(*) FROM runs", in: ledger)
      seen.note("asked \(server.log.count), staged \(staged) of \(runs)")
    }
    let result = await importer.run(on: rig.client)
    #expect(seen.all == ["asked 0, staged 0 of 1"])
    #expect(result.books?.created == 1)
  }

  @Test func `the run is reported as staged when all rows are checked and nothing is sent`()
    async throws
  {
    var (rig, server) = try EngineRig.withFaultyServer()
    let seen = Sightings()
    rig.onEvent = { [server] event in
      if case .staged(_, let rows, let groups) = event {
        seen.note("\(rows) rows, \(groups) groups, \(server.log)")
      }
    }
    _ = await rig.run([
      row(.create, host: "10.0.0.1"), row(.create, host: "10.0.0.2"),
      row(.create, in: EngineRig.sccp, service: 100, host: "10.0.0.1"),
    ])
    #expect(seen.all == ["3 rows, 2 groups, [\"login\", \"groups\"]"])
  }

  @Test func `an input that cannot be read leaves only the attempt`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    let importer = Importer(
      source: "rows.csv", options: PushOptions(), setting: rig.setting(),
      fill: { _ throws(RunStop) in throw .input })
    let result = await importer.run(on: rig.client)
    #expect(result.status == .inputInvalid)
    #expect(result.stop == .input)
    #expect(!result.isStaged && result.books == nil)
    #expect(server.log.isEmpty)
    #expect(try await rig.onlyAttempt() == RunEnding(.refused, reason: "the input cannot be read"))
  }

  @Test func `a change whose intent cannot be recorded is not sent, and the run ends`() async throws
  {
    let (rig, server) = try EngineRig.withFaultyServer()
    // Another process sets the row's state while the group is listed: the ledger refuses the
    // intent.
    server.setRule { [ledger = rig.ledger] call in
      if call.name == "list 1" { await Self.decide(ledger) }
      return .pass
    }
    let result = await rig.run([row(.create, host: "10.0.0.1")])
    #expect(server.writes == 0)
    #expect(result.status == .failure)
    #expect(
      result.stop
        == .ledger(
          LedgerError(
            .refused, "row 1 is failed and cannot be sent",
            hint: "this is a defect of cupibulk; please report it")))
  }

  @Test func `after an outcome that cannot be recorded nothing more is sent`() async throws {
    let groups = (1...8).map { EngineRig.group($0, "Branch \($0)", .sip) }
    var (rig, server) = try EngineRig.withFaultyServer(groups: groups)
    // No group is empty, so listing one is one request.
    for (index, group) in groups.enumerated() { try rig.add(50 + index, to: group) }
    rig.options.pace.slots = 1
    server.setRule { [server, ledger = rig.ledger, control = rig.control] call in
      if call.name == "create 1" { await Self.decide(ledger) }
      // Requests in flight are answered only after the outcome was refused.
      if call.name != "list 1", server.count("list 1") == 2 {
        for _ in 0..<20_000 where control.stop == nil {
          try? await Task.sleep(for: .milliseconds(1))
        }
      }
      return .pass
    }
    let result = await rig.run(groups.map { row(.create, in: $0, host: "10.0.0.2") })
    #expect(result.status == .failure)
    #expect(result.books?.pending ?? 0 > 0)
    let readBack = try #require(server.log.lastIndex(of: "list 1"))
    #expect(server.log[readBack...].count <= 2, "only what was in flight")
    let run = try await rig.ledger.run(try #require(result.run))
    #expect(run.ending?.how == .failed)
    #expect(run.exitCode == 1)
  }

  /// Records the first row of the newest run as failed, without the engine.
  private static func decide(_ ledger: Ledger) async {
    do {
      let run = try #require(try await ledger.runs().first)
      let group = try #require(try await ledger.groups(of: run.id).all().first)
      let row = try #require(try await ledger.rows(of: group.id).first)
      try await ledger.record([Outcome(row: row.id, state: .failed(.refused))], of: group.id)
    } catch {
      Issue.record(error)
    }
  }

  @Test func `the ledger and the result have the same ending`() async throws {
    let rig = try EngineRig()
    let result = await rig.run([row(.create, host: "10.0.0.1"), row(.update, host: "10.0.0.2")])
    let run = try await rig.ledger.run(try #require(result.run))
    #expect(run.ending == RunEnding(.done, reason: "1 of 2 rows failed"))
    #expect(run.exitCode == 3)
    #expect(run.rowCount == 2)
    #expect(run.opening.kind == .import)
    #expect(run.opening.source == "rows.csv")
    #expect(result.status == .rowsFailed)
  }
}
