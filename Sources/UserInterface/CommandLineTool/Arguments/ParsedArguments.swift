package import BatchEngine

/// A parsed command line: the command, its options and its operands.
///
/// Values come from the command line, otherwise from the environment; both have been checked.
package struct ParsedArguments: Sendable, Equatable {
  package let path: CommandPath
  /// The words without a dash, after the command's name: files, a run.
  package let operands: [String]
  /// The values of each option, by name.
  let values: [String: [String]]
  /// The names of the options that were typed.
  private let typed: Set<String>

  init(
    path: CommandPath, operands: [String], values: [String: [String]], typed: Set<String>
  ) {
    self.path = path
    self.operands = operands
    self.values = values
    self.typed = typed
  }

  /// True if the option was typed; false if a variable set it, or nothing.
  package func isTyped(_ option: Option) -> Bool { typed.contains(option.name) }

  /// True if the option was given.
  package func has(_ option: Option) -> Bool { values[option.name] != nil }

  /// All values of a repeatable option, in order.
  package func texts(_ option: Option) -> [String] { values[option.name] ?? [] }

  /// The value that was given; `nil` if none was.
  package func givenText(_ option: Option) -> String? { values[option.name]?.last }

  /// The value that was given, or the option's default.
  ///
  /// - Throws: `missingOption` if there is neither.
  package func text(_ option: Option) throws(UsageError) -> String {
    guard let text = givenText(option) ?? option.fallback else {
      throw UsageError(.missingOption(option), of: path)
    }
    return text
  }

  /// The number that was given; `nil` if none was.
  package func givenNumber(_ option: Option) -> Int? {
    guard case .number(let range) = option.value else { return nil }
    return givenText(option).flatMap { OptionValue.number($0, in: range) }
  }

  /// The number that was given, or the option's default.
  package func number(_ option: Option) throws(UsageError) -> Int {
    guard case .number(let range) = option.value,
      let number = OptionValue.number(try text(option), in: range)
    else { throw UsageError(.missingOption(option), of: path) }
    return number
  }

  /// The time that was given, or the option's default.
  package func duration(_ option: Option) throws(UsageError) -> Duration {
    guard case .duration(let range) = option.value,
      let duration = OptionValue.duration(try text(option), in: range)
    else { throw UsageError(.missingOption(option), of: path) }
    return duration
  }

  /// The number or percentage that was given; `nil` if none was.
  package func givenShare(_ option: Option) -> RowLimit? {
    givenText(option).flatMap(RowLimit.init)
  }

  /// The number or percentage that was given, or the option's default.
  package func share(_ option: Option) throws(UsageError) -> RowLimit {
    guard let limit = RowLimit(try text(option)) else {
      throw UsageError(.missingOption(option), of: path)
    }
    return limit
  }

  /// All pairs of a repeatable `NAME=VALUE` option, in order.
  package func pairs(_ option: Option) -> [NamedValue] {
    texts(option).compactMap(OptionValue.pair)
  }

  /// The word that was given, as a case of `Choice`; `nil` if none was.
  package func givenChoice<Choice: RawRepresentable<String>>(
    _ option: Option, as type: Choice.Type = Choice.self
  ) -> Choice? {
    givenText(option).flatMap(Choice.init(rawValue:))
  }

  /// The word that was given, or the option's default, as a case of `Choice`.
  package func choice<Choice: RawRepresentable<String>>(
    _ option: Option, as type: Choice.Type = Choice.self
  ) throws(UsageError) -> Choice {
    let text = try text(option)
    guard let choice = Choice(rawValue: text) else {
      let complaint = "it is not known here"
      throw UsageError(
        .badValue(source: option.flag, value: text, complaint: complaint), of: path)
    }
    return choice
  }
}
