// A store that runs each write twice, as every store may: the ledger's tests run over it.

import SQLStores
import Synchronization

/// Runs each closure once in a transaction of which nothing stays, and then again.
///
/// What a closure does besides changing the database shows: a number that is counted twice, a value that is kept.
final class RepeatingStore: SQLStore {
  private struct FirstRun: Error {}

  private let store: any SQLStore

  init(_ store: any SQLStore) { self.store = store }

  /// Opens a file as such a store.
  static let opener: StoreOpener = { path, options in
    RepeatingStore(try FileStore(path, options))
  }

  func submit<Value: Sendable>(
    _ work: @escaping @Sendable (any SQLSession) throws -> Value
  ) -> PendingWrite<Value> {
    let first = store.submit { session -> Value in
      _ = try work(session)
      throw FirstRun()
    }
    let second = store.submit(work)
    // Both are in line, in this order; what the first one throws is thrown by the second one too.
    Task { _ = try? await first.value }
    return second
  }

  func read<Value: Sendable>(
    _ work: @Sendable (any SQLSession) throws -> Value
  ) async throws -> Value {
    try await store.read(work)
  }

  func compact() throws -> Bool { try store.compact() }
}
