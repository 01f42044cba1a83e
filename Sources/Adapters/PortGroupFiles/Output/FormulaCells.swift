// Cells of a CSV file that a spreadsheet treats as formulas.

import BulkFiles
import PortGroupModel

extension String {
  /// Whether a spreadsheet may execute a cell: it begins with `=`, `+`, `-`, `@`, a tab or a carriage return.
  ///
  /// Source: OWASP, CSV Injection.
  package var beginsLikeFormula: Bool {
    guard let first = utf8.first else { return false }
    return "=+-@\t\r".utf8.contains(first)
  }

  /// The cell, preceded by an apostrophe if it begins like a formula, so that a spreadsheet shows it as text.
  package var defusedForSpreadsheets: String { beginsLikeFormula ? "'" + self : self }
}

/// The number of cells of a written CSV file that begin like formulas, and the place of the first.
package struct FormulaCells: Sendable, Equatable {
  package private(set) var count = 0
  /// The number of the first such cell's record, from 1; 0 if there is none.
  private var record = 0
  private var column = ""
  private var records = 0

  package init() {}

  /// Counts the cells of the file's next record.
  mutating func look(at cells: [OutputCell], columns: [Column]) {
    records += 1
    for (cell, column) in zip(cells, columns) {
      guard case .text(let text) = cell, text.beginsLikeFormula else { continue }
      if count == 0 { (record, self.column) = (records, column.name) }
      count += 1
    }
  }

  /// The message about them; `nil` if there are none.
  package var sentence: String? {
    guard count > 0 else { return nil }
    let cells = count == 1 ? "1 cell begins" : "\(count) cells begin"
    return "\(cells) like a formula (=, +, -, @), the first in record \(record), column \(column). "
      + "Nothing was changed, so that the file imports again: in a spreadsheet, load its columns as text."
  }
}
