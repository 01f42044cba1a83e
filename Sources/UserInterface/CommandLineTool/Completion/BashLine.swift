/// A bash command line up to the cursor, and the part of it that readline replaces.
struct BashLine: Sendable {
  /// The words before the one at the cursor, after the program's name, without redirections.
  let before: [String]
  /// The word at the cursor, up to the cursor.
  let word: BashWord
  /// What readline leaves as it is of that word.
  let kept: String
  /// How the place is quoted where readline begins to replace.
  let quoting: BashWord.Quoting
  /// True if the word at the cursor is the file of a redirection.
  let isRedirection: Bool
  /// False if an insertion might be taken for something else by bash: then nothing may be offered.
  let canInsert: Bool

  /// Reads a line.
  ///
  /// - Parameters:
  ///   - line: The line from the program's name to the cursor.
  ///   - replaced: The end of it that readline replaces, as it is in the line.
  ///   - rest: The rest of the line.
  init(_ line: String, replacing replaced: String, before rest: String = "") {
    let all = Self.words(of: line)
    let words = all.dropLast()
    let last = all.last ?? BashWord(start: line.utf8.count)
    (before, isRedirection) = Self.withoutRedirections(words.dropFirst())
    word = last
    let begin = line.utf8.count - replaced.utf8.count
    let fixed = last.units.prefix { $0.start < begin }
    kept = last.text(of: fixed)
    let next = last.units.dropFirst(fixed.count).first
    quoting = next?.quoting ?? last.quotingAtEnd
    let isEnd =
      line.utf8.count >= replaced.utf8.count
      && line.utf8.suffix(replaced.utf8.count)
        .elementsEqual(replaced.utf8)
    let expands = last.units.contains { $0.isActive && ($0.scalar == "$" || $0.scalar == "`") }
    // After a quote in the middle of a word, readline would add that quote to what it inserts.
    let signBefore = line.utf8.prefix(max(begin, 0)).last
    let isAfterQuote =
      quoting == .none && begin > last.start
      && (signBefore == UInt8(ascii: "\"") || signBefore == UInt8(ascii: "'"))
    // Readline leaves the rest of a word in which the cursor is.
    let isWithinWord = rest.unicodeScalars.first.map { !$0.properties.isWhitespace } ?? false
    canInsert =
      isEnd && !isWithinWord && begin >= last.start && !expands
      && !fixed.contains(where: \.isActive)
      && !last.endsInEscape && quoting != .escapes && last.quotingAtEnd == quoting
      && !isAfterQuote && last.units.first.map { !($0.isActive && $0.scalar == "~") } ?? true
  }

  /// The words after the cursor, without the rest of the one at the cursor.
  static func texts(after rest: String) -> [String] {
    let words = words(of: rest).filter { !$0.text.isEmpty }
    let isWithinWord = rest.unicodeScalars.first.map { !$0.properties.isWhitespace } ?? false
    return words.dropFirst(isWithinWord ? 1 : 0).map(\.text)
  }

  /// The words of a line; the last one is empty after a blank.
  static func words(of line: String) -> [BashWord] {
    var (rest, offset) = (Substring(line).unicodeScalars, 0)
    var words: [BashWord] = []
    while true {
      while let blank = rest.first, blank == " " || blank == "\t" || blank == "\n" {
        rest.removeFirst()
        offset += 1
      }
      let word = BashWord(&rest, at: &offset)
      words.append(word)
      if rest.isEmpty { return words }
    }
  }

  /// The texts of the words, and whether a redirection still needs its file.
  private static func withoutRedirections(
    _ words: some Sequence<BashWord>
  ) -> (words: [String], isOpen: Bool) {
    var (texts, isOpen): ([String], Bool) = ([], false)
    for word in words {
      if isOpen {
        isOpen = false
        continue
      }
      // `2>`, `>>`, `&>`, `<`: with the file in the same word, or in the next one.
      let sign = word.units.first { !("0"..."9" ~= $0.scalar && !$0.isActive) }
      guard let sign, sign.isActive, ["<", ">", "&"].contains(sign.scalar) else {
        texts.append(word.text)
        continue
      }
      isOpen = word.units.last.map { $0.isActive && ["<", ">", "|"].contains($0.scalar) } ?? false
    }
    return (texts, isOpen)
  }
}
