// The schema of a database: whose file it is, and its named, append-only migrations.

/// One step of a schema's history; once released, neither its name nor its SQL changes.
package struct Migration: Sendable {
  package let name: String
  /// A script of statements.
  package let sql: String

  package init(_ name: String, sql: String) {
    self.name = name
    self.sql = sql
  }
}

/// A schema: the mark of the program in the file's header, and all migrations, oldest first.
package struct Schema: Sendable {
  /// The `application_id` of the file; never 0.
  package let applicationID: Int32
  package let migrations: [Migration]

  package init(applicationID: Int32, migrations: [Migration]) {
    self.applicationID = applicationID
    self.migrations = migrations
  }
}

extension Database {
  /// Brings the database to this schema: marks a new file, applies what is missing.
  ///
  /// - Throws: `anotherProgram` for a file that is not empty and bears another mark,
  ///   `newerVersion` for one that holds migrations unknown here, and SQLite's own errors.
  package func adopt(_ schema: Schema) throws {
    // Looking takes no lock, so that opening never waits for another writer without need.
    if try missingMigrations(of: schema).isEmpty { return }
    try transaction {
      for migration in try missingMigrations(of: schema) {
        try execute(migration.sql)
        try run("INSERT INTO migrations (name) VALUES (?)", [.text(migration.name)])
      }
    }
  }

  private func missingMigrations(of schema: Schema) throws -> ArraySlice<Migration> {
    if try integer("SELECT count(*) FROM sqlite_schema") == 0 {
      guard isInTransaction else { return schema.migrations[...] }
      try execute(
        """
        PRAGMA application_id = \(schema.applicationID);
        CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
        """)
    }
    guard try integer("PRAGMA application_id") == Int(schema.applicationID) else {
      throw SQLiteError(
        kind: .anotherProgram, message: "the file is a database of another program")
    }
    let applied = try all("SELECT name FROM migrations ORDER BY number") { row in row.text(0) }
    guard schema.migrations.map(\.name).starts(with: applied) else {
      throw SQLiteError(
        kind: .newerVersion,
        message: "the database was made by another version; its last change is"
          + " \"\(applied.last ?? "")\"")
    }
    return schema.migrations[applied.count...]
  }
}
