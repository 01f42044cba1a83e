// What the ledger keeps of plan files: what is written to one, and which run applied one.

package import PortGroupModel
internal import SQLStores

/// What a plan says about a group besides its rows.
package struct GroupFindings: Sendable, Equatable {
  /// The group as it was listed; `nil` if it was not listed.
  package var listed: [PortGroupServer]?
  /// The servers that no row names.
  package var extra: [PortGroupServer]

  package init(listed: [PortGroupServer]?, extra: [PortGroupServer]) {
    self.listed = listed
    self.extra = extra
  }
}

/// The plan file that a run applies.
package struct AppliedPlan: Sendable, Equatable {
  package var fingerprint: String
  /// The SHA-256 digest of the file, in hexadecimal digits.
  package var sha256: String

  package init(fingerprint: String, sha256: String) {
    self.fingerprint = fingerprint
    self.sha256 = sha256
  }
}

extension Ledger {
  /// Records what was found in a group whose plan is written to a file.
  package func record(
    _ findings: GroupFindings, of group: GroupID
  ) async throws(LedgerError) {
    try await write { session in try session.record(findings, of: group.value) }
  }

  /// What was found in a group.
  package func findings(in group: GroupID) async throws(LedgerError) -> GroupFindings {
    try await read { session in
      try session.first(
        "SELECT listed, extra FROM groups WHERE group_id = ?1", [.integer(group.value)]
      ) { row in
        GroupFindings(listed: row.optionalServers(), extra: row.optionalServers() ?? [])
      } ?? GroupFindings(listed: nil, extra: [])
    }
  }

  /// Records rows of one group, and what is to be done with each, in a run that is staging; once for each group.
  package func stage(
    _ rows: [(row: StagedRow, plan: RowPlan)], of group: PortGroup, in run: RunID
  ) async throws(LedgerError) {
    let staged = StagedRows(rows.map(\.row))
    let first = reserveNumbers(staged.count, in: run)
    try await write { [path] session in
      let number = try Ledger.number(of: run, in: session, path)
      let id = try session.group(group, run: number)
      try session.stage(staged, after: first, run: number)
      try session.run(
        "UPDATE group_references SET group_id = ?1 WHERE run = ?2 AND object_id = ?3",
        [.integer(id), .integer(number), .text(group.objectID.text)])
      try session.runEach(
        RowPlan.insert,
        rows.enumerated().map { index, row in
          row.plan.values(of: RowID(run: number, number: first + index + 1))
        })
    }
  }

  /// True if an intent of the run was recorded: something was sent, or may have been.
  package func hasIntents(_ run: RunID) async throws(LedgerError) -> Bool {
    try await read { [path] session in
      let rows = RowID.all(of: try Ledger.number(of: run, in: session, path))
      return try session.integer(
        """
        SELECT count(*) FROM (SELECT 1 FROM journal WHERE row BETWEEN ?1 AND ?2
          AND action IS NOT NULL LIMIT 1) AS intents
        """, [.integer(rows.lowerBound), .integer(rows.upperBound)]) > 0
    }
  }

  /// A server that two rows of a run are planned to change; `nil` if there is none.
  package func serverPlannedTwice(in run: RunID) async throws(LedgerError) -> String? {
    try await read { [path] session in
      let rows = RowID.all(of: try Ledger.number(of: run, in: session, path))
      return try session.first(
        """
        SELECT server FROM plans WHERE row BETWEEN ?1 AND ?2 AND action IS NOT NULL AND server IS NOT NULL
        GROUP BY server HAVING count(*) > 1 LIMIT 1
        """, [.integer(rows.lowerBound), .integer(rows.upperBound)]
      ) { row in row.text() }
    }
  }

  /// Records which plan file a run applies.
  package func apply(_ plan: AppliedPlan, by run: RunID) async throws(LedgerError) {
    try await write { [path] session in
      let number = try Ledger.number(of: run, in: session, path)
      try session.run(
        "UPDATE runs SET plan_fingerprint = ?1, plan_sha256 = ?2 WHERE run = ?3",
        [.text(plan.fingerprint), .text(plan.sha256), .integer(number)])
    }
  }

  /// The runs that applied a plan file, newest first.
  package func runs(applying sha256: String) async throws(LedgerError) -> [Run] {
    try await read { [environment] session in
      try session.all(
        """
        \(Run.select(after: nil)) WHERE runs.is_removed = 0 AND runs.plan_sha256 = ?1
        ORDER BY runs.run DESC LIMIT 1000
        """, [.text(sha256)]
      ) { row in try Run(&row, environment.ownerState) }
    }
  }
}

extension SQLSession {
  fileprivate func record(_ findings: GroupFindings, of group: Int) throws {
    try run(
      "UPDATE groups SET listed = ?1, extra = ?2 WHERE group_id = ?3",
      [
        .utf8(findings.listed.map(FieldText.encode)), .utf8(FieldText.encode(findings.extra)),
        .integer(group),
      ])
  }
}
