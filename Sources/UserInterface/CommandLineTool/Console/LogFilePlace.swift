import Bytes

/// Where `--log-file` writes: never over a file that the command reads or writes otherwise.
struct LogFilePlace {
  private let path: String
  private let context: CommandContext

  init(_ path: String, _ context: CommandContext) {
    self.path = path
    self.context = context
  }

  /// - Throws: `CommandFailure` for standard output, and for a file with another purpose.
  func check() throws(CommandFailure) {
    guard path != "-" else {
      throw CommandFailure(
        .failure, "The log cannot be written to standard output, where results go",
        hint: "name a file with --log-file")
    }
    let (own, identity) = (AbsolutePath.of(path), FileIdentity(at: path))
    for other in otherFiles {
      guard AbsolutePath.of(other) == own || identity != nil && FileIdentity(at: other) == identity
      else { continue }
      throw CommandFailure(
        .failure, "The log cannot be written to \(path), which the command uses for something else",
        hint: "name another file with --log-file")
    }
  }

  /// The files that the command line names, and those of the ledger.
  private var otherFiles: [String] {
    let arguments = context.arguments
    let ledger =
      arguments.givenText(.ledger) ?? StateFolder(environment: context.environment).ledger
    let options = arguments.path.command.allOptions.filter { option in
      option != .logFile && option.valueName == "FILE"
    }
    let target = arguments.givenText(.target).flatMap { $0.dropping(prefix: "sandbox:") }
    return arguments.operands + options.flatMap(arguments.texts)
      + [ledger, ledger + "-wal", ledger + "-shm"] + [target.map(String.init)].compactMap(\.self)
  }
}
