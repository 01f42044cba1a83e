// Runs that are derived from other runs: retries of failed rows, and undos of changes.

package import PortGroupModel
internal import SQLStores

/// A run that is derived from another run.
package struct RelatedRun: Sendable, Equatable {
  package enum Relation: Sendable, Equatable {
    /// It retries the failed rows of the other run.
    case retry
    /// It reverts what the other run changed.
    case undo
  }

  package var run: RunID
  package var relation: Relation

  package init(run: RunID, relation: Relation) {
    self.run = run
    self.relation = relation
  }
}

extension Ledger {
  /// An SQL condition that is true if the runs `this` and `other` have the same target.
  private static let sameTarget = """
    CASE WHEN other.target_identity IS NULL AND this.target_identity IS NULL
      THEN other.target = this.target ELSE other.target_identity = this.target_identity END
    """

  /// The parent of a run, and its relation; `nil` for a run without a parent, or whose parent was removed.
  package func parent(of run: RunID) async throws(LedgerError) -> RelatedRun? {
    let number = try await number(of: run)
    return try await relatives("child.run = ?1", number, naming: "parent").first
  }

  /// The runs that are derived from a run, oldest first.
  package func children(of run: RunID) async throws(LedgerError) -> [RelatedRun] {
    let number = try await number(of: run)
    return try await relatives(
      "child.parent = ?1 AND child.staged IS NOT NULL", number, naming: "child")
  }

  /// The runs in the column `naming` ("parent" or "child"), with the child's relation to its parent.
  ///
  /// A retry of an undo also has the kind `undo`, but its rows originate in a run that is not its parent.
  private func relatives(
    _ condition: String, _ number: Int, naming: String
  ) async throws(LedgerError) -> [RelatedRun] {
    try await read { session in
      try session.all(
        """
        SELECT \(naming).name, CASE WHEN child.kind = 'undo' AND NOT EXISTS (
          SELECT 1 FROM origins
          WHERE origins.run = child.run AND origins.earlier <> child.parent) THEN 1 ELSE 0 END
        FROM runs AS child JOIN runs AS parent ON parent.run = child.parent
        WHERE \(condition) ORDER BY child.run
        """, [.integer(number)]
      ) { row in
        RelatedRun(
          run: RunID(stored: row.text()), relation: row.flag() ? .undo : .retry)
      }
    }
  }

  /// The new ids of servers that an undo has recreated, by their former ids.
  ///
  /// A server that was deleted and recreated several times appears under each of its former ids.
  package func successors() async throws(LedgerError) -> [ObjectID: ObjectID] {
    let pairs = try await read { session in
      try session.all(
        """
        SELECT earlier.effect_id, journal.effect_id
        FROM rows
        JOIN journal ON journal.row = rows.row
        JOIN journal AS earlier ON earlier.row = rows.origin
        WHERE rows.origin IS NOT NULL AND journal.effect = 'created'
          AND earlier.effect = 'deleted' AND journal.effect_id IS NOT NULL
        ORDER BY rows.row
        """
      ) { row in (ObjectID(row.text()), ObjectID(row.text())) }
    }
    var next: [ObjectID: ObjectID] = [:]
    for case (let old?, let new?) in pairs { next[old] = new }
    var last: [ObjectID: ObjectID] = [:]
    for old in next.keys {
      var id = old
      // A server never gets an earlier id again, so the chain ends; the loop has a limit
      // nevertheless.
      for _ in 0...next.count {
        guard let newer = next[id] else { break }
        id = newer
      }
      last[old] = id
    }
    return last
  }

  /// The groups in which other runs on the same server have writes with unknown outcomes, with the newest such run.
  ///
  /// A server is identified by its own id, or by its address if it reports none.
  package func unsettledGroups(otherThan run: RunID) async throws(LedgerError) -> [ObjectID: RunID]
  {
    let number = try await number(of: run)
    let found = try await read { session in
      try session.all(
        """
        SELECT groups.object_id, other.name
        FROM runs AS this
        JOIN runs AS other ON other.run <> this.run AND other.staged IS NOT NULL
          AND \(Self.sameTarget)
        JOIN groups ON groups.run = other.run AND groups.is_open = 1 AND groups.journaled IS NOT NULL
        WHERE this.run = ?1 AND EXISTS (
          SELECT 1 FROM group_references AS spelling
          JOIN rows ON rows.reference = spelling.reference
          LEFT JOIN journal ON journal.row = rows.row
          WHERE spelling.group_id = groups.group_id
            AND (rows.state = 'inDoubt' OR (rows.state = 'pending' AND journal.is_open = 1)))
        ORDER BY other.run
        """, [.integer(number)]
      ) { row in (group: ObjectID(row.text()), run: RunID(stored: row.text())) }
    }
    var runs: [ObjectID: RunID] = [:]
    for case (let group?, let run) in found { runs[group] = run }
    return runs
  }

  /// The newest run, except its children, that began after `run` and has changed the same target.
  package func newestRun(after run: RunID) async throws(LedgerError) -> RunID? {
    let number = try await number(of: run)
    return try await read { session in
      try session.first(
        """
        SELECT other.name
        FROM runs AS this
        JOIN runs AS other ON other.run > this.run AND other.is_removed = 0
          AND (other.parent IS NULL OR other.parent <> this.run)
          AND \(Self.sameTarget)
        WHERE this.run = ?1 AND EXISTS (
          SELECT 1 FROM rows JOIN journal ON journal.row = rows.row
          WHERE rows.run = other.run AND \(Effect.isChange))
        ORDER BY other.run DESC LIMIT 1
        """, [.integer(number)]
      ) { row in RunID(stored: row.text()) }
    }
  }

  /// True if a row of the run has changed something.
  package func hasChanges(_ run: RunID) async throws(LedgerError) -> Bool {
    let number = try await number(of: run)
    return try await read { session in
      try session.integer(
        """
        SELECT CASE WHEN EXISTS (
          SELECT 1 FROM rows JOIN journal ON journal.row = rows.row
          WHERE rows.run = ?1 AND \(Effect.isChange)) THEN 1 ELSE 0 END
        """, [.integer(number)])
    } == 1
  }

  /// The newest run that changed a server and began after the parent of `run`, other than `run` itself.
  package func newestRun(changing server: ObjectID, otherThan run: Run) async throws(LedgerError)
    -> RunID?
  {
    let own = try await number(of: run.id)
    var parent = 0
    if let name = run.opening.parent { parent = try await number(of: name) }
    return try await read { [parent] session in
      try session.first(
        """
        SELECT runs.name
        FROM journal JOIN rows ON rows.row = journal.row JOIN runs ON runs.run = rows.run
        WHERE journal.row > ?1 AND journal.effect <> 'none' AND journal.effect_id = ?2
          AND rows.run <> ?3 AND runs.is_removed = 0
        ORDER BY journal.row DESC LIMIT 1
        """,
        [.integer(RowID.all(of: parent).upperBound), .text(server.text), .integer(own)]
      ) { row in RunID(stored: row.text()) }
    }
  }

  /// The servers of a group that other runs are known to have created.
  package func serversCreated(
    in group: ObjectID, otherThan run: RunID
  ) async throws(LedgerError) -> Set<ObjectID> {
    let number = try await number(of: run)
    return try await servers(
      """
      SELECT journal.effect_id
      FROM groups
      JOIN group_references AS spelling ON spelling.group_id = groups.group_id
      JOIN rows ON rows.reference = spelling.reference
      JOIN journal ON journal.row = rows.row
      WHERE groups.object_id = ?2 AND groups.run <> ?1 AND journal.effect = 'created'
        AND journal.effect_id IS NOT NULL
      """, [.integer(number), .text(group.text)])
  }

  /// The servers of a group that rows of the runs before a retry have created, updated or found unchanged.
  package func serversOfAncestors(
    of run: RunID, in group: ObjectID
  ) async throws(LedgerError) -> Set<ObjectID> {
    let number = try await number(of: run)
    return try await servers(
      """
      WITH RECURSIVE line (run) AS (
        SELECT parent FROM runs WHERE run = ?1 AND parent IS NOT NULL
        UNION SELECT runs.parent FROM runs JOIN line ON runs.run = line.run
        WHERE runs.parent IS NOT NULL)
      SELECT DISTINCT journal.effect_id
      FROM line
      JOIN groups ON groups.run = line.run AND groups.object_id = ?2
      JOIN group_references AS spelling ON spelling.group_id = groups.group_id
      JOIN rows ON rows.reference = spelling.reference
      JOIN journal ON journal.row = rows.row
      WHERE rows.state IN ('created', 'updated', 'unchanged') AND journal.effect_id IS NOT NULL
      """, [.integer(number), .text(group.text)])
  }

  /// The servers that a group had before the runs whose changes the rows of this group revert.
  package func serversBeforeRuns(
    revertedIn group: GroupID
  ) async throws(LedgerError) -> Set<ObjectID> {
    let images = try await read { session in
      try session.all(
        """
        SELECT before_image FROM groups WHERE before_image IS NOT NULL AND group_id IN (
          SELECT earlier.group_id
          FROM group_references AS spelling
          JOIN rows ON rows.reference = spelling.reference
          JOIN rows AS origin ON origin.row = rows.origin
          JOIN group_references AS earlier ON earlier.reference = origin.reference
          WHERE spelling.group_id = ?1)
        """, [.integer(group.value)]
      ) { row in row.optionalServers() ?? [] }
    }
    return Set(images.flatMap { $0.map(\.objectID) })
  }

  /// The ids in the first column of a query.
  private func servers(
    _ question: String, _ values: [SQLValue]
  ) async throws(LedgerError) -> Set<ObjectID> {
    let ids = try await read { session in
      try session.all(question, values) { row in ObjectID(row.text()) }
    }
    return Set(ids.compactMap(\.self))
  }
}
