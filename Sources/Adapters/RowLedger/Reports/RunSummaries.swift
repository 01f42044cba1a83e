// Lists of runs with their books, read with a fixed number of queries for each page.

package import FoundationEssentials
internal import SQLStores

/// A run with its books, as a list shows it.
package struct RunSummary: Sendable, Equatable {
  package var run: Run
  /// All zero before the run is completely staged.
  package var books: Books
  /// `nil` for a run without a parent, or whose parent was removed.
  package var relation: RelatedRun?
}

/// Which runs a list contains.
package struct RunFilter: Sendable {
  package var kind: RunKind?
  /// Only runs that began at this time or later.
  package var since: Date?
  /// Judges a run by everything but its books.
  package var isMeant: @Sendable (Run) -> Bool

  package init(
    kind: RunKind? = nil, since: Date? = nil,
    isMeant: @escaping @Sendable (Run) -> Bool = { _ in true }
  ) {
    self.kind = kind
    self.since = since
    self.isMeant = isMeant
  }
}

extension Ledger {
  /// The runs that a filter allows, newest first, with their books.
  package func summaries(_ filter: RunFilter = RunFilter()) -> LedgerPages<RunSummary> {
    let environment = environment
    var query = LedgerPages<RunSummary>.Query(
      sql: """
        \(Run.select(after: "runs.run")) WHERE runs.is_removed = 0
          AND (?1 = '' OR runs.kind = ?1) AND runs.started >= ?2 AND runs.run < ?3
        ORDER BY runs.run DESC LIMIT ?4
        """,
      values: [
        .text(filter.kind?.rawValue ?? ""), .text(filter.since.map(Timestamp.text) ?? ""),
      ], key: [.integer(Int.max)]
    ) { row in
      RunSummary(run: try Run(&row, environment.ownerState), books: Books(), relation: nil)
    }
    query.complete = { session, page in
      let page = page.filter { filter.isMeant($0.run) }
      guard let first = page.last?.run.id, let last = page.first?.run.id else { return [] }
      let facts = try session.facts(ofRunsBetween: first, and: last)
      return page.map { summary in
        var summary = summary
        if let fact = facts[summary.run.id] { (summary.books, summary.relation) = fact }
        return summary
      }
    }
    return LedgerPages(self, [query])
  }

  /// A run with its books.
  package func summary(of run: RunID) async throws(LedgerError) -> RunSummary {
    RunSummary(
      run: try await self.run(run), books: try await books(of: run),
      relation: try await parent(of: run))
  }
}

extension SQLSession {
  /// The books of staged runs, and their relations to their parents.
  fileprivate func facts(
    ofRunsBetween first: RunID, and last: RunID
  ) throws -> [RunID: (Books, RelatedRun?)] {
    var facts: [RunID: (books: Books, relation: RelatedRun?)] = [:]
    let bounds: [SQLValue] = [.text(first.text), .text(last.text)]
    let page = """
      runs.run BETWEEN (SELECT run FROM runs WHERE name = ?1)
        AND (SELECT run FROM runs WHERE name = ?2) AND runs.is_removed = 0
      """
    try forEach(
      """
      SELECT runs.name, runs.row_count, parents.name,
        CASE WHEN runs.kind = 'undo' AND NOT EXISTS (
          SELECT 1 FROM origins
          WHERE origins.run = runs.run AND origins.earlier <> runs.parent) THEN 1 ELSE 0 END
      FROM runs LEFT JOIN runs AS parents ON parents.run = runs.parent WHERE \(page)
      """, bounds
    ) { row in
      let run = RunID(stored: row.text())
      facts[run, default: (Books(), nil)].books.read = row.integer()
      let (parent, isUndo) = (row.optionalText(), row.flag())
      facts[run]?.relation = parent.map {
        RelatedRun(run: RunID(stored: $0), relation: isUndo ? .undo : .retry)
      }
    }
    try forEach(
      """
      SELECT runs.name, rows.state, count(*) FROM runs JOIN rows ON rows.run = runs.run
      WHERE \(page) AND runs.staged IS NOT NULL GROUP BY runs.name, rows.state
      """, bounds
    ) { row in
      facts[RunID(stored: row.text()), default: (Books(), nil)].books.set(row.text(), row.integer())
    }
    // A row whose intent has no outcome yet may have been sent.
    try forEach(
      """
      SELECT runs.name, count(*) FROM runs
      JOIN rows ON rows.run = runs.run AND rows.state = 'pending'
      JOIN journal ON journal.row = rows.row AND journal.is_open = 1
      WHERE \(page) AND runs.staged IS NOT NULL GROUP BY runs.name
      """, bounds
    ) { row in
      let (run, count) = (RunID(stored: row.text()), row.integer())
      facts[run]?.books.inDoubt += count
      facts[run]?.books.pending -= count
    }
    return facts
  }
}
