import PortGroupModel

/// A page about a plan in Markdown, for a ticket: its changes are rows of tables.
///
/// Its texts are escaped, so that a name can neither leave its cell nor be a link, a tag or a mention.
struct PlanMarkdownLayout: PlanLayout {
  func head(_ facts: [(label: String, value: String)], title: String) -> String {
    let rows = facts.map { fact in
      "| \(fact.label) | \(fact.value.escapedForDisplay.escapedForMarkdown) |\n"
    }
    return "# \(title)\n\n| | |\n|---|---|\n" + rows.joined() + "\n"
  }

  func paragraph(_ text: String, style: Style?) -> String {
    let text = text.escapedForDisplay.escapedForMarkdown
    return (style == .bold ? "**\(text)**" : text) + "\n\n"
  }

  var gap: String { "" }

  func heading(_ text: String, of part: PlanContent.Part, isLoud: Bool) -> String {
    "## \(text)\n\n" + tableHead(of: part)
  }

  private func tableHead(of part: PlanContent.Part) -> String {
    switch part {
    case .writes, .deletions: "| Do | Server | Port groups |\n|---|---|---|\n"
    case .refusals: "| Reason | Meaning | Rows |\n|---|---|---|\n"
    case .extras: "| Server | Port groups |\n|---|---|\n"
    }
  }

  func section(_ lines: [DiffLine], of part: PlanContent.Part, in groups: PlanNames) -> String {
    let count = groups.count == 1 ? "" : "\(Quantity.count(groups.count)): "
    let place = "\(count)\(groups.text.escapedForMarkdown)"
    return lines.map { line in
      let text = line.text.escapedForMarkdown
      return part == .extras
        ? "| \(text) | \(place) |\n" : "| \(line.kind.verb) | \(text) | \(place) |\n"
    }.joined()
  }

  func refusal(_ code: FailureCode, count: Int, rows: PlanNames) -> String {
    "| \(code.rawValue) | \(code.meaning.escapedForMarkdown) | "
      + "\(count == 1 ? "" : "\(Quantity.count(count)): ")\(rows.text.escapedForMarkdown) |\n"
  }

  func more(_ text: String, of part: PlanContent.Part) -> String {
    "\n… and \(text.escapedForMarkdown)\n"
  }

  func end(of part: PlanContent.Part) -> String { "\n" }
}

extension DiffLine.Kind {
  fileprivate var verb: String {
    switch self {
    case .lacking: ""
    case .removed: "**DELETE**"
    case .changed: "update"
    case .added: "create"
    }
  }
}

extension String {
  /// The text so that Markdown shows it as it is, also in a cell of a table (CommonMark 0.31 §2.4, GitHub's tables).
  ///
  /// Letters, digits and harmless signs stay, so that hosts and versions can be read unrendered.
  var escapedForMarkdown: String {
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      switch scalar {
      case "\\", "`", "*", "_", "{", "}", "[", "]", "#", "~", "!", "|", "$", "^":
        result.append("\\")
        result.append(scalar)
      // A tag, an entity; a mention of a person, who would get a message; a link to another site.
      case "<": result.append(contentsOf: "&lt;".unicodeScalars)
      case ">": result.append(contentsOf: "&gt;".unicodeScalars)
      case "&": result.append(contentsOf: "&amp;".unicodeScalars)
      case "@": result.append(contentsOf: "&#64;".unicodeScalars)
      case "/" where result.last == "/": result.append(contentsOf: "&#47;".unicodeScalars)
      case "." where String(result.suffix(3)).lowercased() == "www":
        result.append(contentsOf: "&#46;".unicodeScalars)
      case "\n", "\r", "\t": result.append(" ")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
