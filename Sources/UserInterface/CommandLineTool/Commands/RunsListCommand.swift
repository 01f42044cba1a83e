import FoundationEssentials
import RowLedger

extension Command {
  static let runsList = Command(
    name: "list",
    summary: "List the runs, newest first",
    options: [.ofTarget, .ofKind, .since, .onlyFailed, .listLimit, .json, .ledger],
    examples: [
      Example(purpose: "list the runs", line: "cupibulk runs list"),
      Example(
        purpose: "list what went wrong in the last week",
        line: "cupibulk runs list --failed --since 7d"),
    ],
    isPaged: true
  ) { context throws(UsageError) in try RunsListCommand(context) }
}

/// `cupibulk runs list`: the runs that the options select, newest first.
struct RunsListCommand: RunnableCommand {
  private let context: CommandContext
  private let kind: RunKind?
  private let since: Date?
  private let limit: Int
  private let target: String?
  private let onlyFailed: Bool

  init(_ context: CommandContext) throws(UsageError) {
    let arguments = context.arguments
    self.context = context
    kind = arguments.givenChoice(.ofKind)
    since = arguments.givenText(.since).flatMap { OptionValue.moment($0, before: .now) }
    limit = try arguments.number(.listLimit)
    target = arguments.givenText(.ofTarget)
    onlyFailed = arguments.has(.onlyFailed)
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let address: TargetAddress? = if let target { try address(of: target) } else { nil }
    let ledger = try LedgerAccess.openToLook(context)
    var pages = ledger.summaries(
      RunFilter(kind: kind, since: since) { run in address.map { run.isOn($0) } ?? true })
    var (shown, isCut) = (0, false)
    var widths: [Int] = []
    while !isCut, !context.console.output.isClosed {
      var page = try await LedgerAccess.reading { try await pages.next(Self.page) }
      if page.isEmpty { break }
      if onlyFailed { page.removeAll { !$0.isFailed } }
      // One more than is shown tells whether the list is complete.
      isCut = limit > 0 && shown + page.count > limit
      if isCut { page.removeLast(shown + page.count - limit) }
      shown += page.count
      show(page, after: &widths)
    }
    try await reportEnd(shown, isCut, ledger)
    return .success
  }

  /// The address of a URL, a sandbox or a name in `targets.ini`.
  private func address(of target: String) throws(CommandFailure) -> TargetAddress {
    let isName = !target.utf8.contains { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/") }
    guard isName, !TargetAddress.isSandbox(target) else { return try TargetAddress(target) }
    let registry = try TargetRegistry.load(TargetsPlaces(environment: context.environment))
    return .server(try registry.find(target).nodes[0])
  }

  /// How many runs are read at once.
  private static let page = 1_000

  private func show(_ page: [RunSummary], after widths: inout [Int]) {
    let output = context.console.output
    if context.arguments.has(.json) {
      for summary in page { context.console.print(summary) }
      return
    }
    var table = TextTable([
      .name("when"), .name("what"), .name("target"), .text("outcome"), .number("rows"),
      .text("file"), .name("run"),
    ])
    for summary in page {
      let run = summary.run
      table.add([
        TextTable.Cell(output.moment(run.started, seconds: false)), TextTable.Cell(run.kindText),
        TextTable.Cell(run.opening.target.name ?? run.opening.target.url),
        TextTable.Cell(summary.outcome),
        TextTable.Cell(run.isStaged ? Quantity.count(run.rowCount) : ""),
        TextTable.Cell(summary.sourceText), TextTable.Cell(run.id.text),
      ])
    }
    if table.fits(output) {
      context.console.write(table.text(for: output, after: &widths))
    } else {
      for summary in page { showNarrow(summary) }
    }
  }

  /// Two lines for a run, where a line of the table does not fit the terminal.
  private func showNarrow(_ summary: RunSummary) {
    let (run, output) = (summary.run, context.console.output)
    let rows =
      run.isStaged
      ? "\(Quantity.count(run.rowCount, run.opening.kind == .export ? "server" : "row")) of " : ""
    let file = summary.relation == nil ? rows + summary.sourceText : summary.sourceText
    context.console.print(
      "\(output.moment(run.started, seconds: false))  \(run.kindText)  "
        + "\((run.opening.target.name ?? run.opening.target.url).escapedForDisplay)  \(run.id)")
    context.console.print("    \(summary.outcome.escapedForDisplay) (\(file.escapedForDisplay))")
  }

  private func reportEnd(
    _ shown: Int, _ isCut: Bool, _ ledger: Ledger
  ) async throws(CommandFailure) {
    if isCut {
      context.console.note(
        (shown == 1
          ? "This is the newest run" : "These are the newest \(Quantity.count(shown)) runs")
          + "; --limit 0 lists all.")
    }
    guard shown == 0, !isCut else { return }
    let isEmpty = try await LedgerAccess.reading { try await ledger.runs(limit: 1).isEmpty }
    context.console.note(isEmpty ? "No runs yet." : "No run is as the options say.")
  }
}
