import Bytes
import PortGroupModel

/// A command line with a cursor: what can be typed there, and what was typed around it.
struct CompletionLine: Sendable {
  /// What the word at the cursor is.
  enum Place: Sendable, Equatable {
    /// The name of a command below this one.
    case command
    /// The name of an option.
    case option
    /// The value of an option, after this beginning of the word.
    case value(Option, after: String)
    case operand(Command.Operand)
    /// A word that no command takes.
    case nothing
  }

  /// The command, as far as it was typed.
  let path: CommandPath
  let place: Place
  /// The word at the cursor, up to the cursor.
  let current: String
  /// The values of the options around the cursor, by name; an option without a value has an empty list.
  private(set) var values: [String: [String]] = [:]
  /// The operands before the cursor.
  let operands: [String]
  /// True if all further words are operands.
  let isAfterDashes: Bool

  /// Reads a line.
  ///
  /// - Parameters:
  ///   - before: The words before the cursor, after the program's name.
  ///   - current: The word at the cursor, up to the cursor.
  ///   - after: The words after it.
  init(before: [String], current: String, after: [String] = []) {
    self.current = current
    isAfterDashes = before.contains("--")
    let (typed, rest) = (CommandWords(before), CommandWords(isAfterDashes ? [] : after))
    for item in typed.options + rest.options where !item.name.isEmpty {
      values[item.name, default: []] += [item.value].compactMap(\.self)
    }
    var (path, operands) = Self.command(in: typed.operands)
    let isOption = !isAfterDashes && current.utf8.first == UInt8(ascii: "-")
    // An option may precede its command.
    if isOption || typed.isOptionOpen(at: before.last) {
      (path, operands) = Self.command(in: typed.operands + rest.operands)
    }
    self.path = path
    self.operands = operands
    let command = Self.optionHolder(path)
    if !isAfterDashes, let open = typed.openOption(at: before.last, of: command) {
      place = .value(open, after: "")
    } else if isOption {
      place = Self.option(current, of: command)
    } else if !path.command.subcommands.isEmpty {
      place = operands.isEmpty ? .command : .nothing
    } else {
      place = Self.operand(number: operands.count, of: path.command).map(Place.operand) ?? .nothing
    }
  }

  /// The options that can be typed: no second time, and none that another one excludes.
  var openOptions: [Option] {
    let command = Self.optionHolder(path)
    return command.documentedOptions.filter { option in
      if values[option.name] != nil { return option.isRepeatable }
      let rivals = command.exclusiveSets.filter { $0.contains(option) }.flatMap(\.self)
      return !rivals.contains { $0 != option && values[$0.name] != nil }
    }
  }

  /// The last value of an option.
  func value(_ option: Option) -> String? { values[option.name]?.last }

  /// The command whose options are meant: that which is used if no subcommand is named.
  private static func optionHolder(_ path: CommandPath) -> Command {
    path.command.defaultSubcommand.flatMap(path.command.subcommand) ?? path.command
  }

  /// Takes the names of commands from the operands.
  private static func command(in operands: [String]) -> (CommandPath, [String]) {
    var (path, rest) = (CommandPath.root, operands[...])
    while let word = rest.first, let command = path.command.subcommand(word), !command.isHidden {
      path = path.appending(command)
      rest.removeFirst()
    }
    return (path, Array(rest))
  }

  /// `--name=value`, `-oFILE`, or the name of an option.
  private static func option(_ word: String, of command: Command) -> Place {
    if let parts = word.cut(at: "=") {
      let option = command.typableOptions.first { $0.flag.utf8.elementsEqual(parts.before.utf8) }
      guard let option, option.value != .none else { return .nothing }
      return .value(option, after: String(parts.before) + "=")
    }
    for option in command.typableOptions where option.value != .none {
      guard let short = option.short, let rest = word.dropping(prefix: "-\(short)"), !rest.isEmpty
      else { continue }
      return .value(option, after: "-\(short)")
    }
    return .option
  }

  private static func operand(number: Int, of command: Command) -> Command.Operand? {
    if number < command.operands.count { return command.operands[number] }
    return command.operands.last.flatMap { $0.isRepeatable ? $0 : nil }
  }
}

extension CommandWords {
  /// True if the last word is an option that still needs a value.
  fileprivate func isOptionOpen(at last: String?) -> Bool {
    guard let item = options.last, item.value == nil else { return false }
    return item.flag == last && !item.name.isEmpty
  }

  /// The option whose value is to be typed next.
  fileprivate func openOption(at last: String?, of command: Command) -> Option? {
    guard isOptionOpen(at: last), let item = options.last else { return nil }
    return command.typableOptions.first { $0.name == item.name && $0.value != .none }
  }
}

extension Command {
  /// Its options; before a command was named, those of all commands.
  fileprivate var typableOptions: [Option] {
    subcommands.isEmpty ? allOptions : allOptions + Command.allPaths().flatMap(\.command.allOptions)
  }
}
