/// The beginning of a CSV file: what precedes the heading line, and the dialect.
struct CSVPreamble {
  private(set) var dialect: TextDialect
  /// The bytes of the byte order mark, PowerShell's `#TYPE` line and the `sep=` line.
  private(set) var skippedBytes = 0
  private(set) var skippedLines = 0

  /// Detects the dialect from the beginning of the source, and makes the source decode to UTF-8.
  ///
  /// - Parameters:
  ///   - source: the bytes, before the first read.
  ///   - delimiter: the user's delimiter; `nil` takes that of a `sep=` line, then that of the heading line.
  ///   - encoding: the user's encoding; `nil` detects it from the first bytes.
  ///   - comment: the first byte of comment lines.
  /// - Throws: `InputFault` if the heading line has two delimiters, or the encoding is unknown or must be given.
  init(
    _ source: ByteSource, delimiter: Delimiter?, encoding: TextEncoding?, comment: UInt8?
  ) throws(InputFault) {
    let first = try source.peek(atLeast: 4096)
    if encoding == nil, UnsupportedFile.isUTF32(first) {
      throw InputFault(.file(.unsupported(.utf32)))
    }
    let encoding = encoding?.resolved(for: first) ?? TextEncoding.detected(in: first)
    dialect = TextDialect(encoding: encoding)
    try source.decode(from: encoding)
    var rest = try source.peek(atLeast: 4096)
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) {
      dialect.hasByteOrderMark = true
      skippedBytes = 3
      rest = rest.dropFirst(3)
    }
    skipTypeLine(&rest)
    let named = try takeSeparatorLine(&rest)
    dialect.delimiter = delimiter ?? named
    guard dialect.delimiter == nil else { return }
    dialect.delimiter = try CSVPreamble.delimiter(
      in: CSVPreamble.headingLine(rest, comment: comment, from: 1 + skippedLines))
  }

  /// Sets the dialect's line end from the last bytes of the heading line.
  mutating func setLineEnd(from bytes: ArraySlice<UInt8>) {
    dialect.lineEnd =
      bytes.last == 0x0D ? .cr : bytes.suffix(2) == [0x0D, 0x0A] ? .crlf : .lf
  }

  mutating func addTrailingField() { dialect.trailingFields += 1 }

  /// Skips PowerShell's first line, such as `#TYPE System.Object`, which names the exported type.
  private mutating func skipTypeLine(_ rest: inout ArraySlice<UInt8>) {
    guard rest.starts(with: Array("#TYPE ".utf8)) else { return }
    let line = rest.prefix { $0 != 0x0A && $0 != 0x0D }
    drop(line, from: &rest)
  }

  /// Skips a line with its line end.
  private mutating func drop(_ line: ArraySlice<UInt8>, from rest: inout ArraySlice<UInt8>) {
    rest = rest.dropFirst(line.count)
    let end = rest.starts(with: [0x0D, 0x0A]) ? 2 : min(rest.count, 1)
    rest = rest.dropFirst(end)
    skippedBytes += line.count + end
    skippedLines += 1
  }

  /// Skips Excel's first line, such as `sep=;`, with or without quotes, and returns its delimiter.
  private mutating func takeSeparatorLine(
    _ rest: inout ArraySlice<UInt8>
  ) throws(InputFault) -> Delimiter? {
    let line = rest.prefix { $0 != 0x0A && $0 != 0x0D }
    var text = line
    if text.count == 7, text.first == UInt8(ascii: "\""), text.last == text.first {
      text = text.dropFirst().dropLast()
    }
    guard text.count == 5,
      String(decoding: text.prefix(4), as: UTF8.self).lowercased() == "sep="
    else { return nil }
    guard let named = text.last.flatMap(Delimiter.init(rawValue:)) else {
      throw InputFault(
        .csv(.unknownSeparator(String(decoding: text.suffix(1), as: UTF8.self))), line: 1,
        column: text.endIndex - rest.startIndex)
    }
    drop(line, from: &rest)
    return named
  }

  /// Returns the bytes from the heading line on, after blank lines and comments.
  private static func headingLine(
    _ head: ArraySlice<UInt8>, comment: UInt8?, from line: Int
  ) -> (bytes: ArraySlice<UInt8>, line: Int) {
    var rest = head
    while let first = rest.first {
      if let comment, first == comment {
        rest = rest.drop { $0 != 0x0A && $0 != 0x0D }
      } else if first == 0x0A || first == 0x0D {
        rest = rest.dropFirst()
      } else {
        break
      }
    }
    let before = Array(head[head.startIndex..<rest.startIndex])
    return (rest, advanced(line: line, column: 1, over: before.span).line)
  }

  /// Returns the only delimiter outside quotes in the heading line; a comma if the line has no delimiter.
  private static func delimiter(
    in heading: (bytes: ArraySlice<UInt8>, line: Int)
  ) throws(InputFault) -> Delimiter {
    var found: [(delimiter: Delimiter, place: Int)] = []
    var isQuoted = false
    for (place, byte) in zip(heading.bytes.indices, heading.bytes) {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if isQuoted { continue }
      if byte == 0x0A || byte == 0x0D { break }
      guard let delimiter = Delimiter(rawValue: byte),
        !found.contains(where: { $0.delimiter == delimiter })
      else { continue }
      found.append((delimiter, place))
    }
    guard found.count > 1 else { return found.first?.delimiter ?? .comma }
    let before = Array(heading.bytes[..<found[1].place])
    throw InputFault(
      .csv(.mixedDelimiters(found[0].delimiter, found[1].delimiter)), line: heading.line,
      column: advanced(line: 1, column: 1, over: before.span).column)
  }
}
