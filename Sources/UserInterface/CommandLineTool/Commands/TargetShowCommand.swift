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

/// A value of a target as it is written, and where.
struct TargetValue {
  var key: TargetKey
  var text: String
  var place: TargetPlace
  /// What it means for the value above it; empty for a value of the target's own section.
  var remark = ""
}

/// `cupibulk target show`: the values of a target, each with its place.
struct TargetShowCommand: RunnableCommand {
  let context: CommandContext

  func perform() async throws(CommandFailure) -> ExitStatus {
    let registry = try TargetAccess(context).registry()
    let target = try registry.find(context.arguments.operands.first ?? "")
    let values = Self.values(of: target, registry)
    if context.arguments.has(.json) {
      let fences = registry.fences(of: target)
      context.console.end(with: TargetDetails(target: target, fences: fences, values: values))
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

  /// The values of the section, then those of the system that hold as well.
  private static func values(of target: NamedTarget, _ registry: TargetRegistry) -> [TargetValue] {
    var values: [TargetValue] = []
    let fences = registry.fences(of: target)
    for key in TargetKey.allCases {
      if let (text, line) = target.lines[key] {
        values.append(
          TargetValue(key: key, text: text, place: TargetPlace(file: target.place.file, line: line))
        )
      }
      guard let place = fences.origins[key], place != values.last?.place else { continue }
      for section in registry.systemSections(for: target) where section.place(of: key) == place {
        guard let text = section.lines[key]?.value else { continue }
        values.append(TargetValue(key: key, text: text, place: place, remark: "holds, from "))
      }
    }
    return values
  }

}

/// What is known of a target, for programs.
struct TargetDetails: JSONEnding {
  let target: NamedTarget
  let fences: TargetFences
  let values: [TargetValue]

  static let type = "target-details"
  static let summary =
    "What is known of a target, and where it is written: the result of `target show`."

  static let keys: [JSONKey<TargetDetails>] = [
    JSONKey("name", "its name", \.target.name),
    JSONKey("urls", "the URLs of its nodes") { $0.target.nodes.map(\.description) },
    JSONKey("tags", "its tags", \.target.tags),
    JSONKey("protected", "true if it is protected", \.fences.isProtected),
    JSONKey("id", "the id of its server", \.fences.id?.text),
    JSONKey("slots", "the most requests at a time", \.fences.slots),
    JSONKey("rate", "the most requests a second", \.fences.rate),
    JSONKey("values", "each value that holds, with its place", \.values),
  ]
}

extension TargetValue: JSONObject {
  static let keys: [JSONKey<TargetValue>] = [
    JSONKey("key", "the key of targets.ini", \.key.rawValue),
    JSONKey("value", "its value as it is written", \.text),
    JSONKey("file", "the file", \.place.file),
    JSONKey("line", "the line", \.place.line),
  ]
}
