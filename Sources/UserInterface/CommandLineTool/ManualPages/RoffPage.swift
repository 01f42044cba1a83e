/// A manual page that is being written, in the language of man(7).
struct RoffPage {
  private var lines: [String] = []

  /// Begins a page.
  ///
  /// - Parameters:
  ///   - name: The page's name, such as `cupibulk-import`.
  ///   - section: Its section of the manual, such as 1.
  ///   - sectionTitle: What the section has.
  ///   - date: The date in its footer, as `2026-11-29`.
  ///   - summary: What it is about, as a clause in lower case.
  init(_ name: String, section: Int, sectionTitle: String, date: String, summary: String) {
    lines = [
      ".\\\" Generated from the tables of the program; changes are lost.",
      ".TH \(RoffText.plain(name.uppercased()).source) \(section) \"\(date)\" "
        + "\"cupibulk \(Tool.version)\" \"\(sectionTitle)\"",
    ]
    heading("NAME")
    paragraph(.plain(name + " - " + summary))
  }

  /// The whole page.
  var text: String { lines.joined(separator: "\n") + "\n" }

  /// Begins a section.
  mutating func heading(_ title: String) { lines.append(".SH \(title)") }

  /// Begins a part of a section.
  mutating func subheading(_ title: String) { lines.append(".SS \(title)") }

  /// Adds a paragraph; the first one of a section follows its title at once.
  mutating func paragraph(_ text: RoffText) {
    if let last = lines.last, !last.utf8.starts(with: ".S".utf8) { lines.append(".PP") }
    lines += text.lines()
  }

  /// Adds an item of a list: a label, and its explanation below it.
  mutating func item(_ label: RoffText, _ text: RoffText) {
    lines += [".TP", label.line] + text.lines()
  }

  /// Adds lines that are shown as they are, below what they show.
  mutating func example(_ purpose: String, _ code: [String]) {
    paragraph(.prose(purpose.sentenceStart + ":"))
    lines += [".PP", ".RS 4", ".EX"] + code.map { RoffText.plain($0).line } + [".EE", ".RE"]
  }
}
