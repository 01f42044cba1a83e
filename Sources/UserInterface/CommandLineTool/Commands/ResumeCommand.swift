import BatchEngine
import RowLedger

extension Command {
  static let resume = Command(
    name: "resume",
    summary: "Resume a run that stopped or was killed",
    details: [
      "Rows in doubt are first looked up on the server; then the remaining rows are sent. Only the "
        + "ledger is needed: the input file may be changed or gone. Without RUN, the newest unfinished "
        + "run is resumed; with --target, the newest one on that server.",
      "With --failed the rows that failed are tried again, as a new run that belongs to the old one; "
        + "with --all both: first what is left of the run, then its failed rows.",
    ],
    operands: [
      Operand(
        name: "RUN", help: "the run's name, or its unique beginning", words: .runs,
        isRequired: false)
    ],
    options: connecting + [.failed, .all, .dryRun, .yes, .maxFail, .settleWait, .lockWait] + pacing
      + [.json, .rowsTo, .progress, .ledger, .ticket, .note],
    exclusive: trusting + [.failed, .all],
    examples: [
      Example(purpose: "continue after a crash, a stop or an outage", line: "cupibulk resume"),
      Example(
        purpose: "try what failed again, once the server has been fixed",
        line: "cupibulk resume --failed"),
      Example(
        purpose: "finish the newest run that has anything left, whatever it is",
        line: "cupibulk resume --all"),
    ],
    onlyReports: true, recordsRun: true
  ) { context throws(UsageError) in try ResumeCommand(context) }
}

/// `cupibulk resume`: resumes a run, or retries its failed rows.
struct ResumeCommand: RunnableCommand {
  private let context: CommandContext
  private var connecting: ConnectingOptions
  private let options: PushOptions
  private let lockWait: Duration
  private let progress: ProgressPainter.Mode
  private let triesFailed: Bool
  /// True if what is left and what failed are tried.
  private let triesAll: Bool

  init(_ context: CommandContext) throws(UsageError) {
    let arguments = context.arguments
    self.context = context
    connecting = try ConnectingOptions(context)
    progress = try arguments.choice(.progress)
    lockWait = try arguments.duration(.lockWait)
    triesFailed = arguments.has(.failed)
    triesAll = arguments.has(.all)
    options = try PacingOptions.push(context)
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    var command = self
    command.connecting = try connecting.resolved(on: context.console)
    return try await command.resume()
  }

  /// Resumes a run, once the target's name is known to be a server.
  private func resume() async throws(CommandFailure) -> ExitStatus {
    let ledger = try LedgerAccess.openToResume(context, isDry: options.isDry)
    if !triesFailed, !triesAll, let unsent = try await newestUnsent(ledger) {
      throw try await failure(toResume: unsent, ledger)
    }
    guard let run = try await find(ledger) else {
      let place = connecting.target.isEmpty ? "" : " on \(connecting.target.escapedForDisplay)"
      context.console.note(
        triesFailed
          ? "Nothing to try again: no run\(place) has failed rows."
          : triesAll
            ? "Nothing to resume: every run\(place) is finished, and no row failed."
            : "Nothing to resume: every run\(place) is finished.")
      if !connecting.target.isEmpty, let other = try await newest(ledger, where: { _ in true }) {
        context.console.note(
          "    hint: on \(other.opening.target.url.escapedForDisplay) there is one: "
            + "cupibulk resume \(other.id)\(triesFailed ? " --failed" : triesAll ? " --all" : "")\(LedgerAccess.option(context))"
        )
      }
      return .success
    }
    if !triesFailed, !run.isStaged || run.wasNotSent {
      throw try await failure(toResume: run, ledger)
    }
    // Only a run that the user named can have nothing left: `find` chooses no other.
    if !context.arguments.operands.isEmpty, let reason = try await reasonNothingIsLeft(run, ledger)
    {
      context.console.note("Nothing to resume: run \(run.id) \(reason).")
      return .success
    }
    if triesFailed, run.opening.kind == .apply {
      throw CommandFailure(
        .failure,
        "Run \(run.id) applied a plan, and what failed is not tried again: only a new plan can say what to do",
        hint: "make a new plan with the command that made the first one")
    }
    if triesFailed { try await checkDoubt(run, ledger) } else { try await checkLater(run, ledger) }
    PacingOptions.warn(options.pace, on: context.console)
    if triesAll {
      return try await RunContinuation(
        context: context, connecting: connecting, options: options, lockWait: lockWait,
        progress: progress
      ).perform(run, ledger).status
    }
    let resumable = ResumableRun(run: run, connecting: connecting, context: context)
    try resumable.checkTarget()
    let conduct = RunConduct(
      progress, phase: "Sending", on: context.console, planAsJSON: context.arguments.has(.json),
      asking: try resumable.asking(options), isApproved: run.opening.kind == .apply,
      rows: context.rows)
    return triesFailed
      ? try await resumable.begin(.retry, ledger, conduct, options, lockWait)
      : try await resumable.resume(ledger, conduct, options, lockWait)
  }

  /// Rows in doubt may still take effect, so they are settled before failed rows are retried.
  private func checkDoubt(_ run: Run, _ ledger: Ledger) async throws(CommandFailure) {
    let books = try await LedgerAccess.reading { try await ledger.books(of: run.id) }
    guard books.inDoubt > 0 else { return }
    throw CommandFailure(
      .inDoubt,
      "Run \(run.id) has \(Quantity.count(books.inDoubt, "row")) in doubt; failed rows are retried only after these are settled",
      hint: "settle it first with: cupibulk resume \(run.id)\(LedgerAccess.option(context))")
  }

  /// Refuses a run that was undone; without RUN, also a run if a later one has changed the same target.
  private func checkLater(_ run: Run, _ ledger: Ledger) async throws(CommandFailure) {
    if let undo = try await LedgerAccess.undo(of: run, in: ledger) {
      throw CommandFailure(
        .failure, "Run \(run.id) was undone by run \(undo), so it is not resumed",
        hint: "to do it once more, import its input again")
    }
    guard context.arguments.operands.isEmpty else { return }
    let later = try await LedgerAccess.reading {
      try await ledger.newestRun(after: run.id)
    }
    guard let later else { return }
    throw CommandFailure(
      .failure,
      "Run \(run.id) is not finished, and run \(later) has changed the same target since",
      hint: "to resume it anyway: cupibulk resume \(run.id)\(LedgerAccess.option(context)); "
        + "to take back what it did: cupibulk undo \(run.id)\(LedgerAccess.option(context))")
  }

  /// The named run, or the newest run of the given target, or of any target, that has something left.
  private func find(_ ledger: Ledger) async throws(CommandFailure) -> Run? {
    if !context.arguments.operands.isEmpty {
      return try await LedgerAccess.run(context, in: ledger)
    }
    let target = connecting.target.isEmpty ? nil : try TargetAddress(connecting.target)
    return try await newest(ledger) { run in target.map { run.isOn($0) } ?? true }
  }

  /// The newest run of the given target, or of any target, if it sent nothing and cannot be resumed.
  ///
  /// `import … || resume` must not succeed because an older run is finished, or can be resumed.
  private func newestUnsent(_ ledger: Ledger) async throws(CommandFailure) -> Run? {
    guard context.arguments.operands.isEmpty else { return nil }
    let target = connecting.target.isEmpty ? nil : try TargetAddress(connecting.target)
    let newest = try await LedgerAccess.reading {
      try await ledger.newestRun { run in
        !run.opening.isDry && run.opening.kind.isWriting && target.map { run.isOn($0) } ?? true
      }
    }
    return newest.flatMap { $0.isStaged && !$0.wasNotSent ? nil : $0 }
  }

  private func failure(
    toResume run: Run, _ ledger: Ledger
  ) async throws(CommandFailure) -> CommandFailure {
    if run.isRunning {
      return CommandFailure(
        .locked, "Run \(run.id) \(run.unstagedText)", hint: "wait until it has ended")
    }
    let older = try await newest(ledger) { $0.id != run.id }
    let other = older.map {
      "; what is left of another run: cupibulk resume \($0.id)\(LedgerAccess.option(context))"
    }
    let code = run.exitCode.flatMap { ExitStatus(rawValue: Int32($0)) } ?? .tryAgain
    return CommandFailure(
      // The signal stopped that run, not this one.
      [.hungUp, .interrupted, .terminated].contains(code) ? .tryAgain : code,
      "Run \(run.id) sent nothing, so there is nothing to resume: it "
        + (run.wasRefused
          ? "was refused" : run.wasNotSent ? "was not agreed to" : run.unstagedText)
        + (run.ending.map { $0.reason.isEmpty ? "" : " (\($0.reason))" } ?? ""),
      hint: (run.wasRefused ? "correct its input and import it again" : "run its command again")
        + (other ?? ""))
  }

  /// The newest run that satisfies `isMeant` and has something left.
  private func newest(
    _ ledger: Ledger, where isMeant: (Run) -> Bool
  ) async throws(CommandFailure) -> Run? {
    try await LedgerAccess.reading {
      try await ledger.newestRun { run in
        guard isMeant(run) else { return false }
        return try await reasonNothingIsLeft(run, ledger) == nil
      }
    }
  }

  /// Why no failed row of a finished run is left; a run that was tried again has passed its rows on.
  private func reasonNothingFailed(
    _ run: Run, _ ledger: Ledger
  ) async throws(CommandFailure) -> String? {
    let books = try await LedgerAccess.reading { try await ledger.books(of: run.id) }
    if books.failed == 0 { return "is finished, and no row failed" }
    let children = try await LedgerAccess.reading { try await ledger.children(of: run.id) }
    return children.last { $0.relation == .retry }.map { "was tried again by run \($0.run)" }
  }

  /// Why a run has nothing left, as the end of a sentence; `nil` if it has something left.
  private func reasonNothingIsLeft(_ run: Run, _ ledger: Ledger) async throws(CommandFailure)
    -> String?
  {
    if run.opening.kind == .export { return "is an export; run it again" }
    if run.opening.kind == .backup { return "is a backup; run it again" }
    if !run.isStaged { return run.unstagedText }
    if triesFailed {
      let books = try await LedgerAccess.reading {
        try await ledger.books(of: run.id)
      }
      return books.failed + books.inDoubt == 0 ? "has no failed rows" : nil
    }
    if run.wasNotSent { return run.wasRefused ? "was refused" : "was not agreed to" }
    let isOpen = try await LedgerAccess.reading {
      try await ledger.hasOpenGroups(run.id)
    }
    if !isOpen, run.ended != nil, !run.awaitsVerdict {
      guard triesAll else { return "is finished" }
      if let reason = try await reasonNothingFailed(run, ledger) { return reason }
    }
    // If RUN is given, `checkLater` refuses a run that was undone.
    guard context.arguments.operands.isEmpty else { return nil }
    return try await LedgerAccess.undo(of: run, in: ledger).map { "was undone by run \($0)" }
  }
}
