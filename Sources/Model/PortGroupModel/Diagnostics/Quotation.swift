// How messages show a text from outside: it is short, and has no characters that control a terminal.

extension String {
  /// The text in quotes.
  package var quoted: String { "\"\(shown)\"" }

  /// The text cut after 60 characters, with control and format characters made visible.
  package var shown: String {
    let text = unicodeScalars.prefix(60).reduce(into: "") { text, scalar in
      switch (scalar, scalar.properties.generalCategory) {
      case ("\n", _): text += "\\n"
      case ("\r", _): text += "\\r"
      case ("\t", _): text += "\\t"
      case (_, .control), (_, .format), (_, .lineSeparator), (_, .paragraphSeparator):
        text += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return unicodeScalars.count > 60 ? text + "…" : text
  }
}
