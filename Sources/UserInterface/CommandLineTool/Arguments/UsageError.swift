import PortGroupModel

/// An error in a command line; exit code 2.
package struct UsageError: Error, Sendable, Equatable {
  package enum Problem: Sendable, Equatable {
    case noCommand
    /// A word in place of a command.
    case unknownCommand(String)
    /// A word after `help`.
    case unknownPage(String)
    /// `plan FILE…`, and the command that makes a plan of these files.
    case planOfFiles(String)
    /// An option as typed, without a value: `--targt`.
    case unknownOption(String)
    /// `nextWord` is the next word, if it only looks like another option.
    case missingValue(Option, nextWord: String?)
    case unexpectedValue(Option, value: String)
    case repeatedOption(Option)
    /// `source` is the option, variable or operand; the complaint contains what is allowed.
    case badValue(source: String, value: String, complaint: String)
    case missingOption(Option)
    case exclusiveOptions(Option, Option)
    /// The second option means nothing without the first one.
    case neededOption(Option, by: Option)
    case missingOperand(String)
    case extraOperand(String)
  }

  package let problem: Problem
  /// The command, as far as it was parsed.
  package let path: CommandPath

  package init(_ problem: Problem, of path: CommandPath) {
    self.problem = problem
    self.path = path
  }
}

extension UsageError {
  /// The whole text: what is wrong, and where to read more.
  package var text: String {
    path.command.isHidden ? message : "\(message)\nTry '\(page)'."
  }

  /// The command line that prints the help.
  var page: String { path == .root ? "cupibulk help" : "cupibulk help \(path.name)" }

  /// What is wrong and, if it is clear, what was probably meant; without a full stop.
  var message: String {
    switch problem {
    case .noCommand:
      let names = path.command.visibleSubcommands.map(\.name)
      return "no command given; there are \(Wording.list(names, joinedBy: "and"))"
    case .unknownCommand(let word):
      return "there is no command \(quoted(full(word)))" + advice(onWord: word, topics: [])
    case .unknownPage(let word):
      let topics = path == .root ? HelpTopic.allCases.map(\.name) : []
      return "there is no command \(topics.isEmpty ? "" : "or topic ")\(quoted(full(word)))"
        + advice(onWord: word, topics: topics)
    case .planOfFiles(let line):
      return "plan only looks at plans; one is made with: \(line.escapedForDisplay)"
    case .unknownOption(let flag):
      return "\(subject) no option \(quoted(flag))" + advice(on: flag)
    case .missingValue(let option, nil):
      return "\(option.flag) needs a value: \(option.usage)"
    case .missingValue(let option, let nextWord?):
      return "\(option.flag) needs a value: \(option.usage); "
        + "if \(quoted(nextWord)) is the value, join them: \(option.flag)=…"
    case .unexpectedValue(let option, let value):
      return "\(option.flag) takes no value, but has \(quoted(value))"
    case .repeatedOption(let option):
      return "\(option.flag) is given twice; give it once"
    case .badValue(let source, let value, let complaint):
      return "\(source) is \(quoted(value)); \(complaint)"
    case .missingOption(let option):
      let variable = option.environmentName.map { " (or the variable \($0))" } ?? ""
      return "\(path.name) needs \(option.usage)\(variable)"
    case .exclusiveOptions(let one, let other):
      return "\(one.flag) and \(other.flag) cannot go together; give one of them"
    case .neededOption(let option, let user):
      return "\(user.flag) is for \(option.flag), which is not given"
    case .missingOperand(let name):
      return "\(path.name) needs a \(name)"
    case .extraOperand(let word):
      return "\(quoted(word)) is one word too many for \(path.name)"
    }
  }

  /// The word after the commands before it.
  private func full(_ word: String) -> String { path == .root ? word : "\(path.name) \(word)" }

  /// What the word means in other programs, else a similar name, else the commands that have one of this name.
  private func advice(onWord word: String, topics: [String]) -> String {
    if let intent = Intent.meant(by: full(word)) { return "; \(intent.text)" }
    if path == .root, let topic = HelpTopic.named(word.lowercased()) {
      return "; it is a topic: cupibulk help \(topic.name)"
    }
    if path.name == "runs", word == "last" || word.wholeMatch(of: /[0-9]{8}T[0-9a-zA-Z-]*/) != nil {
      return "; a run is shown with: cupibulk runs show \(word)"
    }
    let names = path.command.visibleSubcommands.map { path.appending($0).name } + topics
    let similar = suggestion(for: full(word), among: names)
    guard similar.isEmpty, path == .root else { return similar }
    let inner = Command.allPaths().filter { $0.commands.count > 2 && $0.command.name == word }
    return inner.isEmpty
      ? "" : "; did you mean \(Wording.list(inner.map(\.name), joinedBy: "or"))?"
  }

  private var subject: String { path == .root ? "there is" : "\(path.name) has" }

  /// A similar name among this command's options, or the commands that have the option.
  private func advice(on flag: String) -> String {
    let holders = Command.allPaths().filter { $0.command.allOptions.contains { $0.flag == flag } }
    guard holders.isEmpty else {
      let names = holders.map(\.name)
      let shown = names.count > 6 ? names.prefix(4) + ["\(names.count - 4) other commands"] : names
      return "; it belongs to \(Wording.list(Array(shown), joinedBy: "and"))"
    }
    // "-target" was meant as "--target".
    let typed = "--" + flag.drop { $0 == "-" }
    return suggestion(for: typed, among: (path.command.allOptions + [.help]).map(\.flag))
  }

  private func suggestion(for typed: String, among names: [String]) -> String {
    Spelling.nearest(to: typed, among: names).map { "; did you mean \($0)?" } ?? ""
  }

  private func quoted(_ text: String) -> String { "'\(text.escapedForDisplay)'" }
}

extension Option {
  /// The option with its value: `--target T`.
  var usage: String { valueName.map { "\(flag) \($0)" } ?? flag }
}
