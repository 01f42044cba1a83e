// A query that is read piece by piece.

internal import Synchronization

/// A running query on a connection of its own: the consumer asks for the next rows when it wants.
///
/// It shows the database as it was at the first `next`, whatever others write meanwhile.
package final class Cursor<Element: Sendable>: Sendable {
  private struct Query {
    // Declared before its connection, so that it is finalised first.
    var statement: Statement?
    let database: Database
  }

  private let query: Mutex<Query>
  private let make: @Sendable (inout ColumnReader) throws -> Element

  /// Prepares a query and takes over the connection.
  package init(
    _ database: sending Database, _ sql: String, _ values: [SQLValue] = [],
    make: @escaping @Sendable (inout ColumnReader) throws -> Element
  ) throws(SQLiteError) {
    let statement = try database.prepare(sql)
    try statement.bind(values)
    self.make = make
    query = Mutex(Query(statement: statement, database: database))
  }

  /// The next elements, at most `limit` of them; none when the query has ended.
  package func next(_ limit: Int) throws -> [Element] {
    try query.withLock { query in
      var elements: [Element] = []
      while elements.count < limit, let statement = query.statement {
        if try statement.step() {
          elements.append(try statement.read(make))
        } else {
          // Stepping once more would begin anew.
          query.statement = nil
        }
      }
      return elements
    }
  }

  /// Hands every remaining element to `body`, one at a time.
  package func forEach(_ body: (Element) throws -> Void) throws {
    while true {
      let elements = try next(500)
      if elements.isEmpty { return }
      for element in elements { try body(element) }
    }
  }
}
