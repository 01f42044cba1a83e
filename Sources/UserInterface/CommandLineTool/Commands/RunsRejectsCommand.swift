import BatchEngine
import BulkFiles
import PortGroupFiles
import RowLedger

extension Command {
  static let runsRejects = Command(
    name: "rejects",
    summary: "Write the rows of a run that failed or were invalid to a file to fix",
    details: [
      "The rows are as in their file: its format, columns, delimiter, encoding and line ends, "
        + "with the column FailureReason in front, which an import ignores. Rows of several "
        + "files give several files with a number in their names."
    ],
    operands: [someRun],
    required: [.outputFile],
    options: [.outputFile, .json, .ledger],
    examples: [
      Example(
        purpose: "fix what failed in the newest run, and import it again",
        line: "cupibulk runs rejects -o fix.csv")
    ],
    writesFile: true
  ) { context throws(UsageError) in try RunsRejectsCommand(context) }
}

/// `cupibulk runs rejects`: writes the rows that failed or were invalid to a file to fix.
struct RunsRejectsCommand: RunnableCommand {
  private let context: CommandContext
  private let path: String

  init(_ context: CommandContext) throws(UsageError) {
    self.context = context
    path = try context.arguments.text(.outputFile)
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let ledger = try LedgerAccess.openToLook(context)
    guard let run = try await LedgerAccess.runWithRows(context, in: ledger) else { return .success }
    let files = try await LedgerAccess.reading { try await ledger.files(of: run.id) }
      .filter { $0.rejects > 0 }
    if files.isEmpty {
      context.console.note("No row of run \(run.id) failed or was invalid; nothing was written.")
      return .success
    }
    try LedgerAccess.refuseAsOutput(path, ledger)
    if files.count > 1, path == "-" {
      throw CommandFailure(
        .failure, "Rows of \(files.count) files were rejected; standard output takes one file only",
        hint: "name a file with -o: each input file gets one of its own, with a number in the name")
    }
    for (index, file) in files.enumerated() {
      try await write(
        file, of: run, ledger, to: files.count == 1 ? path : numbered(index + 1, file))
    }
    return .success
  }

  private func write(
    _ file: LedgerFile, of run: Run, _ ledger: Ledger, to path: String
  ) async throws(CommandFailure) {
    var rows = try await LedgerAccess.reading {
      try await ledger.rejects(of: run.id, file: file.number)
    }
    let writer = try writing { () throws(OutputFailure) in
      try RejectsWriter(path: path, dialect: dialect(of: file))
    }
    while true {
      let some = try await LedgerAccess.reading { try await rows.next() }
      if some.isEmpty { break }
      try writing { () throws(OutputFailure) in
        for row in some { try writer.write(row.raw, reason: row.reason) }
      }
    }
    try writing { () throws(OutputFailure) in try writer.finish() }
    if context.arguments.printsJSON {
      context.console.print(RejectsReport(file: path, source: file.name, rows: file.rejects))
    }
    let place = path == "-" ? "standard output" : path
    context.console.note(
      "Wrote \(Quantity.count(file.rejects, "row")) of \(file.name.escapedForDisplay) "
        + "to \(place.escapedForDisplay). Fix what FailureReason says, and import it again.")
  }

  /// Converts an error of the output to an error of the command.
  private func writing<Value>(
    _ work: () throws(OutputFailure) -> Value
  ) throws(CommandFailure) -> Value {
    do throws(OutputFailure) {
      return try work()
    } catch {
      throw CommandFailure(.failure, "\(error)".sentenceStart)
    }
  }

  private func dialect(of file: LedgerFile) -> FileDialect {
    FileDialect(json: file.dialect)
      ?? FileDialect(format: BulkFormat(fileName: file.name) ?? .csv)
  }

  /// `fix.csv` becomes `fix-2.xml` for the second file, if that was XML.
  private func numbered(_ number: Int, _ file: LedgerFile) -> String {
    let packed = path.lowercased().hasSuffix(".gz")
    // By scalars: a name may begin or end with a combining mark, which forms one `Character` with the text
    // before it.
    let plain = packed ? path.unicodeScalars.dropLast(3) : path.unicodeScalars[...]
    let folderEnd = plain.lastIndex(of: "/").map(plain.index(after:)) ?? plain.startIndex
    let dot = plain[folderEnd...].dropFirst().lastIndex(of: ".") ?? plain.endIndex
    let format = dialect(of: file).format.rawValue
    return String(plain[..<dot]) + "-\(number).\(format)" + (packed ? ".gz" : "")
  }
}

/// A file with rejected rows, for programs.
struct RejectsReport: JSONLine {
  let file: String
  let source: String
  let rows: Int

  static let type = "rejects"
  static let summary =
    "A file with the rows that failed or were invalid: a line of `runs rejects -o FILE`."

  static let keys: [JSONKey<RejectsReport>] = [
    JSONKey("file", "the file that was written", \.file),
    JSONKey("source", "the file from which the rows came", \.source),
    JSONKey("rows", "the number of rows", \.rows),
  ]
}
