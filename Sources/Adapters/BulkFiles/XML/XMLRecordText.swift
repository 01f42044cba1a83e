import XMLStreams

/// Writes records as XML: a list with an element for each record.
struct XMLRecordText: RecordText {
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
