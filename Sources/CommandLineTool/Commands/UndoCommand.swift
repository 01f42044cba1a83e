import BatchEngine
import RowLedger

/// `cupibulk undo`: puts back what a run changed.
struct UndoCommand: Performing {
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
    let ledger = try LedgerAccess.openToGoOn(context, isDry: options.isDry)
    let run = try LedgerAccess.run(context, in: ledger)
    guard run.opening.kind != .export else {
      context.console.note("Nothing to undo: run \(run.id) is an export, which changes nothing.")
      return .success
    }
    guard run.isStaged else {
      context.console.note("Nothing to undo: run \(run.id) \(run.unstagedText), and sent nothing.")
      return .success
    }
    let books = try LedgerAccess.reading { () throws(LedgerError) in try ledger.books(of: run.id) }
    guard books.inDoubt == 0 else {
      throw CommandFailure(
        .inDoubt,
        "Run \(run.id) has \(Quantity.count(books.inDoubt, "row")) in doubt, "
          + "so that nobody knows what is to be undone",
        hint: "settle it first with: cupibulk resume \(run.id)")
    }
    let going = GoingOn(run: run, connecting: connecting, context: context)
    try going.checkTarget()
    let conduct = RunConduct(
      progress, phase: "Undoing", on: context.console, planAsJSON: context.arguments.has(.json))
    PacingOptions.warn(options.pace, on: context.console)
    return try await going.begin(.undo, ledger, conduct, options, lockWait)
  }
}
