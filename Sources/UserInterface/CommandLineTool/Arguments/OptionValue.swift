import Bytes
import FoundationEssentials
import PortGroupModel

/// Parses the values of options.
enum OptionValue {
  /// The meaning of an environment variable for an option without a value.
  static func bool(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "1", "true", "yes", "on": true
    case "0", "false", "no", "off": false
    default: nil
    }
  }

  /// A whole number in decimal digits, without a plus sign.
  static func number(_ text: String, in range: ClosedRange<Int>) -> Int? {
    guard !text.hasPrefix("+"), let number = Int(text), range.contains(number) else { return nil }
    return number
  }

  /// A whole number and its unit: `500ms`, `90s`, `10m`, `2h`, `7d`; 0 needs no unit.
  static func duration(_ text: String, in range: ClosedRange<Duration>) -> Duration? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let count = Int64(digits), count <= 1_000_000_000 else { return nil }
    let duration: Duration
    switch text.dropFirst(digits.count) {
    case "ms": duration = .milliseconds(count)
    case "s": duration = .seconds(count)
    case "m": duration = .seconds(count * 60)
    case "h": duration = .seconds(count * 3600)
    case "d": duration = .seconds(count * 86400)
    case "" where count == 0: duration = .zero
    default: return nil
    }
    return range.contains(duration) ? duration : nil
  }

  /// True for a text without control characters and line separators.
  static func isLine(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: false
      default: true
      }
    }
  }

  /// The last second of the local day `2026-11-26`; `nil` if there is no such day.
  static func endOfDay(_ text: String) -> Date? {
    guard let beginning = beginning(ofDay: text) else { return nil }
    // A day has 23 to 25 hours, so that noon of the next one is surely within it.
    let next = String(LocalTime.text(beginning + 36 * 3600).utf8.prefix(10)) ?? ""
    return self.beginning(ofDay: next).map { $0 - 1 }
  }

  /// The moment that is `7d` before now, or the first of the local day `2026-11-26`.
  static func moment(_ text: String, before now: Date) -> Date? {
    if let age = duration(text, in: .zero ... .seconds(36_500 * 86400)) {
      return now - Double(age.components.seconds)
    }
    return beginning(ofDay: text)
  }

  /// The first moment of the local day `2026-11-26`; `nil` if there is no such day.
  private static func beginning(ofDay text: String) -> Date? {
    let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.map(\.count) == [4, 2, 2] else { return nil }
    let numbers = parts.compactMap { number(String($0) ?? "", in: 0...9_999) }
    guard numbers.count == 3 else { return nil }
    return LocalTime.beginning(year: numbers[0], month: numbers[1], day: numbers[2])
  }

  /// The parts before and after the first `=`; the name must not be empty, the value may be.
  static func pair(_ text: String) -> NamedValue? {
    guard let parts = text.cut(at: "="), !parts.before.isEmpty else { return nil }
    return NamedValue(name: String(parts.before), value: String(parts.after))
  }
}

/// The pairs of `--set Precedence=1` and `--column Host=HostOrIPAddress`.
package struct NamedValue: Sendable, Equatable {
  package let name: String
  package let value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}
