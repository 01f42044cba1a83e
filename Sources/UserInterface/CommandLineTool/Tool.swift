// The program: from the words that were typed to an exit code.

import BatchEngine
import Glibc

/// The command-line program as a whole; `main` only calls it.
package enum Tool {
  /// The version that `--version` prints and the ledger books.
  package static let version = "0.1.0"

  /// Does what the words ask for.
  ///
  /// - Returns: The exit code.
  package static func run(_ words: [String], environment: [String: String]) async -> Int32 {
    let console = Console.standard(environment: environment)
    let (status, isRecorded) = await run(words, environment, console)
    guard let failure = console.finish() else { return status.rawValue }
    console.fail(failure)
    // What is done is done, and a script must not do it again for want of a report.
    if isRecorded {
      console.note(
        "    hint: the run has ended as its exit code says; look at it with: cupibulk runs show last"
      )
    }
    console.messages.flush()
    return (status == .success && !isRecorded ? .failure : status).rawValue
  }

  /// Does the work; `isRecorded` if the books tell how it came out, whatever became of the output.
  private static func run(
    _ words: [String], _ environment: [String: String], _ console: Console
  ) async -> (ExitStatus, isRecorded: Bool) {
    do throws(UsageError) {
      switch try ArgumentParser.parse(words, environment: environment) {
      case .help(let path): console.write(HelpPage.text(of: path))
      case .version: console.print("cupibulk \(version)")
      case .run(let arguments):
        let context = CommandContext(
          arguments: arguments, environment: environment, console: console)
        let isRecorded =
          ["import", "resume", "undo"].contains(arguments.path.name) && !arguments.has(.dryRun)
        return (await perform(try command(context), console), isRecorded)
      }
      return (.success, false)
    } catch {
      console.fail(error.text)
      return (.usage, false)
    }
  }

  private static func perform(_ command: any Performing, _ console: Console) async -> ExitStatus {
    do throws(CommandFailure) {
      return try await command.perform()
    } catch {
      if !error.message.isEmpty { console.fail(error.message.escapedForDisplay) }
      if !error.hint.isEmpty { console.note("    hint: \(error.hint.escapedForDisplay)") }
      return error.status
    }
  }

  /// The command that the arguments name, with its options read.
  private static func command(_ context: CommandContext) throws(UsageError) -> any Performing {
    switch context.arguments.path.name {
    case "import": try ImportCommand(context)
    case "validate": try ValidateCommand(context)
    case "inspect": try InspectCommand(context)
    case "convert": try ConvertCommand(context)
    case "export": try ExportCommand(context)
    case "resume": try ResumeCommand(context)
    case "undo": try UndoCommand(context)
    case "runs list": try RunsListCommand(context)
    case "runs show": try RunsShowCommand(context)
    case "runs rows": try RunsRowsCommand(context)
    case "runs rejects": try RunsRejectsCommand(context)
    case "runs prune": try RunsPruneCommand(context)
    case "target check": try TargetCheckCommand(context)
    case "sandbox": try SandboxCommand(context)
    case "template": try TemplateCommand(context)
    default: throw UsageError(.noCommand, of: context.arguments.path)
    }
  }
}

/// A command whose options have been read: doing it is the second step.
protocol Performing: Sendable {
  /// Does the work and tells about it.
  ///
  /// - Throws: `CommandFailure` where it cannot be done at all.
  func perform() async throws(CommandFailure) -> ExitStatus
}

/// What every command gets.
struct CommandContext: Sendable {
  let arguments: ParsedArguments
  let environment: [String: String]
  let console: Console

  /// Opens the ledger that is named, or the one in the state folder, which is made.
  func ledgerPath() throws(CommandFailure) -> String {
    if let path = arguments.givenText(.ledger) { return path }
    return try StateFolder.made(environment).ledger
  }
}
