// Writing the records of a bulk file of any format; nothing here depends on field names.

import JSONStreams
import XMLStreams

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

/// Encodes records as the text of a file, without I/O; the bytes are canonical, so that files can be compared.
///
/// XML and JSON begin with the total, so it must be known; JSON is always a list, also for one record.
package struct RecordEncoder {
  private let columns: Int
  private var text: any RecordText

  /// Begins the text.
  ///
  /// - Parameters:
  ///   - format: CSV, XML or JSON.
  ///   - layout: columns and names.
  ///   - total: the number of records that will follow; `nil` leaves it out.
  ///   - lines: JSON only: whether to write one object on each line instead of a list.
  ///   - comment: a comment at the top, XML only; it must not contain `--`.
  package init(
    format: BulkFormat, layout: RecordLayout, total: Int?, lines: Bool = false,
    comment: String = ""
  ) {
    columns = layout.columns.count
    text =
      switch format {
      case .csv: CSVRecordText(layout)
      case .xml: XMLRecordText(layout, total: total, comment: comment)
      case .json: lines ? JSONLinesText(layout) : JSONRecordText(layout, total: total)
      }
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

/// Writes records to an output file.
package final class RecordWriter {
  private let output: OutputFile
  private var encoder: RecordEncoder

  /// Begins the file; `finish()` makes it appear.
  ///
  /// - Throws: `OutputFailure` if nothing can be written.
  package init(
    to output: OutputFile, format: BulkFormat, layout: RecordLayout, total: Int,
    lines: Bool = false
  ) throws(OutputFailure) {
    self.output = output
    encoder = RecordEncoder(format: format, layout: layout, total: total, lines: lines)
    try output.write(encoder.takeBytes())
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
    try output.write(encoder.takeBytes())
  }

  /// Ends the text and makes the file appear.
  package func finish() throws(OutputFailure) {
    encoder.finish()
    try output.write(encoder.takeBytes())
    try output.finish()
  }
}

/// The error for a text that a format does not allow.
package struct UnwritableText: Error, Sendable, Equatable {
  package var message: String
}

/// The writer of one format.
private protocol RecordText {
  mutating func record(_ cells: [OutputCell]) throws(UnwritableText)
  mutating func finish()
  mutating func takeBytes() -> [UInt8]
}

private struct CSVRecordText: RecordText {
  private let layout: RecordLayout
  private var text = CSVTextWriter()

  init(_ layout: RecordLayout) {
    self.layout = layout
    text.row(layout.columns)
  }

  mutating func record(_ cells: [OutputCell]) throws(UnwritableText) {
    for case .text(let value) in cells where value.utf8.contains(0) {
      throw UnwritableText(message: "a value holds a NUL byte, which CSV cannot hold")
    }
    text.row(
      cells.map { cell in
        switch cell {
        case .absent: ""
        case .empty: layout.emptyWord
        case .text(let value): value
        }
      })
  }

  mutating func finish() {}
  mutating func takeBytes() -> [UInt8] { text.takeBytes() }
}

private struct XMLRecordText: RecordText {
  private let layout: RecordLayout
  private let writer = XMLTextWriter()

  init(_ layout: RecordLayout, total: Int?, comment: String) {
    self.layout = layout
    writer.startDocument()
    // The comment is a constant of this program, with characters that XML allows.
    if !comment.isEmpty { try? writer.comment(comment) }
    writer.startElement(layout.shape.list)
    if let total { writer.attribute("total", total) }
  }

  mutating func record(_ cells: [OutputCell]) throws(UnwritableText) {
    writer.startElement(layout.shape.record)
    for (column, cell) in zip(layout.columns, cells) {
      do throws(XMLWriterError) {
        switch cell {
        case .absent: break
        case .empty: writer.emptyElement(column)
        case .text(let value): try writer.element(column, value)
        }
      } catch {
        throw UnwritableText(message: "the \(column) of a record: \(error)")
      }
    }
    writer.endElement()
  }

  mutating func finish() { writer.finish() }
  mutating func takeBytes() -> [UInt8] { writer.takeBytes() }
}

private struct JSONRecordText: RecordText {
  private let layout: RecordLayout
  private var writer = JSONTextWriter(indented: true)

  init(_ layout: RecordLayout, total: Int?) {
    self.layout = layout
    writer.beginObject()
    if let total {
      writer.key("@total")
      writer.string(String(total))
    }
    writer.key(layout.shape.record)
    writer.beginArray()
  }

  mutating func record(_ cells: [OutputCell]) {
    writer.record(cells, layout)
  }

  mutating func finish() {
    writer.endArray()
    writer.endObject()
    writer.endLine()
  }

  mutating func takeBytes() -> [UInt8] { writer.takeBytes() }
}

private struct JSONLinesText: RecordText {
  private let layout: RecordLayout
  private var writer = JSONTextWriter()

  init(_ layout: RecordLayout) { self.layout = layout }

  mutating func record(_ cells: [OutputCell]) {
    writer.record(cells, layout)
    writer.endLine()
  }

  mutating func finish() {}
  mutating func takeBytes() -> [UInt8] { writer.takeBytes() }
}

extension JSONTextWriter {
  fileprivate mutating func record(_ cells: [OutputCell], _ layout: RecordLayout) {
    beginObject()
    for (column, cell) in zip(layout.columns, cells) where cell != .absent {
      key(column)
      if case .text(let value) = cell { string(value) } else { string("") }
    }
    endObject()
  }
}
