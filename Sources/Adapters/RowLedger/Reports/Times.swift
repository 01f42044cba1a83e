// How a run spent its time: its slowest groups, and what it waited for.

package import PortGroupModel
internal import SQLStores

/// Why a run waited before it repeated a request.
package enum WaitCause: String, Sendable, CaseIterable {
  /// The server was busy.
  case busy
  /// The server could not be reached.
  case unreachable
  /// The server's name could not be resolved.
  case nameUnknown
  /// No answer came in time.
  case timedOut
  /// The connection ended before the answer.
  case noAnswer
  /// The server answered with an error, or with something that could not be understood.
  case failed
  /// A creation whose answer was lost could still arrive at the server.
  case settling
}

/// How often, and for how long in total, a run waited for one cause.
package struct WaitSum: Sendable, Equatable {
  package var count: Int
  package var time: Duration

  package init(count: Int = 0, time: Duration = .zero) {
    self.count = count
    self.time = time
  }
}

/// How often each verdict occurred; others are left out.
package typealias VerdictCounts = [Verdict: Int]

extension Ledger {
  /// Adds waits to those that are recorded for a run.
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

  /// The waits of a run, the longest first.
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

  /// The groups that took the longest, the slowest first; groups without a recorded time are left out.
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

  /// The names of the groups that need a reset, sorted.
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

  /// How often each verdict resulted from reading back.
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
