import BatchEngine
import BulkFiles
import PortGroupFiles
import PortGroupModel

/// `cupibulk convert`: writes a file in another format, without a server.
struct ConvertCommand: Performing {
  private let context: CommandContext
  private let input: String
  private let options: InputOptions
  private let path: String
  private let format: BulkFormat
  private let isLines: Bool

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
      word == "jsonl"
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
          + "(\(isLines ? "JSON Lines" : format.rawValue.uppercased())).")
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
