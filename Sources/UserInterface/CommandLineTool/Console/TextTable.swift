/// A table of aligned columns for users, with a heading line and one line for each row.
///
/// Cells are escaped for display. All rows are in memory: for long lists use CSV or JSON.
package struct TextTable: Sendable {
  package struct Column: Sendable {
    let title: String
    let isNumber: Bool
    /// False for texts that are useful only if complete.
    let canBeCut: Bool

    package static func text(_ title: String) -> Column {
      Column(title: title, isNumber: false, canBeCut: true)
    }
    /// A text that is never cut, because users type or copy it.
    package static func name(_ title: String) -> Column {
      Column(title: title, isNumber: false, canBeCut: false)
    }
    /// Aligned to the right.
    package static func number(_ title: String) -> Column {
      Column(title: title, isNumber: true, canBeCut: false)
    }
  }

  package struct Cell: Sendable, ExpressibleByStringInterpolation {
    let text: String
    let style: Style?

    package init(_ text: String, _ style: Style? = nil) {
      self.text = text.escapedForDisplay
      self.style = style
    }

    package init(stringLiteral value: String) { self.init(value) }
  }

  private let columns: [Column]
  private var rows: [[Cell]] = []

  package init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row; missing cells are empty, additional cells are not shown.
  package mutating func add(_ cells: [Cell]) { rows.append(cells) }

  package var isEmpty: Bool { rows.isEmpty }

  /// The table as lines, in the stream's colours, and cut to its width on a terminal.
  ///
  /// A table without rows is empty; if the columns have no titles, there is no heading line.
  package func text(for stream: TextStream) -> String {
    var widths: [Int] = []
    return text(for: stream, after: &widths)
  }

  /// The same for a part of a longer table: later parts have no heading, and columns at least as wide as before.
  ///
  /// `widths` is empty at first, and is passed from part to part.
  package func text(for stream: TextStream, after widths: inout [Int]) -> String {
    guard !rows.isEmpty else { return "" }
    let titles = columns.map { Cell($0.title, .bold) }
    let hasTitles = widths.isEmpty && !columns.allSatisfy(\.title.isEmpty)
    let lines = hasTitles ? [titles] + rows : rows
    let own = self.widths(of: lines, within: stream.abilities.isTerminal ? stream.width : nil)
    widths = widths.isEmpty ? own : zip(widths, own).map(max)
    var text = ""
    for line in lines {
      text += render(line, widths, stream) + "\n"
    }
    return text
  }

  /// True if nothing has to be cut for the stream.
  package func fits(_ stream: TextStream) -> Bool {
    guard stream.abilities.isTerminal else { return true }
    let lines = [columns.map { Cell($0.title) }] + rows
    let needed = widths(of: lines, within: nil).reduce(0, +) + Self.gap * (columns.count - 1)
    return needed <= stream.width
  }

  private static let gap = 2

  /// The width of each column; the widest text columns are reduced until the table fits.
  private func widths(of lines: [[Cell]], within limit: Int?) -> [Int] {
    var widths = columns.indices.map { index in
      lines.map { index < $0.count ? $0[index].text.displayWidth : 0 }.max() ?? 0
    }
    guard let limit else { return widths }
    let texts = columns.indices.filter { columns[$0].canBeCut }
    while widths.reduce(0, +) + Self.gap * (columns.count - 1) > limit,
      let widest = texts.max(by: { widths[$0] < widths[$1] }), widths[widest] > 8
    {
      widths[widest] -= 1
    }
    return widths
  }

  private func render(_ line: [Cell], _ widths: [Int], _ stream: TextStream) -> String {
    var text = ""
    var blanks = 0
    for (index, column) in columns.enumerated() {
      let cell = index < line.count ? line[index] : ""
      let shown = cell.text.cut(toWidth: widths[index])
      let padding = widths[index] - shown.displayWidth
      if column.isNumber { blanks += padding }
      // Blanks are written only before text, so that no line ends in blanks.
      if !shown.isEmpty {
        text += String(repeating: " ", count: blanks) + stream.styled(shown, cell.style)
        blanks = 0
      }
      blanks += Self.gap + (column.isNumber ? 0 : padding)
    }
    return text
  }
}

extension TextTable {
  /// Labels and their counts, with a total below; zero counts are left out.
  package static func summary(
    _ counts: [(label: String, count: Int, style: Style?)], total: (label: String, count: Int)
  ) -> TextTable {
    var table = TextTable([.text(""), .number("")])
    for item in counts where item.count != 0 {
      table.add([Cell("  " + item.label, item.style), Cell(Quantity.count(item.count), item.style)])
    }
    table.add([Cell("  " + total.label, .bold), Cell(Quantity.count(total.count), .bold)])
    return table
  }
}
