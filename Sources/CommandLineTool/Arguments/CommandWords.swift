/// A command line taken apart: options with their values, and the other words.
///
/// Taking apart needs to know only which options take a value, which is the same in all commands;
/// so options may stand before the command's name.
struct CommandWords {
  struct Item {
    /// Without dashes.
    let name: String
    /// As typed: `-o`.
    let flag: String
    /// `nil` if there is none; whether the option takes one is checked later.
    var value: String?
    /// What stood where a missing value should be.
    var nextWord: String?
  }

  private(set) var options: [Item] = []
  private(set) var operands: [String] = []
  /// How many of the operands stood before `--`: only those can name a command.
  private var nameable = 0

  private static let known = Command.allPaths().flatMap(\.command.options)

  init(_ words: [String]) {
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        nameable = operands.count
        operands += rest
        return
      }
      if word == "-" || !word.hasPrefix("-") {
        operands.append(word)
        continue
      }
      options.append(Self.option(word, &rest))
    }
    nameable = operands.count
  }

  /// Reads one option and, from `rest`, its value.
  private static func option(
    _ word: String, _ rest: inout ArraySlice<String>
  ) -> Item {
    var flag = word
    var value: String?
    if let equals = word.firstIndex(of: "=") {
      flag = String(word[..<equals])
      value = String(word[word.index(after: equals)...])
    } else if known.contains(where: { $0.takesValue && $0.short == word.dropFirst().first }) {
      // -oFILE
      flag = String(word.prefix(2))
      value = word.count > 2 ? String(word.dropFirst(2)) : nil
    }
    let match = known.first { option in
      option.flag == flag || option.short.map { flag == "-\($0)" } ?? false
    }
    guard let option = match else {
      // No command has it; which command the error is about is known later.
      return Item(name: "", flag: flag)
    }
    if option.takesValue, value == nil {
      guard let next = rest.first, !looksLikeOption(next) else {
        return Item(name: option.name, flag: flag, nextWord: rest.first)
      }
      value = rest.removeFirst()
    }
    return Item(name: option.name, flag: flag, value: value)
  }

  /// True for `-x` and `--xyz`, but not for `-` and `-1`.
  private static func looksLikeOption(_ word: String) -> Bool {
    word.hasPrefix("-") && word.dropFirst().first.map { !$0.isNumber } ?? false
  }

  /// Takes the command's name off the operands.
  mutating func takeCommand() throws(UsageError) -> CommandPath {
    var path = CommandPath.root
    while !path.command.subcommands.isEmpty {
      if nameable > 0, let word = operands.first {
        guard let command = path.command.subcommand(word) else {
          // The word may be the value of an option that was mistyped: that is told first.
          if let item = options.first(where: { $0.name.isEmpty }) {
            throw UsageError(.unknownOption(item.flag), of: path)
          }
          throw UsageError(.unknownCommand(word), of: path)
        }
        operands.removeFirst()
        nameable -= 1
        path = path.appending(command)
      } else if let command = path.command.defaultSubcommand.flatMap(path.command.subcommand) {
        path = path.appending(command)
      } else if let item = options.first(where: { $0.name.isEmpty }) {
        throw UsageError(.unknownOption(item.flag), of: path)
      } else {
        throw UsageError(.noCommand, of: path)
      }
    }
    return path
  }
}

extension Option {
  fileprivate var takesValue: Bool { value != .none }
}
