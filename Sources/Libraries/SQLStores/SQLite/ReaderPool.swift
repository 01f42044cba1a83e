// The connections that read from a file, a few at most.

internal import Bytes
internal import Synchronization

/// Provides connections for reading; callers wait in a queue while all of them are in use.
final class ReaderPool: Sendable {
  /// The maximum number of connections that read at the same time.
  static let limit = 4

  /// One connection; only one caller uses it at a time.
  private final class Reader: Sendable {
    let database: Mutex<Database>

    init(_ database: sending Database) { self.database = Mutex(database) }
  }

  private struct State {
    var idle: [Reader] = []
    var count = 0
    var waiting: [CheckedContinuation<Reader, Never>] = []
  }

  private let path: String
  private let file: FileIdentity?
  private let state: Mutex<State>

  /// Opens the first connection.
  ///
  /// - Parameters:
  ///   - path: The database's file.
  ///   - file: The identity of the file; a connection to another file under the same path is never
  ///     used.
  /// - Throws: `SQLError`, of kind `moved` if another file is at the path.
  init(_ path: String, _ file: FileIdentity?) throws(SQLError) {
    self.path = path
    self.file = file
    state = Mutex(State(idle: [Reader(try Self.open(path, file))], count: 1))
  }

  /// Runs queries on one state of the database.
  ///
  /// - Throws: What `work` throws, and `SQLError`.
  func read<Value: Sendable>(
    _ work: @Sendable (any SQLSession) throws -> Value
  ) async throws -> Value {
    let reader = try await take()
    defer { giveBack(reader) }
    return try reader.database.withLock { database in
      try database.snapshot { try work(database) }
    }
  }

  private func take() async throws -> Reader {
    let (idle, mayOpen) = state.withLock { state -> (Reader?, Bool) in
      if let idle = state.idle.popLast() { return (idle, false) }
      guard state.count < Self.limit else { return (nil, false) }
      state.count += 1
      return (nil, true)
    }
    if let idle { return idle }
    guard mayOpen else { return await nextReturned() }
    do {
      return Reader(try Self.open(path, file))
    } catch {
      state.withLock { $0.count -= 1 }
      throw error
    }
  }

  private func nextReturned() async -> Reader {
    await withCheckedContinuation { continuation in
      // A connection may have been returned meanwhile.
      let idle = state.withLock { state -> Reader? in
        if let idle = state.idle.popLast() { return idle }
        state.waiting.append(continuation)
        return nil
      }
      if let idle { continuation.resume(returning: idle) }
    }
  }

  private func giveBack(_ reader: Reader) {
    let next = state.withLock { state -> CheckedContinuation<Reader, Never>? in
      guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
      state.idle.append(reader)
      return nil
    }
    next?.resume(returning: reader)
  }

  private static func open(
    _ path: String, _ file: FileIdentity?
  ) throws(SQLError) -> sending Database {
    let database = try Database(.file(path), options: DatabaseOptions(readOnly: true))
    guard database.file == file else { throw .moved(path) }
    return database
  }
}
