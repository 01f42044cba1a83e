/// Parses dates in header fields.
enum HTTPDate {
  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]

  /// Seconds since 1970 for a date such as `Sun, 06 Nov 1994 08:49:37 GMT`, or with hyphens as in Tomcat's cookies.
  ///
  /// Source: RFC 9110 §5.6.7, RFC 6265 §5.1.1.
  ///
  /// - Returns: `nil` for any other format, and for a year of more than four digits.
  static func seconds(_ text: String) -> Int? {
    let parts = text.utf8.split { " ,-:\t".utf8.contains($0) }
      .map { String(decoding: $0, as: UTF8.self) }
    guard parts.count >= 7, let day = Int(parts[1]), (1...31).contains(day),
      let month = months.firstIndex(of: parts[2].lowercased()), let year = Int(parts[3]),
      (0...9_999).contains(year),
      let hour = Int(parts[4]), (0...23).contains(hour),
      let minute = Int(parts[5]), (0...59).contains(minute),
      let second = Int(parts[6]), (0...60).contains(second)
    else { return nil }
    let century = year >= 100 ? 0 : year >= 70 ? 1900 : 2000
    let days = days(year: year + century, month: month + 1, day: day)
    return ((days * 24 + hour) * 60 + minute) * 60 + second
  }

  /// Days since 1970-01-01 in the Gregorian calendar; years are counted from March, so that leap days come last.
  private static func days(year: Int, month: Int, day: Int) -> Int {
    let marchYear = month > 2 ? year : year - 1
    let era = marchYear / 400
    let yearOfEra = marchYear % 400
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
