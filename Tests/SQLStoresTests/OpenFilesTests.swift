// Files that are deleted, moved, replaced or cut short while a database is open.

import Foundation
import SQLStores
import TestSupport
import Testing

@Suite struct OpenFilesTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("store.db")
  }

  /// What another program does with a file.
  enum Meddling: String, CaseIterable {
    case delete
    case move
    case replace
    case cutShort
    case halve

    func meddle(with file: String) throws {
      switch self {
      case .delete: try FileManager.default.removeItem(atPath: file)
      case .move: try FileManager.default.moveItem(atPath: file, toPath: file + ".away")
      case .replace: try Data(count: 1 << 20).write(to: URL(filePath: file), options: .atomic)
      case .cutShort: _ = unsafe truncate(file, 0)
      case .halve:
        let size = try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int
        _ = unsafe truncate(file, (size ?? 0) / 2)
      }
    }
  }

  @Test(arguments: ["", "-wal", "-shm"], Meddling.allCases)
  func `nothing is committed to files that were changed from outside`(
    suffix: String, meddling: Meddling
  ) throws {
    let database = try Database(.file(path))
    try database.execute("CREATE TABLE numbers (n INTEGER)")
    try database.transaction { try database.run("INSERT INTO numbers VALUES (1)") }
    try database.execute("PRAGMA wal_checkpoint(FULL)")
    try database.transaction { try database.run("INSERT INTO numbers VALUES (2)") }
    try meddling.meddle(with: path + suffix)
    var hasRun = false
    let error = #expect(throws: SQLError.self) {
      try database.transaction { hasRun = true }
    }
    #expect(error?.kind == .moved)
    #expect(!hasRun, "it is seen before anything is written")
    #expect(
      error?.message == "the file \(path)\(suffix) was "
        + ([.cutShort, .halve].contains(meddling) ? "cut short" : "deleted, moved or replaced"))
    #expect(!database.isInTransaction)
  }

  @Test(arguments: ["", "-wal", "-shm"])
  func `if a file disappears during a transaction, the transaction is rolled back`(
    suffix: String
  ) throws {
    let database = try Database(.file(path))
    try database.execute("CREATE TABLE numbers (n INTEGER)")
    try database.transaction { try database.run("INSERT INTO numbers VALUES (1)") }
    let error = #expect(throws: SQLError.self) {
      try database.transaction {
        try database.run("INSERT INTO numbers VALUES (2)")
        try Meddling.delete.meddle(with: path + suffix)
      }
    }
    #expect(error?.kind == .moved)
    #expect(try database.integer("SELECT count(*) FROM numbers") == 1)
  }

  @Test func `other writers and checkpoints are not mistaken for changes from outside`() throws {
    let database = try Database(.file(path))
    try database.execute("CREATE TABLE numbers (n INTEGER)")
    let other = try Database(.file(path))
    for _ in 1...20 {
      try database.transaction { try database.run("INSERT INTO numbers VALUES (1)") }
      try other.transaction { try other.run("INSERT INTO numbers VALUES (randomblob(99999))") }
      try other.execute("PRAGMA wal_checkpoint(FULL)")
    }
    try other.execute("DELETE FROM numbers; VACUUM; PRAGMA wal_checkpoint(FULL)")
    try database.transaction { try database.run("INSERT INTO numbers VALUES (1)") }
    #expect(try database.integer("SELECT count(*) FROM numbers") == 1)
  }

  @Test func `a truncated index of the log does not end the process that reads it`()
    async throws
  {
    await #expect(processExitsWith: .success) { [path = path as String] in
      let writer = try Database(.file(path))
      try writer.execute("CREATE TABLE numbers (n INTEGER); INSERT INTO numbers VALUES (7)")
      let reader = try Database(.file(path), options: DatabaseOptions(readOnly: true))
      _ = try reader.integer("SELECT n FROM numbers")
      _ = unsafe truncate(path + "-shm", 0)
      let found = try reader.integer("SELECT n FROM numbers")
      precondition(found == 7)
    }
    #expect(try Database(.file(path)).integer("SELECT n FROM numbers") == 7)
  }

  @Test func `opening a file a second time keeps the locks of this process`() async throws {
    let database = try Database(.file(path))
    try database.execute("CREATE TABLE numbers (n INTEGER)")
    _ = try Database(.file(path)).integer("SELECT count(*) FROM numbers")
    // The last connection that is closed removes the log: another process must not assume to be the
    // last.
    await #expect(processExitsWith: .success) { [path = path as String] in
      let visitor = try Database(.file(path))
      try visitor.run("INSERT INTO numbers VALUES (1)")
    }
    #expect(try folder.names() == ["store.db", "store.db-shm", "store.db-wal"])
    try database.transaction { try database.run("INSERT INTO numbers VALUES (2)") }
    #expect(try database.integer("SELECT count(*) FROM numbers") == 2)
  }

  @Test func `a pipe is not a database, and opening it does not block`() throws {
    _ = unsafe mkfifo(path, 0o600)
    let error = #expect(throws: SQLError.self) { try Database(.file(path)) }
    #expect(error?.kind == .notADatabase)
  }
}
