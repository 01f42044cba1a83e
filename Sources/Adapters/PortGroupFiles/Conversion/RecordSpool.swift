import BulkFiles
import Bytes
import Glibc
import PortGroupModel

/// A temporary file of records, needed because the output begins with the number of records.
///
/// It is unlinked, and its space is freed with this object. Its format is CSV: an absent column is an empty cell, a
/// cleared field is `0`, and `=` precedes a text.
final class RecordSpool {
  private let file: TemporaryFile
  private var text = CSVTextWriter()
  private var pending = 0
  private(set) var count = 0

  /// - Throws: `OutputFailure` if the folder for temporary files is not writable.
  init() throws(OutputFailure) {
    file = try TemporaryFile()
    text.row(Column.all.map(\.name))
  }

  /// Adds a record, with one cell for each of `Column.all`.
  func add(_ cells: [OutputCell]) throws(OutputFailure) {
    text.row(
      cells.map { cell in
        switch cell {
        case .absent: ""
        case .empty: "0"
        case .text(let text): "=" + text
        }
      })
    count += 1
    pending += 1
    guard pending == 256 else { return }
    pending = 0
    try file.write(text.takeBytes())
  }

  /// Calls a closure for each record, in the original order; can be called only once.
  func readBack(_ each: ([OutputCell]) throws(OutputFailure) -> Void) throws(OutputFailure) {
    try file.write(text.takeBytes())
    do {
      // The user's limits do not apply: the `=` and quotes make each field longer.
      let limits = RecordLimits(fieldBytes: 1 << 30, recordBytes: 1 << 30)
      let reader = try RecordReader(
        file.source(), format: .csv, delimiter: .comma,
        shape: RecordShape(list: "", record: ""), limits: limits)
      var record = BulkRecord()
      var cells: [OutputCell] = []
      while try reader.next(&record) == .record {
        cells.removeAll(keepingCapacity: true)
        for index in 0..<record.count {
          let text = record.text(at: index)
          cells.append(
            text.isEmpty ? .absent : text.dropping(prefix: "=").map { .text(String($0)) } ?? .empty)
        }
        try each(cells)
      }
    } catch let failure as OutputFailure {
      throw failure
    } catch {
      throw OutputFailure(spool: "\(error)")
    }
  }
}
