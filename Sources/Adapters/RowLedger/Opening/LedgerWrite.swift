// A write that was left to the ledger.

internal import SQLStores

/// A write on its way into the ledger: whoever left it may do something else before asking for it.
package struct LedgerWrite<Value: Sendable>: Sendable {
  private let write: PendingWrite<Value>
  private let path: String

  init(_ write: PendingWrite<Value>, path: String) {
    self.write = write
    self.path = path
  }

  /// What the write returned, once it is durable; to be asked for once.
  package func value() async throws(LedgerError) -> Value {
    do {
      return try await write.value
    } catch {
      throw LedgerError(error, in: path)
    }
  }
}
