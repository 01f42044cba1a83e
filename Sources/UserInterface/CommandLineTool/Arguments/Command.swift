/// One command: its operands, options, subcommands, and what help says about it.
///
/// Each is one value in its own file, beside the type that does it; `CommandTable.swift` puts them together.
package struct Command: Sendable {
  /// What is typed without a dash after the command's name.
  package struct Operand: Sendable, Equatable {
    /// As help names it: `FILE`.
    package let name: String
    /// What it is, as a clause without a full stop.
    package let help: String
    var isRequired = true
    var isRepeatable = false
    /// The words that it may be; any text where there are none.
    var choices: [String] = []
  }

  /// A command line to learn from.
  package struct Example: Sendable, Equatable {
    /// What it does, as a clause.
    package let purpose: String
    package let line: String
  }

  package let name: String
  /// One line for the list of commands.
  package let summary: String
  /// What one has to know before using it; paragraphs that help breaks into lines.
  package var details: [String] = []
  package var operands: [Operand] = []
  /// The options that must be given; each of them is among `options` too.
  package var required: [Option] = []
  package var options: [Option] = []
  /// The options of which only one may be given.
  package var exclusive: [Option] = []
  package var subcommands: [Command] = []
  /// The subcommand that is meant where none is named; without one, naming one is a must.
  package var defaultSubcommand: String?
  package var examples: [Example] = []
  /// True if the ledger has how it came out, whatever becomes of the output.
  var recordsRun = false
  /// Reads the options, so that the command can run; `nil` for one that only leads to others.
  var prepare: (@Sendable (CommandContext) throws(UsageError) -> any RunnableCommand)?

  /// The subcommand of that name, exactly as typed.
  package func subcommand(_ name: String) -> Command? {
    subcommands.first { $0.name == name }
  }
}

extension Command: Equatable {
  /// Names are unique below one command, and summaries among all.
  package static func == (left: Command, right: Command) -> Bool {
    left.name == right.name && left.summary == right.summary
  }
}

/// The commands from the outermost to the one that was asked for: `runs`, `show`.
package struct CommandPath: Sendable, Equatable, CustomStringConvertible {
  package private(set) var commands: [Command]

  /// The path to the program itself, before any command's name.
  package static let root = CommandPath(commands: [Command.root])

  /// The command itself.
  package var command: Command { commands.last ?? .root }
  /// As it is typed after the program's name: `runs show`; empty for the program itself.
  package var name: String { commands.dropFirst().map(\.name).joined(separator: " ") }
  /// As it is typed: `cupibulk runs show`.
  package var line: String { commands.map(\.name).joined(separator: " ") }

  package var description: String { line }

  package func appending(_ command: Command) -> CommandPath {
    CommandPath(commands: commands + [command])
  }
}
