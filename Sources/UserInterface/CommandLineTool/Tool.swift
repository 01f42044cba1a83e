import BatchEngine
import Glibc

/// The command-line program as a whole; `main` only calls it.
package enum Tool {
  /// The version that `--version` prints and the ledger records.
  package static let version = "0.1.0"

  /// Performs the command of a command line.
  ///
  /// - Returns: The exit code.
  package static func run(_ words: [String], environment: [String: String]) async -> Int32 {
    let console = Console.standard(environment: environment)
    let (status, isRecorded) = await run(words, environment, console)
    guard let failure = console.finish() else { return status.rawValue }
    console.fail(failure)
    // The work is done, and a script must not repeat it because its report failed.
    if isRecorded {
      console.note(
        "    hint: the run has ended as its exit code says; look at it with: cupibulk runs show last"
      )
    }
    console.messages.flush()
    return (status == .success && !isRecorded ? .failure : status).rawValue
  }

  /// Performs a command; `isRecorded` is true if the ledger records the result, even if the output fails.
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
        let command = arguments.path.command
        guard let prepare = command.prepare else {
          throw UsageError(.noCommand, of: arguments.path)
        }
        return (
          await perform(try prepare(context), console),
          command.recordsRun && !arguments.has(.dryRun)
        )
      }
      return (.success, false)
    } catch {
      console.fail(error.text)
      return (.usage, false)
    }
  }

  private static func perform(_ command: any RunnableCommand, _ console: Console) async
    -> ExitStatus
  {
    do throws(CommandFailure) {
      return try await command.perform()
    } catch {
      if !error.message.isEmpty { console.fail(error.message.escapedForDisplay) }
      if !error.hint.isEmpty { console.note("    hint: \(error.hint.escapedForDisplay)") }
      return error.status
    }
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
  let arguments: ParsedArguments
  let environment: [String: String]
  let console: Console

  /// Opens the ledger that is named, or the one in the state folder, which is created.
  func ledgerPath() throws(CommandFailure) -> String {
    if let path = arguments.givenText(.ledger) { return path }
    return try StateFolder.made(environment).ledger
  }
}
