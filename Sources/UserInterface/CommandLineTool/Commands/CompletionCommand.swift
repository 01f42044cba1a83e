extension Command {
  static let completion = Command(
    name: "completion",
    summary: "Print the script with which a shell completes words",
    details: [
      "Completion offers commands, options and their values, also names of targets, port groups, runs and snapshots as this "
        + "machine knows them. It never contacts a server, and changes nothing.",
      "The script is loaded in each session, or written once to the shell's folder: for bash "
        + "~/.local/share/bash-completion/completions/cupibulk, for zsh a file _cupibulk in a folder of $fpath, for fish "
        + "~/.config/fish/completions/cupibulk.fish.",
    ],
    operands: [
      Operand(
        name: "SHELL", help: "the shell",
        words: .listed(CompletionScript.allCases.map(\.rawValue)))
    ],
    examples: [
      Example(
        purpose: "see the script of bash, and how it is loaded", line: "cupibulk completion bash")
    ]
  ) { context throws(UsageError) in CompletionCommand(context: context) }
}

/// `cupibulk completion`: prints the script of a shell.
struct CompletionCommand: RunnableCommand {
  let context: CommandContext

  func perform() async throws(CommandFailure) -> ExitStatus {
    // The word was checked by the table of operands.
    let shell = context.arguments.operands.first.flatMap(CompletionScript.init(rawValue:))
    context.console.write((shell ?? .bash).text)
    return .success
  }
}
