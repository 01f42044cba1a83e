import BatchEngine

/// The help pages, generated from the tables of commands and options.
package enum HelpPage {
  /// The page of a command as plain text, in lines of at most `width` columns unless a word is longer.
  package static func text(of path: CommandPath, width: Int = 80) -> String {
    var page = Page(width: max(width, 50))
    let command = path.command
    page.paragraph(command.summary + ".")
    page.lines += ["", "Usage:"]
    for usage in usages(of: path) { page.lines.append("  " + usage) }
    for detail in command.details {
      page.lines.append("")
      page.paragraph(detail)
    }
    page.section("Commands", command.subcommands.map { ($0.name, $0.summary) })
    page.section("Operands", command.operands.map { ($0.name, describe($0)) })
    for section in Option.Section.allCases {
      let options = options(of: command).filter { $0.section == section }
      page.section(
        title(of: section), column: Page.column,
        options.map { (label(of: $0), describe($0, in: command)) })
    }
    if path == .root {
      page.section("Exit codes", ExitStatus.allCases.map { ("\($0.rawValue)", $0.meaning) })
    }
    examples(of: command, on: &page)
    footer(of: path, on: &page)
    return page.lines.joined(separator: "\n") + "\n"
  }

  private static func options(of command: Command) -> [Option] {
    command.options.filter { $0.section != .general } + Command.general + [.help]
      + command.options.filter { $0 == .version }
  }

  /// `cupibulk import --target T [OPTION]... FILE...`; one line for each subcommand if there are any.
  private static func usages(of path: CommandPath) -> [String] {
    let command = path.command
    guard path != .root else { return ["\(path.line) COMMAND [OPTION]..."] }
    guard command.subcommands.isEmpty else {
      return command.subcommands.flatMap { usages(of: path.appending($0)) }
    }
    var words = [path.line] + command.required.map(\.usage)
    if command.allOptions.count > command.required.count { words.append("[OPTION]...") }
    for operand in command.operands {
      let word = operand.isRepeatable ? "\(operand.name)..." : operand.name
      words.append(operand.isRequired ? word : "[\(word)]")
    }
    return [words.joined(separator: " ")]
  }

  private static func title(of section: Option.Section) -> String {
    section == .general ? "Options" : section.rawValue + " options"
  }

  private static func label(of option: Option) -> String {
    (option.short.map { "-\($0), " } ?? "    ") + option.usage
  }

  private static func describe(_ option: Option, in command: Command) -> String {
    if command.required.contains(option) { return option.help + " (required)" }
    if option.hasManyChoices, case .choice(let words) = option.value {
      return option.help + ": \(Wording.list(words, joinedBy: "or"))"
    }
    return option.help + (option.fallback.map { " (default: \($0))" } ?? "")
  }

  private static func describe(_ operand: Command.Operand) -> String {
    operand.choices.isEmpty
      ? operand.help
      : "\(operand.help): \(Wording.list(operand.choices, joinedBy: "or"))"
  }

  private static func examples(of command: Command, on page: inout Page) {
    guard !command.examples.isEmpty else { return }
    page.lines += ["", "Examples:"]
    for example in command.examples {
      page.lines += ["  # \(example.purpose)", "  \(example.line)"]
    }
  }

  private static func footer(of path: CommandPath, on page: inout Page) {
    page.lines.append("")
    if path == .root {
      page.paragraph("'cupibulk help COMMAND' says more about a command, with examples.")
      return
    }
    let options = path.command.options
    guard let example = options.first(where: { $0.environmentName != nil })?.environmentName else {
      page.lines.removeLast()
      return
    }
    let typed = options.filter { $0.environmentName == nil }.map(\.flag)
    let except =
      typed.isEmpty ? "" : "; \(Wording.list(typed, joinedBy: "and")) must be typed"
    page.paragraph("Each option may also come from a variable such as \(example)\(except).")
  }
}

/// The lines of a page.
private struct Page {
  /// The first column of the right-hand side in a list of options.
  static let column = 26

  let width: Int
  var lines: [String] = []

  mutating func paragraph(_ text: String) { lines += Wording.wrapped(text, to: width) }

  /// A titled list in two columns; a label that is too long for its column is on a separate line.
  mutating func section(
    _ title: String, column: Int? = nil, _ items: [(label: String, text: String)]
  ) {
    guard !items.isEmpty else { return }
    lines += ["", title + ":"]
    let longest = items.map(\.label.count).max() ?? 0
    let column = column ?? min(longest + 4, Self.column)
    for item in items {
      let label = "  " + item.label
      let text = Wording.wrapped(item.text, to: width - column)
      let gap = String(repeating: " ", count: max(column - label.count, 0))
      let indent = String(repeating: " ", count: column)
      if gap.count < 2 {
        lines.append(label)
        lines += text.map { indent + $0 }
      } else {
        lines.append(label + gap + (text.first ?? ""))
        lines += text.dropFirst().map { indent + $0 }
      }
    }
  }
}
