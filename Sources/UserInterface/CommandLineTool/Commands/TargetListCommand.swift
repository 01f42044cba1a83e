import BatchEngine
import HTTPTransfers

extension Command {
  static let targetList = Command(
    name: "list",
    summary: "List the targets that have a name",
    options: [.json],
    examples: [Example(purpose: "see which servers have a name", line: "cupibulk target list")]
  ) { context throws(UsageError) in TargetListCommand(context: context) }
}

/// `cupibulk target list`: the targets of the user's file and of the machine's.
struct TargetListCommand: RunnableCommand {
  let context: CommandContext

  func perform() async throws(CommandFailure) -> ExitStatus {
    let registry = try TargetAccess(context).registry()
    let console = context.console
    if context.arguments.has(.json) {
      for target in registry.targets {
        console.print(
          TargetLine(target: target, isProtected: registry.fences(of: target).isProtected))
      }
      return .success
    }
    guard !registry.isEmpty else {
      console.note(
        "No target has a name yet.\n    hint: add one with: cupibulk target add NAME URL")
      return .success
    }
    var table = TextTable([.name("target"), .name("url"), .text("tags"), .text("protected")])
    for target in registry.targets {
      table.add([
        TextTable.Cell(target.name), TextTable.Cell(target.url),
        TextTable.Cell(target.tags.joined(separator: ",")),
        TextTable.Cell(registry.fences(of: target).isProtected ? "yes" : ""),
      ])
    }
    console.write(table.text(for: console.output))
    return .success
  }

}

/// A target as a line of the list, for programs.
struct TargetLine: JSONLine {
  let target: NamedTarget
  let isProtected: Bool

  static let type = "target"
  static let summary = "A target of targets.ini: a line of `target list`."

  static let keys: [JSONKey<TargetLine>] = [
    JSONKey("name", "its name", \.target.name),
    JSONKey("urls", "the URLs of its nodes") { $0.target.nodes.map(\.description) },
    JSONKey("tags", "its tags", \.target.tags),
    JSONKey("protected", "true if it is protected, here or by the machine", \.isProtected),
    JSONKey("file", "the file with its section", \.target.place.file),
    JSONKey("line", "the line of its section", \.target.place.line),
  ]
}
