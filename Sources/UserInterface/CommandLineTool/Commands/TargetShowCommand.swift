import BatchEngine
import HTTPTransfers
import PortGroupModel

extension Command {
  static let targetName = Operand(
    name: "NAME", help: "the target's name in targets.ini", words: .targetNames)

  static let targetShow = Command(
    name: "show",
    summary: "Show what is known of a target by its name, and where it is written",
    details: [
      "Each value is shown with the file and line that it comes from, also the limits of "
        + "/etc/cupibulk/targets.ini that hold for the target."
    ],
    operands: [targetName],
    options: [.json],
    examples: [Example(purpose: "see a target's section", line: "cupibulk target show prod")]
  ) { context throws(UsageError) in TargetShowCommand(context: context) }
}

/// `cupibulk target show`: the values of a target, each with its place.
struct TargetShowCommand: RunnableCommand {
  let context: CommandContext

  func perform() async throws(CommandFailure) -> ExitStatus {
    let registry = try TargetAccess(context).registry()
    let target = try registry.find(context.arguments.operands.first ?? "")
    let values = Self.values(of: target, registry)
    if context.arguments.has(.json) {
      context.console.print(Self.json(of: target, registry, values))
      return .success
    }
    var table = TextTable([.text(""), .name(""), .text("")])
    for value in values {
      table.add([
        TextTable.Cell(value.key.rawValue, .dim), TextTable.Cell(value.text),
        TextTable.Cell(value.remark + value.place.description, .dim),
      ])
    }
    context.console.write(table.text(for: context.console.output))
    return .success
  }

  /// A value as it is written, and where.
  private struct Value {
    var key: TargetKey
    var text: String
    var place: TargetPlace
    /// What it means for the value above it; empty for a value of the target's own section.
    var remark = ""
  }

  /// The values of the section, then those of the system that hold as well.
  private static func values(of target: NamedTarget, _ registry: TargetRegistry) -> [Value] {
    var values: [Value] = []
    let fences = registry.fences(of: target)
    for key in TargetKey.allCases {
      if let (text, line) = target.lines[key] {
        values.append(
          Value(key: key, text: text, place: TargetPlace(file: target.place.file, line: line)))
      }
      guard let place = fences.origins[key], place != values.last?.place else { continue }
      for section in registry.systemSections(for: target) where section.place(of: key) == place {
        guard let text = section.lines[key]?.value else { continue }
        values.append(Value(key: key, text: text, place: place, remark: "holds, from "))
      }
    }
    return values
  }

  private static func json(
    of target: NamedTarget, _ registry: TargetRegistry, _ values: [Value]
  ) -> JSONLine {
    let fences = registry.fences(of: target)
    var line = JSONLine()
    line.add("name", target.name)
    line.add("urls", target.nodes.map(\.description))
    line.add("tags", target.tags)
    line.add("protected", fences.isProtected)
    line.add("id", fences.id?.text)
    line.add("slots", fences.slots)
    line.add("rate", fences.rate)
    line.add(
      "values",
      values.map { value in
        [
          (key: "key", text: value.key.rawValue, number: nil),
          (key: "value", text: value.text, number: nil),
          (key: "file", text: value.place.file, number: nil),
          (key: "line", text: nil, number: value.place.line),
        ]
      })
    return line
  }
}
