import Digests

/// The content of a written record in one column.
package enum OutputCell: Sendable, Equatable {
  /// CSV: an empty cell. XML and JSON: no element or key.
  case absent
  /// The form that clears a field: the layout's word in CSV, `<X/>` in XML, `""` in JSON.
  case empty
  case text(String)
}

/// The columns and names of a file's records.
package struct RecordLayout: Sendable {
  package var columns: [String]
  package var shape: RecordShape
  /// The text of a CSV cell that clears a field.
  package var emptyWord: String

  package init(columns: [String], shape: RecordShape, emptyWord: String) {
    self.columns = columns
    self.shape = shape
    self.emptyWord = emptyWord
  }
}

/// Encodes records as the text of a file, without I/O; equal records give equal bytes.
///
/// XML and JSON begin with the total, so it must be known; JSON is always a list, also for one record.
package struct RecordEncoder {
  private let columns: Int
  private var text: any RecordText

  /// Begins the text.
  ///
  /// - Parameters:
  ///   - format: the format of the file.
  ///   - layout: columns and names.
  ///   - total: the number of records that will follow; `nil` leaves it out.
  ///   - lines: JSON only: whether to write one object on each line instead of a list.
  ///   - comment: a comment at the top, if the format has one; it must not contain `--`.
  package init(
    format: BulkFormat, layout: RecordLayout, total: Int?, lines: Bool = false,
    comment: String = ""
  ) {
    columns = layout.columns.count
    text = format.definition.text(layout, total: total, lines: lines, comment: comment)
  }

  /// Adds one record; `cells` has one element for each column of the layout.
  ///
  /// - Throws: `UnwritableText` if the format does not allow a text.
  package mutating func add(_ cells: [OutputCell]) throws(UnwritableText) {
    precondition(cells.count == columns, "a record needs a cell for each column")
    try text.record(cells)
  }

  /// Ends the text.
  package mutating func finish() { text.finish() }

  /// Returns the bytes since the last call.
  package mutating func takeBytes() -> [UInt8] { text.takeBytes() }
}

/// Writes records to an output file of any format.
package final class RecordWriter {
  private let output: OutputFile
  private var encoder: RecordEncoder
  /// `nil` if no digest was asked for.
  private var digest: SHA256?
  private var size = 0

  /// Begins the file; `finish()` makes it appear.
  ///
  /// - Parameters:
  ///   - output: The file.
  ///   - format: The format of the file.
  ///   - layout: Columns and names.
  ///   - total: The number of records that will follow.
  ///   - lines: JSON only: whether to write one object on each line instead of a list.
  ///   - hasDigest: Whether `takeDigest()` will be called.
  /// - Throws: `OutputFailure` if nothing can be written.
  package init(
    to output: OutputFile, format: BulkFormat, layout: RecordLayout, total: Int,
    lines: Bool = false, hasDigest: Bool = false
  ) throws(OutputFailure) {
    self.output = output
    digest = hasDigest ? SHA256() : nil
    encoder = RecordEncoder(format: format, layout: layout, total: total, lines: lines)
    try write(encoder.takeBytes())
  }

  /// Writes one record; `cells` has one element for each column of the layout.
  ///
  /// - Throws: `OutputFailure` if the format does not allow a text, or writing fails.
  package func write(_ cells: [OutputCell]) throws(OutputFailure) {
    do throws(UnwritableText) {
      try encoder.add(cells)
    } catch {
      throw OutputFailure(file: output.name, text: error.message)
    }
    try write(encoder.takeBytes())
  }

  /// Ends the text and makes the file appear.
  package func finish() throws(OutputFailure) {
    encoder.finish()
    try write(encoder.takeBytes())
    try output.finish()
  }

  /// What was written, before it was compressed; to be taken once, at the end, and only if it was asked for.
  package func takeDigest() -> ContentDigest {
    guard let sum = digest?.finish() else {
      preconditionFailure("a digest must be asked for when the file begins")
    }
    return ContentDigest(size: size, sha256: sum.hexadecimal)
  }

  private func write(_ bytes: [UInt8]) throws(OutputFailure) {
    size += bytes.count
    digest?.update(bytes.span)
    try output.write(bytes)
  }
}

/// The error for a text that a format does not allow.
package struct UnwritableText: Error, Sendable, Equatable {
  package var message: String
}

/// The writer of one format.
protocol RecordText {
  mutating func record(_ cells: [OutputCell]) throws(UnwritableText)
  mutating func finish()
  mutating func takeBytes() -> [UInt8]
}
