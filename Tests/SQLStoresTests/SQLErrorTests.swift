// Every failure that callers distinguish, caused by real situations.

import Foundation
import Glibc
import SQLStores
import TestSupport
import Testing

@Suite struct SQLErrorTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `a lock that is not released is reported as busy`() throws {
    let path = folder.path("a.db")
    let options = DatabaseOptions(busyTimeout: 1)
    let first = try Database(.file(path), options: options)
    let second = try Database(.file(path), options: options)
    try first.transaction {
      let error = #expect(throws: SQLError.self) { try second.run("BEGIN IMMEDIATE") }
      #expect(error?.kind == .busy)
    }
  }

  @Test func `a database at its size limit is reported as full`() throws {
    let database = try Database(.memory)
    try database.execute("CREATE TABLE t (a); PRAGMA max_page_count = 4")
    let error = #expect(throws: SQLError.self) {
      try database.run("INSERT INTO t VALUES (zeroblob(100000))")
    }
    #expect(error?.kind == .full)
  }

  @Test func `a text file is not a database`() throws {
    let path = try folder.write(String(repeating: "no database. ", count: 99), to: "a.txt")
    let error = #expect(throws: SQLError.self) { try Database(.file(path)) }
    #expect(error?.kind == .notADatabase)
  }

  @Test func `a database with an overwritten page is reported as damaged`() throws {
    let path = folder.path("a.db")
    try makeTable(path)
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    try file.seek(toOffset: 4096)
    try file.write(contentsOf: Data(repeating: 0xAA, count: 4096))
    try file.close()
    let error = #expect(throws: SQLError.self) {
      try Database(.file(path)).integer("SELECT count(a) FROM t")
    }
    #expect(error?.kind == .damaged)
  }

  @Test(arguments: [
    (5, 0, SQLError.Kind.busy), (6, 0, .busy), (517, 0, .busy), (13, 0, .full),
    (26, 0, .notADatabase),
    (11, 0, .damaged), (8, 0, .readOnly), (1032, 0, .readOnly), (14, ENOENT, .cannotOpen),
    (14, ENOSPC, .full), (4874, ENOSPC, .full), (778, EDQUOT, .full), (778, EFBIG, .full),
    (778, EIO, .other),
    (2067, 0, .constraint), (1, 0, .other),
  ])
  func `every result code has its meaning`(
    code: Int32, systemError: Int32, kind: SQLError.Kind
  ) {
    #expect(SQLError.Kind(resultCode: code, systemError: systemError) == kind)
  }

  @Test func `an empty path is not opened`() {
    let error = #expect(throws: SQLError.self) { try Database(.file("")) }
    #expect(error?.kind == .cannotOpen)
  }

  @Test(arguments: [("missing/a.db", ENOENT), ("", EISDIR)])
  func `a path where no file can be created is not opened`(name: String, reason: Int32) throws {
    let path = name.isEmpty ? folder.path : folder.path(name)
    let error = #expect(throws: SQLError.self) { try Database(.file(path)) }
    #expect(error?.kind == .cannotOpen)
    #expect(error?.systemError == reason)
  }

  @Test func `a violated constraint is reported with its statement and without its values`() throws
  {
    let database = try Database(.memory)
    try database.execute("CREATE TABLE t (name TEXT UNIQUE)")
    try database.run("INSERT INTO t VALUES (?1)", [.text("sesame")])
    let error = #expect(throws: SQLError.self) {
      try database.run("INSERT INTO t VALUES (?1)", [.text("sesame")])
    }
    #expect(error?.kind == .constraint)
    #expect(error?.code == 19)
    #expect(
      error?.description
        == "UNIQUE constraint failed: t.name (SQLite code 2067) in: INSERT INTO t VALUES (?1)")
  }

  @Test func `values that do not match the statement's parameters are refused`() throws {
    let database = try Database(.memory)
    let error = #expect(throws: SQLError.self) {
      try database.run("SELECT ?1, ?2", [.integer(1)])
    }
    #expect(error?.message == "1 values given for 2 places")
  }

  private func makeTable(_ path: String) throws {
    let database = try Database(.file(path))
    try database.execute("CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(9000))")
    try database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
  }
}
