package import FoundationEssentials
package import PortGroupModel
internal import SQLStores

/// What is recorded about a process when it begins or resumes a run; `nil` for what is not known.
package struct SessionOpening: Sendable, Equatable {
  /// The user and the host, such as `jd@jump01`.
  package var who: String?
  package var toolVersion: String
  /// The command line as it was typed, without secrets.
  package var command: String?
  /// What the user gave as the change's number in another system.
  package var ticket: String?
  /// What the user remarked.
  package var note: String?

  package init(
    who: String? = nil, toolVersion: String = "", command: String? = nil, ticket: String? = nil,
    note: String? = nil
  ) {
    self.who = who
    self.toolVersion = toolVersion
    self.command = command
    self.ticket = ticket
    self.note = note
  }
}

/// The work of one process on a run.
package struct Session: Sendable, Equatable {
  /// How a session ended.
  package enum End: Sendable, Equatable {
    case ended(RunEnding, exitCode: Int, at: Date)
    /// Its process works on the run.
    case working
    /// It has no recorded end: its process is gone, or a later session began.
    case crashed
  }

  /// From 1; the first session of a run of an earlier version is not recorded.
  package var number: Int
  package var opening: SessionOpening
  package var started: Date
  package var end: End
  package var owner: RunOwner

  /// How it ended, the command's exit code and the time; `nil` if no end is recorded.
  package var recordedEnd: (ending: RunEnding, exitCode: Int, date: Date)? {
    switch end {
    case .ended(let ending, let exitCode, let date): (ending, exitCode, date)
    case .working, .crashed: nil
    }
  }
}

extension Ledger {
  /// The recorded sessions of a run, oldest first.
  package func sessions(of run: RunID) async throws(LedgerError) -> [Session] {
    try await read { [path, environment] session in
      let number = try Ledger.number(of: run, in: session, path)
      var sessions = try session.all(
        """
        SELECT session, who, tool_version, command, ticket, note, started, ended, ending,
          ending_reason, exit_code, owner_pid, owner_start, owner_namespace
        FROM sessions WHERE run = ?1 ORDER BY session
        """, [.integer(number)]
      ) { row in try Session(&row, of: run) }
      for index in sessions.indices where sessions[index].end == .working {
        let isLast = index == sessions.indices.last
        let isAlive = environment.ownerState(sessions[index].owner) == .working
        if !isLast || !isAlive { sessions[index].end = .crashed }
      }
      return sessions
    }
  }
}

extension Session {
  /// Reads a session; one without an end counts as working.
  fileprivate init(_ row: inout ColumnReader, of run: RunID) throws {
    number = row.integer()
    opening = SessionOpening(
      who: row.optionalText(), toolVersion: row.text(), command: row.optionalText(),
      ticket: row.optionalText(), note: row.optionalText())
    let start = Timestamp.date(row.text())
    let ended = row.optionalText().flatMap(Timestamp.date)
    let (ending, exitCode) = (RunEnding(&row), row.integer())
    guard let start else { throw LedgerError.inconsistent("a session of run \(run)") }
    started = start
    end =
      if let ended, let ending { .ended(ending, exitCode: exitCode, at: ended) } else { .working }
    owner = RunOwner(&row)
  }
}

extension SQLSession {
  /// Records that a process begins to work on a run, in the transaction that makes it the owner.
  ///
  /// The first session of a run that an earlier version began has number 1 and no record.
  func beginSession(
    of run: Int, isFirst: Bool, _ opening: SessionOpening, at now: String, by owner: RunOwner
  ) throws {
    let last =
      isFirst
      ? 0
      : try integer(
        "SELECT coalesce(max(session), 1) FROM sessions WHERE run = ?1", [.integer(run)])
    try self.run(
      """
      INSERT INTO sessions (run, session, who, tool_version, command, ticket, note, started,
        owner_pid, owner_start, owner_namespace)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
      """,
      [
        .integer(run), .integer(last + 1), .text(opening.who), .text(opening.toolVersion),
        .text(opening.command), .text(opening.ticket), .text(opening.note), .text(now),
        .integer(owner.pid), .text(owner.start), .text(owner.namespace),
      ])
  }

  /// Records the end of a run's last session, in the transaction that records the end of the run.
  func endSession(
    ofRunNamed run: RunID, _ ending: RunEnding, exitCode: Int, at now: String
  ) throws {
    try self.run(
      """
      UPDATE sessions SET ended = CASE WHEN started > ?1 THEN started ELSE ?1 END, ending = ?2,
        ending_reason = ?3, exit_code = ?4
      WHERE run = (SELECT run FROM runs WHERE name = ?5) AND ended IS NULL AND session = (
        SELECT max(last.session) FROM sessions AS last WHERE last.run = sessions.run)
      """,
      [
        .text(now), .text(ending.how.rawValue), .text(ending.reason), .integer(exitCode),
        .text(run.text),
      ])
  }
}
