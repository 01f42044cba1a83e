/// A command line as it was typed, for the ledger.
enum TypedCommandLine {
  /// What stands in the place of a secret.
  static let secret = "‹secret›"
  /// The largest number of bytes that are recorded.
  private static let limit = 8_000

  /// The words as a shell takes them, without the value of `--password-command` and the user part of URLs, which may hold
  /// a secret.
  ///
  /// A line that is too long ends with the number of words that were left out.
  static func text(_ words: [String]) -> String {
    var text = "cupibulk"
    for (index, word) in safe(words).enumerated() {
      guard text.utf8.count + word.utf8.count <= limit else {
        return text + " … (\(Quantity.count(words.count - index, "more word")))"
      }
      text += " " + word
    }
    return text
  }

  /// The word with `‹secret›` for what is between `://` and `@`.
  private static func withoutUserPart(_ word: String) -> String {
    let scalars = word.unicodeScalars
    guard let scheme = word.firstRange(of: "://") else { return word }
    let rest = scalars[scheme.upperBound...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    // An unescaped slash in a password ends the authority too early: the last @ of the word counts.
    guard let end = authority.lastIndex(of: "@") ?? rest.lastIndex(of: "@") else { return word }
    return String(scalars[..<scheme.upperBound]) + secret + String(scalars[end...])
  }

  private static func safe(_ words: [String]) -> [String] {
    var isSecret = false
    var isOperand = false
    return words.map(withoutUserPart).map { word in
      if isSecret {
        isSecret = false
        return secret
      }
      if isOperand { return word.shellWord }
      isOperand = word == "--"
      let flag = Option.passwordCommand.flag
      isSecret = word.utf8.elementsEqual(flag.utf8)
      return word.utf8.starts(with: (flag + "=").utf8) ? "\(flag)=\(secret)" : word.shellWord
    }
  }
}
