// Signs that something is wrong with rows in their groups, seen in one walk over all of them.

internal import PortGroupModel
internal import SQLiteStore

/// What a walk over all rows has seen that may be wrong; it may see what is none, and misses nothing.
package struct RowSigns: Sendable, Equatable {
  /// Whether `misfits(of:)` has any rows.
  package var misfits = false
  /// Whether a full key may be twice in a group.
  package var duplicates = false
  /// Whether a service of a group may have one precedence twice.
  package var sharedPrecedences = false
  /// How many valid rows the group has that has most.
  package var largestGroup = 0

  package init(
    misfits: Bool = false, duplicates: Bool = false, sharedPrecedences: Bool = false,
    largestGroup: Int = 0
  ) {
    self.misfits = misfits
    self.duplicates = duplicates
    self.sharedPrecedences = sharedPrecedences
    self.largestGroup = largestGroup
  }
}

extension Ledger {
  /// Looks through the valid rows of a run for signs that something is wrong, when groups are resolved.
  ///
  /// It remembers hashes of the rows of one group at a time: rows that do not clash, as nearly all do
  /// not, are never sorted. Of a group with more than `limit` rows all is suspected.
  package func signs(in run: RunID, limit: Int = 10_000) throws(LedgerError) -> RowSigns {
    try read { [path] database in
      let number = try Ledger.number(of: run, in: database, path)
      var signs = RowSigns()
      var group = 0
      var count = 0
      var keys: Set<Int> = []
      var precedences: Set<Int> = []
      // The order of the tables is that of the walk: CROSS JOIN keeps SQLite from choosing another.
      try database.forEach(
        """
        SELECT groups.group_id, rows.full_key, rows.operation = 'delete', rows.service,
          rows.precedence, \(RowReport.mayNotFit)
        FROM groups CROSS JOIN group_references AS spelling CROSS JOIN rows
        WHERE groups.run = ? AND groups.is_open = 1 AND spelling.group_id = groups.group_id
          AND rows.reference = spelling.reference AND rows.state = 'pending'
        ORDER BY groups.group_id
        """, [.integer(number)]
      ) { row in
        if row.integer(0) != group {
          group = row.integer(0)
          count = 0
          keys.removeAll(keepingCapacity: true)
          precedences.removeAll(keepingCapacity: true)
        }
        count += 1
        signs.largestGroup = max(signs.largestGroup, count)
        if row.integer(5) != 0 { signs.misfits = true }
        guard count <= limit else {
          // Memory must not grow with the rows of a group either.
          signs.duplicates = true
          signs.sharedPrecedences = true
          return
        }
        if !row.isNull(1), !keys.insert(row.hash(1)).inserted { signs.duplicates = true }
        if !row.isNull(4), row.integer(2) == 0,
          !precedences.insert(row.integer(3) << 32 ^ row.integer(4)).inserted
        {
          signs.sharedPrecedences = true
        }
      }
      return signs
    }
  }
}

extension ResultRow {
  /// A hash of the text of a column, for this process.
  fileprivate func hash(_ column: Int) -> Int {
    withUTF8(column) { text in
      var hasher = Hasher()
      unsafe text.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
      return hasher.finalize()
    }
  }
}
