import PortGroupModel

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
    /// What was typed where a missing value should be.
    var nextWord: String?
  }

  private(set) var options: [Item] = []
  private(set) var operands: [String] = []
  /// How many of the operands came before `--`: only those can name a command.
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
      guard let name = word.dropping(prefix: "-"), !name.isEmpty else {
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
    if let parts = word.cut(at: "=") {
      flag = String(parts.before)
      value = String(parts.after)
    } else if let rest = attachedValue(word) {
      // -oFILE
      flag = String(word.unicodeScalars.prefix(2))
      value = rest.isEmpty ? nil : String(rest)
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

  /// What follows a short option that takes a value in the same word; nil where it begins with none.
  private static func attachedValue(_ word: String) -> Substring? {
    known.lazy.compactMap { option in
      option.takesValue ? option.short.flatMap { word.dropping(prefix: "-\($0)") } : nil
    }.first
  }

  /// True for `-x` and `--xyz`, but not for `-` and `-1`.
  private static func looksLikeOption(_ word: String) -> Bool {
    word.dropping(prefix: "-")?.unicodeScalars.first.map { $0.properties.numericType == nil }
      ?? false
  }

  /// Takes the command's name off the operands.
  mutating func takeCommand() throws(UsageError) -> CommandPath {
    var path = CommandPath.root
    while !path.command.subcommands.isEmpty {
      if nameable > 0, let word = operands.first {
        guard let command = path.command.subcommand(word) else {
          // The word may be the value of an option that was mistyped: that is reported first.
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
