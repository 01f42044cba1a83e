import BatchEngine
import Synchronization

/// Backs up several targets, some at one time: one that is out of reach neither stops nor delays the others.
struct BackupRound: Sendable {
  /// The maximum number of targets at one time.
  static let atOnce = 8

  let jobs: [BackupJob]
  /// Called with each outcome as soon as it is known.
  let report: @Sendable (BackupOutcome) -> Void

  /// Performs all jobs; after a signal, no other one is begun.
  ///
  /// - Returns: The outcomes in the order of the jobs.
  func perform() async -> [BackupOutcome] {
    // A person types one password after another.
    let width = jobs.contains { $0.typed.mayAsk } ? 1 : Self.atOnce
    var outcomes = [BackupOutcome?](repeating: nil, count: jobs.count)
    // What the first interrupted target ended with: the signal is the same for those that are not begun.
    var signal: ExitStatus?
    await withTaskGroup(of: Numbered.self) { tasks in
      var next = 0
      func begin() {
        guard next < jobs.count, signal == nil else { return }
        let (number, job) = (next, jobs[next])
        next += 1
        tasks.addTask { Numbered(number: number, outcome: await job.perform()) }
      }
      for _ in 0..<width { begin() }
      while let ended = await tasks.next() {
        outcomes[ended.number] = ended.outcome
        report(ended.outcome)
        if ended.outcome.wasInterrupted { signal = signal ?? ended.outcome.status }
        begin()
      }
    }
    return zip(jobs, outcomes).map { job, outcome in
      if let outcome { return outcome }
      var notBegun = BackupOutcome(job.typed.target)
      notBegun.failure = CommandFailure(
        signal ?? .interrupted, "Not started", hint: "run the same command again")
      report(notBegun)
      return notBegun
    }
  }

  private struct Numbered: Sendable {
    var number: Int
    var outcome: BackupOutcome
  }
}

extension ConnectingOptions {
  /// True if a password may have to be typed.
  var mayAsk: Bool {
    let sources = [passwordFile, netrcFile, passwordCommand, credentialFile, credentialsFolder]
    guard sources.allSatisfy({ $0 == nil }), !TargetAddress.isSandbox(target) else { return false }
    // The section of a named target has a source, or none.
    guard let registry = try? TargetRegistry.load(TargetsPlaces(environment: environment)),
      let section = try? registry.find(target)
    else { return true }
    return section.passwordSource == nil
  }
}
