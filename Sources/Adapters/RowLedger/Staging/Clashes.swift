// Finds rows of one group that exclude each other, on disk and not in memory.

package import PortGroupModel
internal import SQLStores

/// Two rows of one group with the same key or precedence, which only one of them may have.
package struct RowClash: Sendable, Equatable {
  package var group: LedgerGroup
  /// The first row of the input that has it.
  package var first: RowPlace
  package var later: RowPlace
  /// The later row's fields, to name the shared values.
  package var fields: FieldValues
  /// True for the first pair of equal rows, in which the first row is met for the first time.
  package var isFirstPair: Bool
}

extension Ledger {
  /// Pairs of valid rows with the same full key in one group, when groups are resolved.
  ///
  /// Three rows with one key give two pairs, both with the first row, even if rows become invalid while the
  /// list is read. Rows that find their server by `Match…` cells alone are not compared.
  package func duplicates(in run: RunID) async throws(LedgerError) -> LedgerPages<RowClash> {
    try await clashes(
      .duplicates, in: run, sharing: "rows.full_key", where: "rows.full_key IS NOT NULL")
  }

  /// Pairs of valid rows, without deletions, that give one service of a group the same precedence.
  package func sharedPrecedences(
    in run: RunID
  ) async throws(LedgerError) -> LedgerPages<RowClash> {
    try await clashes(
      .precedences, in: run, sharing: "rows.service, rows.precedence",
      where: "rows.precedence IS NOT NULL AND rows.operation <> 'delete'")
  }

  private func clashes(
    _ list: WorkList, in run: RunID, sharing columns: String, where condition: String
  ) async throws(LedgerError) -> LedgerPages<RowClash> {
    let number = try await number(of: run)
    try await write(
      list, of: number,
      """
      SELECT ?1, ?2, pair.later, pair.first, pair.place FROM (
        SELECT rows.row AS later,
          first_value(rows.row) OVER equal AS first, row_number() OVER equal AS place
        FROM group_references AS spelling JOIN rows ON rows.reference = spelling.reference
        WHERE spelling.run = ?1 AND spelling.group_id IS NOT NULL AND rows.state = 'pending'
          AND \(condition)
        WINDOW equal AS (PARTITION BY spelling.group_id, \(columns) ORDER BY rows.row)
      ) AS pair WHERE pair.later <> pair.first
      """)
    return pages(
      list, of: number,
      """
      \(LedgerGroup.columns), \(RowPlace.columns(of: "first", in: "first_file")),
        \(RowPlace.columns(of: "later", in: "later_file")), later.fields, work.count
      """,
      """
      JOIN rows AS first ON first.row = work.other
      JOIN files AS first_file ON first_file.run = first.run AND first_file.file = first.file
      JOIN rows AS later ON later.row = work.row
      JOIN files AS later_file ON later_file.run = later.run AND later_file.file = later.file
      JOIN group_references AS spelling ON spelling.reference = later.reference
      JOIN groups ON groups.group_id = spelling.group_id
      """
    ) { row in
      RowClash(
        group: try LedgerGroup(&row), first: RowPlace(&row), later: RowPlace(&row),
        fields: row.fields(), isFirstPair: row.integer() == 2)
    }
  }

  /// Groups with more than `limit` valid rows, with the first row and the number of rows of each.
  package func oversizedGroups(
    in run: RunID, limit: Int = 10_000
  ) async throws(LedgerError) -> LedgerPages<(group: LedgerGroup, first: RowPlace, count: Int)> {
    let number = try await number(of: run)
    try await write(
      .sizes, of: number,
      """
      SELECT ?1, ?2, min(rows.row), spelling.group_id, count(*)
      FROM group_references AS spelling JOIN rows ON rows.reference = spelling.reference
      WHERE spelling.run = ?1 AND spelling.group_id IS NOT NULL AND rows.state = 'pending'
      GROUP BY spelling.group_id HAVING count(*) > ?3
      """, [.integer(limit)])
    return pages(
      .sizes, of: number, "\(LedgerGroup.columns), \(RowPlace.columns), work.count",
      """
      JOIN groups ON groups.group_id = work.other
      JOIN rows ON rows.row = work.row
      JOIN files ON files.run = rows.run AND files.file = rows.file
      """
    ) { row in
      (group: try LedgerGroup(&row), first: RowPlace(&row), count: row.integer())
    }
  }
}
