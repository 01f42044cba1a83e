/// A text in the input language of man(7), in which every sign that has a meaning there is escaped.
struct RoffText: Equatable {
  /// The text as it is written into a page.
  private(set) var source: String

  private init(source: String) { self.source = source }

  /// The text in the normal font.
  static func plain(_ text: some StringProtocol) -> RoffText { RoffText(source: escaped(text)) }

  /// The text in bold, as what is typed.
  static func bold(_ text: some StringProtocol) -> RoffText {
    RoffText(source: "\\fB\(escaped(text))\\fR")
  }

  /// The text in italics, as what is replaced by a value.
  static func italic(_ text: some StringProtocol) -> RoffText {
    RoffText(source: "\\fI\(escaped(text))\\fR")
  }

  /// The text with the names of options in bold.
  static func prose(_ text: String) -> RoffText {
    var words: [RoffText] = []
    for word in text.unicodeScalars.split(separator: " ", omittingEmptySubsequences: false) {
      words.append(Self.word(String(word)))
    }
    return words.joined(by: " ")
  }

  static func + (left: RoffText, right: RoffText) -> RoffText {
    RoffText(source: left.source + right.source)
  }

  static func + (left: RoffText, right: String) -> RoffText { left + plain(right) }

  /// The text in lines of at most `width` bytes, unless a word is longer; none begins like a request.
  func lines(width: Int = 78) -> [String] {
    var lines: [String] = []
    for word in source.split(separator: " ") {
      if let line = lines.last, line.utf8.count + 1 + word.utf8.count <= width {
        lines[lines.count - 1] = line + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines.map(Self.guarded)
  }

  /// The text as one line with all its blanks, as in an example.
  var line: String { Self.guarded(source) }

  /// A dot at the beginning of a line would be a request.
  private static func guarded(_ line: String) -> String {
    line.utf8.first == UInt8(ascii: ".") ? "\\&" + line : line
  }

  /// `(--exact,` with the name of the option in bold.
  private static func word(_ word: String) -> RoffText {
    let scalars = word.unicodeScalars
    let before = scalars.prefix { $0 == "(" }
    let rest = scalars.dropFirst(before.count)
    let flag = rest.prefix { $0 == "-" || ("a"..."z").contains($0) }
    guard flag.prefix(2).elementsEqual("--".unicodeScalars), flag.count > 2 else {
      return plain(word)
    }
    return plain(String(before)) + bold(String(flag)) + plain(String(rest.dropFirst(flag.count)))
  }

  /// Source: groff_char(7); an escaped hyphen is the sign that is typed, and can be copied and searched for.
  private static func escaped(_ text: some StringProtocol) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\(rs"
      case "-": escaped += "\\-"
      case "'": escaped += "\\(aq"
      case "`": escaped += "\\(ga"
      case "^": escaped += "\\(ha"
      case "~": escaped += "\\(ti"
      case " "..."~": escaped.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        escaped += "\\[u\(String(repeating: "0", count: max(4 - digits.utf8.count, 0)))\(digits)]"
      }
    }
    return escaped
  }
}

extension Sequence<RoffText> {
  func joined(by separator: String) -> RoffText {
    var joined: RoffText?
    for text in self { joined = joined.map { $0 + separator + text } ?? text }
    return joined ?? .plain("")
  }
}
