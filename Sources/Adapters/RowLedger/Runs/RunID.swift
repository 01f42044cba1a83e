package import FoundationEssentials

/// The name of a run: when it began (UTC) and a suffix, such as `20261123T191502Z-ab3f`.
package struct RunID: Sendable, Hashable, CustomStringConvertible {
  package let text: String

  package var description: String { text }

  /// Creates the name of a run that begins at `start`.
  package init(start: Date, suffix: String) {
    let style = Date.ISO8601FormatStyle(
      dateSeparator: .omitted, dateTimeSeparator: .standard, timeSeparator: .omitted)
    text = start.formatted(style) + "-" + suffix
  }

  /// Parses a name as a user types it, in any case; `nil` if the text is no name of a run.
  package init?(_ text: some StringProtocol) {
    let parts = text.uppercased().split(separator: "-", omittingEmptySubsequences: false)
    guard
      parts.count == 2, parts[0].utf8.count == 16, parts[1].utf8.count == 4,
      parts[0].allSatisfy({ $0.isASCII && ($0.isNumber || $0 == "T" || $0 == "Z") }),
      parts[1].allSatisfy({ $0.isASCII && ($0.isNumber || $0.isLetter) })
    else { return nil }
    self.text = parts[0] + "-" + parts[1].lowercased()
  }

  /// Wraps a name from the ledger.
  init(stored text: String) { self.text = text }

  /// Four random characters of 0-9 and a-z.
  package static func randomSuffix() -> String {
    String((0..<4).compactMap { _ in "0123456789abcdefghijklmnopqrstuvwxyz".randomElement() })
  }
}
