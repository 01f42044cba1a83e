// Runs as programs read them: a line of the list, and all of one run.

import FoundationEssentials
import PortGroupModel
import RowLedger

extension RunSummary: JSONLine {
  static let type = "run"
  static let summary = "A run of the ledger: a line of `runs list`."

  static let keys: [JSONKey<RunSummary>] =
    [
      JSONKey("run", "its name") { $0.run.id.text },
      JSONKey("kind", "import, export, restore, retry, undo, apply, diff or backup") {
        $0.run.opening.kind.rawValue
      },
      JSONKey("dryRun", "true for a run that sends nothing") { $0.run.opening.isDry },
      JSONKey("staged", "true if its rows are in the ledger", \.run.isStaged),
      JSONKey("source", "its file, repository or earlier run", \.run.opening.source),
      JSONKey("undoes", "the run that it undoes") { $0.parent(.undo) },
      JSONKey("triesAgain", "the run whose failed rows it tries again") { $0.parent(.retry) },
      JSONKey("target", "the URL of its server, or `sandbox:FILE`", \.run.opening.target.url),
      JSONKey("targetName", "the name of the target in targets.ini", \.run.opening.target.name),
      JSONKey("verified", "false if the certificate was not verified") {
        $0.run.opening.target.isVerified
      },
      JSONKey("started", "when it began", \.run.started),
      JSONKey("ended", "when it ended; null before its end", \.run.ended),
      JSONKey("how", "done, refused, declined, stopped, interrupted, failed, running or crashed") {
        $0.run.ending?.how.rawValue ?? ($0.run.isRunning ? "running" : "crashed")
      },
      JSONKey("reason", "why it ended so; may be empty; null before its end") {
        $0.run.ending?.reason
      },
      JSONKey("outcome", "what happened, in a few words", \.outcome),
      JSONKey("exitCode", "the exit code of its last command; null before its end") {
        $0.run.exitCode
      },
      JSONKey("servers", "the number of servers that an export has read; null for others") {
        $0.run.opening.kind == .export ? $0.run.rowCount : nil
      },
    ] + Books.keys.map { $0.of(\.books) }

  private func parent(_ relation: RelatedRun.Relation) -> String? {
    self.relation.flatMap { $0.relation == relation ? $0.run.text : nil }
  }
}

/// Everything that the ledger has about a run.
struct RunReport: JSONEnding {
  let summary: RunSummary
  let details: RunDetails
  /// The command line to use next.
  let next: String?

  static let type = "run-details"
  static let summary = "Everything that the ledger has about one run: the result of `runs show`."

  static let keys: [JSONKey<RunReport>] =
    RunSummary.keys.map { $0.of(\.summary) } + RunDetails.keys.map { $0.of(\.details) } + [
      JSONKey("next", "the command line to use next", \.next)
    ]
}

extension RunDetails: JSONObject {
  static let keys: [JSONKey<RunDetails>] = [
    JSONKey("who", "the user and host that began it; null if not known", \.opening?.who),
    JSONKey("command", "the command line, without secrets; null if not known", \.opening?.command),
    JSONKey("ticket", "the value of `--ticket`", \.opening?.ticket),
    JSONKey("note", "the value of `--note`", \.opening?.note),
    JSONKey("tool", "the version of the program that began it", \.tool),
    JSONKey("tookMs", "how long its processes worked on it, in milliseconds") {
      $0.took.map(milliseconds)
    },
    JSONKey("inputs", "the files that it read", \.inputs),
    JSONKey("sessions", "each process that worked on it", \.sessions.sessions),
    JSONKey("undoneBy", "the runs that undo it") { $0.children(.undo) },
    JSONKey("triedAgainBy", "the runs that try its failed rows again") { $0.children(.retry) },
    JSONKey("groupsToReset", "the names of port groups that need a reset", \.groupsToReset),
    JSONKey("asked", "when the user was first asked whether to send it", \.agreement.asked),
    JSONKey("agreed", "when the user agreed", \.agreement.agreed),
    JSONKey("waits", "what it waited for") { $0.waits.map(WaitReport.init) },
    JSONKey("slowestGroups", "the port groups that took longest") {
      $0.slowest.map { SlowGroup(name: $0.group.displayName, time: $0.time) }
    },
    JSONKey("verdicts", "what reading back found") {
      $0.verdicts.map { VerdictCount(verdict: $0.verdict.rawValue, rows: $0.count) }
    },
  ]

  private func children(_ relation: RelatedRun.Relation) -> [String] {
    children.filter { $0.relation == relation }.map(\.run.text)
  }
}

extension RunInput: JSONObject {
  static let keys: [JSONKey<RunInput>] = [
    JSONKey("file", "the file as it was named", \.name),
    JSONKey("size", "its size in bytes; null if it was not read to its end", \.size),
    JSONKey("sha256", "the SHA-256 of its bytes; null if it was not read to its end", \.sha256),
  ]
}

extension Session: JSONObject {
  static let keys: [JSONKey<Session>] = [
    JSONKey("session", "its number, from 1", \.number),
    JSONKey("started", "when it began", \.started),
    JSONKey("ended", "when it ended; null if that is not recorded", \.recordedEnd?.date),
    JSONKey("how", "as `how` of the run, `at work` or `crashed`", \.how),
    JSONKey("reason", "why it ended so", \.recordedEnd?.ending.reason),
    JSONKey("exit", "the exit code of its command", \.recordedEnd?.exitCode),
    JSONKey("who", "the user and host; null if not known", \.opening.who),
    JSONKey("pid", "its process id", \.owner.pid),
    JSONKey("tool", "the version of the program", \.opening.toolVersion),
    JSONKey("command", "the command line, without secrets", \.opening.command),
    JSONKey("ticket", "the value of `--ticket`", \.opening.ticket),
    JSONKey("note", "the value of `--note`", \.opening.note),
  ]
}

private struct WaitReport: JSONObject {
  let cause: WaitCause
  let sum: WaitSum

  static let keys: [JSONKey<WaitReport>] = [
    JSONKey("cause", "what was waited for", \.cause.rawValue),
    JSONKey("count", "how often", \.sum.count),
    JSONKey("ms", "how long in all, in milliseconds") { milliseconds($0.sum.time) },
  ]
}

private struct SlowGroup: JSONObject {
  let name: String
  let time: Duration

  static let keys: [JSONKey<SlowGroup>] = [
    JSONKey("PortGroup", "its name", \.name),
    JSONKey("ms", "how long it took, in milliseconds") { milliseconds($0.time) },
  ]
}

private struct VerdictCount: JSONObject {
  let verdict: String
  let rows: Int

  static let keys: [JSONKey<VerdictCount>] = [
    JSONKey("verdict", "what was found", \.verdict),
    JSONKey("rows", "for how many rows", \.rows),
  ]
}

private func milliseconds(_ time: Duration) -> Int { Int(time / .milliseconds(1)) }
