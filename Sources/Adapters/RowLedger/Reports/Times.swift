// Where the time of a run went: its slowest groups, and what it waited for.

package import PortGroupModel
internal import SQLStores

/// What a run waited for before it sent something again, or looked again.
package enum WaitCause: String, Sendable, CaseIterable {
  /// The server had no time.
  case busy
  /// The server could not be reached.
  case unreachable
  /// The server's name could not be resolved.
  case nameUnknown
  /// No answer came in time.
  case timedOut
  /// The connection ended before the answer.
  case noAnswer
  /// The server answered that it failed, or what made no sense.
  case failed
  /// A creation whose answer was lost could still be on its way.
  case settling
}

/// How often, and how long in all, a run waited for one cause.
package struct WaitSum: Sendable, Equatable {
  package var count: Int
  package var time: Duration

  package init(count: Int = 0, time: Duration = .zero) {
    self.count = count
    self.time = time
  }
}

/// How often each verdict was given; verdicts that were never given are left out.
package typealias VerdictCounts = [Verdict: Int]

extension Ledger {
  /// Adds to what a run has waited for so far.
  package func add(_ waits: [WaitCause: WaitSum], to run: RunID) async throws(LedgerError) {
    guard !waits.isEmpty else { return }
    try await write { [path] session in
      let number = try Ledger.number(of: run, in: session, path)
      try session.runEach(
        """
        INSERT INTO waits (run, cause, count, took_ms) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (run, cause) DO UPDATE SET
          count = waits.count + excluded.count, took_ms = waits.took_ms + excluded.took_ms
        """,
        waits.sorted { $0.key.rawValue < $1.key.rawValue }.map { cause, sum in
          [
            .integer(number), .text(cause.rawValue), .integer(sum.count),
            .integer(sum.time.milliseconds),
          ]
        })
    }
  }

  /// What a run has waited for, the longest first.
  package func waits(
    of run: RunID
  ) async throws(LedgerError) -> [(cause: WaitCause, sum: WaitSum)] {
    let number = try await number(of: run)
    let found = try await read { session in
      try session.all(
        "SELECT cause, count, took_ms FROM waits WHERE run = ?1",
        [.integer(number)]
      ) { row in
        (
          cause: WaitCause(rawValue: row.text()),
          sum: WaitSum(count: row.integer(), time: .milliseconds(row.integer()))
        )
      }
    }
    return found.compactMap { wait in wait.cause.map { ($0, wait.sum) } }
      .sorted { ($1.sum.time, $0.cause.rawValue) < ($0.sum.time, $1.cause.rawValue) }
  }

  /// The groups that took the longest, the slowest first; those that took no time are left out.
  package func slowestGroups(
    of run: RunID, limit: Int = 5
  ) async throws(LedgerError) -> [(group: PortGroup, time: Duration)] {
    let number = try await number(of: run)
    return try await read { session in
      try session.all(
        """
        SELECT \(PortGroup.columns), took_ms FROM groups
        WHERE run = ?1 AND took_ms > 0 ORDER BY took_ms DESC, group_id LIMIT ?2
        """, [.integer(number), .integer(limit)]
      ) { row in (try PortGroup(&row), .milliseconds(row.integer())) }
    }
  }

  /// The names of the groups that asked for a reset, sorted.
  package func groupNamesToReset(of run: RunID) async throws(LedgerError) -> [String] {
    let number = try await number(of: run)
    return try await read { session in
      try session.all(
        "SELECT name FROM groups WHERE run = ?1 AND needs_reset = 1", [.integer(number)]
      ) { row in row.text() }
    }
    // Not by the database, which may sort texts as its locale does.
    .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// How often the read-back gave each verdict.
  package func verdicts(of run: RunID) async throws(LedgerError) -> VerdictCounts {
    let number = try await number(of: run)
    let found = try await read { session in
      try session.all(
        """
        SELECT journal.verdict, count(*) FROM rows JOIN journal ON journal.row = rows.row
        WHERE rows.run = ?1 AND journal.verdict IS NOT NULL GROUP BY 1
        """, [.integer(number)]
      ) { row in (Verdict(rawValue: row.text()), row.integer()) }
    }
    var counts: VerdictCounts = [:]
    for case (let verdict?, let count) in found { counts[verdict] = count }
    return counts
  }
}

extension Duration {
  /// Whole milliseconds.
  var milliseconds: Int { Int(self / .milliseconds(1)) }
}
