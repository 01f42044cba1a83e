// Writes that share a commit, and the result for each caller.

import SQLStores
import Synchronization
import TestSupport
import Testing

@Suite struct GroupCommitQueueTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("queue.db")
    try Database(.file(path)).execute("CREATE TABLE numbers (n INTEGER PRIMARY KEY) STRICT")
  }

  @Test func `a write is visible to others when its caller continues`() async throws {
    let queue = GroupCommitQueue(try Database(.file(path)))
    let id = try await queue.perform { database in
      try database.integer("INSERT INTO numbers VALUES (17) RETURNING n")
    }
    #expect(id == 17)
    #expect(try count() == 1)
  }

  @Test func `no write of many writers is lost`() async throws {
    let queue = GroupCommitQueue(try Database(.file(path)))
    try await withThrowingTaskGroup { group in
      for number in 0..<500 { group.addTask { try await insert(number, by: queue) } }
      try await group.waitForAll()
    }
    #expect(try count() == 500)
  }

  @Test func `writes that wait at the same time share one transaction`() async throws {
    let database = try Database(.file(path))
    try database.execute("PRAGMA wal_autocheckpoint = 0")
    let queue = GroupCommitQueue(database)
    // The first write blocks the writer until the others are queued.
    let gate = Gate()
    async let first: Void = queue.perform { _ in gate.waitUntilOpen() }
    await gate.entered()
    try await withThrowingTaskGroup { group in
      for number in 0..<20 { group.addTask { try await insert(number, by: queue) } }
      while queue.waitingCount < 20 { await Task.yield() }
      gate.open()
      try await group.waitForAll()
    }
    try await first
    #expect(queue.commitCount == 2)
    #expect(try count() == 20)
  }

  @Test func `a write that throws does not undo the others`() async throws {
    let queue = GroupCommitQueue(try Database(.file(path)))
    try await insert(1, by: queue)
    let gate = Gate()
    async let first: Void = queue.perform { _ in gate.waitUntilOpen() }
    await gate.entered()
    async let good: Void = insert(2, by: queue)
    let bad = Task {
      try await queue.perform { database in
        try database.run("INSERT INTO numbers VALUES (3)")
        try database.run("INSERT INTO numbers VALUES (1)")
      }
    }
    while queue.waitingCount < 2 { await Task.yield() }
    gate.open()
    try await first
    try await good
    await #expect(throws: SQLError.self) { try await bad.value }
    #expect(try count() == 2)
  }

  @Test func `when the disk is full, the writes that still fit are committed`() async throws {
    let database = try Database(.file(path))
    try database.execute("CREATE TABLE blobs (b BLOB); PRAGMA max_page_count = 20")
    let queue = GroupCommitQueue(database)
    let gate = Gate()
    async let first: Void = queue.perform { _ in gate.waitUntilOpen() }
    await gate.entered()
    let small = queue.submit { try $0.run("INSERT INTO numbers VALUES (1)") }
    let large = queue.submit { try $0.run("INSERT INTO blobs VALUES (zeroblob(1000000))") }
    let next = queue.submit { try $0.run("INSERT INTO numbers VALUES (2)") }
    gate.open()
    try await first
    #expect(try await small.value == 1)
    let error = await #expect(throws: SQLError.self) { try await large.value }
    #expect(error?.kind == .full)
    #expect(try await next.value == 1)
    #expect(try count() == 2)
  }

  @Test func `when a shared commit fails, each write is tried separately`() async throws {
    let database = try Database(.file(path))
    // The constraint is checked when the transaction is committed, and not before.
    try database.execute(
      """
      CREATE TABLE children (n INTEGER REFERENCES numbers DEFERRABLE INITIALLY DEFERRED);
      """)
    let queue = GroupCommitQueue(database)
    let gate = Gate()
    async let first: Void = queue.perform { _ in gate.waitUntilOpen() }
    await gate.entered()
    let good = queue.submit { try $0.run("INSERT INTO numbers VALUES (1)") }
    let bad = queue.submit { try $0.run("INSERT INTO children VALUES (7)") }
    gate.open()
    try await first
    #expect(try await good.value == 1)
    let error = await #expect(throws: SQLError.self) { try await bad.value }
    #expect(error?.kind == .constraint)
    #expect(try count() == 1)
    #expect(try Database(.file(path)).integer("SELECT count(*) FROM children") == 0)
  }

  @Test func `when no transaction can begin, every waiting caller gets an error`() async throws {
    let blocker = try Database(.file(path))
    let queue = GroupCommitQueue(
      try Database(.file(path), options: DatabaseOptions(busyTimeout: 0)))
    try blocker.execute("BEGIN IMMEDIATE")
    let refused = await withTaskGroup { group in
      for number in 0..<5 {
        group.addTask {
          do {
            try await insert(number, by: queue)
            return false
          } catch {
            return (error as? SQLError)?.kind == .busy
          }
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(refused == 5)
    try blocker.execute("COMMIT")
    try await insert(9, by: queue)
    #expect(try count() == 1)
  }

  private func insert(_ number: Int, by queue: GroupCommitQueue) async throws {
    try await queue.perform { database in
      _ = try database.run("INSERT INTO numbers VALUES (?1)", [.integer(number)])
    }
  }

  private func count() throws -> Int {
    try Database(.file(path)).integer("SELECT count(*) FROM numbers")
  }
}

extension GroupCommitQueue {
  /// Submits a write, and waits for it.
  fileprivate func perform<Value: Sendable>(
    _ work: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    try await submit(work).value
  }
}
