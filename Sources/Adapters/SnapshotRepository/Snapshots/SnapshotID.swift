package import FoundationEssentials

/// The name of a snapshot: when it was taken (UTC) and a suffix, such as `20261127T041500Z-ab3f`.
package struct SnapshotID: Sendable, Hashable, CustomStringConvertible {
  package let text: String

  package var description: String { text }

  /// Creates the name of a snapshot.
  ///
  /// - Parameters:
  ///   - moment: When it was taken; a clock outside of the years 1 to 9999 is taken for the nearest of them.
  ///   - suffix: Four characters of 0-9 and a-z.
  package init(_ moment: Date, suffix: String) {
    let style = Date.ISO8601FormatStyle(
      dateSeparator: .omitted, dateTimeSeparator: .standard, timeSeparator: .omitted)
    let bounds = Date(timeIntervalSince1970: -62_135_596_800)...Self.last
    text = min(max(moment, bounds.lowerBound), bounds.upperBound).formatted(style) + "-" + suffix
  }

  /// The last second of the year 9999.
  private static let last = Date(timeIntervalSince1970: 253_402_300_799)

  /// Parses a name exactly as it is written; `nil` if the text is no name of a snapshot.
  package init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard bytes.count == 21 else { return nil }
    for (index, byte) in bytes.enumerated() {
      let isRight =
        switch index {
        case 8: byte == UInt8(ascii: "T")
        case 15: byte == UInt8(ascii: "Z")
        case 16: byte == UInt8(ascii: "-")
        case 17...: Self.isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        default: Self.isDigit(byte)
        }
      guard isRight else { return nil }
    }
    self.text = String(text)
  }

  /// Four random characters of 0-9 and a-z.
  package static func randomSuffix() -> String {
    String((0..<4).compactMap { _ in "0123456789abcdefghijklmnopqrstuvwxyz".randomElement() })
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
