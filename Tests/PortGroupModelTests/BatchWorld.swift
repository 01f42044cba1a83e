// A server, a ledger and killed processes, all in memory, to test `BatchProgress`.

import FoundationEssentials
import TestSupport

@testable import PortGroupModel

/// One group on a server that loses answers, and the ledger of the run that changes it.
struct BatchWorld {
  static let settleWait = Duration.seconds(255)

  /// What the ledger has about a row.
  struct Entry {
    var change: Change
    var state = RowState.pending(.staged)
    var isOpen = true
    var effect = Effect.none
    var verdict: Verdict?
    var sent: Moment?
  }

  /// A write that was sent.
  struct Sending {
    var row: RowID
    var time: Duration
    /// True if the server answered that the write was not done, or that it failed.
    var isAnswered: Bool
  }

  private(set) var servers: [PortGroupServer]
  private(set) var ledger: [RowID: Entry] = [:]
  private(set) var sendings: [Sending] = []
  /// When the group was listed.
  private(set) var looks: [Duration] = []
  /// The violated guarantees.
  private(set) var complaints: [String] = []
  private var beforeImage: [PortGroupServer]?
  private var owesReadBack = false
  private var now = Duration.zero
  /// Creations that are still in the server's queue.
  private var queue: [(due: Duration, set: FieldValues)] = []
  private var lastID = 1000
  private var chance: SeededGenerator
  /// The percentage of lost answers, and of actions that end the process.
  var lossRate = 30
  var killRate = 8
  /// The percentage of lists that follow an edit by another client.
  var editRate = 0

  private let rows: [Row]

  init(rows: [Row], servers: [PortGroupServer], seed: UInt64) {
    self.rows = rows
    self.servers = servers
    chance = SeededGenerator(seed: seed)
  }

  private var ids: [RowID] { rows.indices.map { RowID(run: 1, number: $0 + 1) } }

  /// True while a row or the read-back is not done.
  var isOpen: Bool {
    owesReadBack || ids.contains { !(ledger[$0]?.state ?? .pending(.staged)).isFinal }
  }

  // MARK: A process

  /// Runs one process until its work is done, it has to stop, or it is killed.
  mutating func runProcess() {
    let terms = BatchProgress.Terms(
      settleWait: Self.settleWait, allowLast: true, verifies: true,
      inspectsBeforeWriting: percent(50))
    let listed = list()
    var progress: BatchProgress
    if beforeImage == nil {
      let plans = BatchPlanner(rows: rows, servers: listed, integration: .sip).plan().rows
      progress = BatchProgress(
        BatchPlan(zip(ids, zip(rows, plans)).map { ($0, $1.0, $1.1) }, on: listed), terms)
    } else {
      progress = BatchProgress(resuming: remainder(listed), on: listed, terms)
    }
    while step(&progress) {
      now += .milliseconds(Int.random(in: 1...2_000, using: &chance))
      deliver()
      if percent(killRate) { return }
      if percent(2) { _ = progress.halted() }
    }
  }

  /// Performs the action of the state machine; false at the end.
  private mutating func step(_ progress: inout BatchProgress) -> Bool {
    switch progress.next {
    case .journal(let plan):
      beforeImage = plan.before
      for (step, change) in plan.writes { ledger[step.row] = Entry(change: change) }
      record(plan.settled)
      _ = progress.journaled()
    case .reopen(let rows):
      for row in rows { ledger[row]?.isOpen = true }
      _ = progress.journaled()
    case .send(let change, let row):
      if progress.outcomes.contains(where: { $0.state == .inDoubt }) {
        complaints.append("\(row.number) was sent behind a row that stays in doubt")
      }
      if change.verb == .delete, progress.outcomes.contains(where: \.state.isFailed) {
        complaints.append("\(row.number) deletes after a failure in its group")
      }
      _ = progress.answered(send(change, row))
    case .inspect(let id):
      // A server that is gone, or cannot be read alone, is looked for in the list.
      _ = progress.inspected(percent(20) ? nil : list().first { $0.objectID == id })
    case .look:
      if percent(5) {
        _ = progress.cannotLook()
      } else {
        _ = progress.listed(list())
      }
    case .wait(let time, _):
      now = max(now, time)
      progress.waited()
    case .record(let outcomes, let owes):
      record(outcomes)
      owesReadBack = owes
      _ = progress.recorded()
    case .end: return false
    }
    return true
  }

  private func remainder(_ listed: [PortGroupServer]) -> BatchProgress.Remainder {
    let open = ids.filter { !(ledger[$0]?.state.isFinal ?? true) }
    let planned = open.compactMap { id in
      ledger[id].map { (id: id, request: rows[id.number - 1], plan: RowPlan(.write($0.change))) }
    }
    var rest = BatchProgress.Remainder(plan: BatchPlan(planned, on: beforeImage ?? listed))
    for (id, entry) in ledger {
      rest.changes[id] = entry.change
      if entry.state.isFinal {
        rest.earlier.append(entry.effect)
        if entry.verdict == nil, entry.effect.verb != nil {
          rest.unread.append(Outcome(row: id, state: entry.state, effect: entry.effect))
        }
      } else if entry.isOpen || entry.state == .inDoubt {
        var lost = LostWrite(
          reason: "an earlier process ended",
          left: entry.isOpen ? now : entry.sent?.uptime ?? now, sent: entry.sent)
        if entry.isOpen {
          lost.latest = Moment(date: .init(timeIntervalSince1970: 0), boot: "b", uptime: now)
        }
        rest.lost[id] = lost
      }
    }
    rest.open = open
    return rest
  }

  // MARK: The server

  private mutating func send(_ change: Change, _ row: RowID) -> BatchProgress.Answer {
    check(change, row)
    if percent(3) { return .notSent(wasTried: percent(50)) }
    let moment = Moment(date: .init(timeIntervalSince1970: 0), boot: "b", uptime: now)
    let left = Departure(time: now, moment: moment)
    let isLost = percent(lossRate)
    let isAnswered = isLost && percent(30)
    sendings.append(Sending(row: row, time: now, isAnswered: isAnswered))
    guard isLost else {
      if percent(3) { return .refused("no", isMissing: false, left) }
      if let server = change.server, !servers.contains(where: { $0.objectID == server }) {
        return .refused("not found", isMissing: true, left)
      }
      return .done(apply(change), left)
    }
    if percent(50) {
      _ = apply(change)
    } else if !isAnswered, change.verb == .create, percent(60) {
      let delay = Int.random(in: 0..<254_000, using: &chance)
      queue.append((now + .milliseconds(delay), change.set))
    }
    return .unknown(
      LostWrite(reason: "lost", left: now, sent: moment, isAnswered: isAnswered))
  }

  /// Checks that a write is recorded, and that a creation is not repeated while the server may still process it.
  private mutating func check(_ change: Change, _ row: RowID) {
    guard ledger[row]?.isOpen == true, ledger[row]?.change.set == change.set else {
      return complaints.append("row \(row.number) was sent and not recorded")
    }
    guard change.verb == .create, let last = sendings.last(where: { $0.row == row }) else {
      return
    }
    let safe = last.isAnswered ? last.time : last.time + Self.settleWait
    if !looks.contains(where: { $0 >= safe && $0 >= last.time }) {
      complaints.append(
        "row \(row.number) was sent again without a look; now \(now) last \(last) looks \(looks) all \(sendings)"
      )
    }
  }

  private mutating func apply(_ change: Change) -> ObjectID? {
    guard let server = change.server else { return create(change.set) }
    guard let index = servers.firstIndex(where: { $0.objectID == server }) else { return nil }
    if change.verb == .delete {
      servers.remove(at: index)
    } else {
      for field in change.set.present { servers[index].fields[field] = change.set[field] }
    }
    return nil
  }

  private mutating func create(_ set: FieldValues) -> ObjectID {
    lastID += 1
    servers.append(PortGroupServer(objectID: id(lastID), fields: set))
    return id(lastID)
  }

  private mutating func deliver() {
    for arrival in queue where arrival.due <= now { _ = create(arrival.set) }
    queue.removeAll { $0.due <= now }
  }

  private mutating func list() -> [PortGroupServer] {
    if percent(editRate), let index = servers.indices.randomElement(using: &chance) {
      if percent(50) {
        servers[index].fields[.precedence] = .text("\(Int.random(in: 10...99, using: &chance))")
      } else {
        servers.remove(at: index)
      }
    }
    deliver()
    looks.append(now)
    return servers
  }

  // MARK: The ledger

  private mutating func record(_ outcomes: [Outcome]) {
    for outcome in outcomes {
      var entry = ledger[outcome.row] ?? Entry(change: .create([:]))
      if !entry.state.canMove(to: outcome.state) {
        complaints.append(
          "row \(outcome.row.number) cannot go from \(entry.state) to \(outcome.state)")
      }
      entry.state = outcome.state
      entry.isOpen = false
      if outcome.effect.verb != nil { entry.effect = outcome.effect }
      entry.verdict = outcome.verdict ?? entry.verdict
      entry.sent = outcome.sent ?? entry.sent
      ledger[outcome.row] = entry
    }
    let counts = Dictionary(outcomes.map { ($0.row, 1) }, uniquingKeysWith: +)
    for (row, count) in counts where count > 1 {
      complaints.append("row \(row.number) has \(count) outcomes")
    }
  }

  private mutating func percent(_ share: Int) -> Bool {
    Int.random(in: 0..<100, using: &chance) < share
  }
}
