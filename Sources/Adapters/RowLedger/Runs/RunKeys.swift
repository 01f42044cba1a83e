// Runs that have a key, so that a command that is repeated does its work once.

internal import FoundationEssentials
internal import PortGroupModel
internal import SQLStores

/// A run that has a key.
package struct KeyedRun: Sendable, Equatable {
  package var run: Run
  /// The digest of what the run was to do.
  package var inputs: String

  package init(run: Run, inputs: String) {
    self.run = run
    self.inputs = inputs
  }
}

extension Ledger {
  /// Gives a run a key, with the digest of what it is to do; a run that has a key keeps it.
  package func record(
    key: String, inputs: String, of run: RunID
  ) async throws(LedgerError) {
    try await write { [path] session in
      let number = try Ledger.number(of: run, in: session, path)
      try session.run(
        "UPDATE runs SET run_key = ?1, key_inputs = ?2 WHERE run = ?3 AND run_key IS NULL",
        [.text(key), .text(inputs), .integer(number)])
    }
  }

  /// The runs that use a key and began within this time before now, newest first.
  ///
  /// A run does not use its key up if it ended before its rows were recorded, or before it was done and before
  /// the first write: it was refused or declined, or it stopped. `except` is a run that does not count.
  package func runs(
    withKey key: String, inLast age: Duration, except: RunID? = nil
  ) async throws(LedgerError) -> [KeyedRun] {
    let since = environment.now() - age / .seconds(1)
    return try await read { [environment] session in
      try session.all(
        """
        \(Run.select(after: "runs.key_inputs"))
        WHERE runs.run_key = ?1 AND runs.started >= ?2 AND runs.name IS NOT ?3
          AND runs.is_removed = 0 AND runs.is_dry = 0 AND runs.staged IS NOT NULL
          AND (runs.ended IS NULL OR runs.ending = 'done' OR (
            runs.ending NOT IN ('refused', 'declined')
            AND EXISTS (SELECT 1 FROM rows JOIN journal ON journal.row = rows.row
              WHERE rows.run = runs.run)))
        ORDER BY runs.run DESC LIMIT 1000
        """, [.text(key), .text(Timestamp.text(since)), .text(except?.text)]
      ) { row in
        let inputs = row.text()
        return KeyedRun(run: try Run(&row, environment.ownerState), inputs: inputs)
      }
    }
  }
}
