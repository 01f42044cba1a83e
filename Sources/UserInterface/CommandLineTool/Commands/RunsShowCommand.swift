import BatchEngine
import PortGroupModel
import RowLedger

extension Command {
  static let runsShow = Command(
    name: "show",
    summary: "Show one run: who did what, its books, and how it ended",
    details: ["The last line is the command to use next, if there is one."],
    operands: [someRun],
    options: [.json, .ledger],
    examples: [Example(purpose: "show the newest run", line: "cupibulk runs show")],
    isPaged: true
  ) { context throws(UsageError) in try RunsShowCommand(context) }
}

/// `cupibulk runs show`: shows who did what where, the books of a run, and how it ended.
struct RunsShowCommand: RunnableCommand {
  private let context: CommandContext

  init(_ context: CommandContext) throws(UsageError) { self.context = context }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let ledger = try LedgerAccess.openToLook(context)
    let run = try await LedgerAccess.run(context, in: ledger)
    let (summary, details) = try await LedgerAccess.reading {
      (try await ledger.summary(of: run.id), try await RunDetails(of: run, in: ledger))
    }
    let next = try await next(summary, details, ledger)
    if context.arguments.has(.json) {
      context.console.end(with: RunReport(summary: summary, details: details, next: next.line))
      return .success
    }
    let output = context.console.output
    context.console.write(details.head(of: summary, for: output))
    if run.isStaged {
      let table = summary.books.table(wasRefused: run.wasNotSent)
      context.console.write("\n" + table.text(for: output))
    }
    for text in details.texts(for: output) { context.console.write("\n" + text) }
    if run.isStaged {
      // An export changes nothing; a group that it read may wait for a reset anyway.
      if run.opening.kind != .export { showGroups(details) }
      try await showTroubles(run, summary.books, ledger)
    }
    context.console.write("\n" + next.text.escapedByLines)
    return .success
  }

  private func next(
    _ summary: RunSummary, _ details: RunDetails, _ ledger: Ledger
  ) async throws(CommandFailure) -> NextCommand {
    let run = summary.run.id
    let (isOpen, hasChanges) = try await LedgerAccess.reading {
      (try await ledger.hasOpenGroups(run), try await ledger.hasChanges(run))
    }
    return NextCommand(
      NextCommand.Situation(
        summary: summary, children: details.children, sessions: details.sessions.sessions,
        isOpen: isOpen, hasChanges: hasChanges, ledgerOption: LedgerAccess.option(context)))
  }

  private func showGroups(_ details: RunDetails) {
    guard !details.groupsToReset.isEmpty else { return }
    context.console.print("\nPort groups to reset before the changes take effect:")
    for name in details.groupsToReset { context.console.print("  " + name.escapedForDisplay) }
  }

  private func showTroubles(_ run: Run, _ books: Books, _ ledger: Ledger)
    async throws(CommandFailure)
  {
    guard books.failed + books.inDoubt + books.invalid > 0 else { return }
    let option = LedgerAccess.option(context)
    context.console.print("\nRows that need attention:")
    let rows = try await LedgerAccess.reading {
      try await ledger.changes(in: run.id, states: ["failed", "inDoubt", "invalid"]).first(10)
    }
    for row in rows {
      context.console.print("  " + row.line().escapedForDisplay)
      let diagnostics = try await LedgerAccess.reading {
        try await ledger.diagnostics(of: row.id)
      }
      for text in row.changeLines { context.console.print("    " + text.escapedForDisplay) }
      for found in diagnostics where found.severity == .error {
        context.console.print("    \(found.code.rawValue): \(found.message.escapedForDisplay)")
      }
    }
    let more = books.failed + books.inDoubt + books.invalid - rows.count
    if more > 0 {
      context.console.print(
        "  … and \(Quantity.count(more)) more: cupibulk runs rows \(run.id) --state failed"
          + " --state invalid --state inDoubt\(option)")
    }
  }
}
