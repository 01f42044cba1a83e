// The lines of an INI file: what is refused in any of them, and the headings of sections.

import Bytes

enum INILine {
  /// Splits a file after each line feed, and checks each line.
  static func split(_ bytes: [UInt8]) throws(INIFault) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
      let line = Array(bytes[start..<end])
      try check(line, number: lines.count + 1)
      lines.append(line)
      start = end
    }
    return lines
  }

  /// The line without its line end.
  static func content(_ line: [UInt8]) -> ArraySlice<UInt8> {
    var content = line[...]
    guard content.last == UInt8(ascii: "\n") else { return content }
    content.removeLast()
    if content.last == UInt8(ascii: "\r") { content.removeLast() }
    return content
  }

  private static func check(_ line: [UInt8], number: Int) throws(INIFault) {
    let content = content(line)
    if let byte = content.first(where: { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F }) {
      throw INIFault(line: number, .controlCharacter(byte))
    }
    guard content.count <= INIDocument.longestLine else {
      throw INIFault(line: number, .lineTooLong)
    }
    guard String(validating: content, as: UTF8.self) != nil else {
      throw INIFault(line: number, .invalidUTF8)
    }
  }

  /// Where the text begins, after white space and, in the first line, a byte order mark.
  static func start(_ line: [UInt8], number: Int) -> ArraySlice<UInt8> {
    var rest = content(line)
    if number == 1, rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    return rest.drop(while: \.isWhiteSpace)
  }

  /// True for a line that begins with a comment, or with nothing.
  static func isCommentOrBlank(_ line: [UInt8], number: Int) -> Bool {
    start(line, number: number).first.map(isCommentSign) ?? true
  }

  private static func isCommentSign(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "#") || byte == UInt8(ascii: ";")
  }

  /// The name in a heading; `nil` for another line.
  static func sectionName(_ line: [UInt8], number: Int) throws(INIFault) -> String? {
    let text = start(line, number: number)
    guard text.first == UInt8(ascii: "[") else { return nil }
    guard let end = text.firstIndex(of: UInt8(ascii: "]")) else {
      throw INIFault(line: number, .sectionNotClosed)
    }
    let name = text[(text.startIndex + 1)..<end]
    let rest = text[(end + 1)...].drop(while: \.isWhiteSpace)
    guard rest.first.map(isCommentSign) ?? true else {
      throw INIFault(line: number, .textAfterSection)
    }
    guard name.contains(where: { !$0.isWhiteSpace }) else {
      throw INIFault(line: number, .sectionNameEmpty)
    }
    guard name.count <= INIDocument.longestSectionName else {
      throw INIFault(line: number, .sectionNameTooLong)
    }
    return String(decoding: name, as: UTF8.self)
  }
}
