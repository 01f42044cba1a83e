/// The kinds of faults; each raw value is a code of docs/diagnostics.md and does not change.
package enum FaultKind: String, Sendable, CaseIterable {
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

/// What is wrong with an input file or one of its records, with the values that were found.
package enum FaultReason: Sendable, Equatable {
  case file(FileFault)
  case csv(CSVFault)
  case document(DocumentFault)
  case limit(LimitFault)

  package var kind: FaultKind {
    switch self {
    case .file(let fault): fault.kind
    case .csv(let fault): fault.kind
    case .document(let fault): fault.kind
    case .limit: .fieldTooLong
    }
  }

  /// The element or key that it is about; empty if it is not about one.
  var field: String {
    if case .document(let fault) = self { fault.field } else { "" }
  }

  /// The text found at the place; may be empty.
  package var value: String {
    if case .csv(.unknownSeparator(let text)) = self { text } else { "" }
  }
}

/// A fault of a file as a whole.
package enum FileFault: Sendable, Equatable {
  /// The file cannot be opened; with the system's error number.
  case cannotOpen(Int32)
  case isFolder
  /// Reading failed; with the system's error number.
  case cannotRead(Int32)
  /// Reading was stopped before the end.
  case stopped
  case empty
  /// The file begins with this many blanks, which is the limit of the search.
  case onlyBlanks(Int)
  case unsupported(UnsupportedFile)
  case formatUnknown
  /// The gzip data are damaged at this byte, from 1.
  case gzipDamaged(byte: Int)
  /// The gzip data end at this byte.
  case gzipCut(byte: Int)
  /// Other data follow the gzip data at this byte.
  case gzipFollowed(byte: Int)
  case encodingUnknown(String)
  /// A JSON file in an encoding that JSON does not allow.
  case notForJSON(TextEncoding)
  /// A schema is given for a format other than XML.
  case schemaIsForXML(BulkFormat)

  var kind: FaultKind {
    switch self {
    case .cannotOpen, .isFolder, .cannotRead, .stopped: .fileUnreadable
    case .empty: .fileEmpty
    case .onlyBlanks, .unsupported, .formatUnknown: .formatUnknown
    case .gzipDamaged, .gzipCut, .gzipFollowed: .compressionBroken
    case .encodingUnknown, .notForJSON: .encodingUnsupported
    case .schemaIsForXML: .schema
    }
  }
}

/// A fault of a CSV file.
package enum CSVFault: Sendable, Equatable {
  case noHeadings
  /// The first line names a delimiter that is not supported.
  case unknownSeparator(String)
  /// The heading line has both delimiters.
  case mixedDelimiters(Delimiter, Delimiter)
  /// A column without a heading has a value.
  case trailingValue
  /// The row and the heading line differ in their number of fields; `seems` is a delimiter that would fit.
  case ragged(fields: Int, headings: Int, seems: Delimiter?)
  case unclosedQuote
  /// Text after a closing quote; `stops` if the end of the row is unclear: then reading ends.
  case textAfterQuote(stops: Bool)
  /// A quote within a field that begins with this text.
  case strayQuote(after: String)
  case nulByte
  case notUTF8(UInt8)
  case notDecodable(TextEncoding)

  var kind: FaultKind {
    switch self {
    case .noHeadings: .headingMissing
    case .unknownSeparator, .mixedDelimiters: .delimiterUnclear
    case .trailingValue, .ragged: .raggedRow
    case .unclosedQuote: .unclosedQuote
    case .textAfterQuote: .textAfterQuote
    case .strayQuote: .strayQuote
    case .nulByte: .nulByte
    case .notUTF8, .notDecodable: .encodingBroken
    }
  }
}

/// A fault of an XML or JSON document.
package enum DocumentFault: Sendable, Equatable {
  /// Not well-formed; with the message of the parser.
  case malformedXML(String, hint: String)
  case malformedJSON(String, hint: String)
  /// The element violates the schema; with the message of the schema's checker.
  case violation(String, element: String)
  case unexpectedRoot(String, RecordShape)
  /// Something other than a record in the list.
  case notARecord(String, RecordShape)
  case duplicate(String)
  /// The list has a key twice, such as its total.
  case duplicateInList(String)
  case nested(String)
  /// Text directly within the list or record of this name.
  case looseText(String)
  case attribute(String, element: String)

  var kind: FaultKind {
    switch self {
    case .malformedXML: .malformedXML
    case .malformedJSON: .malformedJSON
    case .violation: .schema
    case .unexpectedRoot, .notARecord: .rootUnexpected
    case .duplicate, .duplicateInList: .elementDuplicate
    case .nested, .looseText: .valueNested
    case .attribute: .elementUnknown
    }
  }

  fileprivate var field: String {
    switch self {
    case .malformedXML, .malformedJSON: ""
    case .violation(_, let element): element
    case .unexpectedRoot(let name, _), .notARecord(let name, _), .duplicate(let name),
      .duplicateInList(let name), .nested(let name), .looseText(let name), .attribute(let name, _):
      name
    }
  }
}

/// A limit that a record exceeds; `isQuoted` if a quote is open: then the rest of the file cannot be read.
package enum LimitFault: Sendable, Equatable {
  case field(bytes: Int, isQuoted: Bool)
  case record(bytes: Int, isQuoted: Bool)
  case fields(Int)
}
