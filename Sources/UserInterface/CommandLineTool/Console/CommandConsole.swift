import Bytes
import FoundationEssentials

/// The console of one command, as its options ask for: quiet, with details, with a log, with a pager.
struct CommandConsole {
  let console: Console
  /// The console of the process.
  private let terminal: Console
  /// Messages that are shown at the end; `nil` if they are shown at once.
  private var story: Story?
  /// True if the story is shown only after a failure.
  private var isQuiet = false
  private var pager: Pager?
  private var log: MessageLog?

  /// A console without any of that.
  init(_ terminal: Console) {
    console = terminal
    self.terminal = terminal
  }

  /// A console with a pager for its output, if there is one.
  init(paging terminal: Console, _ environment: [String: String]) {
    self.init(terminal, Pager(for: terminal.output, environment))
  }

  private init(
    _ terminal: Console, _ pager: Pager?, quiet: Bool = false, reports: Bool = false,
    verbose: Bool = false, log: MessageLog? = nil
  ) {
    self.terminal = terminal
    self.pager = pager
    self.log = log
    isQuiet = quiet
    var (output, messages) = (terminal.output, terminal.messages)
    // Messages would be drawn into the pager's page.
    if quiet || pager != nil {
      let story = Story()
      messages = TextStream(keeping: story, for: terminal.messages)
      if reports { output = TextStream(keeping: story, for: terminal.messages) }
      self.story = story
    }
    if let pager {
      output = TextStream(abilities: output.abilities, columns: output.width) { pager.write($0) }
    }
    console = Console(
      output: output, messages: messages, isVerbose: verbose, isQuiet: quiet, log: log)
  }

  /// The console for the command of a context.
  ///
  /// - Throws: `CommandFailure` if the log cannot be written.
  init(_ context: CommandContext) throws(CommandFailure) {
    let arguments = context.arguments
    let command = arguments.path.command
    let terminal = context.console
    self.init(
      terminal,
      // A program does not turn pages.
      command.isPaged && !arguments.has(.json)
        ? Pager(for: terminal.output, context.environment) : nil,
      quiet: arguments.has(.quiet),
      reports: command.onlyReports && arguments.has(.quiet) && !arguments.has(.json),
      verbose: arguments.has(.verbose), log: try Self.log(context))
    log?.write("begins: \(TypedCommandLine.text(context.words).escapedForDisplay)")
  }

  private static func log(_ context: CommandContext) throws(CommandFailure) -> MessageLog? {
    guard let path = context.arguments.givenText(.logFile) else { return nil }
    try SeparateFile(path, of: .logFile, "The log", context).check()
    let terminal = context.console
    do throws(AppendedFile.Failure) {
      return try MessageLog(path) { reason in
        terminal.warn(
          "the log \(path.escapedForDisplay) ends here, because it cannot be written: \(reason)")
      }
    } catch {
      throw CommandFailure(
        .failure, "The log \(path) cannot be written: \(error.detail)",
        hint: "name another file with --log-file")
    }
  }

  /// Flushes the output, and waits for the pager; returns a sentence if the result could not be written.
  func finish() -> String? {
    let failure = console.finish()
    pager?.finish()
    return failure
  }

  /// Shows the messages that were kept, if they are to be shown.
  func close(isSuccess: Bool) {
    console.output.flush()
    console.messages.flush()
    if let story, !isQuiet || !isSuccess { terminal.messages.write(story.text) }
    terminal.output.flush()
    terminal.messages.flush()
    log?.write(isSuccess ? "ends well" : "ends with a failure")
  }
}
