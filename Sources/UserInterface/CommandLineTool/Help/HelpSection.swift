/// A part of a help page: a title, then paragraphs, a list, notes, and lines as they are typed; each may be missing.
///
/// Pages are data, so that the terminal, a man page and tests read the same.
package struct HelpSection: Sendable, Equatable {
  /// An entry of a list: a name, and what is said about it.
  package struct Item: Sendable, Equatable {
    package let label: String
    package let text: String
    /// A command line that the text announces; `nil` if there is none.
    package let line: String?

    package init(_ label: String, _ text: String, line: String? = nil) {
      self.label = label
      self.text = text
      self.line = line
    }
  }

  /// The heading without a colon; empty for text that belongs to the page itself.
  package var title = ""
  package var paragraphs: [String] = []
  package var items: [Item] = []
  /// The column in which the texts of the list begin; `nil` for the first one that fits the labels.
  package var column: Int?
  /// Sentences or clauses after the list.
  package var notes: [String] = []
  /// Command lines and usages, which are never broken.
  package var lines: [String] = []

  package init(
    _ title: String = "", paragraphs: [String] = [], items: [Item] = [], column: Int? = nil,
    notes: [String] = [], lines: [String] = []
  ) {
    self.title = title
    self.paragraphs = paragraphs
    self.items = items
    self.column = column
    self.notes = notes
    self.lines = lines
  }

  /// True if there is nothing below the title.
  package var isEmpty: Bool {
    paragraphs.isEmpty && items.isEmpty && notes.isEmpty && lines.isEmpty
  }
}

extension HelpSection {
  /// The column of the texts in a list of options.
  static let optionColumn = 26

  /// The section as lines of at most `width` columns, unless a word or a command line is longer.
  func lines(width: Int) -> [String] {
    let indent = title.isEmpty ? "" : "  "
    func wrapped(_ text: String) -> [String] {
      Wording.wrapped(text, to: width - indent.count).map { indent + $0 }
    }
    var blocks = paragraphs.map(wrapped)
    blocks.append(listLines(width: width) + notes.flatMap(wrapped))
    blocks.append(lines.map { indent + $0 })
    let body = Array(blocks.filter { !$0.isEmpty }.joined(separator: [""]))
    return title.isEmpty ? body : [title + ":"] + body
  }

  /// The list in two columns; a label that is too long for its column is on a separate line.
  private func listLines(width: Int) -> [String] {
    let longest = items.map(\.label.count).max() ?? 0
    let column = column ?? min(longest + 4, Self.optionColumn)
    let indent = String(repeating: " ", count: column)
    return items.flatMap { item in
      let label = "  " + item.label
      let text = Wording.wrapped(item.text, to: width - column) + [item.line].compactMap(\.self)
      guard label.count + 2 <= column else { return [label] + text.map { indent + $0 } }
      let gap = String(repeating: " ", count: column - label.count)
      return [label + gap + (text.first ?? "")] + text.dropFirst().map { indent + $0 }
    }
  }
}

extension HelpSection.Item {
  /// An option with its value, and what it does.
  init(_ option: Option, isRequired: Bool = false) {
    let label = (option.short.map { "-\($0), " } ?? "    ") + option.usage
    if isRequired {
      self.init(label, option.help + " (required)")
    } else if option.hasManyChoices, case .choice(let words) = option.value {
      self.init(label, option.help + ": \(Wording.list(words, joinedBy: "or"))")
    } else {
      self.init(label, option.help + (option.fallback.map { " (default: \($0))" } ?? ""))
    }
  }
}
