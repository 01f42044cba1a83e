import BulkFiles
import PortGroupModel

/// Searches for the heading line of a CSV file if its first line has no known heading.
enum HeadingSearch {
  /// How many lines are read.
  private static let depth = 30

  /// The faults of a heading line; "no known heading" also gets the place of the headings, if it is found.
  static func improved(_ faults: [Diagnostic], _ reader: RecordReader) -> [Diagnostic] {
    guard faults.count == 1, var fault = faults.first, fault.code == .headingMissing,
      reader.names.allSatisfy({ Column.named($0) == nil })
    else { return faults }
    // The whole line in one pair of quotes, or in the first column.
    if reader.names.contains(where: { looksLikeHeadings($0) }) {
      fault.hint =
        "the whole line is in one cell: it was saved with each line in quotes, or opened with another "
        + "separator; save it again with one cell for each value"
      return [fault]
    }
    guard let line = line(reader) else { return faults }
    fault.hint = "line \(line) looks like the heading line: remove what is above it"
    return [fault]
  }

  /// The number of the first line after line 1 that looks like headings; `nil` if no line does.
  private static func line(_ reader: RecordReader) -> Int? {
    var record = BulkRecord()
    for _ in 0..<depth {
      do throws(InputFault) {
        // A line with another number of cells is also searched.
        if case .end = try reader.next(&record) { return nil }
      } catch {
        return nil
      }
      if looksLikeHeadings(String(decoding: record.rawBytes, as: UTF8.self)) { return record.line }
    }
    return nil
  }

  /// True for a line in which at least two cells are known headings.
  private static func looksLikeHeadings(_ line: String) -> Bool {
    for delimiter in [",", ";", "\t", "|"] as [Character] {
      let cells = line.split(separator: delimiter).map { cell in
        cell.drop { " \"'\r\n".contains($0) }.reversed().drop { " \"'\r\n".contains($0) }.reversed()
      }
      if cells.count(where: { Column.named(String($0)) != nil }) > 1 { return true }
    }
    return false
  }
}
