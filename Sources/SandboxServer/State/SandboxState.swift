// The state of a sandbox in SQLite: what there is, and every change as one transaction.

import SQLiteStore
import Synchronization

/// The port groups and servers of a sandbox; each call is atomic, and durable when it returns.
final class SandboxState: Sendable {
  private let database: Mutex<Database>

  /// Opens the state, and seeds it if it is new.
  ///
  /// - Throws: `SQLiteError`.
  init(_ location: DatabaseLocation, seed: (groups: [GroupRecord], servers: [ServerRecord])) throws
  {
    // One sandbox at a time: a second one would answer from under the first.
    let opened = try Database(
      location, options: DatabaseOptions(exclusive: true, busyTimeout: 1_000))
    try opened.adopt(Self.schema)
    try opened.transaction {
      guard try opened.integer("SELECT count(*) FROM seeding") == 0 else { return }
      try opened.run("INSERT INTO seeding (number) VALUES (1)")
      for group in seed.groups { try Self.insert(group, opened) }
      for server in seed.servers { try Self.insert(server, opened) }
    }
    database = Mutex(opened)
  }

  // MARK: Reading

  func groups(_ query: ListQuery) throws -> (total: Int, page: [GroupRecord]) {
    try database.withLock { database in
      let total = try database.integer(
        "SELECT count(*) FROM port_group WHERE \(query.condition)", query.values)
      guard !query.countsOnly else { return (total, []) }
      let page = try database.all(
        """
        SELECT \(Self.groupColumns) FROM port_group WHERE \(query.condition)
        ORDER BY \(query.order) LIMIT ? OFFSET ?
        """, query.values + [.integer(query.rowsPerPage), .integer(query.offset)]
      ) { row in Self.group(row) }
      return (total, page)
    }
  }

  func group(_ id: String) throws -> GroupRecord? {
    try database.withLock { database in try Self.find(group: id, database) }
  }

  /// The servers of a group; none where there is no such group.
  func servers(of groupID: String, _ query: ListQuery) throws -> (total: Int, page: [ServerRecord])
  {
    try database.withLock { database in
      let condition = "group_id = ? AND \(query.condition)"
      let values = [SQLValue.text(groupID)] + query.values
      let total = try database.integer(
        "SELECT count(*) FROM port_group_server WHERE \(condition)", values)
      guard !query.countsOnly else { return (total, []) }
      let page = try database.all(
        """
        SELECT \(Self.serverColumns) FROM port_group_server WHERE \(condition)
        ORDER BY \(query.order) LIMIT ? OFFSET ?
        """, values + [.integer(query.rowsPerPage), .integer(query.offset)]
      ) { row in Self.server(row) }
      return (total, page)
    }
  }

  func server(_ id: String, in groupID: String) throws -> ServerRecord? {
    try database.withLock { database in try Self.find(server: id, in: groupID, database) }
  }

  // MARK: Writing

  /// Creates a server that `make` builds from its group, and marks the group for a reset.
  ///
  /// - Throws: 404 where there is no such group, and what `make` throws.
  func create(
    in groupID: String, _ make: @Sendable (GroupRecord) throws -> ServerRecord
  ) throws -> ServerRecord {
    try change { database in
      let group = try Self.existing(group: groupID, database)
      let server = try make(group)
      try Self.insert(server, database)
      try Self.requireReset(groupID, database)
      return server
    }
  }

  /// Replaces a server by what `edit` makes of it, and marks its group for a reset if that is a change.
  ///
  /// - Throws: 404 where there is no such server in the group, and what `edit` throws.
  func update(
    _ id: String, in groupID: String,
    _ edit: @Sendable (ServerRecord, GroupRecord) throws -> ServerRecord
  ) throws {
    try change { database in
      let group = try Self.existing(group: groupID, database)
      let server = try Self.existing(server: id, in: groupID, database)
      let edited = try edit(server, group)
      guard edited != server else { return }
      try database.run(
        """
        UPDATE port_group_server SET host = ?, host_v6 = ?, port = ?, tls_port = ?, precedence = ?,
        skinny_state_machine = ? WHERE id = ?
        """, Self.changeable(edited) + [.text(id)])
      try Self.requireReset(groupID, database)
    }
  }

  /// Deletes a server if `check` lets it pass, and marks its group for a reset.
  ///
  /// - Throws: 404 where there is no such server in the group, and what `check` throws.
  func delete(
    _ id: String, in groupID: String, _ check: @Sendable (ServerRecord, GroupRecord) throws -> Void
  ) throws {
    try change { database in
      let group = try Self.existing(group: groupID, database)
      try check(Self.existing(server: id, in: groupID, database), group)
      try database.run("DELETE FROM port_group_server WHERE id = ?", [.text(id)])
      try Self.requireReset(groupID, database)
    }
  }

  /// Runs `work` in one transaction.
  func change<Value: Sendable>(
    _ work: @Sendable (Database) throws -> Value
  ) throws -> Value {
    try database.withLock { database in
      let database = database
      return try database.transaction { try work(database) }
    }
  }
}
