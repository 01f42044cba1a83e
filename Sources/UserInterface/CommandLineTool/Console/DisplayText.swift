// Escapes and measures text from files and servers for a terminal.

import BulkFiles

extension StringProtocol {
  /// The text without characters that could move a cursor, reverse the reading direction or hide.
  ///
  /// Control characters become `\n`, `\t` or `\u{1B}`; so do line separators, the marks of bidirectional text and
  /// characters without width. Everything else stays.
  package var escapedForDisplay: String {
    guard unicodeScalars.contains(where: \.isHiddenOnTerminals) else { return String(self) }
    var result = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.isHiddenOnTerminals: result += scalar.escaped
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The number of terminal columns of the text: wide East Asian characters and emoji have two.
  package var displayWidth: Int {
    var width = 0
    for scalar in unicodeScalars { width += scalar.displayWidth }
    return width
  }

  /// The text, cut to `width` columns with `…` at the end.
  package func cut(toWidth width: Int) -> String {
    guard displayWidth > width else { return String(self) }
    var result = String.UnicodeScalarView()
    var used = 1
    for scalar in unicodeScalars {
      guard used + scalar.displayWidth <= width else { break }
      used += scalar.displayWidth
      result.append(scalar)
    }
    return width < 1 ? "" : String(result) + "…"
  }
}

extension String {
  /// The text as `escapedForDisplay`, but with its line feeds.
  var escapedByLines: String {
    unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
      .map { String($0).escapedForDisplay }.joined(separator: "\n")
  }
}

extension Unicode.Scalar {
  fileprivate var displayWidth: Int {
    if value < 0x300 { return 1 }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
      0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}
