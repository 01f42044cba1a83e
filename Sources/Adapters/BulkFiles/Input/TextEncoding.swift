import XMLStreams

/// A character encoding by its name, such as `UTF-8` or `windows-1252`.
package struct TextEncoding: Sendable, Equatable {
  /// The name in iconv.
  package let name: String

  package static let utf8 = TextEncoding(name: "UTF-8")

  private init(name: String) { self.name = name }

  /// Makes an encoding from a name as users write it; `isKnown` shows whether it exists.
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

  /// Whether iconv knows the encoding.
  var isKnown: Bool { self == .utf8 || decoder() != nil }

  /// Returns a decoder from this encoding to UTF-8; `nil` if iconv does not know the encoding.
  func decoder() -> TextDecoder? {
    // For an empty name, iconv uses the encoding of the locale.
    name.allSatisfy(\.isWhitespace) ? nil : TextDecoder(name)
  }

  var isUTF16: Bool { ["UTF-16", "UTF-16LE", "UTF-16BE"].contains(name) }

  /// Detects UTF-16 from its byte order mark or from the zero bytes of ASCII characters; otherwise returns UTF-8.
  static func detected(in head: ArraySlice<UInt8>) -> TextEncoding {
    if head.starts(with: [0xFF, 0xFE]) { return TextEncoding(name: "UTF-16LE") }
    if head.starts(with: [0xFE, 0xFF]) { return TextEncoding(name: "UTF-16BE") }
    let four = Array(head.prefix(4))
    guard four.count == 4 else { return .utf8 }
    if four[0] == 0, four[2] == 0, four[1] != 0 { return TextEncoding(name: "UTF-16BE") }
    if four[1] == 0, four[3] == 0, four[0] != 0 { return TextEncoding(name: "UTF-16LE") }
    return .utf8
  }

  /// Returns the encoding with its byte order; for `UTF-16` the file's first bytes decide it.
  func resolved(for head: ArraySlice<UInt8>) -> TextEncoding {
    guard name == "UTF-16" else { return self }
    let detected = TextEncoding.detected(in: head)
    return detected == .utf8 ? TextEncoding(name: "UTF-16LE") : detected
  }
}
