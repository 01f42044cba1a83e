// Records on disk between reading and writing, where the count must stand before the first of them.

import BulkFiles
import Glibc
import PortGroupModel

/// A temporary file of records that nobody else sees; its space is free again when it goes.
///
/// It is CSV of our own: a cell is empty where the column is absent, `0` where it is emptied, else `=` and the text.
final class RecordSpool {
  private let file: TemporaryFile
  private var text = CSVTextWriter()
  private var pending = 0
  private(set) var count = 0

  /// - Throws: `OutputFailure` where the folder for temporary files cannot be written to.
  init() throws(OutputFailure) {
    file = try TemporaryFile()
    text.row(Column.all.map(\.name))
  }

  /// Adds a record: a cell for each of `Column.all`.
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

  /// Gives the records back in their order, once.
  func readBack(_ each: ([OutputCell]) throws(OutputFailure) -> Void) throws(OutputFailure) {
    try file.write(text.takeBytes())
    do {
      // What was read within the limits is longer here by a sign a field, and by quotes.
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
