package import FoundationEssentials
internal import PortGroupModel
internal import SQLStores

/// What pruning removes.
package struct Pruning: Sendable, Equatable {
  package var runs: [RunID] = []
  /// Rows of those runs.
  package var rows = 0
  /// False if the file keeps its size: a run is active in the ledger, or there is no room to rewrite the file.
  package var gaveSpaceBack = true

  package init() {}
}

extension Ledger {
  /// The finished runs that ended before a date, oldest first, and how many rows they have.
  ///
  /// A run with unfinished rows is not finished. A run is also kept while an unfinished run refers to its rows, and if
  /// its times are impossible: it ended before it started, or in the future. For an attempt without rows and without an
  /// ending, whose process is gone, the start counts.
  package func prunable(before date: Date) async throws(LedgerError) -> Pruning {
    let limits = limits(date)
    let found = try await read { [environment] session in
      try Ledger.prunable(limits, in: session, environment)
    }
    return Pruning(found)
  }

  /// Removes those runs permanently, then returns their space unless a run is active.
  ///
  /// They are chosen and made invisible in one transaction: no undo or retry of one of them can begin afterwards, and
  /// one that began before keeps its run. So a process that dies before the last row is gone leaves nothing half: the
  /// next one to open the ledger removes the rest.
  package func prune(before date: Date) async throws(LedgerError) -> Pruning {
    let limits = limits(date)
    let owner = environment.owner
    let found = try await write { [environment] session in
      let found = try Ledger.prunable(limits, in: session, environment)
      try session.runEach(
        """
        UPDATE runs SET is_removed = 1, owner_pid = ?1, owner_start = ?2, owner_namespace = ?3
        WHERE run = ?4
        """,
        found.map {
          [
            .integer(owner.pid), .text(owner.start), .text(owner.namespace), .integer($0.number),
          ]
        })
      return found
    }
    for run in found {
      try await removeContent(of: run.number)
      try await write { session in
        _ = try session.run("DELETE FROM runs WHERE run = ?1", [.integer(run.number)])
      }
    }
    var pruning = Pruning(found)
    if !found.isEmpty { pruning.gaveSpaceBack = try await giveSpaceBack() }
    return pruning
  }

  /// Before which date a run has ended, and the time now.
  private func limits(_ date: Date) -> [SQLValue] {
    [.text(Timestamp.text(date)), .text(Timestamp.text(environment.now()))]
  }

  private static func prunable(
    _ limits: [SQLValue], in session: any SQLSession, _ environment: Environment
  ) throws -> [PrunableRun] {
    try session.all(
      """
      WITH RECURSIVE links (run, earlier) AS (
        SELECT run, parent FROM runs WHERE parent IS NOT NULL
        UNION ALL SELECT run, earlier FROM origins),
      needed (run) AS (
        SELECT run FROM runs
        WHERE ended IS NULL OR (ending NOT IN ('refused', 'declined') AND \(Ledger.hasOpenGroups))
        UNION SELECT links.earlier FROM links JOIN needed ON needed.run = links.run)
      SELECT run, name, row_count, CASE WHEN ended IS NULL THEN 1 ELSE 0 END, \(RunOwner.columns)
      FROM runs
      WHERE is_removed = 0 AND (
        (ended < ?1 AND started <= ended AND ended <= ?2 AND run NOT IN (SELECT run FROM needed))
        OR (staged IS NULL AND ended IS NULL AND started < ?1))
      ORDER BY run
      """, limits
    ) { row in
      PrunableRun(
        number: row.integer(), run: RunID(stored: row.text()), rows: row.integer(),
        isOpen: row.flag(), owner: RunOwner(&row))
    }.filter { !$0.isOpen || environment.ownerState($0.owner) != .working }
  }

  private func giveSpaceBack() async throws(LedgerError) -> Bool {
    let owners = try await read { session in
      try session.all(
        "SELECT \(RunOwner.columns) FROM runs WHERE ended IS NULL AND is_removed = 0"
      ) { row in RunOwner(&row) }
    }
    guard !owners.contains(where: { environment.ownerState($0) == .working }) else { return false }
    return try compact()
  }
}

/// A run that may be removed.
private struct PrunableRun: Sendable {
  let number: Int
  let run: RunID
  let rows: Int
  /// True for an attempt of which nothing was kept, and whose end nobody recorded.
  let isOpen: Bool
  let owner: RunOwner
}

extension Pruning {
  fileprivate init(_ runs: [PrunableRun]) {
    self.runs = runs.map(\.run)
    rows = runs.map(\.rows).reduce(0, +)
  }
}
