import BatchEngine
import BulkFiles
import PortGroupFiles

extension Command {
  static let template = Command(
    name: "template",
    summary: "Print a blank file to fill in, or the schema of XML files",
    operands: [
      Operand(
        name: "KIND", help: "what the file is for, or xsd for the schema of XML files",
        words: .listed(FileTemplate.allCases.map(\.rawValue) + ["xsd"]))
    ],
    options: [.outputFormat, .outputFile],
    examples: [
      Example(
        purpose: "begin a file of SIP proxies", line: "cupibulk template sip-proxy -o proxies.csv"),
      Example(
        purpose: "give an XML editor the schema", line: "cupibulk template xsd -o servers.xsd"),
    ]
  ) { context throws(UsageError) in try TemplateCommand(context) }
}

/// `cupibulk template`: prints an empty file to fill in, or the schema of XML files.
struct TemplateCommand: RunnableCommand {
  private let context: CommandContext
  private let path: String
  private let text: String

  init(_ context: CommandContext) throws(UsageError) {
    let arguments = context.arguments
    self.context = context
    path = try arguments.text(.outputFile)
    // The word was checked by the table of operands; only `xsd` is not a template.
    if let kind = arguments.operands.first.flatMap(FileTemplate.init(rawValue:)) {
      text = kind.text(try OutputOptions.format(arguments, path: path))
    } else if let format = arguments.givenText(.outputFormat) {
      throw UsageError(
        .badValue(
          source: Option.outputFormat.flag, value: format,
          complaint: "the schema is always XML; leave the option out"),
        of: arguments.path)
    } else {
      text = ServerSchema.text
    }
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    guard path != "-" else {
      context.console.write(text)
      return .success
    }
    // An existing file may have been filled in.
    if (FileFingerprint.size(of: path) ?? 0) > 0 {
      throw CommandFailure(
        .failure, "\(path) is not replaced by a template: it may hold rows of yours",
        hint: "name another file, or remove it first")
    }
    do throws(OutputFailure) {
      let file = try OutputFile(path: path, readers: .all)
      try file.write(Array(text.utf8))
      try file.finish()
    } catch {
      throw CommandFailure(.failure, "\(error)".sentenceStart)
    }
    return .success
  }
}
