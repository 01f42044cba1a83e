/// A time of the day, to the minute.
package struct ClockTime: Sendable, Hashable {
  /// 0 to 23.
  package let hour: Int
  /// 0 to 59.
  package let minute: Int

  /// Parses `HH:MM`, with two digits each; `nil` for anything else.
  package init?(_ text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.map(\.count) == [2, 2],
      let hour = String(parts[0]).flatMap({ OptionValue.number($0, in: 0...23) }),
      let minute = String(parts[1]).flatMap({ OptionValue.number($0, in: 0...59) })
    else { return nil }
    self.hour = hour
    self.minute = minute
  }

  /// `04:15`.
  package var text: String { Self.twoDigits(hour) + ":" + Self.twoDigits(minute) }

  private static func twoDigits(_ number: Int) -> String {
    (number < 10 ? "0" : "") + String(number)
  }
}
