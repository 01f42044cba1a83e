import BatchEngine
import FoundationEssentials
import RowLedger
import SnapshotRepository

/// What follows a snapshot: forgetting what the policy does not keep, and rehearsing a restore.
struct RepositoryUpkeep: Sendable {
  let context: CommandContext
  let repository: Repository
  let conduct: RunConduct

  /// What a policy says of each snapshot of a target, in the order of the chain.
  typealias Decided = [(snapshot: Snapshot, decision: RetentionDecision)]

  /// Decides about each snapshot of a target.
  ///
  /// - Throws: A usage error for an empty policy, and a failure if the ledger cannot be read.
  func decisions(
    _ policy: RetentionPolicy, in history: TargetHistory
  ) async throws(CommandFailure) -> Decided {
    let retention = try retention(policy)
    return decide(retention, history, needed: try await NeededSnapshots.ids(context))
  }

  /// Moves what a policy does not keep to the trash.
  ///
  /// It is decided once more when no other process can write: a person may have accepted a snapshot meanwhile.
  ///
  /// - Returns: What was decided then.
  /// - Throws: A usage error for an empty policy, and a failure if anything cannot be read or written.
  func forget(
    _ policy: RetentionPolicy, in history: TargetHistory
  ) async throws(CommandFailure) -> Decided {
    let retention = try retention(policy)
    let needed = try await NeededSnapshots.ids(context)
    let before = decide(retention, history, needed: needed)
    if before.allSatisfy(\.decision.isKept) { return before }
    let writer = try await RepositoryAccess.writing(repository, context)
    guard let now = writer.histories[history.folder] else { return [] }
    let decided = decide(retention, now, needed: needed)
    try RepositoryAccess.reading(in: repository.folder) { () throws(RepositoryFault) in
      try writer.forget(decided.filter { !$0.decision.isKept }.map(\.snapshot), in: now)
    }
    return decided
  }

  /// Forgets what the repository's own policy does not keep; nothing without a policy.
  ///
  /// - Returns: What was moved to the trash.
  func forget(in history: TargetHistory) async throws(CommandFailure) -> [Snapshot] {
    let policy = repository.settings.policy
    if policy.isEmpty { return [] }
    return try await forget(policy, in: history).filter { !$0.decision.isKept }.map(\.snapshot)
  }

  private func retention(_ policy: RetentionPolicy) throws(CommandFailure) -> Retention {
    do throws(RetentionPolicy.Complaint) {
      return try Retention(policy)
    } catch {
      throw CommandFailure(
        .usage, "\(error)".sentenceStart,
        hint: "say what to keep, for example with --keep-daily 30 --keep-weekly 8")
    }
  }

  private func decide(
    _ retention: Retention, _ history: TargetHistory, needed: Set<String>
  ) -> Decided {
    let snapshots = history.snapshots
    let candidates = snapshots.map { snapshot in
      RetentionCandidate(
        id: snapshot.id, moment: snapshot.ended, isGood: snapshot.isGood,
        isKept: snapshot.kept != nil, isNeeded: needed.contains(snapshot.id.text))
    }
    return zip(snapshots, retention.decide(candidates)).map { ($0, $1) }
  }

  /// True if the last drill that succeeded is older than the repository's settings allow.
  func isDrillDue(_ history: TargetHistory) -> Bool {
    let age = Double(repository.settings.drillAge)
    guard age > 0 else { return false }
    guard let last = history.lastDrill, history.newestDrill?.passed != false else { return true }
    return abs(Date.now.timeIntervalSince(last)) >= age
  }
}

extension RepositoryUpkeep {
  /// Rehearses the restore of a snapshot in the sandbox, and records in the chain what was found, except in a copy.
  ///
  /// - Returns: What was found; a rehearsal that a signal has ended is not recorded.
  func drill(_ found: FoundSnapshot) async throws(CommandFailure) -> DrillResult {
    let result = await conduct.run { [repository, conduct] in
      await Self.drill(found, in: repository, conduct)
    }
    if conduct.control.stop != nil, !result.isPassed { return result }
    // A copy has only the lines of its original.
    if repository.settings.isCopy { return result }
    do throws(CommandFailure) {
      let writer = try await RepositoryAccess.writing(repository, context)
      try RepositoryAccess.reading(in: repository.folder) { () throws(RepositoryFault) in
        try writer.recordDrill(of: found.snapshot, in: found.history, passed: result.isPassed)
      }
    } catch {
      // What was found counts, also if it cannot be written down, as on a read-only disk.
      context.console.warn(
        "the drill is not recorded: \(error.message.prefix(1).lowercased())\(error.message.dropFirst())"
          .escapedForDisplay)
    }
    return result
  }

  private static func drill(
    _ found: FoundSnapshot, in repository: Repository, _ conduct: RunConduct
  ) async -> DrillResult {
    let control = conduct.control
    do throws(RunStop) {
      let source = try await SnapshotConfiguration(found, in: repository, control: control)
      return await Drill(
        of: source, in: SandboxRoom(), control: control, report: conduct.showProgress
      ) { ledger, target, report in
        RunSetting(
          ledger: ledger, target: target, toolVersion: Tool.version, control: control,
          exitCode: { Int(ExitStatus($0).rawValue) }, ending: \.ending, report: report)
      }.perform()
    } catch {
      return DrillResult(source: "\(repository.folder)@\(found.snapshot.id)", stop: error)
    }
  }
}
