/// A help page, generated from the tables of commands, options and topics.
package struct HelpPage: Sendable, Equatable {
  package let sections: [HelpSection]

  /// The page as plain text, in lines of at most `width` columns unless a word or a command line is longer.
  package func text(width: Int = 80) -> String {
    sections.map { $0.lines(width: max(width, 50)).joined(separator: "\n") + "\n" }
      .joined(separator: "\n")
  }
}

extension HelpPage {
  /// The page of a topic.
  package init(of topic: HelpTopic) {
    sections = [HelpSection(paragraphs: [topic.summary + "."])] + topic.sections
  }

  /// The page of a command; that of the program itself is the first page that a user sees.
  package init(of path: CommandPath) {
    let command = path.command
    var sections = [
      HelpSection(paragraphs: [command.summary + "."]),
      HelpSection("Usage", lines: Self.usages(of: path)),
      HelpSection(paragraphs: command.details),
    ]
    if path == .root {
      sections += CommandGroup.allCases.map(\.section)
    } else {
      sections.append(
        HelpSection(
          "Commands", items: command.visibleSubcommands.map { .init($0.name, $0.summary) }))
    }
    sections.append(
      HelpSection("Operands", items: command.operands.map { .init($0.name, Self.text(of: $0)) }))
    if path == .root || path.command == .help { sections.append(HelpTopic.list) }
    sections += path == .root ? [Self.generalOptions] : Self.options(of: command)
    sections.append(
      HelpSection("Examples", lines: command.examples.flatMap { ["# \($0.purpose)", $0.line] }))
    sections.append(HelpSection(paragraphs: [Self.footer(of: path)]))
    self.sections = sections.filter { !$0.isEmpty }
  }

  /// `cupibulk import --target T [OPTION]... FILE...`; one line for each subcommand if there are any.
  static func usages(of path: CommandPath) -> [String] {
    let command = path.command
    guard path != .root else { return ["\(path.line) COMMAND [OPTION]..."] }
    guard command.subcommands.isEmpty else {
      return command.visibleSubcommands.flatMap { usages(of: path.appending($0)) }
    }
    var words = [path.line] + command.required.map(\.usage)
    if command.allOptions.count > command.required.count { words.append("[OPTION]...") }
    for operand in command.operands {
      let word = operand.isRepeatable ? "\(operand.name)..." : operand.name
      words.append(operand.isRequired ? word : "[\(word)]")
    }
    return [words.joined(separator: " ")]
  }

  private static func text(of operand: Command.Operand) -> String {
    operand.choices.isEmpty
      ? operand.help
      : "\(operand.help): \(Wording.list(operand.choices, joinedBy: "or"))"
  }

  /// The options of every command, which only the program's page explains.
  private static let generalOptions = HelpSection(
    "Options of every command",
    items: (Command.general + [.help, .version]).map { HelpSection.Item($0) },
    column: HelpSection.optionColumn)

  /// The options of a command; those that a topic explains are left out, and the topic is named.
  private static func options(of command: Command) -> [HelpSection] {
    Option.Section.allCases.filter { $0 != .general }.map { section in
      let shared = SharedOptions.all.filter { $0.section == section }
      let own = command.options.filter { option in
        option.section == section && !shared.contains { $0.options.contains(option) }
      }
      return HelpSection(
        section.title,
        items: own.map {
          HelpSection.Item($0, isRequired: command.required.contains($0))
        },
        column: HelpSection.optionColumn, notes: shared.compactMap { $0.note(for: command) })
    }
  }

  private static func footer(of path: CommandPath) -> String {
    if path == .root {
      return "More about a command or a topic: cupibulk help NAME. What an exit code means: "
        + "cupibulk help exit-codes."
    }
    let general = (Command.general + [.help]).map { $0.short.map { "-\($0)" } ?? $0.flag }
    let every =
      "Every command also takes \(Wording.list(general, joinedBy: "and")): see 'cupibulk help'."
    let options = path.command.options
    guard let example = options.first(where: { $0.environmentName != nil })?.environmentName else {
      return every
    }
    let typed = options.filter { $0.environmentName == nil }.map(\.flag)
    let except = typed.isEmpty ? "" : "; \(Wording.list(typed, joinedBy: "and")) must be typed"
    return every + " An option may also come from a variable, such as \(example), "
      + "see 'cupibulk help environment'\(except)."
  }
}
