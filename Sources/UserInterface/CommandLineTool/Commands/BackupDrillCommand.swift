import BatchEngine
import SnapshotRepository

extension Command {
  static let backupDrill = Command(
    name: "drill",
    summary: "Rehearse the restore of a snapshot in a sandbox",
    details: [
      "A sandbox in memory gets the snapshot with all that is writable damaged: fields changed, servers deleted, added and "
        + "exchanged, a port group emptied. Then it is restored, and everything is compared; once more onto port groups "
        + "of the same names with other ids. No server is contacted. The exit code is 9 if anything is not as in the "
        + "snapshot, and the result is recorded in the repository, except in a copy.",
      "Without REF, the newest good snapshot of each target is tried.",
    ],
    operands: [.snapshot],
    options: [.repo, .snapshotsOf, .backupLockWait, .json, .progress],
    examples: [
      Example(
        purpose: "does the newest good snapshot restore?",
        line: "cupibulk backup drill --repo backups")
    ],
    onlyReports: true
  ) { context throws(UsageError) in try BackupDrillCommand(context) }
}

/// `cupibulk backup drill`: rehearses restores.
struct BackupDrillCommand: RunnableCommand {
  private let context: CommandContext
  private let progress: ProgressPainter.Mode

  init(_ context: CommandContext) throws(UsageError) {
    self.context = context
    progress = try context.arguments.choice(.progress)
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let repository = try RepositoryAccess.open(context)
    let conduct = RunConduct(progress, phase: "Rehearsing", on: context.console)
    let upkeep = RepositoryUpkeep(context: context, repository: repository, conduct: conduct)
    var codes: [ExitStatus] = []
    let histories = try RepositoryAccess.reading(in: repository.folder) {
      () throws(RepositoryFault) in
      try repository.histories()
    }
    for found in try snapshots(of: repository, histories) {
      if let stop = conduct.control.stop {
        codes.append(stop.status)
        break
      }
      let result = try await upkeep.drill(found)
      if context.arguments.has(.json) {
        context.console.print(DrillReport(result: result, snapshot: found.snapshot))
      } else {
        DrillText(result: result).report(
          on: context.console, of: histories.title(of: found.history), withRounds: true)
      }
      codes.append(result.status)
    }
    return ExitStatus.weightiest(codes)
  }

  private func snapshots(
    of repository: Repository, _ histories: [TargetHistory]
  ) throws(CommandFailure) -> [FoundSnapshot] {
    if let typed = context.arguments.operands.first {
      return [try RepositoryAccess.find(typed, in: histories, of: repository, context)]
    }
    let selected = try RepositoryAccess.selected(histories, of: repository, context)
    let found = selected.compactMap { history in
      history.lastGood.map { FoundSnapshot(snapshot: $0, history: history) }
    }
    // A drill of nothing must not look like a success.
    if found.isEmpty {
      throw CommandFailure(
        RepositoryFault(
          .reference(selected.first.map { .noGood(target: $0.title) } ?? .empty)),
        repository: repository.folder)
    }
    return found
  }
}
