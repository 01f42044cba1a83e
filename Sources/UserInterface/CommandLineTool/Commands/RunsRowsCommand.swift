import BulkFiles
import PortGroupFiles
import PortGroupModel
import RowLedger

extension Command {
  static let runsRows = Command(
    name: "rows",
    summary: "Show the rows of a run, what became of each, and what it changed",
    details: [
      "Below a row are the fields that it changed, old → new; of a server that was created what was "
        + "set, of one that was deleted what it was. What is in doubt or failed shows what was meant."
    ],
    operands: [someRun],
    options: [.rowState, .json, .csv, .ledger],
    exclusive: [.json, .csv],
    examples: [
      Example(
        purpose: "list what failed in the newest run, for a spreadsheet",
        line: "cupibulk runs rows --state failed --csv")
    ],
    isPaged: true
  ) { context throws(UsageError) in try RunsRowsCommand(context) }
}

/// `cupibulk runs rows`: shows every row of a run, its state, and its change.
struct RunsRowsCommand: RunnableCommand {
  private let context: CommandContext

  init(_ context: CommandContext) throws(UsageError) { self.context = context }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let ledger = try LedgerAccess.openToLook(context)
    guard let run = try await LedgerAccess.runWithRows(context, in: ledger) else { return .success }
    let wanted = context.arguments.texts(.rowState)
    var rows = try await LedgerAccess.reading {
      try await ledger.changes(in: run.id, states: wanted.isEmpty ? nil : Set(wanted))
    }
    let isCSV = context.arguments.has(.csv)
    var isFirst = true
    while true {
      let some = try await LedgerAccess.reading { try await rows.next() }
      if some.isEmpty || context.console.output.isClosed { return .success }
      if isFirst, isCSV { printCSV(Self.headings + ["before", "after"]) }
      isFirst = false
      for row in some { try await show(row, of: run, ledger, isCSV) }
    }
  }

  private static let headings = [
    "row", "file", "line", "state", "reason", "operation", "PortGroup", "server", "objectId",
    "verdict", "detail",
  ]

  private func show(
    _ row: RowReport, of run: Run, _ ledger: Ledger, _ isCSV: Bool
  ) async throws(CommandFailure) {
    if context.arguments.has(.json) {
      return context.console.print(StoredRow(row, try await detail(row, ledger)))
    }
    if isCSV {
      let change = RowChange(row)
      let cells = try await cells(row, ledger)
      return printCSV(
        cells.map { $0 ?? "" } + [change.before, change.after].map(RowChange.compact))
    }
    context.console.print(row.line(ofRefused: run.wasNotSent).escapedForDisplay)
    for text in row.changeLines + (try await errors(row, ledger)) {
      context.console.print("    \(text.escapedForDisplay)")
    }
  }

  private func printCSV(_ cells: [String]) {
    var text = CSVTextWriter()
    // A file gets the text unchanged; for a terminal, control characters are escaped.
    let isTerminal = context.console.output.abilities.isTerminal
    let defused = cells.map(\.defusedForSpreadsheets)
    text.row(isTerminal ? defused.map(\.escapedForDisplay) : defused)
    context.console.write(String(decoding: text.takeBytes(), as: UTF8.self))
  }

  private func cells(_ row: RowReport, _ ledger: Ledger) async throws(CommandFailure) -> [String?] {
    [
      String(row.id.number), row.place.file, String(row.place.line), row.state.name,
      row.state.detail, row.row?.operation.rawValue, row.groupName, row.server, row.serverID,
      row.entry?.verdict?.rawValue, try await detail(row, ledger),
    ]
  }

  /// The server's message or another remark, and the errors of an invalid row; `nil` if there is none.
  private func detail(_ row: RowReport, _ ledger: Ledger) async throws(CommandFailure) -> String? {
    let texts = [row.detail].compactMap(\.self) + (try await errors(row, ledger))
    let detail = texts.joined(separator: "; ")
    return detail.isEmpty ? nil : detail
  }

  /// The errors of an invalid row.
  private func errors(_ row: RowReport, _ ledger: Ledger) async throws(CommandFailure) -> [String] {
    guard row.state == .invalid else { return [] }
    let found = try await LedgerAccess.reading {
      try await ledger.diagnostics(of: row.id)
    }
    return found.filter { $0.severity == .error }.map { "\($0.code.rawValue): \($0.message)" }
  }
}
