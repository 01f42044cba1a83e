import BatchEngine
import BulkFiles
import PortGroupFiles

/// `cupibulk template`: prints a blank file to fill in.
struct TemplateCommand: Performing {
  private let context: CommandContext
  private let kind: FileTemplate
  private let path: String
  private let format: BulkFormat

  init(_ context: CommandContext) throws(UsageError) {
    let arguments = context.arguments
    self.context = context
    path = try arguments.text(.outputFile)
    format = try OutputOptions.format(arguments, path: path)
    // The table of operands has checked the word.
    kind = arguments.operands.first.flatMap(FileTemplate.init(rawValue:)) ?? .sipProxy
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let text = kind.text(format)
    guard path != "-" else {
      context.console.write(text)
      return .success
    }
    do throws(OutputFailure) {
      let file = try OutputFile(path: path)
      try file.write(Array(text.utf8))
      try file.finish()
    } catch {
      throw CommandFailure(.failure, "\(error)".sentenceStart)
    }
    return .success
  }
}
