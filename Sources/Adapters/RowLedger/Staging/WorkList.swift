// Lists that are judged while the rows that they are about change: written once, then read page by page.

internal import SQLStores

/// A list of a run in the table `work`: rows in their order, each with another number and a count.
enum WorkList: String {
  /// The first row of each spelling of a group; the spelling; how many rows have it.
  case references
  /// A row with the full key of an earlier one in its group; that one.
  case duplicates
  /// A row with the precedence of an earlier one in its group and service; that one.
  case precedences
  /// The first row of a group that is too large; the group; how many rows it has.
  case sizes
}

extension Ledger {
  /// Writes a list anew.
  ///
  /// - Parameters:
  ///   - list: Which one.
  ///   - number: The run.
  ///   - query: Selects run, list, row, other and count; `?1` is the run, `?2` the list.
  ///   - values: What further parameters of the query are.
  /// - Throws: `LedgerError` where the ledger cannot be written.
  func write(
    _ list: WorkList, of number: Int, _ query: String, _ values: [SQLValue] = []
  ) async throws(LedgerError) {
    let keys: [SQLValue] = [.integer(number), .text(list.rawValue)]
    try await write { session in
      try session.run("DELETE FROM work WHERE run = ?1 AND list = ?2", keys)
      try session.run(
        "INSERT INTO work (run, list, row, other, count) \(query)", keys + values)
    }
  }

  /// Reads a list in the order of its rows.
  ///
  /// - Parameters:
  ///   - list: Which one.
  ///   - number: The run.
  ///   - columns: What `make` reads, of `work` and the tables joined.
  ///   - joins: Joins further tables.
  ///   - condition: Leaves out rows by what they are when the page is read.
  ///   - make: Makes an element.
  /// - Returns: The list.
  func pages<Element: Sendable>(
    _ list: WorkList, of number: Int, _ columns: String, _ joins: String,
    where condition: String = "1 = 1",
    make: @escaping @Sendable (inout ColumnReader) throws -> Element
  ) -> LedgerPages<Element> {
    pages(
      """
      SELECT work.row, \(columns) FROM work \(joins)
      WHERE work.run = ?1 AND work.list = ?2 AND work.row > ?3 AND \(condition)
      ORDER BY work.row LIMIT ?4
      """, [.integer(number), .text(list.rawValue)], after: [.integer(0)], make: make)
  }
}
