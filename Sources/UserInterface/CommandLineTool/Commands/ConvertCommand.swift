import BatchEngine
import BulkFiles
import PortGroupFiles
import PortGroupModel

extension Command {
  static let convert = Command(
    name: "convert",
    summary: "Write a file in another format, without a server",
    details: [
      "Between \(formats), without loss: operations, Match columns and emptied "
        + "fields stay what they are. Columns get the API's names and order. Values are not "
        + "checked, but a heading or element that names no field is an error."
    ],
    operands: [inputFile],
    required: [.outputFile],
    options: [.from] + oneFile + [.allow, .outputFile, .to],
    examples: [
      Example(
        purpose: "make XML of a spreadsheet", line: "cupibulk convert hosts.csv -o hosts.xml"),
      Example(
        purpose: "print an export as JSON Lines",
        line: "cupibulk convert backup.xml.gz -o - --to jsonl"),
    ]
  ) { context throws(UsageError) in try ConvertCommand(context) }

  private static let formats = Wording.list(
    BulkFormat.allCases.map(\.title) + ["JSON Lines"], joinedBy: "and")
}

/// `cupibulk convert`: writes a file in another format, without a server.
struct ConvertCommand: RunnableCommand {
  private let context: CommandContext
  private let input: String
  private let options: InputOptions
  private let path: String
  private let format: BulkFormat
  private let isLines: Bool

  /// The word of `--to` for JSON Lines, which is JSON with one record on each line.
  static let jsonLines = "jsonl"

  init(_ context: CommandContext) throws(UsageError) {
    let arguments = context.arguments
    self.context = context
    let reading = try ReadingOptions.input(context)
    input = reading.files.first ?? "-"
    var options = reading.options
    options.format = arguments.givenChoice(.from)
    self.options = options
    path = try arguments.text(.outputFile)
    let word = arguments.givenText(.to)
    guard let format = word.map({ BulkFormat(rawValue: $0) ?? .json }) ?? BulkFormat(fileName: path)
    else { throw UsageError(.missingOption(.to), of: arguments.path) }
    self.format = format
    let name = path.lowercased()
    isLines =
      word == Self.jsonLines
      || word == nil
        && [".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz"].contains { name.hasSuffix($0) }
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let console = context.console
    do throws(FileConversion.Failure) {
      var conversion = FileConversion(options: options, format: format, lines: isLines)
      let count = try conversion.run(fromFile: input, to: path)
      let place = path == "-" ? "standard output" : path
      console.note(
        "Wrote \(Quantity.count(count, "record")) to \(place.escapedForDisplay) "
          + "(\(isLines ? "JSON Lines" : format.title)).")
      if let sentence = conversion.formulas.sentence { console.note(sentence) }
      return .success
    } catch {
      switch error {
      case .output(let failure):
        throw CommandFailure(.failure, failure.description.sentenceStart)
      case .input(let diagnostics):
        for diagnostic in diagnostics { console.show(diagnostic) }
        console.note("\(Quantity.count(diagnostics.count, "error")); nothing was written.")
        return .inputInvalid
      }
    }
  }
}
