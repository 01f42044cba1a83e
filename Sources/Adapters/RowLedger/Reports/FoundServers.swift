// Rows together with the servers that they were meant to change, as those were found.

package import PortGroupModel
internal import SQLStores

extension Ledger {
  /// The rows of a run as of ``rows(of:states:)``, also with the servers that open or failed changes refer to.
  package func changes(
    in run: RunID, states: Set<String>? = nil
  ) async throws(LedgerError) -> LedgerPages<RowReport> {
    withFoundServers(try await rows(of: run, states: states))
  }

  /// The same of one port group, by its id.
  package func changes(
    in run: RunID, of group: ObjectID
  ) async throws(LedgerError) -> LedgerPages<RowReport> {
    withFoundServers(try await rows(of: run, in: group))
  }

  private func withFoundServers(_ pages: LedgerPages<RowReport>) -> LedgerPages<RowReport> {
    pages.completed { session, page in
      let rows = page.filter(\.needsFound).map(\.id.value)
      guard let first = rows.min(), let last = rows.max() else { return page }
      var servers: [RowID: (group: Int, server: ObjectID)] = [:]
      try session.forEach(
        """
        SELECT rows.row, groups.group_id, journal.target_id
        FROM rows JOIN journal ON journal.row = rows.row
        JOIN group_references AS spelling ON spelling.reference = rows.reference
        JOIN groups ON groups.group_id = spelling.group_id
        WHERE rows.row BETWEEN ?1 AND ?2 AND journal.before IS NULL
          AND journal.target_id IS NOT NULL AND groups.before_image IS NOT NULL
        """, [.integer(first), .integer(last)]
      ) { row in
        let (id, group, server) = (RowID(value: row.integer()), row.integer(), row.text())
        if let server = ObjectID(server) { servers[id] = (group, server) }
      }
      let groups = Set(page.compactMap { servers[$0.id]?.group })
      var found: [ObjectID: FieldValues] = [:]
      for group in groups {
        let image = try session.first(
          "SELECT before_image FROM groups WHERE group_id = ?1", [.integer(group)]
        ) { row in row.optionalServers() }
        for server in (image ?? nil) ?? [] { found[server.objectID] = server.fields }
      }
      return page.map { report in
        var report = report
        report.found = servers[report.id].flatMap { found[$0.server] }
        return report
      }
    }
  }
}

extension RowReport {
  /// True for a change of an existing server without an effect that has its former values.
  fileprivate var needsFound: Bool {
    guard let entry, entry.effect.before == nil else { return false }
    return entry.change?.server != nil
  }
}
