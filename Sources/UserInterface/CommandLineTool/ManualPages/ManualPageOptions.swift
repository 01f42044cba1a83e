// The options of a command on its manual page, and what surrounds the command: variables and files.

extension ManualPage {
  /// Adds the options in the sections of help, each with all that the table has of it.
  static func options(of command: Command, on page: inout RoffPage) {
    page.heading("OPTIONS")
    let all = command.documentedOptions
    for section in Option.Section.allCases {
      let options = all.filter { $0.section == section }
      guard !options.isEmpty else { continue }
      page.subheading(section.title)
      for option in options {
        page.item(label(of: option), .prose(sentences(about: option, of: command)))
      }
    }
  }

  private static func label(of option: Option) -> RoffText {
    var names = [RoffText.bold(option.flag)]
    if let short = option.short { names.insert(.bold("-\(short)"), at: 0) }
    let label = names.joined(by: ", ")
    guard let value = option.valueName else { return label }
    return label + " " + .italic(value)
  }

  private static func sentences(about option: Option, of command: Command) -> String {
    var sentences = [option.help.sentenceStart]
    if command.required.contains(option) { sentences.append("Required") }
    if let fallback = option.fallback { sentences.append("Default: \(fallback)") }
    if let allowed = option.allowedValues, !option.isNamedByWords {
      sentences.append("Allowed: \(allowed)")
    }
    let rivals = command.exclusiveSets.filter { $0.contains(option) }.flatMap(\.self)
      .filter { $0 != option }
    if !rivals.isEmpty {
      sentences.append("Not together with \(Wording.list(rivals.map(\.flag), joinedBy: "or"))")
    }
    if let variable = option.environmentName { sentences.append("Variable: \(variable)") }
    return sentences.map { $0 + "." }.joined(separator: " ")
  }

  /// Adds the variables and the files that concern a command.
  static func surroundings(of path: CommandPath, on page: inout RoffPage) {
    let command = path.command
    page.heading("ENVIRONMENT")
    let variables = command.allOptions.compactMap(\.environmentName)
    if !variables.isEmpty {
      page.paragraph(
        .plain(
          "An option that is not typed is taken from its variable, if that is set; an empty one is an error, and 1 or 0 "
            + "switches an option without a value on or off: ")
          + variables.map(RoffText.bold).joined(by: ", ") + ".")
    }
    for variable in EnvironmentVariable.all where variable.readers.contain(path) {
      page.item(.bold(variable.name), .prose(variable.meaning.sentenceStart + "."))
    }
    let files = Surroundings.files.filter { $0.readers.contain(path) }
    guard !files.isEmpty else { return }
    page.heading("FILES")
    for file in files { page.item(.italic(file.name), .prose(file.meaning.sentenceStart + ".")) }
  }
}

extension Command {
  /// What can be typed as values of its options, and as its operands.
  var wordSources: [WordSource] {
    operands.map(\.words) + allOptions.compactMap(\.words)
  }

  /// True if `targets.ini` may be read.
  var usesTargets: Bool { wordSources.contains(where: \.namesTargets) }
}

extension Option {
  /// True if its value's name in help is the list of its words.
  fileprivate var isNamedByWords: Bool {
    if case .choice = value { !hasManyChoices } else { false }
  }

  /// What can be typed as its value, or a part of it; `nil` if that is clear from the kind of the value.
  package var words: WordSource? {
    switch value {
    case .text(_, let words), .pair(_, _, let words): words
    case .none, .choice, .number, .duration, .share, .line, .moment, .clock: nil
    }
  }
}
