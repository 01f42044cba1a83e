import Testing

@testable import CommandLineTool

/// Equal lines of several port groups become one, and the number of lines that are held is limited.
@Suite struct DiffFoldingTests {
  private func line(_ text: String) -> DiffLine {
    let kinds: [String: DiffLine.Kind] = ["+": .added, "-": .removed, "~": .changed, "!": .lacking]
    return DiffLine(kinds[String(text.prefix(1))] ?? .added, text)
  }

  private func fold(_ groups: [(String, [String])], limit: Int = 100) -> [String] {
    var folding = DiffFolding(limit: limit)
    var sections: [DiffFolding.Section] = []
    for (name, lines) in groups { sections += folding.add(name, lines.map(line)) }
    return (sections + folding.finish()).map { section in
      "\(section.groups.joined(separator: " ")): \(section.lines.map(\.text).joined(separator: " "))"
    }
  }

  @Test func `lines of the same groups are together, removed ones first`() {
    #expect(
      fold([("A", ["+1", "-1", "~1"]), ("B", []), ("C", ["~1", "+1", "-1"])]) == ["A C: -1 ~1 +1"])
  }

  @Test func `a line of its own stays with its group, after what the group shares`() {
    #expect(
      fold([("A", ["~1", "+2"]), ("B", ["~1"]), ("C", ["+3", "~1"])]) == [
        "A B C: ~1", "A: +2", "C: +3",
      ])
  }

  @Test func `a group that has a line twice is shown with it twice`() {
    #expect(fold([("A", ["+1", "+1"]), ("B", ["+1"])]) == ["A B: +1", "A: +1"])
    #expect(fold([("A", ["+1", "+1"]), ("B", ["+1", "+1"])]) == ["A B: +1 +1"])
  }

  @Test func `beyond the limit, the rest is shown by group`() {
    #expect(
      fold([("A", ["+1"]), ("B", ["+1"]), ("C", ["+1"]), ("D", ["+1"]), ("E", ["+1"])], limit: 3)
        == ["A B C: +1", "D: +1", "E: +1"])
  }

  @Test func `control characters of a name or host do not reach a terminal`() {
    #expect(DiffLine(.added, "a\u{1B}[2Jb\u{202E}").text == "a\\u{1B}[2Jb\\u{202E}")
  }
}
