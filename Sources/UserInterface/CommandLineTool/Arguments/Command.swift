/// A command: its operands, options, subcommands and help texts.
///
/// Each command is a value in its own file, next to the type that performs it; `CommandTable.swift` lists
/// them.
package struct Command: Sendable {
  /// A word without a dash after the command's name.
  package struct Operand: Sendable, Equatable {
    /// Its name in help, such as `FILE`.
    package let name: String
    /// Its meaning, as a clause without a full stop.
    package let help: String
    /// What can be typed for it.
    package let words: WordSource
    var isRequired = true
    var isRepeatable = false

    /// The allowed words; empty if any text is allowed.
    var choices: [String] { if case .listed(let words) = words { words } else { [] } }
  }

  /// An example of a command line.
  package struct Example: Sendable, Equatable {
    /// What the example does, as a clause.
    package let purpose: String
    package let line: String
  }

  package let name: String
  /// One line for the list of commands.
  package let summary: String
  /// The description; help breaks its paragraphs into lines.
  package var details: [String] = []
  package var operands: [Operand] = []
  /// The options that must be given; each of them is among `options` too.
  package var required: [Option] = []
  package var options: [Option] = []
  /// Sets of options of which only one may be given.
  package var exclusive: [Option] = []
  /// Further such sets.
  package var incompatible: [[Option]] = []
  package var subcommands: [Command] = []
  /// The subcommand that is used if none is named; `nil` if one must be named.
  package var defaultSubcommand: String?
  package var examples: [Example] = []
  /// True if standard output only reports what was done, so that `--quiet` leaves it out.
  var onlyReports = false
  /// True for a command that other programs run: no help, completion, page or suggestion names it, and it takes only its
  /// own options, so that it writes no log.
  package var isHidden = false
  /// True for a command whose errors nobody reads: a wrong command line ends it without a message, and with 0.
  var isSilent = false
  /// True if the result is a file, which may be standard output.
  var writesFile = false
  /// True for a list or a page that a pager shows on a terminal.
  var isPaged = false
  /// True if the ledger records the result, even if the output fails.
  var recordsRun = false
  /// Reads the options and returns the runnable command; `nil` for a command that only has subcommands.
  var prepare: (@Sendable (CommandContext) throws(UsageError) -> any RunnableCommand)?

  /// The options of every command.
  static let general: [Option] = [.quiet, .verbose, .logFile]

  /// Its own options, and those of every command.
  package var allOptions: [Option] {
    isHidden ? options : options + Command.general.filter { !options.contains($0) }
  }

  /// All its options with `--help`, those of every command at the end.
  var documentedOptions: [Option] {
    options.filter { $0.section != .general } + Command.general + [.help]
      + options.filter { $0 == .version }
  }

  /// The sets of options of which only one may be given.
  var exclusiveSets: [[Option]] { [exclusive, [.quiet, .verbose]] + incompatible }

  /// The subcommands that users type.
  package var visibleSubcommands: [Command] { subcommands.filter { !$0.isHidden } }

  /// The subcommand with exactly this name, also a hidden one.
  package func subcommand(_ name: String) -> Command? {
    subcommands.first { $0.name == name }
  }
}

extension Command: Equatable {
  /// Names are unique among the subcommands of one command, and summaries among all commands.
  package static func == (left: Command, right: Command) -> Bool {
    left.name == right.name && left.summary == right.summary
  }
}

/// The commands from the outermost to the innermost: `runs`, `show`.
package struct CommandPath: Sendable, Equatable, CustomStringConvertible {
  package private(set) var commands: [Command]

  /// The path to the program itself, before any command's name.
  package static let root = CommandPath(commands: [Command.root])

  /// The command itself.
  package var command: Command { commands.last ?? .root }
  /// The words after the program's name: `runs show`; empty for the program itself.
  package var name: String { commands.dropFirst().map(\.name).joined(separator: " ") }
  /// The words as they are typed: `cupibulk runs show`.
  package var line: String { commands.map(\.name).joined(separator: " ") }

  package var description: String { line }

  package func appending(_ command: Command) -> CommandPath {
    CommandPath(commands: commands + [command])
  }

  /// The paths to the commands around this one, the program first.
  var ancestors: [CommandPath] {
    commands.indices.dropLast().map { CommandPath(commands: Array(commands[...$0])) }
  }
}
