package import BulkFiles
package import PortGroupModel

/// Writes servers with their groups to a file that can be imported: the columns `Column.exported`, in that order.
///
/// A field that the server shows as empty, or does not show, is written in the form that clears it. So an import
/// compares and restores it.
package final class ServerFileWriter {
  private let writer: RecordWriter
  private let format: BulkFormat
  /// The cells written so far that a spreadsheet treats as formulas; CSV only.
  package private(set) var formulas = FormulaCells()

  /// Begins the file; `finish()` makes it appear.
  ///
  /// - Parameters:
  ///   - path: the file, or `-` for standard output; compressed with gzip if it ends in `.gz`.
  ///   - format: the format of the file.
  ///   - total: the number of servers that will be written.
  ///   - shouldWait: called repeatedly while a pipe blocks; if it returns false, the call fails.
  /// - Throws: `OutputFailure` if nothing can be written there.
  package init(
    path: String, format: BulkFormat, total: Int, shouldWait: (() -> Bool)? = nil
  ) throws(OutputFailure) {
    self.format = format
    writer = try RecordWriter(
      to: OutputFile(path: path, shouldWait: shouldWait), format: format,
      layout: .servers,
      total: total, hasDigest: true)
  }

  /// Writes one server of a group.
  package func write(
    _ server: PortGroupServer, in group: PortGroup
  ) throws(OutputFailure) {
    let cells = ServerCells.of(server, in: group)
    if format.isTable { formulas.look(at: cells, columns: Column.exported) }
    try writer.write(cells)
  }

  /// Ends the text and makes the file appear.
  package func finish() throws(OutputFailure) { try writer.finish() }

  /// What was written, before it was compressed; to be taken once, at the end.
  package func takeDigest() -> ContentDigest { writer.takeDigest() }
}
