/// Parses a command line, without opening anything.
package enum ArgumentParser {
  /// The request of a command line.
  package enum Request: Sendable, Equatable {
    case help(CommandPath)
    case topic(HelpTopic)
    case version
    case run(ParsedArguments)
  }

  /// Parses the words after the program's name, and the variables of `environment` for options that were not given.
  ///
  /// Options may be anywhere, as `--name value` or `--name=value`; after `--` all words are
  /// operands, and `-` is always an operand. The first error is thrown.
  package static func parse(_ words: [String], environment: [String: String]) throws(UsageError)
    -> Request
  {
    // Whoever types nothing wants to know what there is.
    if words.isEmpty { return .help(.root) }
    let early = words.prefix { $0 != "--" }
    if early.contains(Option.help.flag) || early.contains("-h") {
      return .help(nearestPath(of: early))
    }
    if early.contains(Option.version.flag) || early.contains("-V") { return .version }

    var line = CommandWords(words)
    let path = try line.takeCommand()
    var values = try typedValues(of: line, for: path)
    let typed = Set(values.keys)
    try complete(&values, from: environment, for: path)
    if path.command == .help { return try help(line.operands) }
    for option in path.command.required where values[option.name] == nil {
      throw UsageError(.missingOption(option), of: path)
    }
    try check(line.operands, of: path)
    return .run(
      ParsedArguments(path: path, operands: line.operands, values: values, typed: typed))
  }

  /// The values of the options that were typed, by the options' names.
  private static func typedValues(
    of words: CommandWords, for path: CommandPath
  ) throws(UsageError) -> [String: [String]] {
    var values: [String: [String]] = [:]
    for item in words.options {
      guard let option = path.command.allOptions.first(where: { $0.name == item.name }) else {
        throw UsageError(.unknownOption(item.flag), of: path)
      }
      if option.value == .none {
        if let text = item.value {
          throw UsageError(.unexpectedValue(option, value: text), of: path)
        }
        values[option.name] = ["1"]
        continue
      }
      guard let text = item.value else {
        throw UsageError(.missingValue(option, nextWord: item.nextWord), of: path)
      }
      guard values[option.name] == nil || option.isRepeatable else {
        throw UsageError(.repeatedOption(option), of: path)
      }
      try check(text, for: option, from: option.flag, of: path)
      values[option.name, default: []].append(text)
    }
    return values
  }

  /// Adds the values of variables for options that were not typed.
  ///
  /// A typed option overrides its own variable, and the variables of options that it excludes, except `--dry-run`:
  /// what was to send nothing must not send.
  private static func complete(
    _ values: inout [String: [String]], from environment: [String: String], for path: CommandPath
  ) throws(UsageError) {
    let rivals = path.command.exclusiveSets.map { Set($0.map(\.name)) }
      .filter { !$0.isDisjoint(with: values.keys) }
    let decided = rivals.reduce(Set(values.keys)) { $0.union($1) }
      .subtracting(values[Option.dryRun.name] == nil ? [Option.dryRun.name] : [])
    for option in path.command.allOptions where !decided.contains(option.name) {
      guard let variable = option.environmentName, let text = environment[variable] else {
        continue
      }
      guard !text.isEmpty else {
        // An empty variable is not treated as unset, because an empty pin or dry run would silently
        // remove a protection.
        let complaint = "give a value, or unset the variable"
        throw UsageError(.badValue(source: variable, value: text, complaint: complaint), of: path)
      }
      try check(text, for: option, from: variable, of: path)
      if option.value == .none, OptionValue.bool(text) == false { continue }
      values[option.name] = [text]
    }
    for set in path.command.exclusiveSets {
      let exclusive = set.filter { values[$0.name] != nil }
      guard exclusive.count > 1 else { continue }
      throw UsageError(.exclusiveOptions(exclusive[0], exclusive[1]), of: path)
    }
  }

  private static func check(
    _ text: String, for option: Option, from source: String, of path: CommandPath
  ) throws(UsageError) {
    guard let complaint = option.complaint(about: text) else { return }
    throw UsageError(.badValue(source: source, value: text, complaint: complaint), of: path)
  }

  /// Assigns the words to the operands of the command.
  private static func check(_ words: [String], of path: CommandPath) throws(UsageError) {
    var rest = words[...]
    for operand in path.command.operands {
      let own = operand.isRepeatable ? rest : rest.prefix(1)
      if own.isEmpty, operand.isRequired {
        throw UsageError(.missingOperand(operand.name), of: path)
      }
      for word in own where !operand.choices.isEmpty && !operand.choices.contains(word) {
        let complaint = "allowed is \(Wording.list(operand.choices, joinedBy: "or"))"
        throw UsageError(
          .badValue(source: operand.name, value: word, complaint: complaint), of: path)
      }
      rest = rest.dropFirst(own.count)
    }
    if let extra = rest.first { throw UsageError(.extraOperand(extra), of: path) }
  }

  /// The page of a request such as `help runs show` or `help exit-codes`.
  private static func help(_ words: [String]) throws(UsageError) -> Request {
    if let topic = words.first.flatMap(HelpTopic.named) {
      guard words.count == 1 else {
        throw UsageError(.extraOperand(words[1]), of: .root.appending(.help))
      }
      return .topic(topic)
    }
    var path = CommandPath.root
    for word in words {
      guard let command = path.command.subcommand(word), !command.isHidden else {
        let isLeaf = path.command.subcommands.isEmpty
        throw UsageError(isLeaf ? .extraOperand(word) : .unknownPage(word), of: path)
      }
      path = path.appending(command)
    }
    return .help(path)
  }

  /// The command to which a line with `--help` refers, even if the line has errors.
  private static func nearestPath(of words: some Sequence<String>) -> CommandPath {
    words.reduce(.root) { path, word in
      path.command.subcommand(word).map(path.appending) ?? path
    }
  }
}
