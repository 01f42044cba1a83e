import BatchEngine
import FoundationEssentials

/// An option of the command line: its names, its value and its help text.
///
/// The parser, the help and the tests of the table read these values; `OptionTable.swift` has them all.
package struct Option: Sendable, Hashable {
  /// The kind of value that follows the option's name.
  package enum Value: Sendable, Hashable {
    /// No value.
    case none
    /// Any text, with this name in help, such as `FILE`, and what can be typed for it.
    case text(String, WordSource)
    /// One of several words.
    case choice([String])
    /// A whole number in a range.
    case number(ClosedRange<Int>)
    /// A time with its unit, such as `255s` or `10m`, within these bounds.
    case duration(ClosedRange<Duration>)
    /// A whole number, or a percentage such as `5%`.
    case share
    /// A text of at most this number of characters, without control characters.
    case line(Int)
    /// A time before now, such as `7d`, or a day, such as `2026-11-26`.
    case moment
    /// A time of the day, such as `04:15`.
    case clock
    /// `NAME=VALUE`, with these names of the parts in help, and what can be typed for one of them.
    case pair(String, String, WordSource)

    /// One of the words of a type, in order.
    static func choice<Choice: CaseIterable & RawRepresentable<String>>(
      of type: Choice.Type
    ) -> Value {
      .choice(type.allCases.map(\.rawValue))
    }
  }

  /// The section of a help page with the option.
  package enum Section: String, Sendable, CaseIterable {
    case target = "Target"
    case input = "Input"
    case safety = "Safety"
    case pace = "Pace"
    case output = "Output"
    case sandbox = "Sandbox"
    case throttle = "Throttle"
    case habits = "Server behaviour"
    case faults = "Fault"
    case general = "General"

    /// The heading over the options of this section.
    var title: String { self == .general ? "Options" : rawValue + " options" }
  }

  /// The name without dashes: `skip-invalid`.
  package let name: String
  /// The letter of the short form, as in `-o`; `nil` if there is none.
  package let short: Character?
  package let value: Value
  package let section: Section
  /// What it does, as a clause without a full stop.
  package let help: String
  /// The value that is used if none is given, as it would be typed; help shows it.
  package let fallback: String?
  /// True if it may be given several times.
  package let isRepeatable: Bool
  /// False for options that disable a protection or are only useful when typed: they have no variable.
  package let readsEnvironment: Bool

  init(
    _ name: String, short: Character? = nil, _ value: Value = .none, in section: Section,
    fallback: String? = nil, isRepeatable: Bool = false, readsEnvironment: Bool = true,
    _ help: String
  ) {
    self.name = name
    self.short = short
    self.value = value
    self.section = section
    self.help = help
    self.fallback = fallback
    self.isRepeatable = isRepeatable
    self.readsEnvironment = readsEnvironment
  }

  /// The option as it is typed: `--skip-invalid`.
  package var flag: String { "--" + name }

  /// The environment variable that sets it, such as `CUPIBULK_SKIP_INVALID`; `nil` if there is none.
  package var environmentName: String? {
    guard readsEnvironment else { return nil }
    return "CUPIBULK_" + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
  }

  /// The value's name in help, such as `FILE` or `csv|xml|json`; `nil` if it takes none.
  package var valueName: String? {
    switch value {
    case .none: nil
    case .text(let name, _): name
    case .choice(let words): hasManyChoices ? "WORD" : words.joined(separator: "|")
    case .number: "N"
    case .duration: "TIME"
    case .line: "TEXT"
    case .moment: "TIME|DATE"
    case .clock: "HH:MM"
    case .share: "N|N%"
    case .pair(let name, let value, _): "\(name)=\(value)"
    }
  }

  /// True if the words are too many for a line of help; they are then listed in the help text.
  package var hasManyChoices: Bool {
    if case .choice(let words) = value { words.joined().utf8.count > 60 } else { false }
  }

  /// The values that are allowed, as the end of a sentence; `nil` for a text, and without a value.
  package var allowedValues: String? {
    switch value {
    case .none, .text, .pair: nil
    case .choice(let words): Wording.list(words, joinedBy: "or")
    case .number(let range): Wording.range(range)
    case .duration(let range):
      "a time such as 90s, 10m or 2h, from \(Wording.duration(range.lowerBound)) "
        + "to \(Wording.duration(range.upperBound))"
    case .share: "a number such as 10, or 0% to 100%"
    case .line(let limit): "one line of at most \(Quantity.count(limit)) characters"
    case .moment: "a time such as 90m, 12h or 7d, or a day such as 2026-11-26"
    case .clock: "a time of the day from 00:00 to 23:59, such as 04:15"
    }
  }

  private var notAllowed: String? { allowedValues.map { "allowed is \($0)" } }

  /// What is allowed, as the end of an error message; `nil` if the value is valid.
  package func complaint(about text: String) -> String? {
    switch value {
    case .none: OptionValue.bool(text) == nil ? "allowed is 1 or 0" : nil
    case .text: text.isEmpty ? "it must not be empty" : nil
    case .choice(let words): words.contains(text) ? nil : notAllowed
    case .number(let range): OptionValue.number(text, in: range) == nil ? notAllowed : nil
    case .duration(let range): OptionValue.duration(text, in: range) == nil ? notAllowed : nil
    case .share: RowLimit(text) == nil ? notAllowed : nil
    case .line(let limit):
      if text.isEmpty {
        "it must not be empty"
      } else if text.unicodeScalars.count > limit {
        "it has \(Quantity.count(text.unicodeScalars.count)) characters; allowed are \(Quantity.count(limit))"
      } else {
        OptionValue.isLine(text) ? nil : "it must be one line without control characters"
      }
    case .moment: OptionValue.moment(text, before: .now) == nil ? notAllowed : nil
    case .clock: ClockTime(text) == nil ? notAllowed : nil
    case .pair(let name, let value, _):
      OptionValue.pair(text) == nil ? "it must look like \(name)=\(value)" : nil
    }
  }
}
