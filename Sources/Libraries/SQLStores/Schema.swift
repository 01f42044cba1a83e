/// One step of a schema's history; after a release, neither its name nor its SQL may change.
package struct Migration: Sendable {
  /// The result of converting a part of what is in the tables.
  package enum Progress: Sendable {
    /// More is left.
    case more
    /// Nothing is left: the script may run.
    case done
    /// What is left cannot be converted now; the next one to open the database tries again.
    ///
    /// Later migrations are applied before that, and must not depend on it.
    case postponed
  }

  /// Converts a part of what is in the tables.
  ///
  /// It finds out by itself where it has to continue: each call is a transaction of its own, and between two of
  /// them the process may die, or another one may continue. It relies on no table that a later migration changes.
  package typealias Conversion = @Sendable (any SQLSession) throws -> Progress

  package let name: String
  /// A script of statements, in the dialect of the store.
  package let sql: String
  /// A conversion that runs before the script, part by part; `nil` for none.
  package let conversion: Conversion?

  package init(_ name: String, sql: String, after conversion: Conversion? = nil) {
    self.name = name
    self.sql = sql
    self.conversion = conversion
  }
}

/// A schema: the program's mark in the file's header, and all migrations, oldest first.
package struct Schema: Sendable {
  /// The `application_id` of the file; never 0.
  package let applicationID: Int32
  package let migrations: [Migration]

  package init(applicationID: Int32, migrations: [Migration]) {
    self.applicationID = applicationID
    self.migrations = migrations
  }

  /// The table of the applied migrations; it exists before all of them.
  static let migrationsTable =
    "CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;"
}
