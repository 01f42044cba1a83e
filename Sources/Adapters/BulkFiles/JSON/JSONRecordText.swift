import JSONStreams

/// Writes records as JSON: the API's list, with an object for each record.
struct JSONRecordText: RecordText {
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

/// Writes an object on each line.
struct JSONLinesText: RecordText {
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
