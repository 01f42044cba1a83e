internal import SQLStores

/// A list of a run in the table `work`, which stays the same while its rows change.
///
/// It has rows in order, each with another number and a count.
enum WorkList: String {
  /// The first row of each spelling of a group; the spelling; the number of rows with it.
  case references
  /// A row with the same full key as an earlier row of its group; the earlier row.
  case duplicates
  /// A row with the same precedence as an earlier row of its group and service; the earlier row.
  case precedences
  /// The first row of a group that is too large; the group; the number of its rows.
  case sizes
}

extension Ledger {
  /// Replaces a list.
  ///
  /// - Parameters:
  ///   - list: The list.
  ///   - number: The number of the run.
  ///   - query: Selects run, list, row, other and count; `?1` is the run, `?2` the list.
  ///   - values: The values of `?3` and further parameters.
  /// - Throws: `LedgerError` if the ledger cannot be written.
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
  ///   - list: The list.
  ///   - number: The number of the run.
  ///   - columns: The columns that `make` reads, of `work` and the joined tables.
  ///   - joins: Joins further tables.
  ///   - condition: Selects rows by their state when the page is read.
  ///   - make: Creates an element from a row of the result.
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
