/// The stable names of all faults of the input; docs/diagnostics.md lists them.
package enum DiagnosticCode: String, Sendable, CaseIterable {
  // The file as a whole.
  case fileUnreadable = "file-unreadable"
  case fileEmpty = "file-empty"
  case formatUnknown = "format-unknown"
  case encodingUnsupported = "encoding-unsupported"
  case compressionBroken = "compression-broken"
  case delimiterUnclear = "delimiter-unclear"
  case headingMissing = "heading-missing"
  case headingUnknown = "heading-unknown"
  case headingDuplicate = "heading-duplicate"
  case rootUnexpected = "root-unexpected"
  case malformedXML = "malformed-xml"
  case malformedJSON = "malformed-json"
  case schema
  case totalMismatch = "total-mismatch"

  // One record, before its columns are known.
  case rowsEmpty = "rows-empty"
  case raggedRow = "ragged-row"
  case rowCommented = "row-commented"
  case unclosedQuote = "unclosed-quote"
  case textAfterQuote = "text-after-quote"
  case strayQuote = "stray-quote"
  case nulByte = "nul-byte"
  case encodingBroken = "encoding-broken"
  case fieldTooLong = "field-too-long"
  case elementUnknown = "element-unknown"
  case elementDuplicate = "element-duplicate"
  case valueNested = "value-nested"
  case valueNotConvertible = "value-not-convertible"

  // One field.
  case guidSyntax = "guid-syntax"
  case guidRepaired = "guid-mended"
  case hostSyntax = "host-syntax"
  case portNotANumber = "port-not-a-number"
  case portOutOfRange = "port-out-of-range"
  case precedenceNotANumber = "precedence-not-a-number"
  case precedenceOutOfRange = "precedence-out-of-range"
  case serviceUnknown = "service-unknown"
  case integrationUnknown = "integration-unknown"
  case skinnyUnknown = "skinny-unknown"
  case operationUnknown = "operation-unknown"

  // One field that a spreadsheet has changed.
  case spreadsheetError = "spreadsheet-error"
  case spreadsheetNumber = "spreadsheet-number"
  case spreadsheetDate = "spreadsheet-date"
  case zerosStripped = "zeros-stripped"
  case hardSpace = "hard-space"
  case curlyQuote = "curly-quote"

  // One row.
  case groupMissing = "group-missing"
  case serviceMissing = "service-missing"
  case hostMissing = "host-missing"
  case rowUnidentified = "row-unidentified"
  case skinnyNotSCCP = "skinny-not-sccp"
  case serviceUnusual = "service-unusual"
  case matchOnCreate = "match-on-create"

  // Rows of one group together, and rows against the target.
  case duplicateRow = "duplicate-row"
  case precedenceShared = "precedence-shared"
  case groupTooLarge = "group-too-large"
  case groupUnknown = "group-unknown"
  case groupAmbiguous = "group-ambiguous"
  case groupConflict = "group-conflict"
  case groupRenamed = "group-renamed"
  case integrationDiffers = "integration-differs"
  case pimgReadOnly = "pimg-read-only"

  /// Its meaning, as one sentence for docs/diagnostics.md.
  package var meaning: String {
    fileMeaning ?? recordMeaning ?? fieldMeaning ?? rowMeaning ?? ""
  }

  private var fileMeaning: String? {
    switch self {
    case .fileUnreadable: "The file is missing, is a folder, or cannot be read."
    case .fileEmpty: "The file is empty, or has no rows."
    case .formatUnknown: "Neither the content nor the name shows whether it is CSV, XML or JSON."
    case .encodingUnsupported: "The encoding is not known, or not allowed for the format."
    case .compressionBroken: "The gzip data are damaged or end early."
    case .delimiterUnclear:
      "The heading line has more than one delimiter, or the file names one that is not supported."
    case .headingMissing: "A column that every row needs is not in the heading line."
    case .headingUnknown: "A heading names no field; the server would ignore it in silence."
    case .headingDuplicate: "Two headings name one field."
    case .rootUnexpected: "The outermost element or value is not one that the API uses."
    case .malformedXML:
      "The XML is not well-formed, or uses what is refused here (a DTD, entities)."
    case .malformedJSON: "The JSON breaks RFC 8259, or repeats a key."
    case .schema: "The XML breaks the schema, which is only checked on request."
    case .totalMismatch: "The `total` of a list differs from the number of rows in it."
    default: nil
    }
  }

  private var recordMeaning: String? {
    switch self {
    case .rowsEmpty: "Rows of a CSV file have no value at all; they are skipped."
    case .rowCommented:
      "A CSV row begins with `#`, as a comment would, and is read like any other."
    case .raggedRow: "A CSV row has more or fewer fields than the heading line."
    case .unclosedQuote: "A quoted CSV field is not closed before the end of the file."
    case .textAfterQuote: "Text follows the closing quote of a CSV field."
    case .strayQuote: "There is a quote inside a CSV field that does not begin with one."
    case .nulByte: "The text has a NUL byte."
    case .encodingBroken: "The bytes are not valid in the encoding of the file."
    case .fieldTooLong: "A field, or a whole row, is longer than the limit."
    case .elementUnknown: "An element or key names no field; the server would ignore it in silence."
    case .elementDuplicate: "A record has the same element or key twice."
    case .valueNested: "A field contains further elements, an object or a list instead of text."
    case .valueNotConvertible:
      "A value cannot be written in the other format without being read differently."
    default: nil
    }
  }

  private var fieldMeaning: String? {
    switch self {
    case .guidSyntax: "An id is not a GUID."
    case .guidRepaired: "An id was broken over two lines and has been joined again."
    case .hostSyntax: "A host is neither a valid address of its kind nor a valid host name."
    case .portNotANumber: "A port is not a whole number."
    case .portOutOfRange: "A port is outside 0 to 9999, the range that the API page gives."
    case .precedenceNotANumber: "A precedence is not a whole number."
    case .precedenceOutOfRange: "A precedence is outside 0 to 9999."
    case .serviceUnknown: "The service is not one of 100 to 106."
    case .integrationUnknown: "The integration method is not 1 (SCCP), 2 (SIP) or 3 (PIMG)."
    case .skinnyUnknown: "The skinny state machine is not 10 or 20."
    case .operationUnknown: "The operation is not create, update, upsert or delete."
    case .spreadsheetError:
      "A value is what a spreadsheet shows for a formula that failed, such as `#REF!`."
    case .spreadsheetNumber:
      "A spreadsheet wrote an id or number as it displays it, such as `1.01E+09` or `5060.0`."
    case .spreadsheetDate: "A spreadsheet took an id or number for a date, such as `05.Jan`."
    case .zerosStripped: "A GUID has lost zeros at the front of its groups."
    case .hardSpace: "A value has a non-breaking or invisible space, mostly copied from a page."
    case .curlyQuote: "A value has a quotation mark that a word processor made curly."
    default: nil
    }
  }

  private var rowMeaning: String? {
    switch self {
    case .groupMissing: "The row names no port group, neither by id nor by name."
    case .serviceMissing: "The row needs MediaRemoteServiceEnum and has none."
    case .hostMissing: "The row gives no host; the server stores 127.0.0.1."
    case .rowUnidentified:
      "An update or delete has neither ObjectId, nor a Match value, nor a host."
    case .skinnyNotSCCP: "SkinnyStateMachineEnum is set in a group that is not SCCP."
    case .serviceUnusual: "The service is unusual for the group's integration."
    case .matchOnCreate: "A row to create has a Match value, which only finds existing servers."
    case .duplicateRow: "Two rows of one group have the same service, host, port and TLS port."
    case .precedenceShared: "Two rows of one group give one service the same precedence."
    case .groupTooLarge: "A group has more than 10,000 rows in one run."
    case .groupUnknown: "The target has no such port group."
    case .groupAmbiguous:
      "The target, or the file that is compared, has two port groups of that name."
    case .groupConflict: "The row's id and name belong to two different groups."
    case .groupRenamed: "The group of the row's id has another name on the target."
    case .integrationDiffers:
      "The row's integration method is not the one of the group on the target."
    case .pimgReadOnly: "PIMG groups and services cannot be changed over the API."
    default: nil
    }
  }

  /// True for rules that a real server may not have: `--allow` turns these errors into warnings.
  package var canBeAllowed: Bool {
    switch self {
    case .portOutOfRange, .precedenceOutOfRange, .hostSyntax, .skinnyNotSCCP, .skinnyUnknown,
      .serviceUnknown, .totalMismatch:
      true
    default: false
    }
  }

  /// The errors that are only warnings in a file that was exported from a server: it must be importable again.
  package static let ofServerValues = Set(
    allCases.filter { $0.canBeAllowed && $0 != .totalMismatch })
}
