// Where the headings of a CSV file are, if they are not in its first line.

import BulkFiles
import PortGroupModel

/// Looks for the heading line where the first line has no known heading.
enum HeadingSearch {
  /// How many lines are looked at.
  private static let depth = 30

  /// The faults of a heading line; one that only says "no known heading" also says where the headings are, if that is seen.
  static func improved(_ faults: [Diagnostic], _ reader: RecordReader) -> [Diagnostic] {
    guard faults.count == 1, var fault = faults.first, fault.code == .headingMissing,
      reader.names.allSatisfy({ Column.named($0) == nil })
    else { return faults }
    // The whole line between one pair of quotes, or all of it in the first column.
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

  /// The number of the first line behind the first that looks like headings; `nil` where none does.
  private static func line(_ reader: RecordReader) -> Int? {
    var record = BulkRecord()
    for _ in 0..<depth {
      do throws(InputFault) {
        // A line of another number of cells is looked at, too.
        if case .end = try reader.next(&record) { return nil }
      } catch {
        return nil
      }
      if looksLikeHeadings(String(decoding: record.rawBytes, as: UTF8.self)) { return record.line }
    }
    return nil
  }

  /// True for a line of which two cells at least are known headings.
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
