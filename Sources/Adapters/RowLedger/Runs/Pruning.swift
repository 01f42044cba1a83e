// Removing old runs, and giving their space back to the file system.

package import FoundationEssentials
internal import PortGroupModel
internal import SQLStores

/// What a pruning removes.
package struct Pruning: Sendable, Equatable {
  package var runs: [RunID] = []
  /// Rows of those runs.
  package var rows = 0
  /// False if the file keeps its size: a run is at work in the ledger, or there is no room to write it anew.
  package var gaveSpaceBack = true

  package init() {}
}

extension Ledger {
  /// The finished runs that ended before a date, oldest first, and how many rows they have.
  ///
  /// A run with rows left to be done is not finished, and one is kept while an unfinished run goes
  /// back to its rows. One whose times cannot be is kept, too: it ended before it started, or in the future. An attempt
  /// that nothing was kept of, and whose process is gone without an ending, counts from when it started.
  package func prunable(before date: Date) async throws(LedgerError) -> Pruning {
    let now = Timestamp.text(environment.now())
    let found = try await read { session in
      try session.all(
        """
        WITH RECURSIVE links (run, earlier) AS (
          SELECT run, parent FROM runs WHERE parent IS NOT NULL
          UNION ALL SELECT run, earlier FROM origins),
        needed (run) AS (
          SELECT run FROM runs
          WHERE ended IS NULL OR (ending <> 'refused' AND \(Ledger.hasOpenGroups))
          UNION SELECT links.earlier FROM links JOIN needed ON needed.run = links.run)
        SELECT name, row_count, CASE WHEN ended IS NULL THEN 1 ELSE 0 END,
          \(RunOwner.columns)
        FROM runs
        WHERE is_removed = 0 AND (
          (ended < ?1 AND started <= ended AND ended <= ?2 AND run NOT IN (SELECT run FROM needed))
          OR (staged IS NULL AND ended IS NULL AND started < ?1))
        ORDER BY run
        """, [.text(Timestamp.text(date)), .text(now)]
      ) { row in
        (
          run: RunID(stored: row.text()), rows: row.integer(), isOpen: row.flag(),
          owner: RunOwner(&row)
        )
      }
    }.filter { !$0.isOpen || environment.ownerState($0.owner) != .working }
    var pruning = Pruning()
    pruning.runs = found.map(\.run)
    pruning.rows = found.map(\.rows).reduce(0, +)
    return pruning
  }

  /// Removes those runs for good, then gives their space back unless a run is at work.
  ///
  /// A run is invisible before its first row goes, so that a process that dies meanwhile leaves
  /// nothing half: the next one to open the ledger removes the rest.
  package func prune(before date: Date) async throws(LedgerError) -> Pruning {
    var pruning = try await prunable(before: date)
    for run in pruning.runs { try await remove(run) }
    if !pruning.runs.isEmpty { pruning.gaveSpaceBack = try await giveSpaceBack() }
    return pruning
  }

  private func remove(_ run: RunID) async throws(LedgerError) {
    let owner = environment.owner
    let number = try await write { [path] session in
      let number = try Ledger.number(of: run, in: session, path)
      try session.run(
        """
        UPDATE runs SET is_removed = 1, owner_pid = ?1, owner_start = ?2, owner_namespace = ?3
        WHERE run = ?4
        """,
        [
          .integer(owner.pid), .text(owner.start), .text(owner.namespace), .integer(number),
        ])
      return number
    }
    try await removeContent(of: number)
    try await write { session in
      _ = try session.run("DELETE FROM runs WHERE run = ?1", [.integer(number)])
    }
  }

  private func giveSpaceBack() async throws(LedgerError) -> Bool {
    guard try await runs().allSatisfy({ !$0.isRunning }) else { return false }
    return try compact()
  }
}
