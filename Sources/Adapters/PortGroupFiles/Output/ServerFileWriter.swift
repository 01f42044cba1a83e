// Writes servers, with the group that each belongs to, to a file that imports again.

package import BulkFiles
package import PortGroupModel

/// Writes an export in CSV, XML or JSON: `Column.exported`, in that order.
///
/// A field that the server showed as empty, or left out, is written in the form that empties it: compared, it
/// counts, so that a restore is known to restore it.
package final class ServerFileWriter {
  private let writer: RecordWriter
  private let format: BulkFormat
  /// The cells written so far that a spreadsheet takes for formulas, where the file is CSV.
  package private(set) var formulas = FormulaCells()

  /// Begins the file; `finish()` makes it appear.
  ///
  /// - Parameters:
  ///   - path: the file, or `-` for standard output; packed with gzip where it ends in `.gz`.
  ///   - format: CSV, XML or JSON.
  ///   - total: how many servers will be written.
  ///   - waits: asked now and then while a pipe keeps us waiting; false ends the waiting.
  /// - Throws: `OutputFailure` where nothing can be written there.
  package init(
    path: String, format: BulkFormat, total: Int, waits: (() -> Bool)? = nil
  ) throws(OutputFailure) {
    self.format = format
    writer = try RecordWriter(
      to: OutputFile(path: path, shouldWait: waits), format: format,
      layout: RecordLayout(
        columns: Column.exported.map(\.name), shape: serverShape, emptyWord: emptyWord),
      total: total)
  }

  /// Writes one server of a group.
  package func write(
    _ server: PortGroupServer, in group: PortGroup
  ) throws(OutputFailure) {
    let cells: [OutputCell] = Column.exported.map { column in
      switch column {
      case .portGroup: group.displayName.isEmpty ? .absent : .text(group.displayName)
      case .integrationMethod: group.integration.map { .text(String($0.rawValue)) } ?? .absent
      case .field(let field): cell(server.fields[field])
      case .match, .operation, .ignored: .absent
      }
    }
    if format == .csv { formulas.look(at: cells, columns: Column.exported) }
    try writer.write(cells)
  }

  /// Ends the text and makes the file appear.
  package func finish() throws(OutputFailure) { try writer.finish() }

  private func cell(_ value: FieldValue) -> OutputCell {
    value.text.map { .text($0) } ?? .empty
  }
}
