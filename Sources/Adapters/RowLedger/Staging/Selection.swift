// Removes rows from a run that is staging: those that the user has not selected.

package import PortGroupModel
internal import SQLStores

extension Ledger {
  /// The number of rows that one transaction removes.
  static let removalChunk = 10_000

  /// Removes valid rows from a run that is staging, when groups are resolved; invalid rows stay.
  ///
  /// - Parameters:
  ///   - groups: The groups whose rows stay; `nil` means all groups.
  ///   - limit: The number of rows that stay, the first ones of those groups, 0 or more; `nil` means
  ///     all rows.
  ///   - run: The run.
  /// - Returns: The number of removed rows of other groups, and of rows beyond the limit.
  /// - Throws: `LedgerError` if the ledger cannot be written; some rows may have been removed by
  ///   then.
  package func keepOnly(
    groups: Set<ObjectID>?, first limit: Int?, in run: RunID
  ) async throws(LedgerError) -> (ofOtherGroups: Int, beyondLimit: Int) {
    let number = try await number(of: run)
    var ofOtherGroups = 0
    if let groups {
      let places = (0..<groups.count).map { "?\($0 + 2)" }.joined(separator: ", ")
      ofOtherGroups = try await remove(
        """
        rows.run = ?1 AND rows.state = 'pending' AND rows.reference IN (
          SELECT reference FROM group_references JOIN groups USING (group_id)
          WHERE groups.run = ?1 AND groups.object_id NOT IN (\(places)))
        """, [.integer(number)] + groups.map { .text($0.text) })
    }
    guard let limit, let first = try await row(after: limit, in: number) else {
      return (ofOtherGroups, 0)
    }
    let beyondLimit = try await remove(
      "rows.run = ?1 AND rows.state = 'pending' AND rows.row >= ?2",
      [.integer(number), .integer(first)])
    return (ofOtherGroups, beyondLimit)
  }

  /// The valid row after the first `count` valid rows; `nil` if there are no more.
  private func row(after count: Int, in run: Int) async throws(LedgerError) -> Int? {
    try await read { session in
      try session.first(
        """
        SELECT row FROM rows WHERE run = ?1 AND state = 'pending' ORDER BY row LIMIT 1 OFFSET ?2
        """, [.integer(run), .integer(count)]
      ) { row in row.integer() }
    }
  }

  /// Removes rows in several transactions, so that no other writer waits long.
  ///
  /// - Returns: The number of removed rows.
  func remove(_ condition: String, _ values: [SQLValue]) async throws(LedgerError) -> Int {
    var sum = 0
    while true {
      let count = try await write { session in
        try session.run(
          """
          DELETE FROM rows WHERE row IN (
            SELECT row FROM rows WHERE \(condition) LIMIT \(Self.removalChunk))
          """, values)
      }
      sum += count
      if count < Self.removalChunk { return sum }
    }
  }
}
