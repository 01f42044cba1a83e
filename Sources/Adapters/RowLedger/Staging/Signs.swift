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
  /// Rows that do not clash, as nearly all do not, are never sorted. Of a group with more than `limit` rows
  /// all is suspected.
  package func signs(in run: RunID, limit: Int = 10_000) throws(LedgerError) -> RowSigns {
    try read { [path] database in
      let number = try Ledger.number(of: run, in: database, path)
      var walk = SignWalk(limit: limit)
      try database.forEach(
        """
        SELECT \(SignWalk.columns)
        FROM groups
        JOIN group_references AS spelling ON spelling.group_id = groups.group_id
        JOIN rows ON rows.reference = spelling.reference
        WHERE groups.run = ?1 AND groups.is_open = 1 AND rows.state = 'pending'
        ORDER BY groups.group_id
        """, [.integer(number)]
      ) { row in walk.see(&row) }
      return walk.signs
    }
  }
}

/// A walk over rows, group by group: it remembers hashes of the rows of one group at a time.
private struct SignWalk {
  private(set) var signs = RowSigns()
  private let limit: Int
  private var group = 0
  private var count = 0
  private var keys: Set<Int> = []
  private var precedences: Set<Int> = []

  init(limit: Int) { self.limit = limit }

  /// The columns that `see(_:)` reads.
  static let columns = """
    groups.group_id, CASE WHEN \(RowReport.mayNotFit) THEN 1 ELSE 0 END, rows.full_key,
    CASE WHEN rows.operation = 'delete' THEN 1 ELSE 0 END, rows.service, rows.precedence
    """

  mutating func see(_ row: inout ColumnReader) {
    let group = row.integer()
    if row.flag() { signs.misfits = true }
    let key = row.hash()
    let isDelete = row.flag()
    let service = row.integer()
    let precedence = row.optionalInteger()
    if group != self.group {
      self.group = group
      count = 0
      keys.removeAll(keepingCapacity: true)
      precedences.removeAll(keepingCapacity: true)
    }
    count += 1
    signs.largestGroup = max(signs.largestGroup, count)
    guard count <= limit else {
      // Memory must not grow with the rows of a group either.
      signs.duplicates = true
      signs.sharedPrecedences = true
      return
    }
    if let key, !keys.insert(key).inserted { signs.duplicates = true }
    if let precedence, !isDelete, !precedences.insert(service << 32 ^ precedence).inserted {
      signs.sharedPrecedences = true
    }
  }
}

extension ColumnReader {
  /// A hash of the text of the next column, for this process; nil for NULL.
  fileprivate mutating func hash() -> Int? {
    guard !isNull else {
      skip()
      return nil
    }
    return withUTF8 { text in
      var hasher = Hasher()
      unsafe text.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
      return hasher.finalize()
    }
  }
}
