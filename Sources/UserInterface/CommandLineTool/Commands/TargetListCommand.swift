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
      for target in registry.targets { console.print(Self.json(of: target, registry)) }
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

  private static func json(of target: NamedTarget, _ registry: TargetRegistry) -> JSONLine {
    var line = JSONLine()
    line.add("name", target.name)
    line.add("urls", target.nodes.map(\.description))
    line.add("tags", target.tags)
    line.add("protected", registry.fences(of: target).isProtected)
    line.add("file", target.place.file)
    line.add("line", target.place.line)
    return line
  }
}
