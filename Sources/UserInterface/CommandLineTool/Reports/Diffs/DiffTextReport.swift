import BatchEngine
import PortGroupModel

/// Writes a comparison for people: by port group, one line a server, then the counts.
struct DiffTextReport: DiffReport {
  private let old: String
  private let new: String
  private let styled: (String, Style) -> String
  private var folding = DiffFolding()

  /// Creates a report; `styled` highlights a text if the receiver shows colours.
  init(old: String, new: String, styled: @escaping (String, Style) -> String) {
    self.old = old.escapedForDisplay
    self.new = new.escapedForDisplay
    self.styled = styled
  }

  mutating func add(_ difference: GroupDifference) -> String {
    let title = difference.group.title.quoted.escapedForDisplay
    return text(of: folding.add(title, DiffLine.lines(difference, old, new)))
  }

  mutating func finish(_ counts: DiffCounts, stop: String?, exit: ExitStatus) -> String {
    let text = text(of: folding.finish())
    return stop == nil ? text + counts.sentence(old, new) + "\n" : text
  }

  private func text(of sections: [DiffFolding.Section]) -> String {
    sections.map { section in
      let names = section.groups.joined(separator: ", ")
      let title =
        section.groups.count == 1
        ? "Port group \(names):"
        : "\(Quantity.count(section.groups.count)) port groups: \(names):"
      let lines = section.lines.map { line in
        "  " + styled("\(line.kind.sign) \(line.text)", line.kind.style) + "\n"
      }
      return styled(title, .bold) + "\n" + lines.joined() + "\n"
    }.joined()
  }
}
