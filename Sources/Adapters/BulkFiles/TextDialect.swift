// How the text of a file is written, apart from what it says; enough to write such a file again.

/// Encoding, line ends and, for CSV, the delimiter of a file.
package struct TextDialect: Sendable, Equatable {
  /// What ends a line.
  package enum LineEnd: String, Sendable, CaseIterable {
    case lf = "\n"
    case crlf = "\r\n"
    case cr = "\r"

    /// For people: `LF`, `CRLF` or `CR`.
    package var name: String {
      switch self {
      case .lf: "LF"
      case .crlf: "CRLF"
      case .cr: "CR"
      }
    }
  }

  package var encoding: TextEncoding
  /// True where the file begins with a byte order mark.
  package var hasMark: Bool
  /// The end of a CSV file's heading line; LF for others.
  package var lineEnd: LineEnd
  /// Of CSV alone.
  package var delimiter: Delimiter?
  /// CSV: so many delimiters more stand at the end of every line, with nothing behind them.
  package var trailingFields: Int

  package init(
    encoding: TextEncoding = .utf8, hasMark: Bool = false, lineEnd: LineEnd = .lf,
    delimiter: Delimiter? = nil, trailingFields: Int = 0
  ) {
    self.encoding = encoding
    self.hasMark = hasMark
    self.lineEnd = lineEnd
    self.delimiter = delimiter
    self.trailingFields = trailingFields
  }
}
