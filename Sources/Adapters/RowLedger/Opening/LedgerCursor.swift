// A long list out of the ledger, read piece by piece.

internal import SQLiteStore

/// A list that its consumer asks for piece by piece; only one piece is in memory.
///
/// It shows the ledger as it was at the first `next`, whatever is written meanwhile.
package struct LedgerCursor<Element: Sendable>: Sendable {
  private let cursor: Cursor<Element>
  private let path: String

  init(_ cursor: Cursor<Element>, path: String) {
    self.cursor = cursor
    self.path = path
  }

  /// The next elements, at most `limit` of them; none at the end.
  package func next(_ limit: Int = 500) throws(LedgerError) -> [Element] {
    do {
      return try cursor.next(limit)
    } catch {
      throw LedgerError(error, in: path)
    }
  }

  /// Everything that is left, in memory: for lists that are known to be short.
  package func all() throws(LedgerError) -> [Element] {
    var elements: [Element] = []
    while case let piece = try next(), !piece.isEmpty { elements += piece }
    return elements
  }
}
