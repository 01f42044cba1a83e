import BatchEngine
import FoundationEssentials
import SnapshotRepository

extension Command {
  static let backupForget = Command(
    name: "forget",
    summary: "Move the snapshots that a policy does not keep to the trash",
    details: [
      "The rules are those of restic, in UTC, for each target by itself, and only good snapshots count. Never forgotten "
        + "are the last good one, --min-good others, what is kept by hand, what an unfinished restore or a plan needs, "
        + "and the newest 3 suspect ones after the last good one. Without rules, those of the repository apply.",
      "The trash is emptied after 30 days; until then a snapshot in it can be restored by its name.",
    ],
    options: [.repo, .snapshotsOf] + RetentionOptions.all
      + [.dryForget, .backupLockWait, .ledger, .json],
    examples: [
      Example(
        purpose: "see what a policy would keep, and why",
        line: "cupibulk backup forget --repo backups --keep-daily 14 --keep-monthly 12 --dry-run")
    ],
    onlyReports: true
  ) { context throws(UsageError) in try BackupForgetCommand(context) }
}

/// `cupibulk backup forget`: applies a policy to a repository.
struct BackupForgetCommand: RunnableCommand {
  private let context: CommandContext
  private let policy: RetentionPolicy?

  init(_ context: CommandContext) throws(UsageError) {
    self.context = context
    policy = try RetentionOptions.policy(context.arguments)
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let repository = try RepositoryAccess.open(context)
    let all = try RepositoryAccess.reading(in: repository.folder) { () throws(RepositoryFault) in
      try repository.histories()
    }
    let upkeep = RepositoryUpkeep(
      context: context, repository: repository,
      conduct: RunConduct(.none, phase: "Forgetting", on: context.console))
    let policy = policy ?? repository.settings.policy
    let isDry = context.arguments.has(.dryForget)
    var decided: [(history: TargetHistory, decisions: RepositoryUpkeep.Decided)] = []
    for history in try RepositoryAccess.selected(all, of: repository, context) {
      let decisions =
        isDry
        ? try await upkeep.decisions(policy, in: history)
        : try await upkeep.forget(policy, in: history)
      decided.append((history, decisions))
    }
    for (history, decisions) in decided {
      context.arguments.has(.json)
        ? reportJSON(decisions, isDry)
        : report(all.title(of: history), decisions, isDry)
    }
    return .success
  }

  private func report(_ title: String, _ decisions: RepositoryUpkeep.Decided, _ isDry: Bool) {
    let stream = context.console.output
    if isDry {
      var table = TextTable([.name("snapshot"), .name("ended"), .name(""), .text("why")])
      for (snapshot, decision) in decisions.reversed() {
        table.add([
          TextTable.Cell(snapshot.id.text), TextTable.Cell(stream.moment(snapshot.ended)),
          TextTable.Cell(decision.isKept ? "keep" : "forget", decision.isKept ? nil : .yellow),
          TextTable.Cell(decision.text),
        ])
      }
      context.console.print(stream.styled(title.escapedForDisplay, .bold))
      context.console.write(table.text(for: stream))
    }
    let old = decisions.filter { !$0.decision.isKept }.count
    context.console.print(
      "\(title.escapedForDisplay): \(isDry ? "would keep" : "kept") \(Quantity.count(decisions.count - old)) of "
        + "\(Quantity.count(decisions.count, "snapshot")), "
        + (isDry
          ? "and forget \(Quantity.count(old))." : "moved \(Quantity.count(old)) to the trash."))
  }

  /// One object a snapshot, the newest first.
  private func reportJSON(_ decisions: RepositoryUpkeep.Decided, _ isDry: Bool) {
    for (snapshot, decision) in decisions.reversed() {
      context.console.print(
        RetentionLine(snapshot: snapshot, decision: decision, isDry: isDry))
    }
  }
}
