// Splits texts by bytes, independent of the characters in them.

extension StringProtocol {
  /// The text after a prefix, compared byte by byte; `nil` if the text does not begin with it.
  ///
  /// `hasPrefix`, `dropFirst` and `split` compare `Character`s, in which a combining mark is joined with the sign before
  /// it: in `=` and U+0301, the sign would not be found, and the mark would be lost.
  package func dropping(prefix: String) -> Substring? {
    guard utf8.starts(with: prefix.utf8) else { return nil }
    return Substring(self)[utf8Offset: prefix.utf8.count]
  }

  /// The parts before and after the first occurrence of an ASCII sign; `nil` if the text does not have it.
  package func cut(at sign: Unicode.Scalar) -> (before: Substring, after: Substring)? {
    let text = Substring(self)
    guard let index = text.unicodeScalars.firstIndex(of: sign) else { return nil }
    return (
      Substring(text.unicodeScalars[..<index]),
      Substring(text.unicodeScalars[text.unicodeScalars.index(after: index)...])
    )
  }
}

extension Substring {
  /// The text from a byte to the end; the byte must be the first of a character.
  fileprivate subscript(utf8Offset count: Int) -> Substring {
    Substring(unicodeScalars[utf8.index(startIndex, offsetBy: count)...])
  }
}
