// Migrations: new files, old files, files of newer versions and of other programs.

import SQLStores
import TestSupport
import Testing

@Suite struct SchemaTests {
  static let first = Migration("numbers", sql: "CREATE TABLE numbers (n INTEGER)")
  static let second = Migration("names", sql: "CREATE TABLE names (n TEXT); CREATE TABLE more (x)")

  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open(_ migrations: [Migration], id: Int32 = 0x6375_7069) throws -> Database {
    let database = try Database(.file(folder.path("a.db")))
    try database.adopt(Schema(applicationID: id, migrations: migrations))
    return database
  }

  @Test func `a new file is marked and brought up to date`() throws {
    let database = try open([Self.first, Self.second])
    #expect(try database.integer("PRAGMA application_id") == 0x6375_7069)
    let names = try database.all("SELECT name FROM migrations ORDER BY number") { $0.text() }
    #expect(names == ["numbers", "names"])
  }

  @Test func `an older file keeps its rows and gets what is missing`() throws {
    try open([Self.first]).run("INSERT INTO numbers VALUES (42)")
    let database = try open([Self.first, Self.second])
    #expect(try database.integer("SELECT n FROM numbers") == 42)
    #expect(try database.integer("SELECT count(*) FROM more") == 0)
  }

  @Test func `a file of a newer version is refused and not changed`() throws {
    _ = try open([Self.first, Self.second])
    let error = #expect(throws: SQLError.self) { try open([Self.first]) }
    #expect(error?.kind == .newerVersion)
    #expect(
      error?.message
        == "the database was made by another version; its last change is \"names\"")
  }

  @Test func `a database of another program is refused and not changed`() throws {
    let other = try Database(.file(folder.path("a.db")))
    try other.execute("CREATE TABLE theirs (a)")
    let error = #expect(throws: SQLError.self) { try open([Self.first]) }
    #expect(error?.kind == .anotherProgram)
    #expect(try other.integer("SELECT count(*) FROM sqlite_schema") == 1)
    #expect(try other.integer("PRAGMA application_id") == 0)
  }

  @Test func `a migration that fails does not change the file`() throws {
    _ = try open([Self.first])
    let broken = Migration("broken", sql: "CREATE TABLE half (a); CREATE TABLE numbers (n)")
    #expect(throws: SQLError.self) { try open([Self.first, broken]) }
    let database = try open([Self.first])
    let tables = try database.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'half'")
    #expect(tables == 0)
  }

  @Test func `a file that is up to date can be opened while another connection writes`() throws {
    let writer = try open([Self.first])
    try writer.transaction { #expect(throws: Never.self) { try open([Self.first]) } }
  }

  @Test(arguments: [
    ("CREATE TRIGGER t AFTER INSERT ON numbers BEGIN DELETE FROM numbers; END", "trigger t"),
    ("CREATE VIEW v AS SELECT 1", "view v"), ("CREATE TABLE extra (a)", "table extra"),
    ("CREATE INDEX i ON numbers (n)", "index i"), ("DROP TABLE more", "table more"),
    ("ALTER TABLE names ADD COLUMN x", "table names"),
  ])
  func `tables that no migration creates are named and refused`(sql: String, odd: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("foreign.db")
    let schema = Schema(applicationID: 7, migrations: [Self.first, Self.second])
    do {
      let database = try Database(.file(path))
      try database.adopt(schema)
      try database.execute(sql)
    }
    let later = Schema(
      applicationID: 7,
      migrations: schema.migrations + [Migration("third", sql: "CREATE TABLE third (a)")])
    for schema in [schema, later] {
      let error = #expect(throws: SQLError.self) {
        try Database(.file(path)).adopt(schema)
      }
      #expect(error?.kind == .foreignSchema)
      #expect(error?.message == odd)
    }
    #expect(try Database(.file(path)).integer("SELECT count(*) FROM migrations") == 2)
    folder.remove()
  }

  @Test func `statistics are not a change, and the triggers of a file have no effect`() throws {
    let database = try Database(.memory)
    let schema = Schema(applicationID: 7, migrations: [Self.first, Self.second])
    try database.adopt(schema)
    try database.execute("INSERT INTO numbers VALUES (1); ANALYZE")
    try database.adopt(schema)
    try database.execute(
      """
      CREATE TRIGGER t AFTER INSERT ON numbers BEGIN DELETE FROM numbers; END;
      CREATE VIEW v AS SELECT n FROM numbers;
      INSERT INTO numbers VALUES (2)
      """)
    #expect(try database.integer("SELECT count(*) FROM numbers") == 2)
    #expect(throws: SQLError.self) { try database.integer("SELECT n FROM v") }
    #expect(throws: SQLError.self) {
      try database.execute("PRAGMA writable_schema = ON; DELETE FROM sqlite_schema")
    }
  }
}
