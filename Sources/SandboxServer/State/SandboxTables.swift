// The tables of the sandbox's state, and records in and out of them.

import SQLiteStore

extension SandboxState {
  /// The mark in the head of the file spells "SBox".
  static let schema = Schema(
    applicationID: 0x5342_6F78,
    migrations: [
      Migration(
        "groups and their servers",
        sql: """
          CREATE TABLE seeding (number INTEGER PRIMARY KEY) STRICT;
          CREATE TABLE port_group (
            ordinal INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            display_name TEXT NOT NULL,
            integration INTEGER NOT NULL,
            phone_system_id TEXT NOT NULL,
            phone_system_name TEXT NOT NULL,
            reset_status INTEGER NOT NULL
          ) STRICT;
          CREATE INDEX port_group_by_name ON port_group (display_name COLLATE NOCASE);
          CREATE TABLE port_group_server (
            ordinal INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            group_id TEXT NOT NULL REFERENCES port_group (id) ON DELETE CASCADE,
            service INTEGER NOT NULL,
            host TEXT NOT NULL,
            host_v6 TEXT NOT NULL,
            port INTEGER,
            tls_port INTEGER,
            precedence INTEGER NOT NULL,
            skinny_state_machine INTEGER
          ) STRICT;
          CREATE INDEX port_group_server_by_group ON port_group_server (group_id, ordinal);
          """)
    ])

  /// The columns of a port group that a list may be queried and sorted by, as SQL.
  static let groupQueryColumns = [
    "objectid": "id", "displayname": "display_name", "mediaswitchobjectid": "phone_system_id",
    "mediaswitchdisplayname": "phone_system_name", "telephonyintegrationmethodenum": "integration",
    "resetstatusenum": "reset_status", "enablemwi": "'1'",
  ]

  /// The columns of a port group server that a list may be queried and sorted by, as SQL.
  static let serverQueryColumns = [
    "objectid": "id", "mediaremoteserviceenum": "service", "hostoripaddress": "host",
    "hostoripaddressv6": "host_v6", "port": "port", "tlsport": "tls_port",
    "precedence": "precedence",
  ]

  static let groupColumns =
    "id, display_name, integration, phone_system_id, phone_system_name, reset_status"

  static let serverColumns =
    "id, group_id, service, host, host_v6, port, tls_port, precedence, skinny_state_machine"

  static func group(_ row: borrowing ResultRow) -> GroupRecord {
    GroupRecord(
      id: row.text(0), displayName: row.text(1), integration: row.integer(2),
      phoneSystemID: row.text(3), phoneSystemName: row.text(4), resetStatus: row.integer(5))
  }

  static func server(_ row: borrowing ResultRow) -> ServerRecord {
    ServerRecord(
      id: row.text(0), groupID: row.text(1), service: row.integer(2), host: row.text(3),
      hostV6: row.text(4), port: row.optionalInteger(5), tlsPort: row.optionalInteger(6),
      precedence: row.integer(7), skinnyStateMachine: row.optionalInteger(8))
  }

  static func find(group id: String, _ database: Database) throws -> GroupRecord? {
    try database.first("SELECT \(groupColumns) FROM port_group WHERE id = ?", [.text(id)]) { row in
      group(row)
    }
  }

  static func find(
    server id: String, in groupID: String, _ database: Database
  ) throws -> ServerRecord? {
    try database.first(
      "SELECT \(serverColumns) FROM port_group_server WHERE id = ? AND group_id = ?",
      [.text(id), .text(groupID)]
    ) { row in server(row) }
  }

  /// The group, or 404.
  static func existing(group id: String, _ database: Database) throws -> GroupRecord {
    if let group = try find(group: id, database) { return group }
    throw Refusal(404, .notFound, "PortGroup \(id) was not found")
  }

  /// The server, or 404.
  static func existing(
    server id: String, in groupID: String, _ database: Database
  ) throws -> ServerRecord {
    if let server = try find(server: id, in: groupID, database) { return server }
    throw Refusal(404, .notFound, "PortGroupServer \(id) was not found in port group \(groupID)")
  }

  static func insert(_ group: GroupRecord, _ database: Database) throws {
    try database.run(
      "INSERT INTO port_group (\(groupColumns)) VALUES (?, ?, ?, ?, ?, ?)",
      [
        .text(group.id), .text(group.displayName), .integer(group.integration),
        .text(group.phoneSystemID), .text(group.phoneSystemName), .integer(group.resetStatus),
      ])
  }

  static func insert(_ server: ServerRecord, _ database: Database) throws {
    try database.run(
      """
      INSERT INTO port_group_server (id, group_id, service, host, host_v6, port, tls_port, precedence,
      skinny_state_machine) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [.text(server.id), .text(server.groupID), .integer(server.service)] + changeable(server))
  }

  /// The values of the columns that an update may change, in the order of `serverColumns`.
  static func changeable(_ server: ServerRecord) -> [SQLValue] {
    [
      .text(server.host), .text(server.hostV6), .integer(server.port), .integer(server.tlsPort),
      .integer(server.precedence), .integer(server.skinnyStateMachine),
    ]
  }

  static func requireReset(_ groupID: String, _ database: Database) throws {
    try database.run("UPDATE port_group SET reset_status = 100 WHERE id = ?", [.text(groupID)])
  }
}
