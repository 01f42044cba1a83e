// A cell of a row for tests, and a draft made of some.

import PortGroupModel
import Testing

/// A column with a text, or with the form that empties it.
struct DraftCell: Sendable, CustomTestStringConvertible {
  let column: Column
  let cell: RowDraft.Cell

  init(_ column: Column, _ text: String? = nil) {
    self.column = column
    cell = text.map(RowDraft.Cell.text) ?? .emptied
  }

  var testDescription: String { "\(column.name): \(cell)" }
}

/// Drafts the row on line 2 of `f.csv`, the cells in columns 1, 2, 3 and so on.
func drafted(
  _ cells: [DraftCell], fallback: Operation = .upsert, allowed: Set<DiagnosticCode> = []
) -> (row: Row?, texts: [String]) {
  var draft = RowDraft(
    at: Place(file: "f.csv", line: 2, record: 1), fallback: fallback, allowed: allowed)
  for (index, cell) in cells.enumerated() {
    draft.set(cell.column, cell.cell, at: Place(file: "f.csv", line: 2, column: index + 1))
  }
  let row = draft.finish()
  return (row, draft.diagnostics.map(\.rendered))
}
