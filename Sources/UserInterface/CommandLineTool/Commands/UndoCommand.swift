import BatchEngine
import RowLedger

extension Command {
  static let undo = Command(
    name: "undo",
    summary: "Put back what a run changed",
    details: [
      "What the run created is deleted, what it updated gets its old values, what it deleted is "
        + "created again, in reverse order. A server that was changed since is left alone, and its "
        + "row fails. An undo is a run of its own, and can be undone.",
      asking,
    ],
    operands: [
      Operand(
        name: "RUN", help: "the run's name, or its unique beginning; last is the newest run",
        words: .runs)
    ],
    options: connecting
      + [
        .dryRun, .planFile, .validFor, .yes, .maxFail, .allowLast, .verify, .settleWait, .lockWait,
        .runKey,
      ]
      + pacing
      + [.json, .rowsTo, .progress, .ledger, .ticket, .note],
    exclusive: trusting,
    incompatible: [[.planFile, .yes]] + RunKey.incompatible,
    examples: [
      Example(
        purpose: "see what an undo would do", line: "cupibulk undo 20261123T191502Z-ab3f --dry-run")
    ],
    onlyReports: true, recordsRun: true
  ) { context throws(UsageError) in try UndoCommand(context) }
}

/// `cupibulk undo`: reverts the changes of a run.
struct UndoCommand: RunnableCommand {
  private let context: CommandContext
  private let connecting: ConnectingOptions
  private let options: PushOptions
  private let lockWait: Duration
  private let progress: ProgressPainter.Mode

  init(_ context: CommandContext) throws(UsageError) {
    let arguments = context.arguments
    self.context = context
    connecting = try ConnectingOptions(context)
    lockWait = try arguments.duration(.lockWait)
    progress = try arguments.choice(.progress)
    var options = try PacingOptions.push(context)
    options.allowLast = arguments.has(.allowLast)
    options.verify = try arguments.choice(.verify)
    self.options = options
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let connecting = try connecting.resolved(on: context.console)
    let ledger = try LedgerAccess.openToResume(context, isDry: options.isDry)
    // Runs that only read, or that changed nothing, are not meant.
    let isLast = context.arguments.operands.first?.lowercased() == "last"
    let undoneBefore = isLast ? try await RunKey.undoneBefore(context, in: ledger) : nil
    let named = try await LedgerAccess.run(context, in: ledger) { run in
      run.isStaged && !run.opening.isDry && !run.wasNotSent && run.opening.kind != .export
    }
    let run = undoneBefore ?? named
    guard run.opening.kind != .export else {
      context.console.note("Nothing to undo: run \(run.id) is an export, which changes nothing.")
      return .success
    }
    guard run.isStaged else {
      context.console.note("Nothing to undo: run \(run.id) \(run.unstagedText), and sent nothing.")
      return .success
    }
    if isLast {
      try await checkChanges(run, ledger)
    }
    let books = try await LedgerAccess.reading { try await ledger.books(of: run.id) }
    guard books.inDoubt == 0 else {
      throw CommandFailure(
        .inDoubt,
        "Run \(run.id) has \(Quantity.count(books.inDoubt, "row")) in doubt, "
          + "so that it is not known what to undo",
        hint: "settle it first with: cupibulk resume \(run.id)")
    }
    let resumable = ResumableRun(run: run, connecting: connecting, context: context)
    try resumable.checkTarget()
    let conduct = RunConduct(
      progress, phase: "Undoing", on: context.console, planAsJSON: context.arguments.has(.json),
      asking: try resumable.asking(options), isApproved: run.opening.kind == .apply,
      rows: context.rows)
    PacingOptions.warn(options.pace, on: context.console)
    return try await resumable.begin(.undo, ledger, conduct, options, lockWait)
  }

  /// Refuses the last run if it changed nothing: the user probably means another one.
  private func checkChanges(_ run: Run, _ ledger: Ledger) async throws(CommandFailure) {
    var changed: RunID?
    let isIdle = try await LedgerAccess.reading {
      if try await ledger.hasChanges(run.id) { return false }
      if try await ledger.books(of: run.id).inDoubt > 0 { return false }
      changed = try await ledger.newestRun { try await ledger.hasChanges($0.id) }?.id
      return true
    }
    guard isIdle else { return }
    throw CommandFailure(
      .failure,
      "Run \(run.id) is the last one that was to change something, and it changed nothing",
      hint: changed.map {
        "the newest run that did: cupibulk undo \($0)\(LedgerAccess.option(context))"
      }
        ?? "no run in the ledger has changed anything")
  }
}
