internal import PortGroupModel
internal import SQLStores

/// A short look into a ledger that another process may be using: nothing is created, converted or waited for.
package enum LedgerGlance {
  /// The newest runs, newest first.
  ///
  /// - Parameters:
  ///   - path: The ledger's file.
  ///   - limit: How many runs are read at most.
  /// - Returns: The runs, with unknown states of their owners; none if the ledger cannot be read as it is.
  package static func newestRuns(at path: String, limit: Int) -> [Run] {
    look(at: path) { session in
      try session.all(
        "\(Run.select(after: nil)) WHERE runs.is_removed = 0 ORDER BY runs.run DESC LIMIT ?1",
        [.integer(limit)]
      ) { row in try Run(&row, { _ in .unknown }) }
    } ?? []
  }

  /// The port groups of the newest export, or else of the newest run that has any.
  ///
  /// - Parameters:
  ///   - path: The ledger's file.
  ///   - isMeant: Returns whether a run is on the target.
  ///   - limit: How many names are read at most.
  /// - Returns: The names of the groups, sorted by their bytes; none if the ledger cannot be read as it is.
  package static func groups(
    at path: String, ofRuns isMeant: (Run) -> Bool, limit: Int
  ) -> [String] {
    let runs = newestRuns(at: path, limit: 500).filter(isMeant)
    let exports = runs.filter { $0.opening.kind == .export || $0.opening.kind == .backup }
    return look(at: path) { session in
      for run in exports.prefix(10) + runs.prefix(10) {
        let names = try session.all(
          """
          SELECT DISTINCT groups.name FROM groups JOIN runs ON runs.run = groups.run
          WHERE runs.name = ?1 ORDER BY groups.name LIMIT ?2
          """, [.text(run.id.text), .integer(limit)]
        ) { row in row.text() }
        if !names.isEmpty { return names }
      }
      return []
    } ?? []
  }

  private static func look<Value>(
    at path: String, _ work: (any SQLSession) throws -> Value
  ) -> Value? {
    do throws(LedgerError) {
      try LedgerOwnership(path).check()
    } catch {
      return nil
    }
    return FileGlance.at(path, LedgerSchema.schema { _ in .unknown }, work)
  }
}
