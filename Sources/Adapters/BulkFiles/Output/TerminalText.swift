// What a terminal obeys or hides, instead of showing it.

extension Unicode.Scalar {
  /// True for what moves a cursor, turns the reading direction or has no width: it must be written as an escape.
  ///
  /// Control characters (U+0000–U+001F, U+007F–U+009F), format characters (the marks of bidirectional text, zero-width
  /// spaces and joiners, the soft hyphen, U+FEFF), and the separators of lines and paragraphs.
  package var isHiddenOnTerminals: Bool {
    if value < 0x7F { return value < 0x20 }
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: return true
    default: return false
    }
  }

  /// The scalar as it is shown in place of itself, such as `\u{202E}`.
  package var escaped: String { "\\u{\(String(value, radix: 16, uppercase: true))}" }
}

extension String {
  /// The text of a file as a terminal may get it: line ends and tabs stay, a carriage return only before a line feed.
  var tamed: String {
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
