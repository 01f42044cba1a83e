import Bytes
import PortGroupModel

/// A command line, split into options with their values and other words.
///
/// To split it, only the options with a value must be known, which are the same for all commands.
/// So options may precede the command's name.
struct CommandWords {
  struct Item {
    /// The name without dashes.
    let name: String
    /// The option as typed: `-o`.
    let flag: String
    /// The value, `nil` if there is none; whether the option takes one is checked later.
    var value: String?
    /// The word in place of a missing value.
    var nextWord: String?
  }

  private(set) var options: [Item] = []
  private(set) var operands: [String] = []
  /// The number of operands before `--`: only those can name a command.
  private var nameable = 0
  /// True if no option precedes the first operand, which so cannot be the value of one.
  private var isFirst = false

  private static let known = Command.allPaths().flatMap(\.command.allOptions)

  init(_ words: [String]) {
    isFirst = words.first.map { $0.dropping(prefix: "-") == nil } ?? false
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
      // No command has this option; the command for the error message is known later.
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

  /// The value of a short option in the same word; `nil` if the word has none.
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

  /// What is wrong with a word in place of a command: `plan FILE` was probably meant to make a plan.
  private func problem(_ word: String, in path: CommandPath) -> UsageError.Problem {
    let isFile = word == "-" || word.utf8.contains { ".:/".utf8.contains($0) }
    guard path.name == "plan", isFile else { return .unknownCommand(word) }
    let given = options.map { item in
      let flag = item.name == Option.outputFile.name ? Option.planFile.flag : item.flag
      return ([flag] + [item.value].compactMap(\.self).map(\.shellWord)).joined(separator: " ")
    }
    let hasPlan = options.contains {
      [Option.outputFile.name, Option.planFile.name].contains($0.name)
    }
    let line =
      ["cupibulk import"] + operands.map(\.shellWord) + given
      + (hasPlan ? [] : ["\(Option.planFile.flag) change.plan"])
    return .planOfFiles(line.joined(separator: " "))
  }

  /// Removes the command's name from the operands.
  mutating func takeCommand() throws(UsageError) -> CommandPath {
    var path = CommandPath.root
    while !path.command.subcommands.isEmpty {
      if nameable > 0, let word = operands.first {
        guard let command = path.command.subcommand(word) else {
          // The word may be the value of a mistyped option, which is reported first.
          if !isFirst || Intent.meant(by: word) == nil,
            let item = options.first(where: { $0.name.isEmpty })
          {
            throw UsageError(.unknownOption(item.flag), of: path)
          }
          throw UsageError(problem(word, in: path), of: path)
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
