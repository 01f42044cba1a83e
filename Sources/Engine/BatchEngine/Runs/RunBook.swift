// How the engine writes to and reads from the ledger: a ledger that fails stops the run.

import PortGroupModel
import RowLedger

/// The ledger's part of one run, whose errors are reasons for the run to stop.
struct RunBook: Sendable {
  let ledger: Ledger
  let run: RunID

  /// The next group with something left to do; each once a process.
  func claimNextGroup() throws(RunStop) -> LedgerGroup? {
    try booked { () throws(LedgerError) in try ledger.claimNextGroup(of: run) }
  }

  func rows(of group: LedgerGroup) throws(RunStop) -> [BatchRow] {
    try booked { () throws(LedgerError) in try ledger.rows(of: group.id) }
  }

  func beforeImage(of group: LedgerGroup) throws(RunStop) -> [PortGroupServer]? {
    try booked { () throws(LedgerError) in try ledger.beforeImage(of: group.id) }
  }

  /// The servers of a group that other runs are known to have created.
  func foreignServers(in group: LedgerGroup) throws(RunStop) -> Set<ObjectID> {
    try booked { () throws(LedgerError) in
      try ledger.serversCreated(in: group.group.objectID, besides: run)
    }
  }

  /// The servers of a group that belong to rows of the runs from which this one comes.
  func serversOfAncestors(in group: PortGroup) throws(RunStop) -> Set<ObjectID> {
    try booked { () throws(LedgerError) in
      try ledger.serversOfRelatives(of: run, in: group.objectID)
    }
  }

  func books() throws(RunStop) -> Books {
    try booked { () throws(LedgerError) in try ledger.books(of: run) }
  }

  /// How many rows ask for a deletion.
  func deletions() throws(RunStop) -> Int {
    try booked { () throws(LedgerError) in try ledger.deletions(in: run) }
  }

  /// The groups in which other runs have left doubt, and the newest such run of each.
  func unsettledGroups() throws(RunStop) -> [ObjectID: RunID] {
    try booked { () throws(LedgerError) in try ledger.unsettledGroups(besides: run) }
  }

  /// Records a plan: its intents, its before-image, and the rows for which nothing is sent.
  func journal(_ plan: BatchPlan, of group: LedgerGroup) async throws(RunStop) {
    try await journaled { () async throws(LedgerError) in
      try await ledger.journal(plan, of: group.id)
    }
  }

  /// Marks the intents of rows as open again.
  func reopenIntents(of rows: [RowID], in group: LedgerGroup) async throws(RunStop) {
    try await journaled { () async throws(LedgerError) in
      try await ledger.reopenIntents(of: rows, in: group.id)
    }
  }

  /// Records what became of rows; `took` is how long the group was worked on.
  func record(
    _ outcomes: [Outcome], of group: LedgerGroup, owesReadBack: Bool = false, took: Duration
  ) async throws(RunStop) {
    try await journaled { () async throws(LedgerError) in
      try await ledger.record(outcomes, of: group.id, owesReadBack: owesReadBack, took: took)
    }
  }
}

/// Reads from the ledger; a ledger that fails stops the run.
func booked<Value>(_ work: () throws(LedgerError) -> Value) throws(RunStop) -> Value {
  do throws(LedgerError) {
    return try work()
  } catch {
    throw RunStop(error)
  }
}

/// Writes to the ledger, durably when this returns; a ledger that fails stops the run.
func journaled<Value>(
  _ work: () async throws(LedgerError) -> Value
) async throws(RunStop) -> Value {
  do throws(LedgerError) {
    return try await work()
  } catch {
    throw RunStop(error)
  }
}
