import BulkFiles
import PortGroupModel

/// The values that the user gives for rows without a column, in the order of the columns' names.
struct ConstantCells {
  /// One constant.
  struct Cell {
    let check: CellCheck
    let text: String
    /// Where the text is in the texts of all constants.
    let range: Range<Int>
    let empties: Bool

    var column: Column { check.column }
  }

  let cells: [Cell]
  private let bytes: [UInt8]
  /// A record's bytes, followed by those of all constants.
  private(set) var joined: [UInt8] = []

  init(_ options: InputOptions) {
    var bytes: [UInt8] = []
    cells = options.constants.sorted { $0.key.name < $1.key.name }.map { column, text in
      let start = bytes.count
      bytes += text.utf8
      return Cell(
        check: CellCheck(column), text: text, range: start..<bytes.count,
        empties: isEmptyWord(text.utf8.span, in: column))
    }
    self.bytes = bytes
  }

  /// Appends the constants to the record's bytes, because all cells of a row must be parts of one text.
  mutating func join(to record: BulkRecord) {
    joined.removeAll(keepingCapacity: true)
    joined += record.bytes[..<record.byteCount]
    joined += bytes
  }
}
