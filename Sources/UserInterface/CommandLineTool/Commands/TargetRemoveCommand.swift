import BatchEngine
import INIFiles

extension Command {
  static let targetRemove = Command(
    name: "remove",
    summary: "Remove a target's section from targets.ini",
    details: ["Only the name is removed: the server, its runs and its password file stay."],
    operands: [targetName],
    options: [.yes],
    examples: [Example(purpose: "forget a target's name", line: "cupibulk target remove prod")]
  ) { context throws(UsageError) in TargetRemoveCommand(context: context) }
}

/// `cupibulk target remove`: removes a section from the user's file.
struct TargetRemoveCommand: RunnableCommand {
  let context: CommandContext

  func perform() async throws(CommandFailure) -> ExitStatus {
    let access = TargetAccess(context)
    let target = try access.ownTarget(in: access.registry())
    try access.confirm(
      "Remove target \(target.name) (\(target.url))?",
      otherwise: "Nothing was removed")
    try TargetsFile.update(access.places, shown: target) { document throws(INIFault) in
      try document.removingSection(target.name)
    }
    context.console.note("Removed target \(target.name) from \(target.place.file).")
    return .success
  }
}
