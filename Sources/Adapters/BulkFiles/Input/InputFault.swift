// A fault of the input as data, and the limits for records.

/// One fault of an input file or of one of its records; `FaultWording` has its message.
package struct InputFault: Error, Sendable, Equatable {
  /// The kinds of faults; each raw value is a code of docs/diagnostics.md and does not change.
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
  /// The line, from 1; 0 if the fault is not about a line.
  package var line: Int
  /// The column in Unicode scalars, from 1; 0 if the fault is not about a column.
  package var column: Int
  /// The number of the record, from 1; 0 if the fault is not about a record.
  package var record: Int
  /// The heading, element or key; empty if the fault is not about one.
  package var field: String
  /// The text found there; may be empty.
  package var value: String
  /// What is wrong, as one clause without a full stop.
  package var message: String
  /// What to do about it, as one clause; empty if the message is enough.
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

/// The limits for one record; exceeding one is an `InputFault`.
package struct RecordLimits: Sendable, Equatable {
  /// The maximum size of one field, in bytes.
  package var fieldBytes: Int
  /// The maximum size of one record, in bytes.
  package var recordBytes: Int
  /// The maximum number of fields of one record.
  package var fields: Int

  package init(fieldBytes: Int = 1 << 20, recordBytes: Int = 4 << 20, fields: Int = 10_000) {
    self.fields = fields
    self.fieldBytes = fieldBytes
    self.recordBytes = recordBytes
  }
}
