package import BulkFiles

/// Writes rejected rows in their original form and dialect, for correction and another import.
///
/// Each begins with a `FailureReason`, which an import ignores. It replaces the reason of an earlier import.
package final class RejectsWriter {
  private let output: OutputFile
  private var encoder: RejectsEncoder

  /// Begins the file; `finish()` makes it appear.
  ///
  /// - Throws: `OutputFailure` if nothing can be written there.
  package init(path: String, dialect: FileDialect) throws(OutputFailure) {
    output = try OutputFile(path: path)
    encoder = RejectsEncoder(
      format: dialect.format,
      layout: RejectsLayout(
        reasonField: "FailureReason", shape: serverShape, dialect: dialect.text,
        headings: dialect.headings))
    try output.write(encoder.begin())
  }

  /// Adds a record.
  ///
  /// - Parameters:
  ///   - raw: the record as `RowReader.raw` returns it.
  ///   - reason: all errors of the record.
  /// - Throws: `OutputFailure` if writing fails.
  package func write(_ raw: String, reason: String) throws(OutputFailure) {
    try output.write(encoder.record(raw, reason: reason))
  }

  /// Ends the text and makes the file appear.
  package func finish() throws(OutputFailure) {
    try output.write(encoder.finish())
    try output.finish()
  }
}
