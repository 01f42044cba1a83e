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

  /// The cell as a spreadsheet shows it as text: a cell that begins like a formula gets an apostrophe before it.
  package var defusedForSpreadsheets: String { beginsLikeFormula ? "'" + self : self }
}

/// The cells of a written CSV file that a spreadsheet treats as formulas: their number, and the place of the first.
package struct FormulaCells: Sendable, Equatable {
  package private(set) var count = 0
  /// The number of the first such cell's record, from 1; 0 if there is no such cell.
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

  /// The message about these cells; `nil` without such cells.
  package var sentence: String? {
    guard count > 0 else { return nil }
    let cells = count == 1 ? "1 cell begins" : "\(count) cells begin"
    return "\(cells) like a formula (=, +, -, @), the first in record \(record), column \(column). "
      + "Nothing was changed, so that the file imports again: in a spreadsheet, load its columns as text."
  }
}
