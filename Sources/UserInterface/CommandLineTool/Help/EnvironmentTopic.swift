extension HelpTopic {
  static let environment = HelpTopic(
    name: "environment",
    summary: "The variables that the program reads",
    sections: [
      HelpSection(
        "Variables of options",
        paragraphs: [
          "An option that is not typed may come from its variable, in every command that takes it. 1 and 0 switch an "
            + "option without a value on and off. An empty variable is an error, so that a mistake in a script does "
            + "not remove a protection. For a target of targets.ini, those of account and trust do not count."
        ],
        items: variables.map { .init($0.name, text(of: $0.option)) }),
      HelpSection(
        "Options without a variable",
        paragraphs: [
          "Some options have a variable in one command and none in another, such as --target where it only selects "
            + "what is listed. The command's page names those that must be typed."
        ],
        items: [
          .init(
            "protections",
            "\(Wording.list(Option.disarming.map(\.flag), joinedBy: "and")): what disables a protection is typed"
          ),
          .init(
            "all others",
            "\(Wording.list(onlyTyped.map { "--" + $0 }, joinedBy: "and")): they belong to one command line"
          ),
        ]),
      HelpSection(
        "Other variables",
        items: EnvironmentVariable.all.map { .init($0.name, $0.meaning) }),
    ])

  /// Each variable of an option with the first option that it sets, in the order of the commands.
  package static var variables: [(name: String, option: Option)] {
    var known: Set<String> = []
    return allOptions.compactMap { option in
      option.environmentName.flatMap { known.insert($0).inserted ? ($0, option) : nil }
    }
  }

  /// The names of options that have no variable in any command, and disable no protection.
  private static var onlyTyped: [String] {
    let others = Set(allOptions.filter { $0.environmentName != nil } + Option.disarming).map(\.name)
    var known = Set(others)
    return allOptions.map(\.name).filter { known.insert($0).inserted }
  }

  private static var allOptions: [Option] {
    Command.allPaths().flatMap(\.command.allOptions) + [.help, .version]
  }

  /// The option, and the first part of what it does.
  private static func text(of option: Option) -> String {
    let ends = ["; ", ": ", " ("].compactMap { option.help.firstRange(of: $0)?.lowerBound }
    return "\(option.usage): \(option.help[..<(ends.min() ?? option.help.endIndex)])"
  }
}

extension Option {
  /// Options that disable a protection, or permit more than usual: none has a variable.
  package static let disarming: [Option] = [
    .insecure, .yes, .maxDelete, .allowLast, .allow, .acceptShrink, .exact, .replace,
    .fromOtherTarget, .targetMoved, .approve,
  ]
}
