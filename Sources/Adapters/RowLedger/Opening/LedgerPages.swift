// A long list out of the ledger, read page by page.

internal import SQLStores

/// A list that its consumer asks for page by page; only one page is in memory, and none is open meanwhile.
///
/// Each page is a transaction of its own and begins behind the last element of the one before, so that the
/// consumer may write between two pages. It meets each element at most once.
package struct LedgerPages<Element: Sendable>: Sendable {
  /// One part of a list.
  struct Query: Sendable {
    /// Selects the columns of `key` first, then those that `make` reads.
    ///
    /// Its parameters are `values`, then `key`, then the number of elements.
    var sql: String
    var values: [SQLValue]
    /// Behind which the next page begins; at first less than that of any element.
    var key: [SQLValue]
    var make: @Sendable (inout ColumnReader) throws -> Element
    /// Completes a page by what further queries find.
    var complete: (@Sendable (any SQLSession, [Element]) throws -> [Element])?
  }

  private let ledger: Ledger
  /// What is left of the list.
  private var queries: ArraySlice<Query>

  init(_ ledger: Ledger, _ queries: [Query]) {
    self.ledger = ledger
    self.queries = queries[...]
  }

  /// The next elements, at most `limit` of them; none at the end.
  package mutating func next(_ limit: Int = 500) async throws(LedgerError) -> [Element] {
    while let query = queries.first {
      let (page, key) = try await ledger.read { session in
        var key = query.key
        let page = try session.all(query.sql, query.values + query.key + [.integer(limit)]) { row in
          for index in key.indices { key[index] = row.value() }
          return try query.make(&row)
        }
        return (try query.complete?(session, page) ?? page, key)
      }
      if page.count < limit {
        queries.removeFirst()
      } else {
        queries[queries.startIndex].key = key
      }
      if !page.isEmpty { return page }
    }
    return []
  }

  /// Everything that is left, in memory: for lists that are known to be short.
  package func all() async throws(LedgerError) -> [Element] {
    var rest = self
    var elements: [Element] = []
    while case let page = try await rest.next(), !page.isEmpty { elements += page }
    return elements
  }

  /// The next elements, at most `count`, of a list that is not read further.
  package func first(_ count: Int) async throws(LedgerError) -> [Element] {
    var rest = self
    return try await rest.next(count)
  }
}

extension Ledger {
  /// A list of one part.
  func pages<Element: Sendable>(
    _ sql: String, _ values: [SQLValue], after key: [SQLValue],
    make: @escaping @Sendable (inout ColumnReader) throws -> Element
  ) -> LedgerPages<Element> {
    LedgerPages(self, [.init(sql: sql, values: values, key: key, make: make)])
  }
}
