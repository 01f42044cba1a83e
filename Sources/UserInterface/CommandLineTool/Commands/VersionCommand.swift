extension Command {
  static let version = Command(
    name: "version",
    summary: "Show the version, the commit and the libraries of the program",
    details: [
      "The libraries are those that are loaded now. --version shows only the program's version."
    ],
    options: [.json],
    examples: [
      Example(purpose: "what to quote in a report of a problem", line: "cupibulk version")
    ]
  ) { context throws(UsageError) in VersionCommand(context: context) }
}

/// `cupibulk version`: what the program is, and what it consists of.
struct VersionCommand: RunnableCommand {
  let context: CommandContext

  func perform() async throws(CommandFailure) -> ExitStatus {
    let version = ProgramVersion(stamp: context.stamp)
    if context.arguments.has(.json) {
      context.console.end(with: version)
    } else {
      context.console.write(version.text)
    }
    return .success
  }
}
