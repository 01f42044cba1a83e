/// A word of a bash command line as it was typed: what it means, and how each part of it is quoted.
///
/// Nothing is expanded. Source: bash(1), QUOTING.
struct BashWord: Sendable, Equatable {
  /// How a place in a word is quoted.
  enum Quoting: Sendable, Equatable {
    case none
    case single
    case double
    /// `$'…'`.
    case escapes
  }

  /// A character of the word's meaning.
  struct Unit: Sendable, Equatable {
    let scalar: Unicode.Scalar
    /// True if bash does something else with it than to take it as it is.
    let isActive: Bool
    /// The number of bytes of the line before what was typed for it.
    let start: Int
    let quoting: Quoting
  }

  /// The number of bytes of the line before the word.
  let start: Int
  private(set) var units: [Unit] = []
  /// How the end of the word is quoted; not `none` if a quote was opened and not closed.
  private(set) var quotingAtEnd = Quoting.none
  /// True if the word ends with a backslash whose character is missing.
  private(set) var endsInEscape = false

  /// The word without quotes.
  var text: String { text(of: units) }

  /// The meaning of what was typed for a part of the line's bytes.
  func text(of units: some Sequence<Unit>) -> String {
    var text = String.UnicodeScalarView()
    for unit in units { text.append(unit.scalar) }
    return String(text)
  }

  init(start: Int) { self.start = start }

  /// Reads a word, and removes it from the beginning of `rest`; `offset` is the place of `rest` in the line, in bytes.
  init(_ rest: inout Substring.UnicodeScalarView, at offset: inout Int) {
    start = offset
    while let scalar = rest.first {
      if quotingAtEnd == .none, scalar == " " || scalar == "\t" || scalar == "\n" { return }
      take(&rest, &offset)
    }
  }

  /// Reads one character, or a sign that opens or closes quotes.
  private mutating func take(_ rest: inout Substring.UnicodeScalarView, _ offset: inout Int) {
    let begin = offset
    func next() -> Unicode.Scalar? {
      guard let scalar = rest.popFirst() else { return nil }
      offset += String(scalar).utf8.count
      return scalar
    }
    guard let scalar = next() else { return }
    func add(_ scalar: Unicode.Scalar, isActive: Bool = false) {
      units.append(Unit(scalar: scalar, isActive: isActive, start: begin, quoting: quotingAtEnd))
    }
    switch (quotingAtEnd, scalar) {
    case (.none, "'"): quotingAtEnd = .single
    case (.none, "\""): quotingAtEnd = .double
    case (.none, "$") where rest.first == "'":
      _ = next()
      quotingAtEnd = .escapes
    case (.single, "'"), (.double, "\""), (.escapes, "'"): quotingAtEnd = .none
    case (.none, "\\"), (.escapes, "\\"):
      guard let escaped = next() else {
        endsInEscape = true
        return
      }
      // What other escapes mean is not needed: what bash would change is not completed.
      add(escaped, isActive: quotingAtEnd == .escapes || escaped == "\n")
    case (.double, "\\"):
      guard let escaped = rest.first else {
        endsInEscape = true
        return
      }
      guard ["$", "`", "\"", "\\", "\n"].contains(escaped) else { return add("\\") }
      _ = next()
      add(escaped, isActive: escaped == "\n")
    case (.none, _): add(scalar, isActive: Self.active.contains(scalar))
    case (.double, "$"), (.double, "`"): add(scalar, isActive: true)
    default: add(scalar)
    }
  }

  /// What bash may expand, match or take for an operator outside of quotes.
  private static let active = Set("$`*?[]{}()<>|&;!#~^".unicodeScalars)

  // MARK: Quoting

  /// The text as it is typed after a place that is quoted in this way.
  ///
  /// An exclamation mark would recall an earlier command, also in double quotes, where a backslash before it stays; so
  /// the quotes are closed for it.
  static func quoted(_ text: some StringProtocol, in quoting: Quoting) -> String {
    var quoted = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch (quoting, scalar) {
      case (.single, "'"): quoted += "'\\''".unicodeScalars
      case (.double, "!"): quoted += "\"'!'\"".unicodeScalars
      case (.double, "$"), (.double, "`"), (.double, "\""), (.double, "\\"):
        quoted += ["\\", scalar]
      case (.none, _) where scalar.isASCII && !isPlain(scalar): quoted += ["\\", scalar]
      default: quoted.append(scalar)
      }
    }
    return String(quoted)
  }

  /// The same for a whole word, so that the quotes are closed once readline has added a missing one.
  ///
  /// It adds one unless the last character already is one (`append_to_match` in readline's complete.c).
  static func quotedToEnd(_ text: some StringProtocol, in quoting: Quoting) -> String {
    let quoted = quoted(text, in: quoting)
    switch (quoting, quoted.utf8.last) {
    case (.single, UInt8(ascii: "'")): return quoted + "'"
    case (.double, UInt8(ascii: "\"")): return quoted + "\""
    default: return quoted
    }
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9": true
    default: "_./:=@%+,-".unicodeScalars.contains(scalar)
    }
  }
}
