// Stages the rows of a run; they become visible when all are staged.

import Glibc
internal import PortGroupModel
internal import SQLStores
internal import Synchronization

extension Ledger {
  /// Begins a run: it is visible from now on, its rows from ``finishStaging(_:)`` on.
  package func beginStaging(_ opening: RunOpening) async throws(LedgerError) -> RunID {
    let environment = environment
    let recorded = environment.session()
    let run = try await write { [path] session in
      let parent = try opening.parent.map { try Ledger.number(of: $0, in: session, path) }
      let now = environment.now()
      while true {
        let id = RunID(start: now, suffix: environment.runSuffix())
        let values: [SQLValue] =
          [
            .text(id.text), .integer(parent), .integer(environment.owner.pid),
            .text(environment.owner.start), .text(environment.owner.namespace),
            .text(Timestamp.text(now)),
          ] + opening.stored
        let number = try session.first(
          """
          INSERT INTO runs (name, parent, owner_pid, owner_start, owner_namespace, started,
            \(RunOpening.storedColumns))
          VALUES (\((1...values.count).map { "?\($0)" }.joined(separator: ", ")))
          ON CONFLICT (name) DO NOTHING RETURNING run
          """, values
        ) { row in row.integer() }
        // If the name is in use, another suffix is tried.
        guard let number else { continue }
        try session.beginSession(
          of: number, isFirst: true, recorded, at: Timestamp.text(now), by: environment.owner)
        return id
      }
    }
    begin(run)
    return run
  }

  /// Records an input file, or the target of an export, and returns the number that its rows refer to.
  ///
  /// The dialect is JSON text that describes how the file was read, so that a file of the same form
  /// can be written.
  package func addFile(
    _ name: String, dialect: String = "{}", to run: RunID
  ) async throws(LedgerError) -> Int {
    // Counted here, like the rows: a write may run twice.
    let file = fileCounts.withLock { counts in
      defer { counts[run, default: 0] += 1 }
      return counts[run, default: 0]
    }
    return try await write { [path] session in
      let number = try Ledger.number(of: run, in: session, path)
      try session.run(
        "INSERT INTO files (run, file, name, dialect) VALUES (?1, ?2, ?3, ?4)",
        [.integer(number), .integer(file), .text(name), .text(dialect)])
      return file
    }
  }

  /// Records rows in the order of the input; one call is one transaction, best with some hundreds of rows.
  package func stage(_ rows: [StagedRow], in run: RunID) async throws(LedgerError) {
    _ = try await begin(staging: StagedRows(rows), in: run).value()
  }

  /// Begins to record rows after those of earlier calls; the write returns the number of rows.
  package func begin(staging rows: StagedRows, in run: RunID) -> LedgerWrite<Int> {
    let first = reserveNumbers(rows.count, in: run)
    return submit { [path] session in
      let number = try Ledger.number(of: run, in: session, path)
      try session.runEach(
        "INSERT INTO origins (run, earlier) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        rows.origins.map { [.integer(number), .integer($0)] })
      try session.stage(rows, after: first, run: number)
      return rows.count
    }
  }

  /// Reserves `count` row numbers, and returns the number before the first of them.
  ///
  /// They are counted here and not in the table, because a write may run twice.
  func reserveNumbers(_ count: Int, in run: RunID) -> Int {
    staged.withLock { staged in
      defer { staged[run, default: 0] += count }
      return staged[run, default: 0]
    }
  }

  /// Makes the staged rows of a run visible.
  ///
  /// - Returns: The number of rows; the rows of an export are servers.
  package func finishStaging(_ run: RunID) async throws(LedgerError) -> Int {
    let now = Timestamp.text(environment.now())
    return try await write { [path] session in
      let number = try Ledger.number(of: run, in: session, path)
      let count = try session.integer(
        "SELECT count(*) FROM rows WHERE run = ?1", [.integer(number)])
      try session.run("DELETE FROM work WHERE run = ?1", [.integer(number)])
      try session.run(
        "UPDATE runs SET staged = ?1, row_count = ?2 WHERE run = ?3",
        [.text(now), .integer(count), .integer(number)])
      return count
    }
  }

  /// Ends a run that was not completely staged: removes its rows, and keeps the attempt with its ending.
  ///
  /// A run that was completely staged keeps its rows.
  package func abandon(
    _ run: RunID, _ ending: RunEnding, exitCode: Int
  ) async throws(LedgerError) {
    if try await !self.run(run).isStaged {
      let number = try await number(of: run)
      try await removeContent(of: number)
      try await write { session in try Ledger.removeRest(of: number, in: session) }
    }
    try await end(run, ending, exitCode: exitCode)
  }

  /// Removes the rows of a run in several transactions.
  func removeContent(of number: Int) async throws(LedgerError) {
    _ = try await remove("rows.run = ?1", [.integer(number)])
  }

  /// Removes everything that belongs to a run except the run itself.
  private static func removeRest(of number: Int, in session: any SQLSession) throws {
    for table in [
      "rows", "origins", "work", "diagnostics", "group_references", "groups", "files",
    ] {
      try session.run("DELETE FROM \(table) WHERE run = ?1", [.integer(number)])
    }
  }

  /// Removes a part of what dead processes have left: the rows of runs that were staged incompletely, and runs whose
  /// removal was interrupted.
  ///
  /// If it is not certain that a process has ended, such as one in another container, its runs are not touched. This is
  /// checked in the transaction that removes: a run that was staged in the meantime keeps its rows.
  ///
  /// - Returns: True if something was removed, so that more may be left; false if there was nothing to remove.
  static func removeLeftovers(
    in session: any SQLSession, _ ownerState: (RunOwner) -> OwnerState
  ) throws -> Bool {
    guard let leftover = try leftovers(in: session, ownerState).first else { return false }
    let rows = try session.run(
      """
      DELETE FROM rows WHERE row IN (
        SELECT row FROM rows WHERE run = ?1 LIMIT \(removalChunk))
      """, [.integer(leftover.run)])
    if rows == removalChunk { return true }
    if leftover.isRemoved {
      try session.run("DELETE FROM runs WHERE run = ?1", [.integer(leftover.run)])
    } else {
      try removeRest(of: leftover.run, in: session)
    }
    return true
  }

  /// True if processes that died have left something to remove.
  static func hasLeftovers(
    in session: any SQLSession, _ ownerState: (RunOwner) -> OwnerState
  ) throws -> Bool {
    try !leftovers(in: session, ownerState).isEmpty
  }

  private static func leftovers(
    in session: any SQLSession, _ ownerState: (RunOwner) -> OwnerState
  ) throws -> [(run: Int, isRemoved: Bool)] {
    // An attempt without a file has no rows either: nothing of it is left.
    let found = try session.all(
      """
      SELECT run, \(RunOwner.columns), is_removed FROM runs
      WHERE is_removed = 1 OR (staged IS NULL AND ended IS NULL
        AND EXISTS (SELECT 1 FROM files WHERE files.run = runs.run))
      """
    ) { row in (run: row.integer(), owner: RunOwner(&row), isRemoved: row.flag()) }
    return found.filter { ownerState($0.owner) == .ended }.map { ($0.run, $0.isRemoved) }
  }
}

extension SQLSession {
  /// Records rows of a run under the numbers after `first`.
  func stage(_ staged: StagedRows, after first: Int, run: Int) throws {
    let start = RowID(run: run, number: first).value + 1
    var references: [GroupReference: Int] = [:]
    for case let group? in staged.rows.map(\.group) where references[group] == nil {
      references[group] = try reference(group, run: run)
    }
    try runEach(
      StagedRows.insert,
      staged.rows.enumerated().map { index, row in
        let reference = row.group.flatMap { references[$0] }
        return [.integer(start + index), .integer(run), .integer(reference)] + row.values
      })
    try insert(
      staged.rows.enumerated().flatMap { index, row in
        row.diagnostics.map { (row: start + index, diagnostic: $0) }
      }, run: run)
  }

  /// The number of a group reference in its run; a new reference is recorded.
  fileprivate func reference(_ reference: GroupReference, run: Int) throws -> Int {
    let values: [SQLValue] = [
      .integer(run), .text(reference.objectID?.text ?? ""), .text(reference.name ?? ""),
      .integer(reference.integration?.rawValue ?? 0),
    ]
    let recorded = try first(
      """
      INSERT INTO group_references (run, object_id, name, integration) VALUES (?1, ?2, ?3, ?4)
      ON CONFLICT DO NOTHING RETURNING reference
      """, values
    ) { row in row.integer() }
    return try recorded
      ?? integer(
        """
        SELECT reference FROM group_references
        WHERE run = ?1 AND object_id = ?2 AND name = ?3 AND integration = ?4
        """, values)
  }
}
