// Opening databases, binding and reading values, transactions.

import Foundation
import SQLStores
import TestSupport
import Testing

@Suite struct DatabaseTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: [
    (SQLValue.integer(Int64.min), "integer"), (.integer(Int64.max), "integer"),
    (.text(""), "text"), (.text("a\0b — \u{1F600}"), "text"), (.text("it's"), "text"),
    (.utf8([]), "text"), (.utf8(Array("a\0b — \u{1F600}".utf8)), "text"),
    (.bytes([]), "blob"), (.bytes([0, 255, 39]), "blob"), (.null, "null"),
  ])
  func `a value is read back as it was bound`(value: SQLValue, type: String) throws {
    let database = try Database(.memory)
    let back = try database.first("SELECT ?1, typeof(?1)", [value]) { row in
      let value: SQLValue =
        switch value {
        case .null: row.optionalText() == nil ? .null : .text("not null")
        case .integer: .integer(row.optionalInteger())
        case .text: .text(row.optionalText())
        case .utf8: .utf8(row.withUTF8 { text in text.indices.map { text[$0] } })
        case .bytes: .bytes(row.bytes())
        }
      return (value, row.text())
    }
    #expect(back?.0 == value)
    #expect(back?.1 == type)
  }

  @Test func `NULL is read as empty, zero or nil, depending on the function`() throws {
    let database = try Database(.memory)
    try database.forEach("SELECT NULL, NULL, NULL, NULL, NULL") { row in
      let isNull = row.isNull
      #expect(isNull)
      #expect(row.optionalText() == nil)
      #expect(row.optionalInteger() == nil)
      #expect(row.text() == "")
      #expect(row.integer() == 0)
      #expect(row.bytes() == [])
    }
  }

  @Test func `parameters are numbered by their names, and one may be used twice`() throws {
    let database = try Database(.memory)
    let pair = try database.first("SELECT ?2, ?1, ?2", [.text("a"), .text("b")]) { row in
      row.text() + row.text() + row.text()
    }
    #expect(pair == "bab")
  }

  @Test(arguments: ["SELECT ?", "SELECT ?1, ?3", "SELECT $1", "SELECT :a", "SELECT ?1, ?"])
  func `parameters under other names, or with a gap, are refused`(sql: String) throws {
    let error = #expect(throws: SQLError.self) {
      try Database(.memory).run(sql, [.integer(1), .integer(1), .integer(1)])
    }
    #expect(error?.message.contains("is not called ?") == true)
  }

  @Test func `columns are read from the left, each once, and some are skipped`() throws {
    let database = try Database(.memory)
    let read = try database.first("SELECT 1, 'a', 2, NULL, 'b', 0") { row in
      let (number, text) = (row.integer(), row.text())
      row.skip(2)
      return "\(number)\(text)\(row.text())\(row.flag())"
    }
    #expect(read == "1abfalse")
  }

  @Test func `a row that is not read to its end, or past it, is an error`() throws {
    let database = try Database(.memory)
    let short = #expect(throws: SQLError.self) {
      try database.first("SELECT 1, 2, 3") { row in (row.integer(), row.text()) }
    }
    #expect(short?.message == "2 columns read of 3")
    let long = #expect(throws: SQLError.self) {
      try database.all("SELECT 1") { row in (row.integer(), row.optionalText(), row.bytes()) }
    }
    #expect(long?.message == "3 columns read of 1")
    #expect(throws: SQLError.self) { try database.integer("SELECT 1, 2") }
    // An error of the reader itself is thrown unchanged.
    #expect(throws: CancellationError.self) {
      try database.forEach("SELECT 1, 2") { _ in throw CancellationError() }
    }
  }

  @Test func `a statement returns how many rows it changed`() throws {
    let database = try numbers(1, 2, 3)
    #expect(try database.run("UPDATE numbers SET n = n + 1 WHERE n > ?1", [.integer(1)]) == 2)
    #expect(try database.run("DELETE FROM numbers WHERE n = ?1", [.integer(9)]) == 0)
    #expect(try database.all("SELECT n FROM numbers ORDER BY n") { $0.integer() } == [1, 3, 4])
  }

  @Test func `a statement runs once for each list of values, up to the first error`() throws {
    let database = try numbers(1, 2)
    let insert = "INSERT INTO numbers VALUES (?1)"
    #expect(
      try database.runEach(insert, [[.integer(7)], [.integer(8)]]) == [1, 1])
    #expect(try database.runEach(insert, []) == [])
    #expect(throws: SQLError.self) { try database.runEach(insert, [[.integer(9)], []]) }
    #expect(throws: SQLError.self) { try database.runEach(insert, [[.text("no number")]]) }
    #expect(
      try database.all("SELECT n FROM numbers ORDER BY n") { $0.integer() } == [1, 2, 7, 8, 9])
  }

  @Test func `a query may run inside another one with the same text`() throws {
    let database = try numbers(1, 2)
    var pairs: [String] = []
    try database.forEach("SELECT n FROM numbers ORDER BY n") { outer in
      let left = outer.integer()
      try database.forEach("SELECT n FROM numbers ORDER BY n") { inner in
        pairs.append("\(left)\(inner.integer())")
      }
    }
    #expect(pairs == ["11", "12", "21", "22"])
  }

  @Test func `a transaction that throws is rolled back`() throws {
    let database = try numbers(1)
    #expect(throws: CancellationError.self) {
      try database.transaction {
        try database.run("INSERT INTO numbers VALUES (2)")
        throw CancellationError()
      }
    }
    #expect(try database.integer("SELECT count(*) FROM numbers") == 1)
    #expect(!database.isInTransaction)
  }

  @Test func `a file and its side files are created without access for others`() throws {
    let path = folder.path("new.db")
    let database = try Database(.file(path))
    try database.execute("CREATE TABLE t (a)")
    #expect(try folder.names() == ["new.db", "new.db-shm", "new.db-wal"])
    for name in try folder.names() {
      let mode = try FileManager.default.attributesOfItem(atPath: folder.path(name))[
        .posixPermissions]
      #expect(mode as? Int == 0o600, "\(name)")
    }
    #expect(try database.integer("PRAGMA synchronous") == 2)
    #expect(try database.integer("PRAGMA foreign_keys") == 1)
  }

  @Test func `a read-only connection reads committed data and cannot write`() throws {
    let path = folder.path("shared.db")
    let writer = try Database(.file(path))
    try writer.execute("CREATE TABLE numbers (n INTEGER); INSERT INTO numbers VALUES (1)")
    let reader = try Database(.file(path), options: DatabaseOptions(readOnly: true))
    #expect(try reader.integer("SELECT n FROM numbers") == 1)
    let error = #expect(throws: SQLError.self) {
      try reader.run("INSERT INTO numbers VALUES (2)")
    }
    #expect(error?.kind == .readOnly)
  }

  @Test func `several connections can open one new file at the same time`() async throws {
    let path = folder.path("race.db")
    let schema = Schema(
      applicationID: 7, migrations: [Migration("first", sql: "CREATE TABLE numbers (n INTEGER)")])
    await withTaskGroup { group in
      for _ in 0..<8 {
        group.addTask {
          #expect(throws: Never.self) {
            let database = try Database(.file(path))
            try database.adopt(schema)
            try database.run("INSERT INTO numbers VALUES (1)")
          }
        }
      }
    }
    #expect(try Database(.file(path)).integer("SELECT count(*) FROM numbers") == 8)
  }

  private func numbers(_ values: Int...) throws -> Database {
    let database = try Database(.memory)
    try database.execute("CREATE TABLE numbers (n INTEGER) STRICT")
    for value in values {
      try database.run("INSERT INTO numbers VALUES (?1)", [.integer(value)])
    }
    return database
  }
}
