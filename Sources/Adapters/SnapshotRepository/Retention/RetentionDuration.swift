/// A duration in the calendar as restic writes it: `1y5m7d2h` is 1 year, 5 months, 7 days and 2 hours.
package struct RetentionDuration: Sendable, Equatable, CustomStringConvertible {
  package let years: Int
  package let months: Int
  package let days: Int
  package let hours: Int

  /// The largest number before a unit.
  package static let limit = 10_000

  /// Creates a duration; `nil` if a number is not in 0 to 10,000 or all are 0.
  package init?(years: Int = 0, months: Int = 0, days: Int = 0, hours: Int = 0) {
    let numbers = [years, months, days, hours]
    guard numbers.allSatisfy({ (0...Self.limit).contains($0) }), numbers.contains(where: { $0 > 0 })
    else { return nil }
    self.years = years
    self.months = months
    self.days = days
    self.hours = hours
  }

  /// Parses a duration; `nil` unless it has numbers of 1 to 5 digits, each with y, m, d or h, once and in this order.
  package init?(_ text: some StringProtocol) {
    var numbers = [0, 0, 0, 0]
    var next = 0
    var digits = 0
    for byte in text.utf8 {
      if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
        guard digits < 5, next < 4 else { return nil }
        numbers[3] = numbers[3] * 10 + Int(byte - UInt8(ascii: "0"))
        digits += 1
      } else {
        guard digits > 0, let unit = Self.units[next...].firstIndex(of: byte) else { return nil }
        // The last element collects the digits; it is that of the hours, which end the text.
        if unit < 3 { (numbers[unit], numbers[3]) = (numbers[3], 0) }
        next = unit + 1
        digits = 0
      }
    }
    guard digits == 0 else { return nil }
    self.init(years: numbers[0], months: numbers[1], days: numbers[2], hours: numbers[3])
  }

  private static let units = Array("ymdh".utf8)

  /// The shortest text: units whose number is 0 are left out.
  package var description: String {
    zip([years, months, days, hours], ["y", "m", "d", "h"])
      .filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined()
  }
}

extension RetentionDuration: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let duration = Self(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a duration is written as 1y5m7d2h")
    }
    self = duration
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
