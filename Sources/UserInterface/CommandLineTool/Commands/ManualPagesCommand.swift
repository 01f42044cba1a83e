import BulkFiles
import FoundationEssentials

extension Command {
  static let manualPages = Command(
    name: "__man",
    summary: "Write the manual pages into an existing folder, for packages",
    operands: [
      Operand(
        name: "FOLDER", help: "the folder; files of the same names are replaced", words: .folders)
    ],
    isHidden: true
  ) { context throws(UsageError) in ManualPagesCommand(context: context) }
}

/// `cupibulk __man`: writes the manual pages; equal programs write equal pages.
struct ManualPagesCommand: RunnableCommand {
  let context: CommandContext

  /// The date of this version, which pages show unless `SOURCE_DATE_EPOCH` gives another one.
  static let date = "2026-11-29"

  func perform() async throws(CommandFailure) -> ExitStatus {
    let folder = context.arguments.operands.first ?? "."
    let date = try Self.date(context.environment)
    for page in ManualPage.all(date: date) {
      do throws(OutputFailure) {
        let file = try OutputFile(path: folder + "/" + page.name, readers: .allReadOnly)
        try file.write(Array(page.text.utf8))
        try file.finish()
      } catch {
        throw CommandFailure(.failure, "\(error)".sentenceStart)
      }
    }
    return .success
  }

  /// The day of `SOURCE_DATE_EPOCH` in UTC, as reproducible builds set it, otherwise that of this version.
  ///
  /// Source: https://reproducible-builds.org/specs/source-date-epoch/
  static func date(_ environment: [String: String]) throws(CommandFailure) -> String {
    guard let text = environment["SOURCE_DATE_EPOCH"] else { return date }
    // The last second of the year 9999.
    guard let seconds = OptionValue.number(text, in: 0...253_402_300_799) else {
      throw CommandFailure(
        .usage, "SOURCE_DATE_EPOCH is '\(text)'", hint: "give the seconds since 1970, or unset it")
    }
    let moment = Date(timeIntervalSince1970: Double(seconds)).ISO8601Format()
    return String(moment.unicodeScalars.prefix(10))
  }
}
