import PortGroupModel
import BatchEngine
import FoundationEssentials
import Glibc
import RowLedger

extension Command {
  static let runsList = Command(
    name: "list",
    summary: "List the runs, newest first",
    options: [.json, .ledger],
    examples: [Example(purpose: "list the runs", line: "cupibulk runs list")]
  ) { context throws(UsageError) in try RunsListCommand(context) }
}

/// `cupibulk runs list`: all runs, newest first.
struct RunsListCommand: RunnableCommand {
  private let context: CommandContext

  init(_ context: CommandContext) throws(UsageError) { self.context = context }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let ledger = try LedgerAccess.openToLook(context)
    let runs = try await LedgerAccess.reading { try await ledger.runs(limit: Self.shown) }
    if runs.isEmpty { context.console.note("No runs yet.") }
    if context.arguments.has(.json) {
      for run in runs { context.console.print(try await json(run, ledger)) }
      return .success
    }
    if runs.isEmpty { return .success }
    var table = TextTable([
      .name("run"), .text("kind"), .name("target"), .text("source"), .number("rows"),
      .text("ended"),
    ])
    for run in runs {
      table.add([
        TextTable.Cell(run.id.text), TextTable.Cell(run.kindText),
        TextTable.Cell(run.opening.target.url),
        TextTable.Cell(try await run.sourceText(in: ledger)),
        TextTable.Cell(run.isStaged ? Quantity.count(run.rowCount) : ""),
        TextTable.Cell(run.endText),
      ])
    }
    context.console.write(table.text(for: context.console.output))
    if runs.count == Self.shown {
      context.console.note("These are the newest \(Quantity.count(Self.shown, "run")).")
    }
    return .success
  }

  /// How many runs are listed, the newest ones.
  private static let shown = 1_000

  private func json(_ run: Run, _ ledger: Ledger) async throws(CommandFailure) -> JSONLine {
    let books = try await LedgerAccess.reading { try await ledger.books(of: run.id) }
    let parent = try await LedgerAccess.reading {
      try await ledger.parent(of: run.id)
    }
    return run.json(books, parent: parent)
  }
}

extension Run {
  /// How it ended, in a few words.
  var endText: String {
    if let ending {
      if ending.reason.isEmpty { return ending.how.rawValue }
      // "Done" would be misleading if rows failed.
      return ending.how == .done ? ending.reason : "\(ending.how.rawValue): \(ending.reason)"
    }
    return isRunning ? "is running" : "crashed"
  }

  /// Why a run that is not staged has no rows.
  var unstagedText: String {
    if opening.isDry { return "was a dry run" }
    return isRunning
      ? "is still reading its input (process \(owner.pid))" : "ended before its rows were recorded"
  }

  /// `import`, `undo (dry run)`.
  var kindText: String { opening.kind.rawValue + (opening.isDry ? " (dry run)" : "") }

  /// True if nothing was sent, because rows are invalid.
  var wasRefused: Bool { ending?.how == .refused }

  /// True if nothing was sent and nothing can be resumed: rows are invalid, or the user did not agree.
  var wasNotSent: Bool { wasRefused || ending?.how == .declined }

  /// Its source, or its relation to its parent.
  fileprivate func sourceText(in ledger: Ledger) async throws(CommandFailure) -> String {
    guard opening.parent != nil else { return opening.source }
    let parent = try await LedgerAccess.reading { try await ledger.parent(of: id) }
    guard let parent else { return opening.source }
    return (parent.relation == .undo ? "undoes " : "tries again ") + parent.run.text
  }

  /// Everything that the ledger has about the run, for programs.
  func json(_ books: Books, parent: RelatedRun?) -> JSONLine {
    var line = JSONLine()
    line.add("run", id.text)
    line.add("kind", opening.kind.rawValue)
    line.add("dryRun", opening.isDry)
    line.add("staged", isStaged)
    line.add("source", opening.source)
    if let parent {
      line.add(parent.relation == .undo ? "undoes" : "triesAgain", parent.run.text)
    }
    line.add("target", opening.target.url)
    line.add("verified", opening.target.isVerified)
    line.add("started", started.ISO8601Format())
    line.add("ended", ended?.ISO8601Format())
    line.add("how", ending?.how.rawValue ?? (isRunning ? "running" : "crashed"))
    line.add("reason", ending?.reason)
    line.add("exit", exitCode)
    if opening.kind == .export { line.add("servers", rowCount) }
    for (name, count) in books.counts { line.add(name, count) }
    line.add("balances", books.balances)
    return line
  }
}
