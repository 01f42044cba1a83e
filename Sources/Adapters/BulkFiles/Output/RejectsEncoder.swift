import XMLStreams

/// The form of a file of rejected records.
package struct RejectsLayout: Sendable {
  /// The name of the field with the reason; it is the first field of each record, and replaces an earlier reason.
  package var reasonField: String
  package var shape: RecordShape
  /// The dialect of the file with the records.
  package var dialect: TextDialect
  /// The headings of a table, as written.
  package var headings: [String]

  package init(
    reasonField: String, shape: RecordShape, dialect: TextDialect, headings: [String]
  ) {
    self.reasonField = reasonField
    self.shape = shape
    self.dialect = dialect
    self.headings = headings
  }
}

/// The text of a file of rejected records in one format.
protocol RejectsText {
  /// The encoding of the file.
  var encoding: TextEncoding { get }
  /// The text before the first record.
  var head: String { get }
  /// The text after the last record.
  var end: String { get }
  /// Returns the text of the next record: its raw text, as `RecordReader.rawText` returns it, with a reason.
  mutating func record(_ raw: String, reason: String) -> String
}

extension RejectsText {
  var encoding: TextEncoding { .utf8 }
}

/// Encodes rejected records as the bytes of a file, without I/O.
package struct RejectsEncoder {
  private var text: any RejectsText
  private let encoder: TextEncoder?

  package init(format: BulkFormat, layout: RejectsLayout) {
    text = format.definition.rejects(layout)
    encoder = text.encoding == .utf8 ? nil : TextEncoder(text.encoding.name)
  }

  /// Returns the bytes before the first record.
  package mutating func begin() -> [UInt8] { bytes(text.head) }

  /// Returns a record with a reason.
  package mutating func record(_ raw: String, reason: String) -> [UInt8] {
    bytes(text.record(raw, reason: reason))
  }

  /// Returns the bytes after the last record.
  package mutating func finish() -> [UInt8] { bytes(text.end) }

  private func bytes(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    return encoder?.encode(bytes) ?? bytes
  }
}
