// What can be wrong with an input file or one of its records, and where.

/// One thing that is wrong with the input, as data; `FaultWording` says it in words.
package struct InputFault: Error, Sendable, Equatable {
  /// The stable names; each is a code of docs/diagnostics.md.
  package enum Kind: String, Sendable, CaseIterable {
    case fileUnreadable = "file-unreadable"
    case fileEmpty = "file-empty"
    case formatUnknown = "format-unknown"
    case encodingUnsupported = "encoding-unsupported"
    case compressionBroken = "compression-broken"
    case delimiterUnclear = "delimiter-unclear"
    case headingMissing = "heading-missing"
    case rootUnexpected = "root-unexpected"
    case malformedXML = "malformed-xml"
    case malformedJSON = "malformed-json"
    case schema
    case raggedRow = "ragged-row"
    case unclosedQuote = "unclosed-quote"
    case textAfterQuote = "text-after-quote"
    case strayQuote = "stray-quote"
    case nulByte = "nul-byte"
    case encodingBroken = "encoding-broken"
    case fieldTooLong = "field-too-long"
    case elementUnknown = "element-unknown"
    case elementDuplicate = "element-duplicate"
    case valueNested = "value-nested"
  }

  package var kind: Kind
  /// From 1; 0 where it is not about a line.
  package var line: Int
  /// In Unicode scalars from 1; 0 where it is not about a column.
  package var column: Int
  /// The number of the record, from 1; 0 where it is not about one.
  package var record: Int
  /// The heading, element or key; empty if it is not about one.
  package var field: String
  /// The text found there; empty if none.
  package var value: String
  /// What is wrong, as one clause without a full stop.
  package var message: String
  /// What to do about it, as one clause; empty where the message says it.
  package var hint: String

  package init(
    _ kind: Kind, line: Int = 0, column: Int = 0, record: Int = 0, field: String = "",
    value: String = "", _ message: String, hint: String = ""
  ) {
    self.kind = kind
    self.line = line
    self.column = column
    self.record = record
    self.field = field
    self.value = value
    self.message = message
    self.hint = hint
  }
}

/// How much one record may hold; what goes beyond is an `InputFault`.
package struct RecordLimits: Sendable, Equatable {
  /// Bytes of one field.
  package var fieldBytes: Int
  /// Bytes of one whole record.
  package var recordBytes: Int
  /// Fields of one record.
  package var fields: Int

  package init(fieldBytes: Int = 1 << 20, recordBytes: Int = 4 << 20, fields: Int = 10_000) {
    self.fields = fields
    self.fieldBytes = fieldBytes
    self.recordBytes = recordBytes
  }
}
