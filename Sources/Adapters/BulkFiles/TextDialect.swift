/// The encoding, the line ends and, for CSV, the delimiter of a file, needed to write a similar file.
package struct TextDialect: Sendable, Equatable {
  /// A line end.
  package enum LineEnd: String, Sendable, CaseIterable {
    case lf = "\n"
    case crlf = "\r\n"
    case cr = "\r"

    /// The name in messages: `LF`, `CRLF` or `CR`.
    package var name: String {
      switch self {
      case .lf: "LF"
      case .crlf: "CRLF"
      case .cr: "CR"
      }
    }
  }

  package var encoding: TextEncoding
  /// Whether the file begins with a byte order mark.
  package var hasByteOrderMark: Bool
  /// The line end of a CSV file's heading line; LF for other formats.
  package var lineEnd: LineEnd
  /// CSV only.
  package var delimiter: Delimiter?
  /// CSV: the number of extra delimiters at the end of every line, each with an empty field after it.
  package var trailingFields: Int

  package init(
    encoding: TextEncoding = .utf8, hasByteOrderMark: Bool = false, lineEnd: LineEnd = .lf,
    delimiter: Delimiter? = nil, trailingFields: Int = 0
  ) {
    self.encoding = encoding
    self.hasByteOrderMark = hasByteOrderMark
    self.lineEnd = lineEnd
    self.delimiter = delimiter
    self.trailingFields = trailingFields
  }
}
