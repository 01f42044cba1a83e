// The schema check and the migrations when a database is opened.

extension Database {
  /// Updates the database to this schema: marks a new file, and applies the missing migrations.
  ///
  /// - Throws: `anotherProgram` if the file is not empty and has another mark; `newerVersion` if it has
  ///   migrations that are unknown here; `foreignSchema` if its tables, indexes, triggers or views
  ///   differ from those that its migrations create; the errors of conversions; and SQLite's own
  ///   errors.
  package func adopt(_ schema: Schema) throws {
    // Looking takes no lock, so that opening never waits for another writer without need.
    if try missingMigrations(of: schema).isEmpty { return }
    while try transaction({ try applyNext(of: schema) }) == .more {}
  }

  /// True if the file has this schema exactly: nothing is missing, unknown or different.
  func has(_ schema: Schema) throws -> Bool { try missingMigrations(of: schema).isEmpty }

  /// Applies what is missing, or a part of it: a conversion commits each of its steps, so that neither a lock nor the
  /// log grows with the tables.
  private func applyNext(of schema: Schema) throws -> Migration.Progress {
    for migration in try missingMigrations(of: schema) {
      if let conversion = migration.conversion {
        switch try conversion(self) {
        case .more: return .more
        // It is tried again when the database is opened next; later ones do not depend on it.
        case .postponed: continue
        case .done: break
        }
      }
      try execute(migration.sql)
      try run("INSERT INTO migrations (name) VALUES (?1)", [.text(migration.name)])
    }
    return .done
  }

  /// The migrations that the file lacks, in order; a conversion may be missing before others.
  private func missingMigrations(of schema: Schema) throws -> [Migration] {
    if try integer("SELECT count(*) FROM sqlite_schema") == 0 {
      guard isInTransaction else { return schema.migrations }
      try execute(
        """
        PRAGMA application_id = \(schema.applicationID);
        \(Schema.migrationsTable)
        """)
    }
    guard try integer("PRAGMA application_id") == Int(schema.applicationID) else {
      throw SQLError(
        kind: .anotherProgram, message: "the file is a database of another program")
    }
    let applied = try all("SELECT name FROM migrations ORDER BY number") { row in row.text() }
    let names = Set(applied)
    let last = schema.migrations.lastIndex { names.contains($0.name) } ?? -1
    let isGap = { (migration: Migration) in
      !names.contains(migration.name) && migration.conversion == nil
    }
    let isKnown = names.isSubset(of: schema.migrations.map(\.name))
    guard isKnown, !schema.migrations.prefix(last + 1).contains(where: isGap) else {
      throw SQLError(
        kind: .newerVersion,
        message: "the database was made by another version; its last change is"
          + " \"\(applied.last ?? "")\"")
    }
    try compare(with: schema.migrations.filter { names.contains($0.name) })
    return schema.migrations.filter { !names.contains($0.name) }
  }

  /// Compares the file's schema with the schema that its migrations create in an empty database.
  private func compare(with migrations: [Migration]) throws {
    let model = try Database(.memory)
    try model.execute(Schema.migrationsTable)
    for migration in migrations { try model.execute(migration.sql) }
    let (expected, found) = (try model.objects(), try objects())
    let odd = Set(found.keys).union(expected.keys).sorted().first { found[$0] != expected[$0] }
    guard let odd else { return }
    throw SQLError(kind: .foreignSchema, message: odd)
  }

  /// The text of each table, index, trigger and view, by its kind and name.
  ///
  /// Statistics that `ANALYZE` stores for the query planner are not part of a schema.
  private func objects() throws -> [String: String] {
    let pairs = try all(
      "SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat_'"
    ) { row in (row.text(), row.text()) }
    return Dictionary(pairs, uniquingKeysWith: { $0 + $1 })
  }
}
