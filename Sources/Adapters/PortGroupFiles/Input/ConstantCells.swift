// Values that the user gives for rows that leave a column out.

import BulkFiles
import PortGroupModel

/// The constants of a file's rows, in the order of their columns' names.
struct ConstantCells {
  /// One constant.
  struct Cell {
    let column: Column
    let bit: UInt64
    let plain: PlainColumn
    let text: String
    /// Where the text lies among those of all constants.
    let range: Range<Int>
    let empties: Bool
  }

  let cells: [Cell]
  private let bytes: [UInt8]
  /// A record's bytes, and behind them those of all constants.
  private(set) var joined: [UInt8] = []

  init(_ options: InputOptions) {
    var bytes: [UInt8] = []
    cells = options.constants.sorted { $0.key.name < $1.key.name }.map { column, text in
      let start = bytes.count
      bytes += text.utf8
      return Cell(
        column: column, bit: ColumnMap.bit(column), plain: PlainColumn(column), text: text,
        range: start..<bytes.count, empties: isEmptyWord(text, in: column))
    }
    self.bytes = bytes
  }

  /// Puts the constants behind the record's bytes, so that a row's cells are parts of one text.
  mutating func join(to record: BulkRecord) {
    joined.removeAll(keepingCapacity: true)
    joined += record.bytes[..<record.byteCount]
    joined += bytes
  }
}
