// Rows of one group that cannot stand together, found on disk and not in memory.

package import PortGroupModel
internal import SQLiteStore

/// Two rows of one group that share what only one may have.
package struct RowClash: Sendable, Equatable {
  package var group: LedgerGroup
  /// The first row of the input that has it.
  package var first: RowPlace
  package var later: RowPlace
  /// The later row's fields, to name what both have.
  package var fields: FieldValues
}

extension Ledger {
  /// Pairs of valid rows with one full key in one group, when groups are resolved.
  ///
  /// Of three rows with one key come two pairs, both with the first. Rows that are found by
  /// `Match…` cells alone are not compared.
  package func duplicates(in run: RunID) throws(LedgerError) -> LedgerCursor<RowClash> {
    try clashes(in: run, sharing: "rows.full_key", where: "rows.full_key IS NOT NULL")
  }

  /// Pairs of valid rows that give one service of a group the same precedence; deletions aside.
  package func sharedPrecedences(in run: RunID) throws(LedgerError) -> LedgerCursor<RowClash> {
    try clashes(
      in: run, sharing: "rows.service, rows.precedence",
      where: "rows.precedence IS NOT NULL AND rows.operation <> 'delete'")
  }

  private func clashes(
    in run: RunID, sharing columns: String, where condition: String
  ) throws(LedgerError) -> LedgerCursor<RowClash> {
    let number = try number(of: run)
    return try cursor(
      """
      SELECT \(LedgerGroup.columns), \(RowPlace.columns(of: "first", in: "first_file")),
        \(RowPlace.columns(of: "later", in: "later_file")), later.fields
      FROM (
        SELECT spelling.group_id, rows.row AS later,
          first_value(rows.row) OVER (
            PARTITION BY spelling.group_id, \(columns) ORDER BY rows.row) AS first
        FROM group_references AS spelling JOIN rows ON rows.reference = spelling.reference
        WHERE spelling.run = ?1 AND spelling.group_id IS NOT NULL AND rows.state = 'pending'
          AND \(condition)
      ) AS pair
      JOIN groups ON groups.group_id = pair.group_id
      JOIN rows AS first ON first.row = pair.first
      JOIN files AS first_file ON first_file.run = first.run AND first_file.file = first.file
      JOIN rows AS later ON later.row = pair.later
      JOIN files AS later_file ON later_file.run = later.run AND later_file.file = later.file
      WHERE pair.later <> pair.first ORDER BY pair.later
      """, [.integer(number)]
    ) { row in
      RowClash(
        group: try LedgerGroup(&row), first: RowPlace(&row), later: RowPlace(&row),
        fields: row.fields())
    }
  }

  /// Groups with more than `limit` valid rows, with their first row and how many they have.
  package func oversizedGroups(
    in run: RunID, limit: Int = 10_000
  ) throws(LedgerError) -> LedgerCursor<(group: LedgerGroup, first: RowPlace, count: Int)> {
    let number = try number(of: run)
    return try cursor(
      """
      SELECT \(LedgerGroup.columns), \(RowPlace.columns), large.count
      FROM (
        SELECT spelling.group_id, min(rows.row) AS first, count(*) AS count
        FROM group_references AS spelling JOIN rows ON rows.reference = spelling.reference
        WHERE spelling.run = ?1 AND rows.state = 'pending'
        GROUP BY spelling.group_id HAVING count(*) > ?2
      ) AS large
      JOIN groups ON groups.group_id = large.group_id
      JOIN rows ON rows.row = large.first
      JOIN files ON files.run = rows.run AND files.file = rows.file
      ORDER BY large.first
      """, [.integer(number), .integer(limit)]
    ) { row in
      (group: try LedgerGroup(&row), first: RowPlace(&row), count: row.integer())
    }
  }
}
