import BatchEngine
import Bytes

/// The pages of man(1), generated from the tables of commands, options and keys.
package enum ManualPage {
  /// A page, and the name of its file.
  package struct File: Sendable, Equatable {
    /// The name in a folder of pages: `cupibulk-runs-show.1`.
    package let name: String
    package let text: String
  }

  /// All pages: one of each command, and that of `targets.ini`.
  ///
  /// - Parameter date: The date in the pages' footers, as `2026-11-29`.
  /// - Returns: The pages, in the order of the table.
  package static func all(date: String) -> [File] {
    Command.allPaths().map { path in
      File(name: name(of: path) + ".1", text: text(of: path, date: date))
    } + [File(name: "cupibulk-targets.ini.5", text: TargetsPage.text(date: date))]
  }

  /// The page of a command.
  ///
  /// - Parameters:
  ///   - path: The command, which is not hidden.
  ///   - date: The date in the page's footer, as `2026-11-29`.
  /// - Returns: The page, in the language of man(7).
  package static func text(of path: CommandPath, date: String) -> String {
    let command = path.command
    var page = RoffPage(
      name(of: path), section: 1, sectionTitle: "User Commands", date: date,
      summary: command.summary.prefix(1).lowercased() + command.summary.dropFirst())
    synopsis(of: path, on: &page)
    page.heading("DESCRIPTION")
    page.paragraph(.prose(command.summary + "."))
    for detail in command.details { page.paragraph(.prose(detail)) }
    if !command.subcommands.isEmpty {
      page.heading("COMMANDS")
      for subcommand in command.visibleSubcommands {
        page.item(reference(to: path.appending(subcommand)), .prose(subcommand.summary + "."))
      }
    }
    if !command.operands.isEmpty {
      page.heading("OPERANDS")
      for operand in command.operands {
        page.item(.italic(operand.name), .prose(sentences(about: operand)))
      }
    }
    options(of: command, on: &page)
    page.heading("EXIT STATUS")
    for status in ExitStatus.allCases {
      page.item(.bold("\(status.rawValue)"), .prose(status.meaning.sentenceStart + "."))
    }
    surroundings(of: path, on: &page)
    if !command.examples.isEmpty {
      page.heading("EXAMPLES")
      for example in command.examples { page.example(example.purpose, [example.line]) }
    }
    page.heading("SEE ALSO")
    page.paragraph(related(to: path).joined(by: ", "))
    return page.text
  }

  /// The name of a command's page: `cupibulk-runs-show`.
  static func name(of path: CommandPath) -> String {
    path.commands.map(\.name).joined(separator: "-")
  }

  /// `cupibulk-runs-show(1)`, as other pages name it.
  static func reference(to path: CommandPath) -> RoffText { reference(name(of: path), 1) }

  static func reference(_ name: String, _ section: Int) -> RoffText {
    .bold(name) + "(\(section))"
  }

  private static func synopsis(of path: CommandPath, on page: inout RoffPage) {
    page.heading("SYNOPSIS")
    for usage in HelpPage.usages(of: path) {
      let command = usage.unicodeScalars.prefix { $0 != "-" && $0 != "[" && !("A"..."Z" ~= $0) }
      page.paragraph(
        .bold(String(command).trimmed) + " "
          + .prose(String(usage.unicodeScalars.dropFirst(command.count))))
    }
  }

  private static func sentences(about operand: Command.Operand) -> String {
    var sentences = [operand.help.sentenceStart]
    if !operand.choices.isEmpty {
      sentences.append("Allowed: \(Wording.list(operand.choices, joinedBy: "or"))")
    }
    return sentences.map { $0 + "." }.joined(separator: " ")
  }

  private static func related(to path: CommandPath) -> [RoffText] {
    let commands =
      path.ancestors + path.command.visibleSubcommands.map { path.appending($0) }
    let usesTargets = path == .root || path.command.usesTargets
    return commands.map { reference(to: $0) }
      + (usesTargets ? [reference(TargetsPage.name, TargetsPage.section)] : [])
  }
}
