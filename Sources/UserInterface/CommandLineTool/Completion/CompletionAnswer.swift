/// What can be typed at the cursor of a command line.
///
/// As text, it has a line for each offer, so that every shell can read it; no offer has control characters, nor others
/// that a terminal hides. Fields are separated by tabs:
///
/// | line | meaning |
/// |---|---|
/// | `w WORD NOTE` | a whole word; a blank follows it |
/// | `p WORD NOTE` | the beginning of a word |
/// | `f PREFIX` | the shell's own completion of file names, after this beginning of the word |
/// | `d PREFIX` | the same, of folders only |
///
/// WORD is always the whole word at the cursor, without quotes. No lines mean that nothing can be offered.
struct CompletionAnswer: Sendable, Equatable {
  /// A word, or the beginning of one.
  struct Word: Sendable, Equatable {
    var text: String
    /// What it is, for shells that show that; empty for nothing.
    var note = ""
    /// False if more must be typed.
    var isWhole = true

    init(_ text: String, _ note: String = "", isWhole: Bool = true) {
      self.text = text
      self.note = note
      self.isWhole = isWhole
    }

    /// The beginning of a word.
    static func beginning(_ text: String, _ note: String = "") -> Word {
      Word(text, note, isWhole: false)
    }

    /// The same behind what precedes it in the word at the cursor.
    func after(_ prefix: String) -> Word { Word(prefix + text, note, isWhole: isWhole) }

    /// True for a text that can be shown and typed as it is.
    var canBeTyped: Bool { !text.isEmpty && text.escapedForDisplay.utf8.elementsEqual(text.utf8) }
  }

  /// Names of files that the shell completes itself.
  struct Paths: Sendable, Equatable {
    /// What precedes the path in the word at the cursor: `--output=`, `sandbox:`, or nothing.
    var prefix: String
    var onlyFolders = false
  }

  var words: [Word] = []
  var paths: Paths?

  /// The answer as the scripts of zsh and fish read it.
  var text: String {
    var lines = words.map { "\($0.isWhole ? "w" : "p")\t\($0.text)\t\($0.note.escapedForDisplay)" }
    if let paths { lines.append("\(paths.onlyFolders ? "d" : "f")\t\(paths.prefix)") }
    return lines.map { $0 + "\n" }.joined()
  }
}
