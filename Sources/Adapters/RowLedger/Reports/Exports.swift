// Export runs: servers staged from a target, read back in the order of the file.

package import PortGroupModel
internal import SQLiteStore

/// A server on its way into a file, with the group it belongs to.
package struct ExportedServer: Sendable, Equatable {
  package var group: PortGroup
  package var server: PortGroupServer
}

/// A file that an export wrote, to be known again by its content.
package struct ExportedFile: Sendable, Equatable {
  /// In bytes.
  package var size: Int
  package var checksum: Int
  /// The server that was read, as `--target` named it.
  package var target: String
  /// The server's version; empty where it did not say.
  package var version: String

  package init(size: Int, checksum: Int, target: String, version: String) {
    self.size = size
    self.checksum = checksum
    self.target = target
    self.version = version
  }
}

extension Ledger {
  /// Books what an export has written; the target is that of the run.
  package func note(_ file: ExportedFile, writtenBy run: RunID) async throws(LedgerError) {
    try await write { [path] database in
      let number = try Ledger.number(of: run, in: database, path)
      try database.run(
        "INSERT INTO exported_files (run, size, checksum, version) VALUES (?1, ?2, ?3, ?4)",
        [
          .integer(number), .integer(file.size), .integer(file.checksum), .text(file.version),
        ])
    }
  }

  /// What exports have written that is so long, the newest first.
  package func exportedFiles(ofSize size: Int) throws(LedgerError) -> [ExportedFile] {
    try read { database in
      try database.all(
        """
        SELECT size, checksum, target, version FROM exported_files JOIN runs USING (run)
        WHERE size = ?1 ORDER BY run DESC
        """, [.integer(size)]
      ) { row in
        ExportedFile(
          size: row.integer(), checksum: row.integer(), target: row.text(),
          version: row.text())
      }
    }
  }

  /// Books all servers of one group; a second call for the group takes the place of the first.
  package func stageExported(
    _ servers: [PortGroupServer], of group: PortGroup, in run: RunID
  ) async throws(LedgerError) {
    try await write { [path] database in
      let number = try Ledger.number(of: run, in: database, path)
      let groupID = try database.group(group, run: number)
      try database.run(
        "DELETE FROM exported_servers WHERE group_id = ?1", [.integer(groupID)])
      for server in servers {
        let fields = server.fields
        try database.run(
          """
          INSERT INTO exported_servers (run, group_id, object_id, service, precedence, host, host_v6,
            port, tls_port, fields)
          VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
          """,
          [
            .integer(number), .integer(groupID), .text(server.objectID.text),
            .integer(fields.number(.service)), .integer(fields.number(.precedence)),
            .text(fields[.host].text), .text(fields[.hostV6].text),
            .integer(fields.number(.port)), .integer(fields.number(.tlsPort)),
            .utf8(FieldText.encode(fields)),
          ])
      }
    }
  }

  /// How many servers an export has staged so far.
  package func exportedCount(of run: RunID) throws(LedgerError) -> Int {
    try read { [path] database in
      let number = try Ledger.number(of: run, in: database, path)
      return try database.integer(
        "SELECT count(*) FROM exported_servers WHERE run = ?1", [.integer(number)])
    }
  }

  /// The servers of an export by group name, service, precedence, hosts, ports, ids.
  ///
  /// Texts compare by their bytes, and what is not given comes first, so that two exports of one
  /// configuration are in one order.
  package func exportedServers(
    of run: RunID
  ) throws(LedgerError) -> LedgerCursor<ExportedServer> {
    let number = try number(of: run)
    return try cursor(
      """
      SELECT \(PortGroup.columns), server.object_id, server.fields
      FROM exported_servers AS server JOIN groups USING (group_id)
      WHERE server.run = ?1
      ORDER BY groups.name, server.service, server.precedence, server.host, server.host_v6,
        server.port, server.tls_port, server.object_id, groups.object_id
      """, [.integer(number)]
    ) { row in
      let group = try PortGroup(&row)
      let text = row.text()
      guard let id = ObjectID(text) else { throw LedgerError.inconsistent("server \(text)") }
      return ExportedServer(
        group: group, server: PortGroupServer(objectID: id, fields: row.fields()))
    }
  }
}
