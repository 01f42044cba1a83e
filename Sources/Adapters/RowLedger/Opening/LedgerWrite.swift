internal import SQLStores

/// A write that is queued in the ledger; the caller may continue and await its result later.
package struct LedgerWrite<Value: Sendable>: Sendable {
  private let write: PendingWrite<Value>
  private let path: String

  init(_ write: PendingWrite<Value>, path: String) {
    self.write = write
    self.path = path
  }

  /// The result of the write when it is durable; may be read only once.
  package func value() async throws(LedgerError) -> Value {
    do {
      return try await write.value
    } catch {
      throw LedgerError(error, in: path)
    }
  }
}
