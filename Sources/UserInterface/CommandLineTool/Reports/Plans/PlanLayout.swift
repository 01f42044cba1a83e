import PortGroupModel

/// How the parts of a page about a plan look.
///
/// Names and lines that it gets have no control characters.
protocol PlanLayout {
  /// The labelled values at the top; control characters in them are escaped here.
  func head(_ facts: [(label: String, value: String)], title: String) -> String
  func paragraph(_ text: String, style: Style?) -> String
  /// What is between the changes and a paragraph after them.
  var gap: String { get }
  /// The beginning of a part; a loud one must not be overlooked.
  func heading(_ text: String, of part: PlanContent.Part, isLoud: Bool) -> String
  /// Lines that all these port groups have.
  func section(_ lines: [DiffLine], of part: PlanContent.Part, in groups: PlanNames) -> String
  /// Rows that were refused for one reason.
  func refusal(_ code: FailureCode, count: Int, rows: PlanNames) -> String
  /// How many entries of a part are left out, and how to see them.
  func more(_ text: String, of part: PlanContent.Part) -> String
  /// The end of a part.
  func end(of part: PlanContent.Part) -> String
}

/// The first names of a list, and the number of all.
struct PlanNames: Equatable {
  var shown: [String]
  var count: Int

  /// The largest number of names that are shown.
  static let limit = 10

  /// `"A", "B" and 70 more`.
  var text: String {
    let more = count - shown.count
    return shown.joined(separator: ", ") + (more > 0 ? " and \(Quantity.count(more)) more" : "")
  }
}

/// A page about a plan as plain text, in the look of `diff`.
struct PlanTextLayout: PlanLayout {
  let stream: TextStream

  func head(_ facts: [(label: String, value: String)], title: String) -> String {
    // Nothing is cut, because a fingerprint is useful only if it is complete.
    var table = TextTable([.name(""), .name("")])
    for fact in facts { table.add([TextTable.Cell(fact.label, .dim), TextTable.Cell(fact.value)]) }
    return table.text(for: stream) + "\n"
  }

  func paragraph(_ text: String, style: Style?) -> String {
    stream.styled(text.escapedForDisplay, style) + "\n"
  }

  var gap: String { "\n" }

  func heading(_ text: String, of part: PlanContent.Part, isLoud: Bool) -> String {
    "\n" + stream.styled(text, isLoud ? .red : .bold) + "\n"
  }

  func section(_ lines: [DiffLine], of part: PlanContent.Part, in groups: PlanNames) -> String {
    let title =
      groups.count == 1
      ? "Port group \(groups.text):"
      : "\(Quantity.count(groups.count)) port groups: \(groups.text):"
    let texts = lines.map { line in
      part == .extras
        ? "  \(line.text)\n"
        : "  " + stream.styled("\(line.kind.sign) \(line.text)", line.kind.style) + "\n"
    }
    return title + "\n" + texts.joined()
  }

  func refusal(_ code: FailureCode, count: Int, rows: PlanNames) -> String {
    "\(code.rawValue), \(Quantity.count(count, "row")): \(code.meaning)\n  \(rows.text)\n"
  }

  func more(_ text: String, of part: PlanContent.Part) -> String { "… and \(text)\n" }

  func end(of part: PlanContent.Part) -> String { "" }
}
