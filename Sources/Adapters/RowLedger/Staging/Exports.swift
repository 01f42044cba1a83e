// The rows of an export: servers are staged in any order, and read in the order of the file.

package import PortGroupModel
internal import SQLStores

/// A server of an export, with its group.
package struct ExportedServer: Sendable, Equatable {
  package var group: PortGroup
  package var server: PortGroupServer
}

extension StagedRow {
  /// Creates the row of a server that was read from the target; the row is final from the beginning.
  ///
  /// - Parameters:
  ///   - server: The server.
  ///   - group: Its group on the target.
  ///   - file: The number that `addFile` gave to the target.
  package init(exported server: PortGroupServer, of group: PortGroup, file: Int) {
    let reference = GroupReference(
      objectID: group.objectID, name: group.displayName, integration: group.integration)
    self.init(
      file: file, record: 0, line: 0,
      // The operation that an import of the export would use.
      row: Row(operation: .upsert, group: reference, fields: server.fields), raw: "")
    orderKey = ExportOrder.key(of: server, in: group)
  }
}

extension Ledger {
  /// Records all servers of one group of an export; call it once for each group.
  package func stageExported(
    _ servers: [PortGroupServer], of group: PortGroup, file: Int, in run: RunID
  ) async throws(LedgerError) {
    let rows = StagedRows(servers.map { StagedRow(exported: $0, of: group, file: file) })
    let first = reserveNumbers(rows.count, in: run)
    try await write { [path] session in
      let number = try Ledger.number(of: run, in: session, path)
      let groupID = try session.group(group, run: number)
      try session.stage(rows, after: first, run: number)
      try session.run(
        "UPDATE group_references SET group_id = ?1 WHERE run = ?2 AND object_id = ?3",
        [.integer(groupID), .integer(number), .text(group.objectID.text)])
    }
  }

  /// The servers of an export in the order of ``ExportOrder``.
  package func exportedServers(
    of run: RunID
  ) async throws(LedgerError) -> LedgerPages<ExportedServer> {
    let number = try await number(of: run)
    return pages(
      """
      SELECT rows.order_key, rows.row, \(PortGroup.columns), rows.fields
      FROM rows
      JOIN group_references AS spelling ON spelling.reference = rows.reference
      JOIN groups ON groups.group_id = spelling.group_id
      WHERE rows.run = ?1 AND (rows.order_key, rows.row) > (?2, ?3)
        AND rows.order_key IS NOT NULL
      ORDER BY rows.order_key, rows.row LIMIT ?4
      """, [.integer(number)], after: [.bytes([]), .integer(0)]
    ) { row in
      let group = try PortGroup(&row)
      let fields = row.fields()
      guard let id = fields.objectID else {
        throw LedgerError.inconsistent("a server of group \(group.displayName)")
      }
      return ExportedServer(group: group, server: PortGroupServer(objectID: id, fields: fields))
    }
  }
}
