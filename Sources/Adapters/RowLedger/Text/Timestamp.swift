internal import FoundationEssentials
internal import Glibc

/// A moment as the ledger keeps it: UTC, ISO 8601 with milliseconds, such as `2026-11-23T19:15:02.120Z`.
enum Timestamp {
  private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

  /// The same text as `style` gives, but faster, because each row that is sent has a moment.
  static func text(_ date: Date) -> String {
    let seconds = date.timeIntervalSince1970.rounded(.down)
    var parts = unsafe tm()
    guard seconds >= 0, var time = time_t(exactly: seconds),
      unsafe gmtime_r(&time, &parts) != nil, unsafe parts.tm_year + 1900 <= 9999
    else { return date.formatted(style) }
    var text: [UInt8] = []
    text.reserveCapacity(24)
    /// Appends the decimal digits from the unit `highest` down, then `end`.
    func append(_ number: Int32, from highest: Int32 = 10, _ end: UInt8) {
      var unit = highest
      while unit > 0 {
        text.append(UInt8(ascii: "0") + UInt8(number / unit % 10))
        unit /= 10
      }
      text.append(end)
    }
    unsafe append(parts.tm_year + 1900, from: 1_000, UInt8(ascii: "-"))
    unsafe append(parts.tm_mon + 1, UInt8(ascii: "-"))
    unsafe append(parts.tm_mday, UInt8(ascii: "T"))
    unsafe append(parts.tm_hour, UInt8(ascii: ":"))
    unsafe append(parts.tm_min, UInt8(ascii: ":"))
    unsafe append(parts.tm_sec, UInt8(ascii: "."))
    append(Int32((date.timeIntervalSince1970 - seconds) * 1_000), from: 100, UInt8(ascii: "Z"))
    return String(decoding: text, as: UTF8.self)
  }

  static func date(_ text: String) -> Date? { try? Date(text, strategy: style) }
}
