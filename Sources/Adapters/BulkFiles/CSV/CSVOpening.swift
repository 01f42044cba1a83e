// What stands before the heading line of a CSV file, and what the heading line tells about the rest.

/// What the first bytes of a CSV file say about how it is written.
struct CSVOpening {
  private(set) var dialect: TextDialect
  /// Bytes before the heading line that are no record: a byte order mark, a `sep=` line, PowerShell's `#TYPE` line.
  private(set) var skippedBytes = 0
  private(set) var skippedLines = 0

  /// Looks at the beginning of the source, and makes it give UTF-8.
  ///
  /// - Parameters:
  ///   - source: the bytes, none of them taken yet.
  ///   - delimiter: what the user says; nil leaves it to a `sep=` line, then to the heading line.
  ///   - encoding: what the user says; nil leaves it to the first bytes.
  ///   - comment: with what lines begin that are read over.
  /// - Throws: `InputFault` where two delimiters stand in the heading line, or the encoding is unknown or must be told.
  init(
    _ source: ByteSource, delimiter: Delimiter?, encoding: TextEncoding?, comment: UInt8?
  ) throws(InputFault) {
    let first = try source.peek(atLeast: 4096)
    if encoding == nil, ForeignFile.isUTF32(first) { throw FaultWording.foreign(.utf32) }
    let encoding = encoding?.resolved(by: first) ?? TextEncoding.told(by: first)
    dialect = TextDialect(encoding: encoding)
    try source.decode(from: encoding)
    var rest = try source.peek(atLeast: 4096)
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) {
      dialect.hasMark = true
      skippedBytes = 3
      rest = rest.dropFirst(3)
    }
    takeTypeLine(&rest)
    let named = try takeSeparatorLine(&rest)
    dialect.delimiter = delimiter ?? named
    guard dialect.delimiter == nil else { return }
    dialect.delimiter = try CSVOpening.delimiter(
      in: CSVOpening.headingLine(rest, comment: comment, from: 1 + skippedLines))
  }

  /// The file goes on behind the heading line: its end tells how lines end.
  mutating func take(lineEnd bytes: ArraySlice<UInt8>) {
    dialect.lineEnd =
      bytes.last == 0x0D ? .cr : bytes.suffix(2) == [0x0D, 0x0A] ? .crlf : .lf
  }

  mutating func takeTrailingField() { dialect.trailingFields += 1 }

  /// PowerShell's own first line, `#TYPE System.Object`, which tells what it has exported.
  private mutating func takeTypeLine(_ rest: inout ArraySlice<UInt8>) {
    guard rest.starts(with: Array("#TYPE ".utf8)) else { return }
    let line = rest.prefix { $0 != 0x0A && $0 != 0x0D }
    drop(line, from: &rest)
  }

  /// Leaves out a line, with its end.
  private mutating func drop(_ line: ArraySlice<UInt8>, from rest: inout ArraySlice<UInt8>) {
    rest = rest.dropFirst(line.count)
    let end = rest.starts(with: [0x0D, 0x0A]) ? 2 : min(rest.count, 1)
    rest = rest.dropFirst(end)
    skippedBytes += line.count + end
    skippedLines += 1
  }

  /// Excel's own first line, `sep=;`, with or without quotes around it.
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
      throw FaultWording.separatorUnknown(
        String(decoding: text.suffix(1), as: UTF8.self), column: text.endIndex - rest.startIndex)
    }
    drop(line, from: &rest)
    return named
  }

  /// The bytes from the heading line on: blank lines and comments are left out.
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

  /// The one kind of delimiter that stands in the heading line outside quotes; a comma where there is none.
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
    throw FaultWording.delimitersMixed(
      found[0].delimiter, found[1].delimiter, line: heading.line,
      column: advanced(line: 1, column: 1, over: before.span).column)
  }
}
