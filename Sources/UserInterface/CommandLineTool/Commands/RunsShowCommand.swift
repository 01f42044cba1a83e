import BatchEngine
import FoundationEssentials
import Glibc
import PortGroupModel
import RowLedger

extension Command {
  static let runsShow = Command(
    name: "show",
    summary: "Show one run: its books and how it ended",
    operands: [someRun],
    options: [.json, .ledger],
    examples: [Example(purpose: "show the newest run", line: "cupibulk runs show")]
  ) { context throws(UsageError) in try RunsShowCommand(context) }
}

/// `cupibulk runs show`: shows the books of a run, and how it ended.
struct RunsShowCommand: RunnableCommand {
  private let context: CommandContext

  init(_ context: CommandContext) throws(UsageError) { self.context = context }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let ledger = try LedgerAccess.openToLook(context)
    let run = try await LedgerAccess.run(context, in: ledger)
    let books = try await LedgerAccess.reading { try await ledger.books(of: run.id) }
    let details = try await LedgerAccess.reading {
      try await RunDetails(of: run, in: ledger)
    }
    if context.arguments.has(.json) {
      var line = run.json(books, parent: details.parent)
      details.add(to: &line)
      context.console.print(line)
      return .success
    }
    show(run, details)
    if run.isStaged {
      let table = books.table(wasRefused: run.wasNotSent)
      context.console.write("\n" + table.text(for: context.console.output))
      for text in details.texts(for: context.console.output) { context.console.write("\n" + text) }
      // An export changes nothing; a group that it read may wait for a reset anyway.
      if run.opening.kind != .export { showGroups(details) }
      try await showTroubles(run, books, ledger)
      try await showNext(run, ledger)
    }
    return .success
  }

  private func show(_ run: Run, _ details: RunDetails) {
    var table = TextTable([.text(""), .text("")])
    func line(_ label: String, _ text: String) {
      table.add([TextTable.Cell(label, .dim), TextTable.Cell(text)])
    }
    line("run", run.id.text)
    line("kind", run.kindText)
    line("source", run.opening.source)
    for (label, run) in details.relatives { line(label, run.text) }
    line("target", run.opening.target.url)
    if !run.opening.target.isVerified {
      line("trust", "the certificate was not verified (--insecure)")
    }
    line("started", run.started.ISO8601Format())
    if let ended = run.ended {
      // Measured by the clock of the processes; runs of earlier versions have only the times of the
      // wall clock.
      let took = run.took ?? .seconds(max(0, ended.timeIntervalSince(run.started)))
      line("ended", "\(ended.ISO8601Format()) (\(Quantity.time(took)))")
    }
    line("how", run.endText + (run.exitCode.map { ", exit code \($0)" } ?? ""))
    context.console.write(table.text(for: context.console.output))
  }

  private func showGroups(_ details: RunDetails) {
    guard !details.groupsToReset.isEmpty else { return }
    context.console.print("\nPort groups to reset before the changes take effect:")
    for name in details.groupsToReset { context.console.print("  " + name.escapedForDisplay) }
  }

  /// How to continue a run that is not finished.
  private func showNext(_ run: Run, _ ledger: Ledger) async throws(CommandFailure) {
    // An export is repeated, not resumed.
    if run.opening.kind == .export || run.isRunning || run.wasNotSent
      || run.exitCode == Int(ExitStatus.limitExceeded.rawValue)
    {
      return
    }
    let isOpen = try await LedgerAccess.reading {
      try await ledger.hasOpenGroups(run.id)
    }
    guard isOpen || run.ended == nil else { return }
    context.console.print("\nResume with: cupibulk resume \(run.id)\(LedgerAccess.option(context))")
  }

  private func showTroubles(_ run: Run, _ books: Books, _ ledger: Ledger)
    async throws(CommandFailure)
  {
    guard books.failed + books.inDoubt + books.invalid > 0 else { return }
    let option = LedgerAccess.option(context)
    context.console.print("\nRows that need attention:")
    let rows = try await LedgerAccess.reading {
      try await ledger.rows(of: run.id, states: ["failed", "inDoubt", "invalid"]).first(10)
    }
    for row in rows {
      context.console.print("  " + row.line().escapedForDisplay)
      let diagnostics = try await LedgerAccess.reading {
        try await ledger.diagnostics(of: row.id)
      }
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
