import PortGroupModel
import RowLedger

/// What all workers of a run share: the ledger, the server, and what they count together.
struct SharedWork: Sendable {
  let book: RunBook
  let client: PacedClient
  let tally: RunTally
  /// Counts each row that fails.
  let fuse: FailureLimit
}

/// Counts the rows of one batch as they become final, for the progress line and the fuse.
struct BatchCount: Sendable {
  let shared: SharedWork
  /// How many rows the tally knows as answered, and not yet as recorded.
  private var answered = 0
  /// The recorded state of each row.
  private var states: [RowID: RowState] = [:]

  init(_ shared: SharedWork) { self.shared = shared }

  /// Rows that have just become final.
  mutating func final(_ rows: [Outcome]) {
    shared.fuse.count(rows.failures)
    for _ in rows { shared.tally.answered(shared.client) }
    answered += rows.count
  }

  /// What a list has shown; rows that are read back were counted when they were answered.
  mutating func found(_ rows: [Outcome], by purpose: BatchProgress.Purpose) {
    if purpose == .readBack { shared.fuse.count(rows.failures) } else { final(rows) }
  }

  /// Rows for which nothing is sent: they are in the ledger at once.
  mutating func settled(_ rows: [Outcome]) {
    note(rows)
    shared.tally.recorded(rows, shared.client)
    shared.fuse.count(rows.failures)
  }

  /// The outcomes of the batch are in the ledger; `late` became final only now.
  mutating func recorded(_ outcomes: [Outcome], late: [Outcome]) {
    note(outcomes)
    shared.tally.recorded(outcomes, underway: answered, shared.client)
    shared.fuse.count(late.failures)
  }

  /// How many rows of the batch are in which state, in the order of the states.
  var sums: [(state: String, count: Int)] { states.values.sums }

  private mutating func note(_ outcomes: [Outcome]) {
    for outcome in outcomes { states[outcome.row] = outcome.state }
  }
}

extension Collection<RowState> {
  /// How many are in which state, by name, in the order of the states.
  var sums: [(state: String, count: Int)] {
    var counts: [String: Int] = [:]
    for state in self { counts[state.name, default: 0] += 1 }
    return RowState.names.compactMap { name in counts[name].map { (name, $0) } }
  }
}
