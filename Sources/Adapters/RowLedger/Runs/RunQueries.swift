// Finds, ends and resumes runs.

import Glibc
package import PortGroupModel
internal import SQLStores
internal import Synchronization

extension Ledger {
  /// All runs, newest first, including those that have not read their input completely.
  package func runs(limit: Int = 1000) async throws(LedgerError) -> [Run] {
    try await read { [environment] session in
      try session.all(
        "\(Run.select) WHERE runs.is_removed = 0 ORDER BY runs.run DESC LIMIT ?1",
        [.integer(limit)]
      ) { row in try Run(&row, environment.ownerState) }
    }
  }

  /// The runs whose names begin with a text, in any case, newest first.
  package func runs(named prefix: String, limit: Int) async throws(LedgerError) -> [Run] {
    try await read { [environment] session in
      try session.all(
        """
        \(Run.select) WHERE runs.is_removed = 0 AND substr(lower(runs.name), 1, ?1) = ?2
        ORDER BY runs.run DESC LIMIT ?3
        """,
        [
          .integer(prefix.unicodeScalars.count), .text(prefix.lowercased()), .integer(limit),
        ]
      ) { row in try Run(&row, environment.ownerState) }
    }
  }

  /// The newest run that is meant; `nil` if there is none, however many there are.
  ///
  /// - Throws: `LedgerError`, and what `isMeant` throws.
  package func newestRun(
    where isMeant: (Run) async throws -> Bool
  ) async throws -> Run? {
    var pages = pages(
      """
      \(Run.select(after: "runs.run")) WHERE runs.is_removed = 0 AND runs.run < ?1
      ORDER BY runs.run DESC LIMIT ?2
      """, [], after: [.integer(Int.max)]
    ) { [environment] row in try Run(&row, environment.ownerState) }
    while case let page = try await pages.next(100), !page.isEmpty {
      for run in page where try await isMeant(run) { return run }
    }
    return nil
  }

  /// One run; an error of kind `unknown` if there is none of that name.
  package func run(_ id: RunID) async throws(LedgerError) -> Run {
    let found = try await read { [environment] session in
      try session.first(
        "\(Run.select) WHERE runs.is_removed = 0 AND runs.name = ?1", [.text(id.text)]
      ) { row in try Run(&row, environment.ownerState) }
    }
    guard let found else { throw .unknownRun(id.text, in: path) }
    return found
  }

  /// True if a run has rows that are not finished, or written rows that are not read back.
  package func hasOpenGroups(_ run: RunID) async throws(LedgerError) -> Bool {
    try await read { [path] session in
      let number = try Ledger.number(of: run, in: session, path)
      return try session.integer(
        """
        SELECT CASE WHEN \(Ledger.hasOpenGroups) THEN 1 ELSE 0 END FROM runs WHERE run = ?1
        """, [.integer(number)]) != 0
    }
  }

  /// The same, as an SQL condition on a row of `runs`.
  static let hasOpenGroups = """
    (EXISTS (SELECT 1 FROM rows
        WHERE rows.run = runs.run AND rows.state IN ('pending', 'inDoubt'))
      OR EXISTS (SELECT 1 FROM groups WHERE groups.run = runs.run AND owes_read_back = 1))
    """

  /// Records the end of a run; the end of a later resume replaces it.
  ///
  /// The recorded end is never before the start, even if the wall clock was set back. The time that this
  /// process worked on the run is added to the time of earlier processes.
  package func end(
    _ run: RunID, _ ending: RunEnding, exitCode: Int
  ) async throws(LedgerError) {
    let now = Timestamp.text(environment.now())
    let took = startTimes.withLock { $0.removeValue(forKey: run).map { environment.uptime() - $0 } }
    try await write { [path, environment] session in
      let owner = try session.first(
        "SELECT \(RunOwner.columns) FROM runs WHERE name = ?1", [.text(run.text)]
      ) { row in RunOwner(&row) }
      if let owner, owner != environment.owner { throw LedgerError.lost(run, to: owner) }
      let changed = try session.run(
        """
        UPDATE runs SET ended = CASE WHEN started > ?1 THEN started ELSE ?1 END, ending = ?2,
          ending_reason = ?3, exit_code = ?4,
          took_ms = CASE WHEN ?5 IS NULL THEN took_ms ELSE coalesce(took_ms, 0) + ?5 END
        WHERE name = ?6
        """,
        [
          .text(now), .text(ending.how.rawValue), .text(ending.reason), .integer(exitCode),
          .integer(took?.milliseconds), .text(run.text),
        ])
      if changed == 0 { throw LedgerError.unknownRun(run.text, in: path) }
      try session.endSession(ofRunNamed: run, ending, exitCode: exitCode, at: now)
    }
  }

  /// Records the id that a run's server reports.
  package func identify(_ run: RunID, as server: ObjectID) async throws(LedgerError) {
    try await write { session in
      _ = try session.run(
        "UPDATE runs SET target_identity = ?1 WHERE name = ?2",
        [.text(server.text), .text(run.text)])
    }
  }

  /// Resumes a run: this process becomes its owner, and its ending is removed.
  ///
  /// If `isVerified` is false, the server was not verified this time; the ledger keeps that.
  package func reopen(_ run: RunID, isVerified: Bool = true) async throws(LedgerError) {
    let owner = environment.owner
    let (recorded, now) = (environment.session(), Timestamp.text(environment.now()))
    begin(run)
    try await write { [path] session in
      let number = try Ledger.number(of: run, in: session, path)
      try session.run(
        """
        UPDATE runs SET ended = NULL, ending = NULL, ending_reason = NULL, exit_code = NULL,
          owner_pid = ?1, owner_start = ?2, owner_namespace = ?3,
          target_verified = CASE WHEN ?4 = 1 THEN target_verified ELSE 0 END
        WHERE run = ?5
        """,
        [
          .integer(owner.pid), .text(owner.start), .text(owner.namespace),
          .integer(isVerified ? 1 : 0), .integer(number),
        ])
      try session.beginSession(of: number, isFirst: false, recorded, at: now, by: owner)
    }
  }

  /// The number of a run in the ledger, also while it is staging.
  static func number(of run: RunID, in session: any SQLSession, _ path: String) throws -> Int {
    let number = try session.integer(
      "SELECT run FROM runs WHERE name = ?1 AND is_removed = 0", [.text(run.text)])
    guard number > 0 else { throw LedgerError.unknownRun(run.text, in: path) }
    return number
  }

  func number(of run: RunID) async throws(LedgerError) -> Int {
    try await read { [path] session in try Ledger.number(of: run, in: session, path) }
  }
}

extension Run {
  /// Selects the columns that `init(_:)` reads.
  fileprivate static let select = select(after: nil)

  /// Selects these columns behind the key of a page.
  static func select(after key: String?) -> String {
    """
    SELECT \(key.map { $0 + ", " } ?? "")runs.name, \(RunOpening.columns), runs.started,
      CASE WHEN runs.staged IS NULL THEN 0 ELSE 1 END, runs.row_count, runs.ended, runs.ending,
      runs.ending_reason, runs.exit_code, runs.took_ms, runs.owner_pid, runs.owner_start,
      runs.owner_namespace
    FROM runs LEFT JOIN runs AS parents ON parents.run = runs.parent
    """
  }

  init(
    _ row: inout ColumnReader, _ ownerState: (RunOwner) -> OwnerState
  ) throws {
    let id = RunID(stored: row.text())
    guard let opening = RunOpening(&row), let started = Timestamp.date(row.text()) else {
      throw LedgerError.inconsistent("run \(id)")
    }
    let (isStaged, rowCount) = (row.flag(), row.integer())
    let (ended, ending) = (row.optionalText().flatMap(Timestamp.date), RunEnding(&row))
    let (exitCode, took) = (row.optionalInteger(), row.optionalInteger())
    let owner = RunOwner(&row)
    self.init(
      id: id, opening: opening, started: started, isStaged: isStaged, rowCount: rowCount,
      ended: ended, ending: ending, exitCode: exitCode, took: took.map { .milliseconds($0) },
      // Nobody needs the owner's state after the end of a run.
      owner: owner, ownerState: ended == nil ? ownerState(owner) : .unknown)
  }
}

extension RunEnding {
  /// Reads how and why a run or a session ended; `nil` if it has not ended.
  init?(_ row: inout ColumnReader) {
    let (how, reason) = (How(rawValue: row.text()), row.text())
    guard let how else { return nil }
    self.init(how, reason: reason)
  }
}

extension RunOwner {
  /// The columns that `init(_:)` reads, of a row of `runs`.
  static let columns = "owner_pid, owner_start, owner_namespace"

  init(_ row: inout ColumnReader) {
    self.init(pid: row.integer(), start: row.text(), namespace: row.text())
  }
}
