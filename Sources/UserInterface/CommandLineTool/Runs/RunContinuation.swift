import BatchEngine
import PortGroupModel
import RowLedger

/// Continues a run: what is in doubt is settled, what is left is sent, and then failed rows are tried again in a child run.
struct RunContinuation {
  let context: CommandContext
  let connecting: ConnectingOptions
  let options: PushOptions
  let lockWait: Duration
  let progress: ProgressPainter.Mode

  /// Resumes a run that has something left.
  func resume(_ run: Run, _ ledger: Ledger) async throws(CommandFailure) -> ExitStatus {
    let resumable = ResumableRun(run: run, connecting: connecting, context: context)
    try resumable.checkTarget()
    PacingOptions.warn(options.pace, on: context.console)
    return try await resumable.resume(ledger, try conduct(resumable), options, lockWait)
  }

  /// Continues a run, in two steps if both are needed.
  ///
  /// Failed rows are tried again only if nothing else is left: a row in doubt may still take effect.
  ///
  /// - Returns: How the last step ended, and its run.
  func perform(
    _ run: Run, _ ledger: Ledger
  ) async throws(CommandFailure) -> (status: ExitStatus, run: RunID) {
    let resumable = ResumableRun(run: run, connecting: connecting, context: context)
    try resumable.checkTarget()
    var status = ExitStatus.success
    if try await isOpen(run, ledger) {
      status = try await resumable.resume(ledger, try conduct(resumable), options, lockWait)
      guard status == .success || status == .rowsFailed else { return (status, run.id) }
    }
    let books = try await LedgerAccess.reading { try await ledger.books(of: run.id) }
    guard books.failed > 0, books.inDoubt + books.pending == 0 else { return (status, run.id) }
    // Only a new plan can say what to do with what failed.
    if run.opening.kind == .apply { return (.rowsFailed, run.id) }
    let retries = try await LedgerAccess.reading { try await ledger.children(of: run.id) }
    if let retry = retries.last(where: { $0.relation == .retry }) {
      // Its rows were tried again before; another attempt could revert what was done since.
      context.console.note(
        "Failed rows of run \(run.id) were tried again by run \(retry.run); those that failed since: "
          + "cupibulk resume \(run.id) --failed\(LedgerAccess.option(context))")
      return (.rowsFailed, run.id)
    }
    status = try await resumable.begin(.retry, ledger, try conduct(resumable), options, lockWait)
    let children = try await LedgerAccess.reading { try await ledger.children(of: run.id) }
    return (status, children.last { $0.relation == .retry }?.run ?? run.id)
  }

  /// Continues a run up to `count` times, as long as another attempt may help.
  func perform(
    upTo count: Int, after status: ExitStatus, of run: RunID, _ ledger: Ledger
  ) async throws(CommandFailure) -> ExitStatus {
    var (status, run) = (status, run)
    for attempt in 1...max(count, 1) where count > 0 {
      guard [.rowsFailed, .tryAgain, .inDoubt].contains(status) else { break }
      let latest = run
      let last = try await LedgerAccess.reading { try await ledger.run(latest) }
      guard last.isStaged, !last.wasNotSent else { break }
      guard try await maySucceedLater(last, ledger) else {
        context.console.note("\nNot trying again: the rows that failed would fail in the same way.")
        break
      }
      context.console.note("\nTrying again, \(attempt) of \(count):")
      (status, run) = try await perform(last, ledger)
    }
    return status
  }

  /// True if something is left of a run, or a failed row may succeed in another attempt.
  private func maySucceedLater(_ run: Run, _ ledger: Ledger) async throws(CommandFailure) -> Bool {
    if try await isOpen(run, ledger) { return true }
    var rows = try await LedgerAccess.reading {
      try await ledger.rows(of: run.id, states: ["failed"])
    }
    while true {
      let page = try await LedgerAccess.reading { try await rows.next() }
      if page.isEmpty { return false }
      let codes = page.compactMap { $0.state.detail.flatMap(FailureCode.init) }
      if codes.contains(where: \.maySucceedLater) { return true }
    }
  }

  /// True if the run has rows that are not finished, or nobody recorded its end.
  private func isOpen(_ run: Run, _ ledger: Ledger) async throws(CommandFailure) -> Bool {
    if run.ended == nil { return true }
    return try await LedgerAccess.reading { try await ledger.hasOpenGroups(run.id) }
  }

  private func conduct(_ resumable: ResumableRun) throws(CommandFailure) -> RunConduct {
    RunConduct(
      progress, phase: "Sending", on: context.console, planAsJSON: context.arguments.has(.json),
      asking: try resumable.asking(options),
      isApproved: resumable.run.opening.kind == .apply, rows: context.rows)
  }
}
