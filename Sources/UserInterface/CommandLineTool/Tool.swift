import BatchEngine
import Glibc

/// The command-line program as a whole; `main` only calls it.
package enum Tool {
  /// The version that `--version` prints and the ledger records.
  package static let version = "0.1.0"

  /// Performs the command of a command line.
  ///
  /// - Parameters:
  ///   - words: The words after the program's name.
  ///   - environment: All variables.
  ///   - stamp: What the program was built from.
  /// - Returns: The exit code.
  package static func run(
    _ words: [String], environment: [String: String], stamp: BuildStamp
  ) async -> Int32 {
    let terminal = Console.standard(environment: environment)
    let request: ArgumentParser.Request
    do throws(UsageError) {
      request = try ArgumentParser.parse(words, environment: environment)
    } catch {
      if error.path.command.isSilent { return ExitStatus.success.rawValue }
      let report = Report(error, isJSON: error.wantsJSON(words, environment))
      return end(.usage, of: CommandConsole(terminal), report)
    }
    switch request {
    case .help(let path): return show(HelpPage(of: path), on: terminal, environment)
    case .topic(let topic): return show(HelpPage(of: topic), on: terminal, environment)
    case .version where ProgramOutput.isAsked(by: words):
      terminal.print(json: ProgramVersion(stamp: stamp).line(exit: ExitStatus.success.rawValue))
      return end(.success, of: CommandConsole(terminal))
    case .version:
      terminal.print("cupibulk \(version)")
      return end(.success, of: CommandConsole(terminal))
    case .run(let arguments):
      return await run(
        CommandContext(
          words: words, arguments: arguments, environment: environment, console: terminal,
          stamp: stamp))
    }
  }

  private static func show(
    _ page: HelpPage, on terminal: Console, _ environment: [String: String]
  ) -> Int32 {
    let console = CommandConsole(paging: terminal, environment)
    console.console.write(page.text())
    return end(.success, of: console)
  }

  /// The lines for standard output if the process cannot begin; empty unless the words ask for JSON.
  package static func report(refusal: String, _ words: [String]) -> String {
    ProgramOutput.refusal(refusal, words: words)
  }

  /// Performs the command of a context on a console as its options ask for.
  private static func run(_ context: CommandContext) async -> Int32 {
    let arguments = context.arguments
    let command = arguments.path.command
    let console: CommandConsole
    do throws(CommandFailure) {
      console = try CommandConsole(context)
    } catch {
      show(error, on: context.console)
      return end(
        error.status, of: CommandConsole(context.console), Report(error, of: arguments))
    }
    let context = context.on(console.console).withRows
    let prepared: any RunnableCommand
    do throws(UsageError) {
      guard let prepare = command.prepare else {
        throw UsageError(.noCommand, of: arguments.path)
      }
      prepared = try prepare(context)
    } catch {
      return end(.usage, of: console, Report(error, isJSON: arguments.printsJSON))
    }
    let (status, failure) = await perform(prepared, context.rows, console.console)
    return end(
      status, of: console, Report(failure, of: arguments),
      isRecorded: command.recordsRun && !arguments.has(.dryRun) && !arguments.has(.planFile))
  }

  /// What is still to be reported when a command ends.
  private struct Report {
    /// An error that was not shown yet; `nil` if there is none.
    var complaint: String?
    var failure: CommandFailure?
    var command: CommandPath?
    /// True if standard output is for programs.
    var isJSON = false

    init() {}

    init(_ error: UsageError, isJSON: Bool) {
      complaint = error.text
      failure = error.failure
      command = error.path
      self.isJSON = isJSON
    }

    init(_ failure: CommandFailure?, of arguments: ParsedArguments) {
      self.failure = failure
      command = arguments.path
      isJSON = arguments.printsJSON
    }
  }

  /// Flushes the output, and returns the exit code.
  ///
  /// `isRecorded` is true if the ledger records the result, even if the output fails.
  private static func end(
    _ status: ExitStatus, of console: CommandConsole, _ report: Report = Report(),
    isRecorded: Bool = false
  ) -> Int32 {
    if let complaint = report.complaint { console.console.fail(complaint) }
    if report.isJSON {
      console.console.end(status, of: report.command, failure: report.failure)
    }
    var status = status
    if let failure = console.finish() {
      console.console.fail(failure)
      // The work is done, and a script must not repeat it because its report failed.
      if isRecorded {
        console.console.note(
          "    hint: the run has ended as its exit code says; look at it with: cupibulk runs show last"
        )
      }
      if status == .success, !isRecorded { status = .failure }
      console.close(isSuccess: false)
    } else {
      console.close(isSuccess: status == .success)
    }
    return status.rawValue
  }

  private static func perform(
    _ command: any RunnableCommand, _ rows: RowOutcomes?, _ console: Console
  ) async -> (ExitStatus, CommandFailure?) {
    defer { rows?.close() }
    do throws(CommandFailure) {
      try rows?.open()
      return (try await command.perform(), nil)
    } catch {
      show(error, on: console)
      return (error.status, error)
    }
  }

  private static func show(_ error: CommandFailure, on console: Console) {
    if !error.message.isEmpty { console.fail(error.message.escapedForDisplay) }
    if !error.hint.isEmpty { console.note("    hint: \(error.hint.escapedForDisplay)") }
  }
}

/// A command whose options have been read, and which can be run.
protocol RunnableCommand: Sendable {
  /// Performs the command and reports the result.
  ///
  /// - Throws: `CommandFailure` if the command fails.
  func perform() async throws(CommandFailure) -> ExitStatus
}

/// The environment of a command.
struct CommandContext: Sendable {
  /// The words after the program's name, as they were typed.
  let words: [String]
  let arguments: ParsedArguments
  let environment: [String: String]
  private(set) var console: Console
  /// What the program was built from.
  let stamp: BuildStamp
  /// Where the outcome of each row is written; `nil` if nobody asks for it.
  private(set) var rows: RowOutcomes?

  /// The same with another console.
  func on(_ console: Console) -> CommandContext {
    var other = self
    other.console = console
    return other
  }

  /// The same with the file for rows that the options name.
  fileprivate var withRows: CommandContext {
    guard let path = arguments.givenText(.rowsTo) else { return self }
    var context = self
    context.rows = RowOutcomes(path, self)
    return context
  }

  /// Opens the ledger that is named, or the one in the state folder, which is created.
  func ledgerPath() throws(CommandFailure) -> String {
    if let path = arguments.givenText(.ledger) { return path }
    return try StateFolder.made(environment).ledger
  }
}
