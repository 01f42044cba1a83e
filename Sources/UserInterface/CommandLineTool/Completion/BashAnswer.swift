/// An answer in the form in which bash inserts it: of each word what readline replaces, quoted as its place is.
///
/// A line is `w TEXT` for a whole word and `p TEXT` for the beginning of one, as in `CompletionAnswer`; `f` and `d` let
/// readline itself complete names of files or folders.
struct BashAnswer {
  /// Lists the files that begin with a path, with a slash after folders.
  typealias Listing = (_ path: String, _ onlyFolders: Bool) -> [CompletionAnswer.Word]

  let line: BashLine

  /// The lines for a shell.
  func text(_ answer: CompletionAnswer, files: Listing) -> String {
    if line.isRedirection { return "f\n" }
    let typed = line.word.text
    func fitting(_ words: [CompletionAnswer.Word]) -> [CompletionAnswer.Word] {
      words.filter { $0.text.utf8.starts(with: typed.utf8) }
    }
    var words = fitting(answer.words)
    if let paths = answer.paths, typed.utf8.starts(with: paths.prefix.utf8) {
      // Readline completes files where the path begins exactly at what it replaces.
      if words.isEmpty, line.kept.utf8.elementsEqual(paths.prefix.utf8) {
        return paths.onlyFolders ? "d\n" : "f\n"
      }
      let path = String(Substring(typed.utf8.dropFirst(paths.prefix.utf8.count)))
      words += fitting(files(path, paths.onlyFolders).map { $0.after(paths.prefix) })
    }
    guard line.canInsert else { return "" }
    return lines(for: words)
  }

  private func lines(for words: [CompletionAnswer.Word]) -> String {
    let rests = words.compactMap { word in
      word.text.utf8.starts(with: line.kept.utf8)
        ? String(Substring(word.text.utf8.dropFirst(line.kept.utf8.count))) : nil
    }
    guard rests.count > 1 else {
      guard let word = words.first, let rest = rests.first else { return "" }
      guard word.isWhole else { return "p \(BashWord.quoted(rest, in: line.quoting))\n" }
      return "w \(BashWord.quotedToEnd(rest, in: line.quoting))\n"
    }
    // Readline inserts what all have in common, which must not end within an escape.
    var quoted = rests.map { BashWord.quoted($0, in: line.quoting) }
    let safe = BashWord.quoted(Self.common(rests), in: line.quoting)
    if !Self.common(quoted).utf8.elementsEqual(safe.utf8) { quoted.append(safe) }
    return quoted.map { "w \($0)\n" }.joined()
  }

  /// What all texts begin with.
  static func common(_ texts: [String]) -> String {
    guard let first = texts.first else { return "" }
    var common = Array(first.unicodeScalars)
    for text in texts {
      let same = zip(common, text.unicodeScalars).prefix { $0 == $1 }.count
      common.removeLast(common.count - same)
    }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: common)
    return String(text)
  }
}
