import BatchEngine
import BulkFiles
import JSONStreams
import PortGroupFiles
import PortGroupModel

extension Command {
  static let inspect = Command(
    name: "inspect",
    summary: "Show how a file is understood",
    details: [
      "Shows format, encoding, delimiter, line ends, what each heading means, how many records "
        + "there are, and the first of them. The values themselves are checked by validate."
    ],
    operands: [inputFile],
    options: [.inputFormat] + oneFile + [.records, .json],
    exclusive: [.records, .json],
    examples: [
      Example(purpose: "look at a file before importing it", line: "cupibulk inspect hosts.csv"),
      Example(
        purpose: "turn any CSV file into JSON",
        line: "cupibulk inspect --records table.csv"),
    ]
  ) { context throws(UsageError) in try InspectCommand(context) }
}

/// `cupibulk inspect`: shows how a file is read, or all of its records.
struct InspectCommand: RunnableCommand {
  private let context: CommandContext
  private let path: String
  private let options: InputOptions

  init(_ context: CommandContext) throws(UsageError) {
    self.context = context
    let input = try ReadingOptions.input(context)
    path = input.files.first ?? "-"
    options = input.options
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    do throws(InputFailure) {
      if context.arguments.has(.records) {
        try printRecords()
        return .success
      }
      let found = try FileInspection(path: path, options: options)
      for fault in found.faults { context.console.show(fault) }
      if context.arguments.has(.json) {
        context.console.print(json(found))
      } else {
        show(found)
      }
      return found.faults.isEmpty ? .success : .inputInvalid
    } catch {
      for diagnostic in error.diagnostics { context.console.show(diagnostic) }
      return .inputInvalid
    }
  }

  /// Prints one JSON array of arrays of strings; it is not closed if the file cannot be read to its end.
  private func printRecords() throws(InputFailure) {
    var writer = JSONTextWriter()
    writer.beginArray()
    var isCSV = false
    try RecordDump.run(path: path, options: options) { fields in
      isCSV = true
      writer.beginArray()
      for field in fields { writer.string(field) }
      writer.endArray()
      writer.endLine()
      context.console.write(json: String(decoding: writer.takeBytes(), as: UTF8.self))
    }
    guard isCSV else { return context.console.print("The document is well-formed.") }
    writer.endArray()
    writer.endLine()
    context.console.write(json: String(decoding: writer.takeBytes(), as: UTF8.self))
  }

  private func show(_ found: FileInspection) {
    let console = context.console
    var table = TextTable([.text(""), .text("")])
    func line(_ label: String, _ text: String) {
      table.add([TextTable.Cell(label, .dim), TextTable.Cell(text)])
    }
    line("file", found.file)
    line("format", found.format.title + (found.isCompressed ? ", gzip" : ""))
    line(
      "encoding", found.dialect.encoding.name + (found.dialect.hasByteOrderMark ? ", marked" : ""))
    if let delimiter = found.dialect.delimiter {
      line(
        "delimiter",
        delimiter.name
          + (found.dialect.trailingFields > 0
            ? ", \(found.dialect.trailingFields == 1 ? "one" : "\(found.dialect.trailingFields)") more at each line's end"
            : ""))
      line("line ends", found.dialect.lineEnd.name)
      line("blank lines", Quantity.count(found.blankLines))
    }
    line("records", Quantity.count(found.records))
    if found.invalid > 0 { line("not sound", Quantity.count(found.invalid)) }
    if let total = found.declaredTotal { line("total", "\(total), as the file says") }
    console.write(table.text(for: console.output))
    if !found.headings.isEmpty {
      var headings = TextTable([.text("heading"), .text("means")])
      for (name, column) in found.headings {
        headings.add([TextTable.Cell(name), TextTable.Cell(Self.meaning(of: column))])
      }
      console.write("\n" + headings.text(for: console.output))
    }
    guard let first = found.sample.first else { return }
    var sample = TextTable(first.map { .text($0.name) })
    for record in found.sample where record.map(\.name) == first.map(\.name) {
      sample.add(record.map { TextTable.Cell($0.text) })
    }
    console.write("\n" + sample.text(for: console.output))
  }

  private static func meaning(of column: Column?) -> String {
    switch column {
    case nil: "unknown"
    case .ignored: "skipped"
    case let column?: column.name
    }
  }

  private func json(_ found: FileInspection) -> JSONLine {
    var line = JSONLine()
    line.add("file", found.file)
    line.add("format", found.format.rawValue)
    line.add("gzip", found.isCompressed)
    line.add("encoding", found.dialect.encoding.name)
    line.add("byteOrderMark", found.dialect.hasByteOrderMark)
    line.add("delimiter", found.dialect.delimiter?.name)
    if found.format.isTable {
      line.add("lineEnds", found.dialect.lineEnd.name)
      line.add("trailingDelimiter", found.dialect.trailingFields > 0)
      line.add("blankLines", found.blankLines)
    }
    line.add("records", found.records)
    line.add("notSound", found.invalid)
    line.add("total", found.declaredTotal)
    line.add("headings", found.headings.map(\.name))
    line.add("fields", found.headings.map { $0.column?.name ?? "" })
    line.add("firstRecords", found.sample.map { $0.map(\.text) })
    return line
  }
}
