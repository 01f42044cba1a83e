// The parts of staging that only a restore needs: groups without rows, and rows of servers that are deleted.

package import PortGroupModel
internal import SQLStores

extension Ledger {
  /// Records groups of the target that belong to a run although no row names them.
  package func add(_ groups: [PortGroup], to run: RunID) async throws(LedgerError) {
    try await write { [path] session in
      let number = try Ledger.number(of: run, in: session, path)
      for group in groups {
        let id = try session.group(group, run: number)
        try session.run(
          """
          UPDATE groups SET is_open = 0 WHERE group_id = ?1 AND NOT EXISTS (
            SELECT 1 FROM group_references WHERE group_references.group_id = ?1)
          """, [.integer(id)])
      }
    }
  }

  /// Records rows of one group, whose reference is resolved at once; call it once for each group.
  package func stage(
    _ rows: [StagedRow], of group: PortGroup, in run: RunID
  ) async throws(LedgerError) {
    let staged = StagedRows(rows)
    let first = reserveNumbers(staged.count, in: run)
    try await write { [path] session in
      let number = try Ledger.number(of: run, in: session, path)
      let id = try session.group(group, run: number)
      try session.run("UPDATE groups SET is_open = 1 WHERE group_id = ?1", [.integer(id)])
      try session.stage(staged, after: first, run: number)
      try session.run(
        "UPDATE group_references SET group_id = ?1 WHERE run = ?2 AND object_id = ?3",
        [.integer(id), .integer(number), .text(group.objectID.text)])
    }
  }

  /// Removes the valid rows of these references from a run that is staging; returns their number.
  package func drop(
    _ references: [ReferenceID], from run: RunID
  ) async throws(LedgerError) -> Int {
    let number = try await number(of: run)
    var count = 0
    for reference in references {
      count += try await remove(
        "rows.run = ?1 AND rows.state = 'pending' AND rows.reference = ?2",
        [.integer(number), .integer(reference.value)])
    }
    return count
  }

  /// Removes the valid rows of other services, and of none, from a run that is staging.
  ///
  /// - Returns: The number of removed rows without a service.
  package func keepOnly(
    services: Set<Int>, in run: RunID
  ) async throws(LedgerError) -> Int {
    let number = try await number(of: run)
    let wanted = services.sorted().map(String.init).joined(separator: ", ")
    _ = try await remove(
      "rows.run = ?1 AND rows.state = 'pending' AND rows.service NOT IN (\(wanted))",
      [.integer(number)])
    return try await remove(
      "rows.run = ?1 AND rows.state = 'pending' AND rows.service IS NULL", [.integer(number)])
  }
}
