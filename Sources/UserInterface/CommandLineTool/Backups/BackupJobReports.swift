import BatchEngine
import FoundationEssentials
import SnapshotRepository
import Synchronization

/// Reports a backup job to others: the service manager, a dead man's switch, and a collector of metrics.
final class BackupJobReports: Sendable {
  private let context: CommandContext
  private let ping: JobPing?
  private let metrics: MetricsFile?
  private let service: ServiceNotifier
  private let start = Date.now
  private let done = Atomic(0)

  init(_ context: CommandContext) {
    self.context = context
    service = ServiceNotifier(environment: context.environment)
    metrics = context.arguments.givenText(.metricsFile).map { MetricsFile(path: $0) }
    ping = context.arguments.givenText(.pingURLFile).flatMap { file in
      JobPing(file: file, environment: context.environment, on: context.console)
    }
  }

  /// Reports that the job begins.
  func begin(targets: Int) async {
    service.status("Backing up \(Quantity.count(targets, "target"))")
    await ping?.start()
  }

  /// Reports that one more of the targets is done.
  func showDone(of targets: Int) {
    let done = done.add(1, ordering: .relaxed).newValue
    service.status("Backed up \(done) of \(Quantity.count(targets, "target"))")
  }

  /// Reports that the job ended before any target was begun.
  func end(by failure: CommandFailure) async {
    metrics?.write(
      JobMetrics(targets: [], exitCode: failure.status.rawValue, start: start, end: .now),
      on: context.console)
    await ping?.end(exitCode: failure.status.rawValue, body: failure.message)
  }

  /// Reports how the job ended; what fails here is a warning.
  func end(_ outcomes: [BackupOutcome], _ status: ExitStatus) async {
    metrics?.write(
      JobMetrics(
        targets: outcomes.map(\.metrics), exitCode: status.rawValue, start: start, end: .now),
      on: context.console)
    await ping?.end(
      exitCode: status.rawValue, body: outcomes.map(\.line).joined(separator: "\n"))
    service.status(
      "Backed up \(outcomes.count { $0.result != nil }) of \(Quantity.count(outcomes.count, "target"))"
    )
  }
}

extension BackupOutcome {
  /// The outcome on a line or two, with the digest that proves later that nothing was removed.
  fileprivate var line: String {
    var text = "\(target): "
    if let result { text += result.summary() }
    if let failure { text += (result == nil ? "" : "; ") + failure.message }
    if let result { text += "\nchain head \(result.head)" }
    return text
  }

  /// The values of the repository as it is now, so that the last success stays where it was after a failure.
  fileprivate var metrics: JobMetrics.Target {
    guard let history = history else { return JobMetrics.Target(name: target) }
    let good = history.lastGood
    return JobMetrics.Target(
      name: target, id: history.target?.id, lastSuccess: good?.ended,
      lastDrill: history.lastDrill, servers: good?.servers, groups: good?.groups,
      snapshots: history.snapshots.count, isSuspect: history.newest.map { !$0.isGood })
  }

  private var history: TargetHistory? {
    guard let repository, let histories = try? RepositoryAccess.open(repository).histories() else {
      return nil
    }
    if let folder = result?.history.folder { return histories.first { $0.folder == folder } }
    return histories.first { $0.target.map { RepositoryAccess.isNamed($0, target) } ?? false }
  }
}
