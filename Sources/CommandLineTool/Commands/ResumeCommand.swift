import BatchEngine
import RowLedger

/// `cupibulk resume`: goes on with a run, or tries its failed rows again.
struct ResumeCommand: Performing {
  private let context: CommandContext
  private let connecting: ConnectingOptions
  private let options: PushOptions
  private let lockWait: Duration
  private let progress: ProgressPainter.Mode
  private let triesFailed: Bool

  init(_ context: CommandContext) throws(UsageError) {
    let arguments = context.arguments
    self.context = context
    connecting = try ConnectingOptions(context)
    progress = try arguments.choice(.progress)
    lockWait = try arguments.duration(.lockWait)
    triesFailed = arguments.has(.failed)
    options = try PacingOptions.push(context)
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    PacingOptions.warn(options.pace, on: context.console)
    let ledger = try LedgerAccess.openToGoOn(context, isDry: options.isDry)
    guard let run = try find(ledger) else {
      let place = connecting.target.isEmpty ? "" : " on \(connecting.target.escapedForDisplay)"
      context.console.note(
        triesFailed
          ? "Nothing to try again: no run\(place) has failed rows."
          : "Nothing to resume: every run\(place) is finished.")
      if !connecting.target.isEmpty, let other = try newest(ledger, where: { _ in true }) {
        context.console.note(
          "    hint: on \(other.opening.target.url.escapedForDisplay) there is one: "
            + "cupibulk resume \(other.id)\(triesFailed ? " --failed" : "")\(LedgerAccess.option(context))"
        )
      }
      return .success
    }
    // Of a run that was looked for, it is known that something is left.
    if !context.arguments.operands.isEmpty, let reason = try nothingLeft(run, ledger) {
      context.console.note("Nothing to resume: run \(run.id) \(reason).")
      return .success
    }
    let going = GoingOn(run: run, connecting: connecting, context: context)
    try going.checkTarget()
    context.console.note(
      triesFailed
        ? "Trying the failed rows of \(run.id) again, on \(run.opening.target.url)."
        : "Going on with \(run.id), on \(run.opening.target.url).")
    let conduct = RunConduct(
      progress, phase: "Sending", on: context.console, planAsJSON: context.arguments.has(.json))
    let result = try await going.push(ledger, conduct, options, lockWait) {
      [options, triesFailed] setting, client in
      triesFailed
        ? await ChildRun(of: run, to: .retry, options: options, setting: setting).run(on: client)
        : await Resumer(run: run, options: options, setting: setting).run(on: client)
    }
    return try context.tell(result, of: conduct, in: ledger, isDry: options.isDry)
  }

  /// The run that is named, or the newest one, of the target where one is given, that has something left.
  private func find(_ ledger: Ledger) throws(CommandFailure) -> Run? {
    if !context.arguments.operands.isEmpty { return try LedgerAccess.run(context, in: ledger) }
    let target = connecting.target.isEmpty ? nil : try TargetAddress(connecting.target)
    return try newest(ledger) { run in target.map { run.isOn($0) } ?? true }
  }

  /// The newest of these runs that has something left.
  private func newest(
    _ ledger: Ledger, where isMeant: (Run) -> Bool
  ) throws(CommandFailure) -> Run? {
    let runs = try LedgerAccess.reading { () throws(LedgerError) in try ledger.runs() }
    for run in runs where isMeant(run) {
      if try nothingLeft(run, ledger) == nil { return run }
    }
    return nil
  }

  /// Why there is nothing left to do for a run, as the end of a sentence; `nil` if there is.
  private func nothingLeft(_ run: Run, _ ledger: Ledger) throws(CommandFailure) -> String? {
    if run.opening.kind == .export { return "is an export; run it again" }
    if triesFailed {
      let books = try LedgerAccess.reading { () throws(LedgerError) in
        try ledger.books(of: run.id)
      }
      return books.failed == 0 ? "has no failed rows" : nil
    }
    if run.ending?.how == .refused {
      return "was refused, and nothing was sent; mend its input and import it again"
    }
    let isOpen = try LedgerAccess.reading { () throws(LedgerError) in
      try ledger.hasOpenGroups(run.id)
    }
    return isOpen || run.ended == nil ? nil : "is finished"
  }
}
