internal import SQLStores

/// A list that is read page by page; only one page is in memory, and no transaction stays open between pages.
///
/// Each page is its own transaction and begins after the last element of the previous page, so the
/// consumer may write between two pages. It gets each element at most once.
package struct LedgerPages<Element: Sendable>: Sendable {
  /// One part of a list.
  struct Query: Sendable {
    /// Selects the columns of `key` first, then those that `make` reads.
    ///
    /// Its parameters are `values`, then `key`, then the number of elements.
    var sql: String
    var values: [SQLValue]
    /// The key of the last element that was read; at first less than the key of any element.
    var key: [SQLValue]
    var make: @Sendable (inout ColumnReader) throws -> Element
    /// Adds the results of further queries to a page, and may leave elements out.
    var complete: (@Sendable (any SQLSession, [Element]) throws -> [Element])?
  }

  private let ledger: Ledger
  /// The parts of the list that are not read yet.
  private var queries: ArraySlice<Query>

  init(_ ledger: Ledger, _ queries: [Query]) {
    self.ledger = ledger
    self.queries = queries[...]
  }

  /// The next elements, at most `limit`; empty at the end.
  package mutating func next(_ limit: Int = 500) async throws(LedgerError) -> [Element] {
    while let query = queries.first {
      let (page, count, key) = try await ledger.read { session in
        var key = query.key
        let page = try session.all(query.sql, query.values + query.key + [.integer(limit)]) { row in
          for index in key.indices { key[index] = row.value() }
          return try query.make(&row)
        }
        return (try query.complete?(session, page) ?? page, page.count, key)
      }
      if count < limit {
        queries.removeFirst()
      } else {
        queries[queries.startIndex].key = key
      }
      if !page.isEmpty { return page }
    }
    return []
  }

  /// The same list; each page is completed in the transaction that reads it.
  func completed(
    by complete: @escaping @Sendable (any SQLSession, [Element]) throws -> [Element]
  ) -> LedgerPages {
    LedgerPages(
      ledger,
      queries.map { query in
        var query = query
        query.complete = complete
        return query
      })
  }

  /// All remaining elements, in memory: for lists that are known to be short.
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
