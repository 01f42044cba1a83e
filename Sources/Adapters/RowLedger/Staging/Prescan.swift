internal import PortGroupModel
internal import SQLStores

/// The result of reading all rows once: which checks of rows in their groups are necessary.
///
/// There may be false alarms, but no fault is missed.
package struct Prescan: Sendable, Equatable {
  /// Whether `rowsToRecheck(of:)` has any rows.
  package var needsRecheck = false
  /// Whether a full key may occur twice in a group.
  package var duplicates = false
  /// Whether a precedence may occur twice for one service of a group.
  package var sharedPrecedences = false
  /// The number of valid rows of the largest group.
  package var largestGroup = 0

  package init(
    needsRecheck: Bool = false, duplicates: Bool = false, sharedPrecedences: Bool = false,
    largestGroup: Int = 0
  ) {
    self.needsRecheck = needsRecheck
    self.duplicates = duplicates
    self.sharedPrecedences = sharedPrecedences
    self.largestGroup = largestGroup
  }
}

extension Ledger {
  /// Reads the valid rows of a run, when groups are resolved.
  ///
  /// Rows are never sorted, because nearly all do not clash. For a group with more than `limit` rows every
  /// possible fault is reported.
  package func prescan(in run: RunID, limit: Int = 10_000) async throws(LedgerError) -> Prescan {
    try await read { [path] session in
      let number = try Ledger.number(of: run, in: session, path)
      var walk = PrescanWalk(limit: limit)
      try session.forEach(
        """
        SELECT \(PrescanWalk.columns)
        FROM groups
        JOIN group_references AS spelling ON spelling.group_id = groups.group_id
        JOIN rows ON rows.reference = spelling.reference
        WHERE groups.run = ?1 AND groups.is_open = 1 AND rows.state = 'pending'
        ORDER BY groups.group_id
        """, [.integer(number)]
      ) { row in walk.see(&row) }
      return walk.found
    }
  }
}

/// The state while rows are read group by group: hashes of the rows of the current group.
private struct PrescanWalk {
  private(set) var found = Prescan()
  private let limit: Int
  private var group = 0
  private var count = 0
  private var keys: Set<Int> = []
  private var precedences: Set<Int> = []

  init(limit: Int) { self.limit = limit }

  /// The columns that `see(_:)` reads.
  static let columns = """
    groups.group_id, CASE WHEN \(RowReport.needsRecheck) THEN 1 ELSE 0 END, rows.full_key,
    CASE WHEN rows.operation = 'delete' THEN 1 ELSE 0 END, rows.service, rows.precedence
    """

  mutating func see(_ row: inout ColumnReader) {
    let group = row.integer()
    if row.flag() { found.needsRecheck = true }
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
    found.largestGroup = max(found.largestGroup, count)
    guard count <= limit else {
      // Memory must not grow with the number of rows of a group either.
      found.duplicates = true
      found.sharedPrecedences = true
      return
    }
    if let key, !keys.insert(key).inserted { found.duplicates = true }
    if let precedence, !isDelete, !precedences.insert(service << 32 ^ precedence).inserted {
      found.sharedPrecedences = true
    }
  }
}

extension ColumnReader {
  /// A hash of the text of the next column, for this process; `nil` for NULL.
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
