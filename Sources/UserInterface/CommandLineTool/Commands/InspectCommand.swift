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
        context.console.end(with: InspectionReport(found: found))
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
}

/// How a file is understood, for programs.
struct InspectionReport: JSONEnding {
  let found: FileInspection

  static let type = "inspection"
  static let summary = "How a file is understood: the result of `inspect`."

  static let keys: [JSONKey<InspectionReport>] = [
    JSONKey("file", "the file as it was named", \.found.file),
    JSONKey("format", "csv, xml or json", \.found.format.rawValue),
    JSONKey("gzip", "true if it is compressed", \.found.isCompressed),
    JSONKey("encoding", "the encoding of its characters", \.found.dialect.encoding.name),
    JSONKey("byteOrderMark", "true if it begins with a mark", \.found.dialect.hasByteOrderMark),
    JSONKey("delimiter", "what separates the fields of a table", \.found.dialect.delimiter?.name),
    JSONKey("lineEnds", "the line ends of a table") {
      $0.found.format.isTable ? $0.found.dialect.lineEnd.name : nil
    },
    JSONKey("trailingDelimiter", "true if the lines of a table end with a delimiter") {
      $0.found.format.isTable ? $0.found.dialect.trailingFields > 0 : nil
    },
    JSONKey("blankLines", "the number of blank lines of a table") {
      $0.found.format.isTable ? $0.found.blankLines : nil
    },
    JSONKey("records", "the number of records that could be read", \.found.records),
    JSONKey("notSound", "the number of records that could not", \.found.invalid),
    JSONKey("total", "the total that the file gives, as it is written", \.found.declaredTotal),
    JSONKey("headings", "the headings, elements or keys") { $0.found.headings.map(\.name) },
    JSONKey("fields", "what each of them means; empty if it is unknown") {
      $0.found.headings.map { $0.column?.name ?? "" }
    },
    JSONKey("firstRecords", "the texts of the first records") {
      $0.found.sample.map { $0.map(\.text) }
    },
  ]
}
