/// Words of other programs for which no command exists here, and what to type instead.
package struct Intent: Sendable, Equatable {
  /// The words in lower case, with those of the commands before them: `delete`, `runs status`.
  package let words: [String]
  package let advice: [Advice]

  init(_ words: String, of command: String = "", _ advice: Advice...) {
    self.words = words.split(separator: " ").map { command.isEmpty ? "\($0)" : "\(command) \($0)" }
    self.advice = advice
  }

  /// All advice as one text.
  package var text: String { advice.map(\.text).joined(separator: "; ") }

  /// The intent of a word, in any case; `nil` if it is not known.
  package static func meant(by word: String) -> Intent? { byWord[word.lowercased()] }

  package static let all = programIntents + partIntents

  private static let byWord: [String: Intent] = {
    var found: [String: Intent] = [:]
    for intent in all { for word in intent.words { found[word] = intent } }
    return found
  }()
}
