import PortGroupFiles
import PortGroupModel

/// A page about a plan: its head, counts, changes, deletions, refused rows, servers that no row names, counts again.
struct PlanPage {
  let words: PlanWords
  let layout: any PlanLayout
  /// True if nothing is shortened.
  let showsAll: Bool
  private let titles: [ObjectID: String]

  init(_ words: PlanWords, layout: any PlanLayout, showsAll: Bool) {
    self.words = words
    self.layout = layout
    self.showsAll = showsAll
    titles = words.overview.titles
  }

  /// Writes the page of a plan.
  ///
  /// - Throws: `PlanFault` if the file was changed since the overview was made.
  func write(
    _ plan: ShownPlan, limit: Int = PlanContent.limit, to write: (String) -> Void
  ) throws(PlanFault) {
    var content = PlanContent(limit: limit)
    try plan.forEach { content.add($0) }
    write(top)
    for part in PlanContent.Part.allCases {
      if showsAll, content.isCut(part) {
        try list(part, content, of: plan, to: write)
      } else {
        write(text(of: part, content))
      }
    }
    write((content.isEmpty && plan.selection.isPart ? nothing : "") + bottom)
  }

  /// What is before the changes.
  var top: String {
    layout.head(words.head, title: words.title)
      + words.explanations.map { layout.paragraph($0, style: nil) }.joined() + counts
  }

  /// What is after the changes: the counts again, and what two people compare.
  var bottom: String {
    layout.gap + counts
      + layout.paragraph("Fingerprint: \(words.overview.head.fingerprint)", style: nil)
  }

  private var counts: String {
    layout.paragraph(words.counts, style: .bold)
      + (words.filter.isEmpty ? "" : layout.paragraph(words.filterSentence, style: nil))
  }

  /// What is in the place of the changes if none is shown.
  var nothing: String {
    layout.gap + layout.paragraph("Nothing in the plan is like that.", style: nil)
  }

  /// A part of the page, folded; empty if it has no entry.
  func text(of part: PlanContent.Part, _ content: PlanContent) -> String {
    guard content.count(of: part) > 0 else { return "" }
    var text = heading(of: part, content) + entries(of: part, content)
    if let more = content.lines(of: part)?.more, more > 0 {
      text += layout.more("\(Quantity.count(more)) more; --all shows all", of: part)
    }
    return text + layout.end(of: part)
  }

  /// A part that has too many different entries to be folded, piece by piece: each entry with its group.
  func list(
    _ part: PlanContent.Part, _ content: PlanContent, of plan: ShownPlan, to write: (String) -> Void
  ) throws(PlanFault) {
    write(heading(of: part, content))
    // The entries of a group are few enough to be in memory.
    var group = PlanContent(limit: .max)
    try plan.forEach { item in
      if case .group = item {
        write(entries(of: part, group))
        group = PlanContent(limit: .max)
      }
      group.add(item)
    }
    write(entries(of: part, group) + layout.end(of: part))
  }

  private func entries(of part: PlanContent.Part, _ content: PlanContent) -> String {
    if let lines = content.lines(of: part) {
      return lines.sections.map { section in
        let groups = PlanNames(
          shown: first(section.groups, of: part).map(title), count: section.groups.count)
        return layout.section(section.lines, of: part, in: groups)
      }.joined()
    }
    return content.refusals.sections.map { section in
      let rows = first(section.rows, of: part).map { row in
        "\(row.from.escapedForDisplay) in \(title(of: row.group))"
      }
      return layout.refusal(
        section.code, count: section.count, rows: PlanNames(shown: rows, count: section.count))
    }.joined()
  }

  private func heading(of part: PlanContent.Part, _ content: PlanContent) -> String {
    let (text, isLoud) = words.title(of: part, count: content.count(of: part))
    return layout.heading(text, of: part, isLoud: isLoud)
  }

  /// The places that are named; those of deletions are never left out.
  private func first<Place>(_ all: [Place], of part: PlanContent.Part) -> ArraySlice<Place> {
    showsAll || part == .deletions ? all[...] : all.prefix(PlanNames.limit)
  }

  private func title(of group: ObjectID) -> String { titles[group] ?? group.text }
}
