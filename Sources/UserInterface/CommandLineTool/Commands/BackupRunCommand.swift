import BatchEngine
import FoundationEssentials
import RowLedger

extension Command {
  static let backupRun = Command(
    name: "run",
    summary: "Take a snapshot of one or more servers",
    details: [
      "The port groups are read until two readings agree, and the snapshot is read again from the disk before it is "
        + "called good. One that has much less than the last good one is suspect: it is kept, the exit code is 8, and "
        + "it never takes the place of a good one.",
      "After a good snapshot, the repository's policy decides what is forgotten, and a restore is rehearsed if the last "
        + "rehearsal is too old.",
    ],
    required: [.targets],
    options: [.targets] + reaching + [.repo, .noForget, .noDrill, .backupLockWait] + pacing
      + [.metricsFile, .pingURLFile, .json, .progress, .ledger, .ticket, .note],
    exclusive: trusting,
    examples: [
      Example(
        purpose: "back up a sandbox",
        line: "cupibulk backup run --repo backups --target sandbox:lab.db"),
      Example(
        purpose: "back up two targets by their names, into the repositories of targets.ini",
        line: "cupibulk backup run --target prod --target branch"),
    ],
    onlyReports: true, recordsRun: true
  ) { context throws(UsageError) in try BackupRunCommand(context) }
}

/// `cupibulk backup run`: takes a snapshot of one or more servers.
struct BackupRunCommand: RunnableCommand {
  private let context: CommandContext
  private let targets: [ConnectingOptions]
  private let pace: Pace
  private let lockWait: Duration
  private let progress: ProgressPainter.Mode

  init(_ context: CommandContext) throws(UsageError) {
    let arguments = context.arguments
    self.context = context
    var targets: [ConnectingOptions] = []
    // A target that is typed twice is backed up once.
    for name in arguments.texts(.targets) where !targets.contains(where: { $0.target == name }) {
      targets.append(try ConnectingOptions(context, target: name))
    }
    self.targets = targets
    pace = try PacingOptions.pace(context)
    lockWait = try arguments.duration(.backupLockWait)
    progress = targets.count > 1 ? .none : try arguments.choice(.progress)
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let reports = BackupJobReports(context)
    await reports.begin(targets: targets.count)
    do throws(CommandFailure) {
      return try await backUp(reports)
    } catch {
      await reports.end(by: error)
      throw error
    }
  }

  private func backUp(
    _ reports: BackupJobReports
  ) async throws(CommandFailure) -> ExitStatus {
    let console = context.console
    try checkTargets()
    // A ledger that cannot be written must not cost the snapshot.
    let ledger = try LedgerAccess.openOrTemporary(context, for: "backup")
    PacingOptions.warn(pace, on: console)
    let signals = SignalNotes()
    let jobs = targets.map { target in
      BackupJob(
        context: context, typed: target, pace: pace, ledger: ledger, lockWait: lockWait,
        progress: progress, signals: signals)
    }
    let isJSON = context.arguments.has(.json)
    let option = RepositoryAccess.option(context)
    let outcomes = await BackupRound(jobs: jobs) { outcome in
      reports.showDone(of: jobs.count)
      if !isJSON { outcome.report(on: console, repositoryOption: option) }
    }.perform()
    let status = ExitStatus.weightiest(outcomes.map(\.status))
    if isJSON {
      console.end(with: BackupReport(targets: outcomes))
    }
    await reports.end(outcomes, status)
    return status
  }

  /// Refuses what is misspelt before any target is begun; everything else that is wrong is the outcome of its target.
  ///
  /// - Throws: A usage error for an unknown name, for a text that is no URL, and for a target without a repository.
  private func checkTargets() throws(CommandFailure) {
    let registry = try? TargetRegistry.load(TargetsPlaces(environment: context.environment))
    for target in targets.map(\.target) {
      var named: NamedTarget?
      if TargetAddress.isSandbox(target) || TargetAddress.isAddress(target) {
        _ = try TargetAddress(target)
      } else {
        // Why the files of targets cannot be read is part of each outcome.
        guard let registry else { continue }
        named = try registry.find(target)
      }
      _ = try RepositoryAccess.folder(context, of: named)
    }
  }
}
