import FoundationEssentials
import SnapshotRepository

extension Command {
  static let backupStatus = Command(
    name: "status",
    summary: "Show for each target whether its backups are as they should be",
    details: [
      "OK: the last good snapshot is younger than --max-age, and a restore was rehearsed lately. OLD: it is older. NEVER: "
        + "there is none. DAMAGED: lines of its chain are missing or were changed. SUSPECT: the newest snapshot has much less than the last good one. UNDRILLED: no rehearsal of a "
        + "restore has succeeded for as long as the repository's settings say. The exit code is 0 if all are OK, else 9."
    ],
    options: [.repo, .snapshotsOf, .maxAge, .json],
    examples: [
      Example(purpose: "is every target backed up?", line: "cupibulk backup status --repo backups")
    ]
  ) { context throws(UsageError) in try BackupStatusCommand(context) }
}

/// `cupibulk backup status`: shows whether backups are as they should be.
struct BackupStatusCommand: RunnableCommand {
  private let context: CommandContext
  private let maxAge: Duration

  init(_ context: CommandContext) throws(UsageError) {
    self.context = context
    maxAge = try context.arguments.duration(.maxAge)
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let repository = try RepositoryAccess.open(context)
    let histories = try RepositoryAccess.reading(in: repository.folder) {
      () throws(RepositoryFault) in
      try repository.histories()
    }
    let terms = TargetStatus.Terms(
      now: .now, maxAge: Double(maxAge.components.seconds),
      drillAge: Double(repository.settings.drillAge))
    let known = histories.filter(\.isKnown)
    var statuses = known.map { TargetStatus($0, terms) }
    for expected in repository.settings.targets {
      let isKnown = known.contains { history in
        (history.all + history.strays).contains { RepositoryAccess.isNamed($0.target, expected) }
      }
      if !isKnown { statuses.append(TargetStatus(expected: expected)) }
    }
    if let name = context.arguments.givenText(.snapshotsOf) {
      let selected = Set(
        known.filter { $0.target.map { RepositoryAccess.isNamed($0, name) } ?? false }.map(\.title))
      statuses = statuses.filter { selected.contains($0.title) || $0.title == name }
      if statuses.isEmpty { statuses = [TargetStatus(expected: name)] }
    }
    let status: ExitStatus = statuses.allSatisfy { $0.state == .ok } ? .success : .notAsAsked
    for one in statuses {
      context.arguments.has(.json) ? context.console.print(one) : report(one, terms)
    }
    if statuses.isEmpty {
      context.console.note("The repository has no snapshot, and expects none.")
    }
    return status
  }

  private func report(_ status: TargetStatus, _ terms: TargetStatus.Terms) {
    let stream = context.console.output
    let state = stream.styled(status.state.rawValue, status.state == .ok ? .green : .red)
    context.console.print(
      "\(status.title.escapedForDisplay): \(state), \(detail(status, terms).escapedForDisplay)")
  }

  private func detail(_ status: TargetStatus, _ terms: TargetStatus.Terms) -> String {
    var parts: [String] = []
    if let good = status.lastGood {
      parts.append("last good snapshot \(age(good.ended, terms)) (\(good.id)), \(good.countsText)")
    } else {
      parts.append("no good snapshot")
    }
    if let newest = status.newest, !newest.isGood {
      parts.append(
        "newest snapshot \(newest.id) is suspect: \(newest.suspicions.joined(separator: "; "))")
    }
    if status.hasFailedDrill {
      parts.append("the last drill failed")
    } else if let drill = status.lastDrill {
      parts.append("last drill \(age(drill, terms))")
    } else {
      parts.append("no drill yet")
    }
    return parts.joined(separator: "; ")
  }

  private func age(_ moment: Date, _ terms: TargetStatus.Terms) -> String {
    let seconds = terms.now.timeIntervalSince(moment)
    let shown = Quantity.time(.seconds(abs(seconds)))
    return seconds < -1 ? "\(shown) in the future: check the clock" : "\(shown) ago"
  }
}

extension TargetStatus: JSONLine {
  static let type = "backup-status"
  static let summary =
    "Whether the backups of a target are as they should be: a line of `backup status`."

  static let keys: [JSONKey<TargetStatus>] = [
    JSONKey("target", "the target: its name, or its URL", \.title),
    JSONKey("targetID", "the id of its server", \.newest?.target.id),
    JSONKey("state", "OK, OLD, NEVER, DAMAGED, SUSPECT or UNDRILLED", \.state.rawValue),
    JSONKey("lastGood", "the newest good snapshot", \.lastGood?.id.text),
    JSONKey("lastGoodEnded", "when its reading ended", \.lastGood?.ended),
    JSONKey("newest", "the newest snapshot", \.newest?.id.text),
    JSONKey("suspicions", "why the newest snapshot is suspect; empty if it is good") {
      $0.newest.map { $0.isGood ? [] : $0.suspicions } ?? []
    },
    JSONKey("lastDrill", "when the last rehearsal of a restore succeeded", \.lastDrill),
    JSONKey("drillFailed", "true if the newest rehearsal failed", \.hasFailedDrill),
  ]
}
