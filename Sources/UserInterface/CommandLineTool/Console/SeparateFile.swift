import Bytes

/// Where an option writes besides the result: never over a file that the command reads or writes otherwise.
struct SeparateFile {
  private let path: String
  private let option: Option
  /// What is written, as the beginning of a sentence: `The log`.
  private let content: String
  private let context: CommandContext

  init(_ path: String, of option: Option, _ content: String, _ context: CommandContext) {
    self.path = path
    self.option = option
    self.content = content
    self.context = context
  }

  /// - Throws: `CommandFailure` for standard output, and for a file with another purpose.
  func check() throws(CommandFailure) {
    guard path != "-" else {
      throw CommandFailure(
        .failure, "\(content) cannot be written to standard output, where results go",
        hint: "name a file with \(option.flag)")
    }
    let (own, identity) = (AbsolutePath.of(path), FileIdentity(at: path))
    for other in otherFiles {
      guard AbsolutePath.of(other) == own || identity != nil && FileIdentity(at: other) == identity
      else { continue }
      throw CommandFailure(
        .failure,
        "\(content) cannot be written to \(path), which the command uses for something else",
        hint: "name another file with \(option.flag)")
    }
  }

  /// The files that the command line names, and those of the ledger.
  private var otherFiles: [String] {
    let arguments = context.arguments
    let ledger =
      arguments.givenText(.ledger) ?? StateFolder(environment: context.environment).ledger
    let options = arguments.path.command.allOptions.filter { option in
      option != self.option && option.valueName == "FILE"
    }
    let target = arguments.givenText(.target).flatMap { $0.dropping(prefix: "sandbox:") }
    return arguments.operands + options.flatMap(arguments.texts)
      + [ledger, ledger + "-wal", ledger + "-shm"] + [target.map(String.init)].compactMap(\.self)
  }
}
