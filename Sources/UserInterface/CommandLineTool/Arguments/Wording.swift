/// Parts of sentences.
enum Wording {
  /// `csv, xml or json`.
  static func list(_ words: [String], joinedBy conjunction: String) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return "\(words.dropLast().joined(separator: ", ")) \(conjunction) \(last)"
  }

  /// `0 to 9999`, or `1 or more` if there is no upper bound.
  static func range(_ range: ClosedRange<Int>) -> String {
    range.upperBound == .max
      ? "\(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)"
  }

  /// As it would be typed, in the largest unit that fits: `10m`.
  static func duration(_ duration: Duration) -> String {
    let (seconds, rest) = duration.components
    if rest != 0 { return "\(Int(duration / .milliseconds(1)))ms" }
    // A loop over a table of units would be compiled in two ways, by chance (decision 58).
    let (length, unit): (Int64, String) =
      switch seconds {
      case 0: (1, "s")
      case _ where seconds % 86400 == 0: (86400, "d")
      case _ where seconds % 3600 == 0: (3600, "h")
      case _ where seconds % 60 == 0: (60, "m")
      default: (1, "s")
      }
    return "\(seconds / length)\(unit)"
  }

  /// Breaks a text between words into lines of at most `width`; a longer word has its own line.
  static func wrapped(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let line = lines.last, line.count + 1 + word.count <= width {
        lines[lines.count - 1] = line + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}
