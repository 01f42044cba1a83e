// Filling a run with rows; nobody sees them before they are whole.

import Glibc
internal import PortGroupModel
internal import SQLiteStore
internal import Synchronization

extension Ledger {
  /// Begins a run: it is in the books from now on, its rows from ``finishStaging(_:)`` on.
  package func beginStaging(_ opening: RunOpening) async throws(LedgerError) -> RunID {
    let environment = environment
    let run = try await write { [path] database in
      let parent = try opening.parent.map { try Ledger.number(of: $0, in: database, path) }
      let now = environment.now()
      while true {
        let id = RunID(start: now, suffix: environment.runSuffix())
        let number = try database.first(
          """
          INSERT INTO runs (name, kind, parent, source, target, target_identity, options,
            tool_version, owner_pid, owner_start, owner_namespace, started, target_verified,
            is_dry)
          VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
          ON CONFLICT (name) DO NOTHING RETURNING run
          """,
          [
            .text(id.text), .text(opening.kind.rawValue), .integer(parent), .text(opening.source),
            .text(opening.target.url), .text(opening.target.identity), .text(opening.options),
            .text(opening.toolVersion), .integer(environment.owner.pid),
            .text(environment.owner.start), .text(environment.owner.namespace),
            .text(Timestamp.text(now)),
            .integer(opening.target.isVerified ? 1 : 0), .integer(opening.isDry ? 1 : 0),
          ]
        ) { row in row.integer() }
        // A name that is taken gets another suffix.
        if number != nil { return id }
      }
    }
    begin(run)
    return run
  }

  /// Books an input file, and returns the number that its rows refer to.
  ///
  /// The dialect is JSON text that says how the file was understood, to write such a file again.
  package func addFile(
    _ name: String, dialect: String = "{}", to run: RunID
  ) async throws(LedgerError) -> Int {
    try await write { [path] database in
      let number = try Ledger.number(of: run, in: database, path)
      let file = try database.integer(
        "SELECT count(*) FROM files WHERE run = ?1", [.integer(number)])
      try database.run(
        "INSERT INTO files (run, file, name, dialect) VALUES (?1, ?2, ?3, ?4)",
        [.integer(number), .integer(file), .text(name), .text(dialect)])
      return file
    }
  }

  /// Books rows in the order of the input; one call is one transaction, best of some hundred rows.
  package func stage(_ rows: [StagedRow], in run: RunID) async throws(LedgerError) {
    _ = try await begin(staging: StagedRows(rows), in: run).value()
  }

  /// Begins to book rows, behind those that were begun before; the write gives how many they are.
  package func begin(staging rows: StagedRows, in run: RunID) -> LedgerWrite<Int> {
    // Counted here, and not in the table: a write may run twice.
    let staged = staged.withLock { staged in
      defer { staged[run, default: 0] += rows.count }
      return staged[run, default: 0]
    }
    return submit { [path] database in
      let number = try Ledger.number(of: run, in: database, path)
      for origin in rows.origins {
        try database.run(
          "INSERT INTO origins (run, earlier) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
          [.integer(number), .integer(origin)])
      }
      var last = RowID(run: number, number: staged).value
      var references: [GroupReference: Int] = [:]
      try database.withStatement(StagedRows.insert) { statement in
        for row in rows.rows {
          last += 1
          let reference = try row.group.map { group in
            if let known = references[group] { return known }
            let id = try database.reference(group, run: number)
            references[group] = id
            return id
          }
          try statement.run(
            [.integer(last), .integer(number), .integer(reference)], row.values)
          for diagnostic in row.diagnostics {
            try database.insert(diagnostic, row: last, run: number)
          }
        }
      }
      return rows.count
    }
  }

  /// Makes a run's rows visible, all that were staged.
  ///
  /// - Returns: how many rows it has, or servers for an export.
  package func finishStaging(_ run: RunID) async throws(LedgerError) -> Int {
    let now = Timestamp.text(environment.now())
    return try await write { [path] database in
      let number = try Ledger.number(of: run, in: database, path)
      // A run has either rows or exported servers.
      let count = try database.integer(
        """
        SELECT (SELECT count(*) FROM rows WHERE run = ?1)
          + (SELECT count(*) FROM exported_servers WHERE run = ?1)
        """, [.integer(number)])
      try database.run(
        "UPDATE runs SET staged = ?1, row_count = ?2 WHERE run = ?3",
        [.text(now), .integer(count), .integer(number)])
      return count
    }
  }

  /// Ends a run that was not wholly staged: its rows go, and the attempt stays, with how it ended.
  ///
  /// A run that was keeps its rows.
  package func abandon(
    _ run: RunID, _ ending: RunEnding, exitCode: Int
  ) async throws(LedgerError) {
    if try !self.run(run).isStaged {
      let number = try number(of: run)
      try await removeContent(of: number)
      try await write { database in try Ledger.removeRest(of: number, in: database) }
    }
    try await end(run, ending, exitCode: exitCode)
  }

  /// Removes the rows of a run, or the servers of an export, piece by piece.
  func removeContent(of number: Int) async throws(LedgerError) {
    _ = try await remove("rows.run = ?1", [.integer(number)])
    while try await write({ database in
      try database.run(
        """
        DELETE FROM exported_servers WHERE number IN (
          SELECT number FROM exported_servers WHERE run = ?1 LIMIT \(Ledger.removalChunk))
        """, [.integer(number)])
    }) == Self.removalChunk {}
  }

  /// Removes all of a run but the run itself.
  private static func removeRest(of number: Int, in database: Database) throws {
    for table in [
      "rows", "origins", "exported_servers", "diagnostics", "group_references", "groups", "files",
    ] {
      try database.run("DELETE FROM \(table) WHERE run = ?1", [.integer(number)])
    }
  }

  /// Removes what processes that died have left: rows of runs that were not wholly staged, runs that were half removed.
  ///
  /// What a process has left of which it is not certain that it has ended, such as one of another container, stays.
  static func removeLeftovers(in database: Database) throws {
    let unstaged = try database.all(
      """
      SELECT run, \(ProcessIdentity.columns), is_removed FROM runs
      WHERE is_removed = 1 OR (staged IS NULL AND ended IS NULL)
      """
    ) { row in
      (
        run: row.integer(), owner: ProcessIdentity(&row), isRemoved: row.flag()
      )
    }
    for leftover in unstaged where leftover.owner.hasEnded {
      if leftover.isRemoved {
        try database.run("DELETE FROM runs WHERE run = ?1", [.integer(leftover.run)])
      } else {
        try removeRest(of: leftover.run, in: database)
      }
    }
  }
}

extension Database {
  /// The number of a group reference in its run; a new one is booked.
  fileprivate func reference(_ reference: GroupReference, run: Int) throws -> Int {
    let values: [SQLValue] = [
      .integer(run), .text(reference.objectID?.text ?? ""), .text(reference.name ?? ""),
      .integer(reference.integration?.rawValue ?? 0),
    ]
    let booked = try first(
      """
      INSERT INTO group_references (run, object_id, name, integration) VALUES (?1, ?2, ?3, ?4)
      ON CONFLICT DO NOTHING RETURNING reference
      """, values
    ) { row in row.integer() }
    return try booked
      ?? integer(
        """
        SELECT reference FROM group_references
        WHERE run = ?1 AND object_id = ?2 AND name = ?3 AND integration = ?4
        """, values)
  }
}
