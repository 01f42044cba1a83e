import BatchEngine
import FoundationEssentials
import RowLedger

extension Command {
  static let runsPrune = Command(
    name: "prune",
    summary: "Remove old runs from the ledger, and give their space back",
    details: [
      "Only finished runs are removed, and none that an unfinished undo or retry goes back to. A "
        + "run that was removed cannot be undone any more."
    ],
    required: [.keep],
    options: [.keep, .dryPrune, .json, .ledger],
    examples: [
      Example(
        purpose: "keep what ended within the last 90 days",
        line: "cupibulk runs prune --keep 90d")
    ],
    onlyReports: true
  ) { context throws(UsageError) in try RunsPruneCommand(context) }
}

/// `cupibulk runs prune`: removes old runs from the ledger.
struct RunsPruneCommand: RunnableCommand {
  private let context: CommandContext
  private let age: Duration
  private let isDry: Bool

  init(_ context: CommandContext) throws(UsageError) {
    self.context = context
    age = try context.arguments.duration(.keep)
    isDry = context.arguments.has(.dryPrune)
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let ledger = try LedgerAccess.openExisting(context)
    let date = Date.now - Double(age.components.seconds)
    let pruning: Pruning
    do throws(LedgerError) {
      pruning =
        isDry ? try await ledger.prunable(before: date) : try await ledger.prune(before: date)
    } catch {
      throw CommandFailure(error)
    }
    if context.arguments.has(.json) {
      context.console.end(with: PruningReport(pruning: pruning, isDry: isDry))
    } else {
      report(pruning)
    }
    return .success
  }

  private func report(_ pruning: Pruning) {
    let console = context.console
    guard !pruning.runs.isEmpty else {
      console.note("Nothing to remove: no finished run is older than \(Wording.duration(age)).")
      return
    }
    for run in pruning.runs { console.print(run.text) }
    console.note(
      (isDry ? "Would remove " : "Removed ")
        + "\(Quantity.count(pruning.runs.count, "run")) with \(Quantity.count(pruning.rows, "row"))."
    )
    if !pruning.gaveSpaceBack {
      console.note(
        "The ledger's file keeps its size, because a run is at work or the disk is full; "
          + "later runs use the space.")
    }
  }
}

/// Which runs were removed, for programs.
struct PruningReport: JSONEnding {
  let pruning: Pruning
  let isDry: Bool

  static let type = "pruning"
  static let summary = "Which runs were removed from the ledger: the result of `runs prune`."

  static let keys: [JSONKey<PruningReport>] = [
    JSONKey("dryRun", "true if nothing was removed", \.isDry),
    JSONKey("runs", "the runs that were, or would be, removed") { $0.pruning.runs.map(\.text) },
    JSONKey("rows", "the number of their rows", \.pruning.rows),
    JSONKey("gaveSpaceBack", "false if the file keeps its size; null for a dry run") {
      $0.isDry ? nil : $0.pruning.gaveSpaceBack
    },
  ]
}
