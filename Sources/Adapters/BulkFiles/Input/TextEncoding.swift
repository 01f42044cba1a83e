// Which character encoding a file is in: shown by its first bytes, or given by the user.

import XMLStreams

/// A character encoding by its name, such as `UTF-8` or `windows-1252`.
package struct TextEncoding: Sendable, Equatable {
  /// As iconv knows it.
  package let name: String

  package static let utf8 = TextEncoding(name: "UTF-8")

  private init(name: String) { self.name = name }

  /// Takes a name as people write it; whether it is known is found when it is used.
  package init(word: String) {
    name =
      switch word.lowercased() {
      case "utf-8", "utf8", "utf-8-sig": "UTF-8"
      case "utf-16", "utf16", "unicode": "UTF-16"
      case "utf-16le", "utf16le": "UTF-16LE"
      case "utf-16be", "utf16be": "UTF-16BE"
      case "latin-1", "latin1", "iso-8859-1": "ISO-8859-1"
      case "windows-1252", "windows1252", "cp1252", "ansi": "windows-1252"
      default: word
      }
  }

  /// False for a name that nobody can decode.
  var isKnown: Bool { self == .utf8 || decoder() != nil }

  /// What makes UTF-8 of it; `nil` for a name that nobody can decode.
  func decoder() -> TextDecoder? {
    // Without a name, iconv takes that of the locale.
    name.allSatisfy(\.isWhitespace) ? nil : TextDecoder(name)
  }

  var isUTF16: Bool { ["UTF-16", "UTF-16LE", "UTF-16BE"].contains(name) }

  /// UTF-16, where a byte order mark or the zero bytes of plain characters say so; else UTF-8.
  static func told(by head: ArraySlice<UInt8>) -> TextEncoding {
    if head.starts(with: [0xFF, 0xFE]) { return TextEncoding(name: "UTF-16LE") }
    if head.starts(with: [0xFE, 0xFF]) { return TextEncoding(name: "UTF-16BE") }
    let four = Array(head.prefix(4))
    guard four.count == 4 else { return .utf8 }
    if four[0] == 0, four[2] == 0, four[1] != 0 { return TextEncoding(name: "UTF-16BE") }
    if four[1] == 0, four[3] == 0, four[0] != 0 { return TextEncoding(name: "UTF-16LE") }
    return .utf8
  }

  /// The encoding that is meant for a file that begins so; `UTF-16` alone leaves the byte order to the file.
  func resolved(by head: ArraySlice<UInt8>) -> TextEncoding {
    guard name == "UTF-16" else { return self }
    let told = TextEncoding.told(by: head)
    return told == .utf8 ? TextEncoding(name: "UTF-16LE") : told
  }
}
