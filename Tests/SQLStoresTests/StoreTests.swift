// The conformance tests for every store.

import SQLStores
import Synchronization
import TestSupport
import Testing

/// The kinds of stores; each test runs with all of them.
enum StoreKind: CaseIterable {
  case file

  /// Opens a new store with the table `numbers (n, text)`, or one that was opened before.
  func open(in folder: TemporaryFolder, fence: SQLFence? = nil) throws -> any SQLStore {
    switch self {
    case .file:
      try FileStore(
        folder.path("store.db"),
        StoreOptions(
          schema: Schema(
            applicationID: 7,
            migrations: [
              Migration(
                "numbers",
                sql: "CREATE TABLE numbers (n INTEGER PRIMARY KEY, text TEXT) STRICT;")
            ]), fence: fence))
    }
  }
}

@Suite struct StoreTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let insert = "INSERT INTO numbers (n, text) VALUES (?1, ?2)"

  private func count(_ store: any SQLStore) async throws -> Int {
    try await store.read { try $0.integer("SELECT count(*) FROM numbers") }
  }

  @Test(arguments: StoreKind.allCases)
  func `parameters are bound by number, in any order and repeatedly`(
    kind: StoreKind
  ) async throws {
    let store = try kind.open(in: folder)
    let found = try await store.read { session in
      try session.first("SELECT ?2, ?1, ?2", [.text("a"), .text("b")]) { row in
        [row.text(), row.text(), row.text()]
      }
    }
    #expect(found == ["b", "a", "b"])
  }

  @Test(arguments: StoreKind.allCases)
  func `a statement runs for each list of values, and reports each`(kind: StoreKind) async throws {
    let store = try kind.open(in: folder)
    let counts = try await store.submit { session in
      let inserted = try session.runEach(
        Self.insert + " ON CONFLICT DO NOTHING",
        [[.integer(1), .text("a")], [.integer(1), .text("b")], [.integer(2), .null]])
      let changed = try session.runEach(
        "UPDATE numbers SET text = ?2 WHERE n = ?1",
        [[.integer(2), .text("c")], [.integer(3), .text("d")]])
      return inserted + changed
    }.value
    #expect(counts == [1, 0, 1, 1, 0])
    let texts = try await store.read { session in
      try session.all("SELECT text FROM numbers ORDER BY n") { row in row.optionalText() }
    }
    #expect(texts == ["a", "c"])
  }

  @Test(arguments: StoreKind.allCases)
  func `a write that throws is rolled back, and the others in its transaction are kept`(
    kind: StoreKind
  ) async throws {
    let store = try kind.open(in: folder)
    let writes = (0..<10).map { number in
      store.submit { session in
        try session.run(Self.insert, [.integer(number), .null])
        if number % 3 == 0 { throw CancellationError() }
      }
    }
    for (number, write) in writes.enumerated() {
      if number % 3 == 0 {
        await #expect(throws: CancellationError.self) { try await write.value }
      } else {
        try await write.value
      }
    }
    #expect(try await count(store) == 6)
  }

  @Test(arguments: StoreKind.allCases)
  func `a read sees one state, even if others write meanwhile`(kind: StoreKind) async throws {
    let store = try kind.open(in: folder)
    let gate = Gate()
    let counts = Task(executorPreference: BlockingExecutor()) {
      try await store.read { session in
        let before = try session.integer("SELECT count(*) FROM numbers")
        gate.waitUntilOpen()
        return [before, try session.integer("SELECT count(*) FROM numbers")]
      }
    }
    await gate.entered()
    _ = try await store.submit { try $0.run(Self.insert, [.integer(1), .null]) }.value
    gate.open()
    #expect(try await counts.value == [0, 0])
    #expect(try await count(store) == 1)
  }

  @Test(arguments: StoreKind.allCases)
  func `many readers share a few connections, and all are served`(
    kind: StoreKind
  ) async throws {
    let store = try kind.open(in: folder)
    _ = try await store.submit { try $0.run(Self.insert, [.integer(5), .null]) }.value
    let sums = try await withThrowingTaskGroup(of: Int.self) { tasks in
      for _ in 0..<200 {
        tasks.addTask { try await store.read { try $0.integer("SELECT n FROM numbers") } }
      }
      return try await tasks.reduce(0, +)
    }
    #expect(sums == 1_000)
  }

  @Test(arguments: StoreKind.allCases)
  func `queued writes are done in order, and are durable`(
    kind: StoreKind
  ) async throws {
    let store = try kind.open(in: folder)
    let first = store.submit { try $0.run(Self.insert, [.integer(1), .text("first")]) }
    let second = store.submit { try $0.run("UPDATE numbers SET text = text || ' second'") }
    #expect(try await first.value == 1)
    #expect(try await second.value == 1)
    let again = try kind.open(in: folder)
    let text = try await again.read { session in
      try session.first("SELECT text FROM numbers") { row in row.text() }
    }
    #expect(text == "first second")
    #expect(try again.compact())
    #expect(try await count(again) == 1)
  }

  @Test(arguments: StoreKind.allCases)
  func `values are read back as they were bound, and a text may contain any character`(
    kind: StoreKind
  ) async throws {
    let store = try kind.open(in: folder)
    let values: [SQLValue] = [
      .integer(Int64.min), .integer(Int64.max), .text(""), .text("a\u{0}b\u{1F600}"),
      .bytes([0, 255]), .bytes([]), .null,
    ]
    for value in values {
      let found = try await store.read { session in
        try session.first("SELECT ?1", [value]) { row in row.value() }
      }
      #expect(found == value)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `if the fence changes no row, the transaction is rolled back`(
    kind: StoreKind
  ) async throws {
    let owner = try kind.open(in: folder)
    _ = try await owner.submit { try $0.run(Self.insert, [.integer(1), .text("mine")]) }.value
    let fenced = try kind.open(
      in: folder,
      fence: SQLFence("UPDATE numbers SET text = text WHERE n = 1 AND text = ?1", [.text("mine")]))
    _ = try await fenced.submit { try $0.run(Self.insert, [.integer(2), .null]) }.value
    _ = try await owner.submit { try $0.run("UPDATE numbers SET text = 'theirs' WHERE n = 1") }
      .value
    let ran = Mutex(false)
    let write = fenced.submit { session in
      ran.withLock { $0 = true }
      return try session.run(Self.insert, [.integer(3), .null])
    }
    let error = await #expect(throws: SQLError.self) { try await write.value }
    #expect(error?.kind == .fenced)
    #expect(!ran.withLock { $0 })
    #expect(try await count(fenced) == 2, "reading stays possible")
  }
}
