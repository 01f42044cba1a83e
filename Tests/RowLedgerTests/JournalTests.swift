// Intents, outcomes, and the state after a crash between them.

import Foundation
import PortGroupModel
import RowLedger
import Testing

@Suite struct JournalTests {
  let fixture: LedgerFixture

  init() throws { fixture = try LedgerFixture() }

  var ledger: Ledger { fixture.ledger }

  static let servers = [
    PortGroupServer(
      objectID: LedgerFixture.id(71),
      fields: [.host: "10.0.0.1", .hostV6: .empty, .uri: "/a\n=\\\u{1E}b"]),
    PortGroupServer(objectID: LedgerFixture.id(72), fields: [:]),
  ]

  @Test func `the next process reads intents and before-image`() async throws {
    let batch = try await fixture.batch([LedgerFixture.row("a"), LedgerFixture.row("b")])
    let create = Change.create([.host: "a", .port: "1"])
    let update = Change.update(Self.servers[0], set: [.hostV6: .empty])
    try await ledger.journal(
      BatchPlan([(batch.rows[0].id, create), (batch.rows[1].id, update)], on: Self.servers),
      of: batch.group)

    let later = try fixture.reopened()
    let group = try #require(try await later.openGroups(of: batch.run).first)
    #expect(try await later.beforeImage(of: group.id) == Self.servers)
    let entries = try await later.rows(of: group.id).map(\.entry)
    #expect(entries.map { $0?.change?.verb } == [.create, .update])
    #expect(entries.map { $0?.change?.set } == [create.set, update.set])
    #expect(entries.map { $0?.change?.server } == [nil, update.server])
    #expect(entries.map { $0?.isOpen } == [true, true])
    #expect(entries.map { $0?.journaled } == [LedgerFixture.start, LedgerFixture.start])
    #expect(entries.map { $0?.effect } == [Effect.none, Effect.none])
  }

  @Test func `a group without a journal has no before-image, an empty one has an empty image`()
    async throws
  {
    let batch = try await fixture.batch([LedgerFixture.row("a")])
    #expect(try await ledger.beforeImage(of: batch.group) == nil)
    try await ledger.journal(BatchPlan([]), of: batch.group)
    #expect(try await ledger.beforeImage(of: batch.group) == [])
  }

  @Test func `an outcome is recorded with state, message, effect, verdict and time`() async throws {
    let batch = try await fixture.batch([LedgerFixture.row("a")])
    let row = batch.rows[0].id
    try await ledger.journal(BatchPlan([(row, .create([:]))]), of: batch.group)
    let effect = Effect(
      .create, objectID: LedgerFixture.id(73), before: nil, after: [.host: "a", .hostV6: .empty])
    let sent = Moment(
      date: LedgerFixture.start.addingTimeInterval(0.25), boot: "b", uptime: .milliseconds(1_500))
    try await ledger.record(
      [
        Outcome(
          row: row, state: .failed(.ignored), detail: "reads back otherwise", effect: effect,
          verdict: .ignored, sent: sent)
      ], of: batch.group)
    let report = try #require(try await ledger.rows(of: batch.run).all().first)
    #expect(report.state == .failed(.ignored))
    #expect(report.detail == "reads back otherwise")
    #expect(report.group == LedgerFixture.sip)
    #expect(report.entry?.effect == effect)
    #expect(report.entry?.verdict == .ignored)
    #expect(report.entry?.sent == sent)
    #expect(report.entry?.isOpen == false)
  }

  static let states: [RowState] =
    RowState.PendingReason.allCases.map(RowState.pending)
    + FailureCode.allCases.map(RowState.failed)
    + [.inDoubt, .created, .updated, .deleted, .unchanged]

  @Test(arguments: states)
  func `every state is read back as it was recorded`(state: RowState) async throws {
    let batch = try await fixture.batch([LedgerFixture.row("a")])
    try await ledger.record([Outcome(row: batch.rows[0].id, state: state)], of: batch.group)
    #expect(try await ledger.rows(of: batch.group).map(\.state) == [state])
  }

  @Test(arguments: [RowState.created, .inDoubt, .failed(.refused), .pending(.notProcessed)])
  func `an outcome closes the intent, and a new intent opens it again`(state: RowState)
    async throws
  {
    let batch = try await fixture.batch([LedgerFixture.row("a")])
    let row = batch.rows[0].id
    try await ledger.journal(BatchPlan([(row, .create([:]))]), of: batch.group)
    try await ledger.record([Outcome(row: row, state: state)], of: batch.group)
    #expect(try await ledger.rows(of: batch.group).map { $0.entry?.isOpen } == [false])
    guard case .pending = state else { return }
    try await ledger.journal(BatchPlan([(row, .create([:]))]), of: batch.group)
    #expect(try await ledger.rows(of: batch.group).map { $0.entry?.isOpen } == [true])
  }

  @Test func `a later outcome without effect keeps the recorded effect`() async throws {
    let batch = try await fixture.batch([LedgerFixture.row("a")])
    let row = batch.rows[0].id
    let effect = Effect(.update, objectID: LedgerFixture.id(71), before: [.port: "1"], after: [:])
    try await ledger.record(
      [Outcome(row: row, state: .inDoubt, effect: effect)], of: batch.group)
    try await ledger.record(
      [Outcome(row: row, state: .pending(.settled), verdict: .missing)], of: batch.group)
    let entry = try await ledger.rows(of: batch.group)[0].entry
    #expect(entry?.effect == effect)
    #expect(entry?.verdict == .missing)
  }

  static let forbidden: [(RowState, RowState)] =
    states.filter { $0.isFinal && $0 != .created }.map { ($0, .created) }
    + [(.inDoubt, .invalid), (.unchanged, .pending(.staged))]

  @Test(arguments: forbidden)
  func `a change of state that is not allowed makes the whole call fail`(
    state: RowState, next: RowState
  ) async throws {
    let batch = try await fixture.batch([LedgerFixture.row("a"), LedgerFixture.row("b")])
    let (first, second) = (batch.rows[0].id, batch.rows[1].id)
    try await ledger.record([Outcome(row: second, state: state)], of: batch.group)
    let error = await #expect(throws: LedgerError.self) {
      try await ledger.record(
        [Outcome(row: first, state: .created), Outcome(row: second, state: next)], of: batch.group)
    }
    #expect(error?.kind == .refused)
    #expect(
      error?.message == "row 2 is \(state.name) and cannot become \(next.name)")
    #expect(try await ledger.rows(of: batch.group).map(\.state) == [.pending(.staged), state])
  }

  @Test func `only a pending row gets an intent`() async throws {
    let batch = try await fixture.batch([LedgerFixture.row("a")])
    let row = batch.rows[0].id
    try await ledger.record([Outcome(row: row, state: .inDoubt)], of: batch.group)
    let error = await #expect(throws: LedgerError.self) {
      try await ledger.journal(BatchPlan([(row, .create([:]))]), of: batch.group)
    }
    #expect(error?.message == "row 1 is inDoubt and cannot be sent")
    #expect(try await ledger.beforeImage(of: batch.group) == nil)
  }

  @Test func `a row of another group is refused`() async throws {
    let batch = try await fixture.batch([
      LedgerFixture.row("a"), LedgerFixture.row("b", group: "SCCP"),
    ])
    let other = try await ledger.rows(of: batch.run).all()[1].id
    let error = await #expect(throws: LedgerError.self) {
      try await ledger.record([Outcome(row: other, state: .created)], of: batch.group)
    }
    #expect(error?.kind == .unknown)
  }

  @Test func `a process whose run another one has resumed records nothing more of it`() async throws
  {
    let batch = try await fixture.batch([LedgerFixture.row("a")])
    let other = try Ledger.open(
      .file(fixture.path),
      environment: LedgerFixture.environment(owner: RunOwner(pid: 77, start: "another machine")))
    try await other.reopen(batch.run)
    let row = batch.rows[0].id
    let text =
      "process 77 has resumed run \(batch.run), so that this one sends nothing more for it; "
      + "wait until that process has ended, then look at the rows of the run"
    let ledger = fixture.ledger
    let attempts: [() async throws -> Void] = [
      { try await ledger.journal(BatchPlan([(row, .create([:]))]), of: batch.group) },
      { try await ledger.reopenIntents(of: [row], in: batch.group) },
      { try await ledger.record([Outcome(row: row, state: .created)], of: batch.group) },
      { try await ledger.end(batch.run, RunEnding(.done), exitCode: 0) },
    ]
    for attempt in attempts {
      let error = await #expect(throws: LedgerError.self) { try await attempt() }
      #expect(error?.description == text)
    }
    try await other.journal(BatchPlan([(row, .create([:]))]), of: batch.group)
    try await other.record([Outcome(row: row, state: .created)], of: batch.group)
    try await other.end(batch.run, RunEnding(.done), exitCode: 0)
    #expect(try await ledger.books(of: batch.run).created == 1)
  }
}
