import BatchEngine
import PortGroupModel
import RowLedger
import SnapshotRepository

/// Backs up one target, forgets what the policy says, and rehearses a restore if one is due.
struct BackupJob: Sendable {
  let context: CommandContext
  /// The target as it was typed, and how to reach it.
  let typed: ConnectingOptions
  let pace: Pace
  let ledger: Ledger
  let lockWait: Duration
  /// How progress is shown; not at all if several targets are read at one time.
  let progress: ProgressPainter.Mode
  /// Shared by all targets, so that one signal is announced once.
  let signals: SignalNotes

  /// Performs the job.
  ///
  /// - Returns: How it ended; no error of one target concerns the others.
  func perform() async -> BackupOutcome {
    var outcome = BackupOutcome(typed.target)
    do throws(CommandFailure) {
      try await perform(&outcome)
    } catch {
      outcome.failure = error
    }
    await recordUpkeep(outcome)
    return outcome
  }

  /// Changes the ending of the run if something failed after its snapshot.
  private func recordUpkeep(_ outcome: BackupOutcome) async {
    guard let run = outcome.run, let result = outcome.result else { return }
    guard outcome.status != result.status else { return }
    let reason =
      outcome.failure?.message
      ?? (outcome.drill?.isPassed == false ? "the drill failed" : "the chain is broken")
    try? await ledger.end(
      run, RunEnding(.done, reason: "\(result.text); \(reason)"),
      exitCode: Int(outcome.status.rawValue))
  }

  private func perform(_ outcome: inout BackupOutcome) async throws(CommandFailure) {
    let connecting = try typed.resolved(on: context.console)
    let named = connecting.fenceCheck?.named
    outcome.target = named?.name ?? connecting.target
    let folder = try RepositoryAccess.folder(context, of: named)
    outcome.repository = folder
    // Before the server is read, which may take long: the folder may be misspelt.
    let repository = try RepositoryAccess.open(folder)
    let conduct = RunConduct(
      progress, phase: "Reading", unit: "group", on: context.console, signals: signals)
    let result = try await backUp(connecting, repository, conduct, &outcome)
    outcome.result = result
    guard result.snapshot.isGood else { return }
    let upkeep = RepositoryUpkeep(context: context, repository: repository, conduct: conduct)
    if !context.arguments.has(.noDrill), upkeep.isDrillDue(result.history) {
      outcome.drill = try await upkeep.drill(
        FoundSnapshot(snapshot: result.snapshot, history: result.history))
    }
    if !context.arguments.has(.noForget), !result.isChainDamaged, conduct.control.stop == nil {
      outcome.forgotten = try await upkeep.forget(in: result.history)
    }
  }

  private func backUp(
    _ connecting: ConnectingOptions, _ repository: Repository, _ conduct: RunConduct,
    _ outcome: inout BackupOutcome
  ) async throws(CommandFailure) -> Backup.Result {
    let pace = connecting.fenced(pace, on: context.console)
    let address = try TargetAddress(connecting.target)
    let locks = try connecting.locks(context, conduct, wait: lockWait)
    var setting = conduct.setting(
      ledger, connecting.recorded(address), fenceCheck: connecting.fenceCheck)
    setting.identifiesServer(at: address)
    if let confirm = setting.confirmServer {
      setting.confirmServer = { servers, id async throws(RunStop) in
        try await confirm(servers, id)
        // A run of ours that pushes to this server is waited for; it may begin again at once.
        if let id { try await locks.take(server: id) }
        locks.release()
      }
    }
    let backup = Backup(
      pace: pace, setting: setting, tool: "cupibulk \(Tool.version)", to: repository,
      wait: RepositoryAccess.wait(context, until: conduct.control))
    let attempt = RunAttempt(
      context: context, opening: backup.opening, ledger: ledger)
    var run: RunID?
    defer { outcome.run = run }
    return try await attempt.perform(preparing: { run = $0 }) { run async throws(CommandFailure) in
      if let stop = await locks.takeTarget() { throw CommandFailure(backup: stop) }
      locks.release()
      let target = try await connecting.connect(conduct, readOnly: true, timeout: pace.giveUp)
      defer { target.close() }
      let client = target.client
      let result = await conduct.run { () async -> Result<Backup.Result, RunStop> in
        do throws(RunStop) {
          return .success(try await backup.perform(run, on: client))
        } catch {
          return .failure(error)
        }
      }
      switch result {
      case .failure(let stop): throw CommandFailure(backup: stop)
      case .success(let result):
        await backup.end(
          run, result, outcome: result.text, exitCode: Int(result.status.rawValue))
        return result
      }
    }
  }
}

extension Backup.Result {
  /// The exit code of the snapshot alone.
  fileprivate var status: ExitStatus { snapshot.isGood ? .success : .limitExceeded }

  /// What was added, for the ledger.
  fileprivate var text: String {
    "\(snapshot.isGood ? "" : "SUSPECT ")snapshot \(snapshot.id): \(snapshot.countsText)"
      + (isUnchanged ? ", unchanged" : "")
  }
}

extension Snapshot {
  /// `180 servers of 40 port groups`.
  var countsText: String {
    "\(Quantity.count(servers, "server")) of \(Quantity.count(groups, "port group"))"
  }
}

extension CommandFailure {
  /// A backup that was stopped.
  init(backup stop: RunStop) {
    self.init(stop.status, stop.backupSentence, hint: stop.backupHint ?? "")
  }
}

extension RunStop {
  /// Why there is no snapshot, as a sentence without a full stop.
  var backupSentence: String {
    switch self {
    case .interrupted, .terminated, .hungUp, .outOfProcessorTime, .aborted: sentence
    // The line begins with the target.
    default: reason.sentenceStart
    }
  }

  fileprivate var backupHint: String? {
    switch self {
    case .repository, .targetLocked: hint
    case .interrupted, .terminated, .hungUp, .outOfProcessorTime, .gaveUp, .server, .aborted,
      .unreadable:
      "run the same command again; no snapshot was added"
    default: nil
    }
  }
}
