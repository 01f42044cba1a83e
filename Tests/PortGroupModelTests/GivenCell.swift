// A cell of a row for tests, and a row that is built of cells.

import PortGroupModel
import Testing

/// A column with a text, or with the form that empties it.
struct GivenCell: Sendable, CustomTestStringConvertible {
  let column: Column
  let text: String?

  init(_ column: Column, _ text: String? = nil) {
    self.column = column
    self.text = text
  }

  var testDescription: String { "\(column.name): \(text ?? "emptied")" }
}

extension RowBuilder {
  /// Fills the row with the cells; false if there is a fault.
  mutating func fill(_ row: inout Row, _ cells: [GivenCell]) -> Bool {
    let bytes = cells.flatMap { Array(($0.text ?? "").utf8) }
    var start = 0
    begin(&row)
    for cell in cells {
      let check = CellCheck(cell.column)
      if let text = cell.text {
        let end = start + text.utf8.count
        put(bytes.span.extracting(start..<end), from: start, check, to: &row)
        start = end
      } else {
        putEmpty(check, to: &row)
      }
    }
    return finish(&row, of: bytes.span)
  }

  /// The faults of the last row, which is on line 2 of `f.csv` with its cells in columns 1, 2, 3 and so on.
  func diagnostics(_ cells: [GivenCell]) -> [Diagnostic] {
    faults.map { fault in
      let index = cells.firstIndex { $0.column == fault.column }
      return fault.diagnostic(
        at: Place(file: "f.csv", line: 2, column: index.map { $0 + 1 } ?? 0, record: 1))
    }
  }
}

extension Row {
  /// A row to be filled.
  static var unfilled: Row { Row(operation: .upsert, group: GroupReference(), fields: [:]) }
}

/// Builds a row of the cells.
///
/// - Returns: The row if there are no errors, and all diagnostics.
func built(
  _ cells: [GivenCell], fallback: PortGroupModel.Operation = .upsert,
  allowed: Set<DiagnosticCode> = []
) -> (row: Row?, texts: [String]) {
  var builder = RowBuilder(mode: fallback, allowed: allowed)
  var row = Row.unfilled
  let isClean = builder.fill(&row, cells)
  let texts = builder.diagnostics(cells).map(\.rendered)
  #expect(isClean == texts.isEmpty)
  return (builder.hasError ? nil : row, texts)
}
