// Taking texts apart where they may hold any characters: byte by byte.

extension StringProtocol {
  /// What follows a prefix, compared byte by byte; nil where the text does not begin so.
  ///
  /// `hasPrefix`, `dropFirst` and `split` go by `Character`, and there a sign and a mark that combines with it are
  /// one: of `=` and U+0301 neither the sign would be found nor the mark be kept.
  package func dropping(prefix: String) -> Substring? {
    guard utf8.starts(with: prefix.utf8) else { return nil }
    return Substring(self)[utf8Offset: prefix.utf8.count]
  }

  /// The parts before and behind the first such ASCII sign; nil where there is none.
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
  /// What stands from a byte on, which begins a character.
  fileprivate subscript(utf8Offset count: Int) -> Substring {
    Substring(unicodeScalars[utf8.index(startIndex, offsetBy: count)...])
  }
}
