// Escapes for characters that a terminal executes or does not show.

extension Unicode.Scalar {
  /// Whether the scalar must be written as an escape, because a terminal would execute or hide it.
  ///
  /// These are control characters (U+0000–U+001F, U+007F–U+009F), format characters (the marks of bidirectional text,
  /// zero-width spaces and joiners, the soft hyphen, U+FEFF), and the separators of lines and paragraphs.
  package var isHiddenOnTerminals: Bool {
    if value < 0x7F { return value < 0x20 }
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: return true
    default: return false
    }
  }

  /// The escape for the scalar, such as `\u{202E}`.
  package var escaped: String { "\\u{\(String(value, radix: 16, uppercase: true))}" }
}

extension String {
  /// The text with escapes for a terminal, except line ends, tabs, and a carriage return before a line feed.
  var escapedForTerminals: String {
    guard unicodeScalars.contains(where: \.isHiddenOnTerminals) else { return self }
    var result = ""
    var rest = unicodeScalars[...]
    while let scalar = rest.popFirst() {
      let stays =
        scalar == "\n" || scalar == "\t" || scalar == "\r" && rest.first == "\n"
        || !scalar.isHiddenOnTerminals
      if stays { result.unicodeScalars.append(scalar) } else { result += scalar.escaped }
    }
    return result
  }
}
