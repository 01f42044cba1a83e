/// Writes records as CSV: a heading line, and a row for each record.
struct CSVRecordText: RecordText {
  private let layout: RecordLayout
  private var text: CSVTextWriter

  init(_ layout: RecordLayout, delimiter: Delimiter = .comma) {
    self.layout = layout
    text = CSVTextWriter(delimiter: delimiter)
    text.row(layout.columns)
  }

  mutating func record(_ cells: [OutputCell]) throws(UnwritableText) {
    for case .text(let value) in cells where value.utf8.contains(0) {
      throw UnwritableText(message: "a value holds a NUL byte, which CSV cannot hold")
    }
    text.row(
      cells.map { cell in
        switch cell {
        case .absent: ""
        case .empty: layout.emptyWord
        case .text(let value): value
        }
      })
  }

  mutating func finish() {}
  mutating func takeBytes() -> [UInt8] { text.takeBytes() }
}
