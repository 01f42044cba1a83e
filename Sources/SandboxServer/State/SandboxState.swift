import SQLStores
import Synchronization

/// The port groups and servers of a sandbox; each call is atomic, and durable when it returns.
final class SandboxState: Sendable {
  private let database: Mutex<Database>

  /// Opens the state, and adds the initial content if the state is new.
  ///
  /// - Throws: `SQLError`.
  init(_ location: DatabaseLocation, seed: (groups: [GroupRecord], servers: [ServerRecord])) throws
  {
    // Only one sandbox may use a state: otherwise, each could change the records of the other.
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

  /// The machine's unique id; it does not change as long as the state exists.
  func machineID() throws -> String {
    try database.withLock { database in
      try database.first("SELECT id FROM machine", []) { row in row.text() } ?? ""
    }
  }

  /// A page of a list, and the number of objects on all pages.
  ///
  /// For a group that does not exist, the list of servers is empty.
  func list<Record>(
    _ catalog: Catalog<Record>, _ query: ListQuery
  ) throws -> (total: Int, page: [Record]) {
    let (queried, given) = (query.condition, query.values.count)
    let condition = catalog.groupID == nil ? queried : "group_id = ?\(given + 1) AND \(queried)"
    let values = query.values + (catalog.groupID.map { [SQLValue.text($0)] } ?? [])
    return try database.withLock { database in
      let total = try database.integer(
        "SELECT count(*) FROM \(catalog.table) WHERE \(condition)", values)
      guard !query.countsOnly else { return (total, []) }
      let page = try database.all(
        """
        SELECT \(catalog.columns) FROM \(catalog.table) WHERE \(condition)
        ORDER BY \(query.order) LIMIT ?\(values.count + 1) OFFSET ?\(values.count + 2)
        """, values + [.integer(query.rowsPerPage), .integer(query.offset)]
      ) { row in catalog.read(&row) }
      return (total, page)
    }
  }

  /// One object of a list.
  ///
  /// - Throws: A refusal if the object does not exist.
  func existing<Record>(_ catalog: Catalog<Record>, _ id: String) throws -> Record {
    try database.withLock { database in try Self.existing(catalog, id, database) }
  }

  // MARK: Writing

  /// Inserts the server that `make` returns for its group, and marks the group for a reset.
  ///
  /// - Throws: A refusal if the group does not exist, and any error that `make` throws.
  func create(
    in groupID: String, _ make: @Sendable (GroupRecord, Database) throws -> ServerRecord
  ) throws -> ServerRecord {
    try change { database in
      let server = try make(Self.existing(.groups, groupID, database), database)
      try Self.insert(server, database)
      try Self.requireReset(groupID, database)
      return server
    }
  }

  /// Replaces a server with the result of `edit`, and marks its group for a reset if the server has changed.
  ///
  /// - Throws: A refusal if the server does not exist in the group, and any error that `edit` throws.
  func update(
    _ id: String, in groupID: String,
    _ edit: @Sendable (ServerRecord, GroupRecord, Database) throws -> ServerRecord
  ) throws {
    try change { database in
      let group = try Self.existing(.groups, groupID, database)
      let server = try Self.existing(.servers(of: groupID), id, database)
      let edited = try edit(server, group, database)
      guard edited != server else { return }
      try Self.update(edited, database)
      try Self.requireReset(groupID, database)
    }
  }

  /// Deletes a server unless `check` throws, and marks its group for a reset.
  ///
  /// - Throws: A refusal if the server does not exist in the group, and any error that `check` throws.
  func delete(
    _ id: String, in groupID: String,
    _ check: @Sendable (ServerRecord, GroupRecord, Database) throws -> Void
  ) throws {
    try change { database in
      let group = try Self.existing(.groups, groupID, database)
      try check(Self.existing(.servers(of: groupID), id, database), group, database)
      try database.run("DELETE FROM port_group_server WHERE id = ?1", [.text(id)])
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
