// The tables of the sandbox's state, and the statements that read and write records.

import SQLStores

extension SandboxState {
  /// The schema; the application id in the file's header spells "SBox".
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
          """),
      Migration(
        "phone systems, templates and the settings of groups",
        sql: """
          ALTER TABLE port_group ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
          CREATE TABLE phone_system (
            ordinal INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            display_name TEXT NOT NULL
          ) STRICT;
          INSERT INTO phone_system (id, display_name) VALUES
            ('2b7d1a60-54ce-4d19-8e33-90a4f6c1d201', 'PhoneSystem-1'),
            ('2b7d1a60-54ce-4d19-8e33-90a4f6c1d202', 'PhoneSystem-2');
          CREATE TABLE port_group_template (
            ordinal INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            description TEXT NOT NULL,
            integration INTEGER NOT NULL UNIQUE
          ) STRICT;
          INSERT INTO port_group_template (id, description, integration) VALUES
            ('90dd306f-b8af-46b6-8289-f13437cc1e5e', 'SCCP', 1),
            ('d55ae8c2-6d4e-4f23-9fd1-c2f3f1a40002', 'SIP', 2),
            ('d55ae8c2-6d4e-4f23-9fd1-c2f3f1a40003', 'PIMG/TIMG', 3);
          """),
      // A client must be able to distinguish two sandboxes.
      Migration(
        "the machine's own id",
        sql: """
          CREATE TABLE machine (id TEXT NOT NULL) STRICT;
          INSERT INTO machine (id) SELECT lower(
            hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2)
            || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)));
          """),
    ])

  static func find<Record>(
    _ catalog: Catalog<Record>, _ id: String, _ database: Database
  ) throws -> Record? {
    let groupCondition = catalog.groupID == nil ? "" : " AND group_id = ?2"
    return try database.first(
      "SELECT \(catalog.columns) FROM \(catalog.table) WHERE id = ?1\(groupCondition)",
      [.text(id)] + (catalog.groupID.map { [.text($0)] } ?? [])
    ) { row in catalog.read(&row) }
  }

  /// The object with this id.
  ///
  /// - Throws: A refusal with status 404 if it does not exist.
  static func existing<Record>(
    _ catalog: Catalog<Record>, _ id: String, _ database: Database
  ) throws -> Record {
    if let found = try find(catalog, id, database) { return found }
    let location = catalog.groupID.map { " in port group \($0)" } ?? ""
    throw RequestRefusal(404, .notFound, "\(Record.typeName) \(id) was not found\(location)")
  }

  static func insert(_ group: GroupRecord, _ database: Database) throws {
    try database.run(
      """
      INSERT INTO port_group (id, display_name, integration, phone_system_id, phone_system_name,
      reset_status, settings) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
      """,
      [
        .text(group.id), .text(group.displayName), .integer(group.integration),
        .text(group.phoneSystemID), .text(group.phoneSystemName), .integer(group.resetStatus),
        .text(group.settings.json),
      ])
  }

  /// Stores the fields of a group that an update may change.
  static func update(_ group: GroupRecord, _ database: Database) throws {
    try database.run(
      "UPDATE port_group SET display_name = ?1, settings = ?2 WHERE id = ?3",
      [.text(group.displayName), .text(group.settings.json), .text(group.id)])
  }

  /// Deletes a group and its servers.
  static func delete(group id: String, _ database: Database) throws {
    try database.run("DELETE FROM port_group WHERE id = ?1", [.text(id)])
  }

  static func insert(_ server: ServerRecord, _ database: Database) throws {
    try database.run(
      """
      INSERT INTO port_group_server (id, group_id, service, host, host_v6, port, tls_port, precedence,
      skinny_state_machine) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
      """,
      [.text(server.id), .text(server.groupID), .integer(server.service)] + changeable(server))
  }

  /// Stores the fields of a server that an update may change.
  static func update(_ server: ServerRecord, _ database: Database) throws {
    try database.run(
      """
      UPDATE port_group_server SET host = ?1, host_v6 = ?2, port = ?3, tls_port = ?4, precedence = ?5,
      skinny_state_machine = ?6 WHERE id = ?7
      """, changeable(server) + [.text(server.id)])
  }

  private static func changeable(_ server: ServerRecord) -> [SQLValue] {
    [
      .text(server.host), .text(server.hostV6), .integer(server.port), .integer(server.tlsPort),
      .integer(server.precedence), .integer(server.skinnyStateMachine),
    ]
  }

  static func requireReset(_ groupID: String, _ database: Database) throws {
    try database.run("UPDATE port_group SET reset_status = 100 WHERE id = ?1", [.text(groupID)])
  }
}
