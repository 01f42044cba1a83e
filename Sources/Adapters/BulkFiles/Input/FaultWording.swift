import Glibc
import Bytes
import Compression

/// The messages and hints of all faults of the input.
enum FaultWording {
  // MARK: The file as a whole

  static func cannotOpen(_ code: Int32) -> InputFault {
    switch code {
    case ENOENT, ENOTDIR:
      InputFault(.fileUnreadable, "there is no such file", hint: "check the name and the folder")
    case EACCES, EPERM:
      InputFault(
        .fileUnreadable, "you may not read this file",
        hint: "ask its owner for permission, or run as a user who may read it")
    default:
      InputFault(
        .fileUnreadable, "the file cannot be opened: \(SystemReason.text(code))",
        hint: "check the name and the disk")
    }
  }

  static var isFolder: InputFault {
    InputFault(.fileUnreadable, "this is a folder, not a file", hint: "name the files inside it")
  }

  static func cannotRead(_ code: Int32) -> InputFault {
    code == EISDIR
      ? isFolder
      : InputFault(
        .fileUnreadable, "reading failed: \(SystemReason.text(code))",
        hint: "check the disk, or copy the file elsewhere")
  }

  static var stopped: InputFault {
    InputFault(.fileUnreadable, "reading was stopped before the end")
  }

  static var empty: InputFault {
    InputFault(
      .fileEmpty, "the file is empty", hint: "`cupibulk template` prints one to begin with")
  }

  static func onlyBlanks(_ count: Int) -> InputFault {
    InputFault(
      .formatUnknown, "the first \(count) bytes are blanks and line ends, and nothing else",
      hint: "remove them, or export the file again")
  }

  static func unsupportedFile(_ file: UnsupportedFile) -> InputFault {
    InputFault(.formatUnknown, "this is \(file.title)", hint: file.hint)
  }

  static var formatUnknown: InputFault {
    InputFault(
      .formatUnknown, "neither content nor name shows whether this is CSV, XML or JSON",
      hint: "say it with --format csv, xml or json")
  }

  static func gzip(_ error: GzipError) -> InputFault {
    let again = "copy the file again, or test it with `gzip -t`"
    let (message, hint) =
      switch error {
      case .damaged(let byte): ("the gzip data are damaged at byte \(byte)", again)
      case .cut(let byte): ("the gzip data end too early, at byte \(byte)", again)
      case .followed(let byte):
        ("something else follows the gzip data at byte \(byte)", "pack the file again")
      }
    return InputFault(.compressionBroken, message, hint: hint)
  }

  static func encodingUnknown(_ name: String) -> InputFault {
    InputFault(
      .encodingUnsupported, "the encoding \(name) is not known",
      hint: "UTF-8, UTF-16, windows-1252 and ISO-8859-1 are; `iconv -l` lists many more")
  }

  static func notForJSON(_ encoding: TextEncoding) -> InputFault {
    InputFault(
      .encodingUnsupported, line: 1, column: 1,
      "the JSON is in \(encoding.name); JSON is always UTF-8 (RFC 8259)",
      hint: "convert it with `iconv -f \(encoding.name) -t UTF-8`")
  }

  static var noHeadings: InputFault {
    InputFault(
      .headingMissing, "there is no heading line",
      hint: "the first line must name the columns; `cupibulk template` shows one")
  }

  // MARK: CSV

  static func separatorUnknown(_ found: String, column: Int) -> InputFault {
    InputFault(
      .delimiterUnclear, line: 1, column: column, value: found,
      "the first line names \(found) as the delimiter",
      hint: "comma, semicolon, tab and pipe are read; name one with --delimiter")
  }

  static func delimitersMixed(
    _ first: Delimiter, _ second: Delimiter, line: Int, column: Int
  ) -> InputFault {
    InputFault(
      .delimiterUnclear, line: line, column: column,
      "the heading line holds a \(second.name) besides a \(first.name)",
      hint: "put the heading in quotes, or name the delimiter with --delimiter")
  }

  static func trailingValue(line: Int, column: Int, record: Int) -> InputFault {
    InputFault(
      .raggedRow, line: line, column: column, record: record,
      "the last column holds a value and has no heading",
      hint: "head the column, or put a value that holds the delimiter in double quotes")
  }

  static func ragged(
    _ count: Int, wanted: Int, line: Int, column: Int, record: Int, seems: Delimiter? = nil
  ) -> InputFault {
    InputFault(
      .raggedRow, line: line, column: column, record: record,
      "the row has \(fields(count)); the heading line has \(wanted)",
      hint: seems.map { "its fields seem to be separated by a \($0.name); use one delimiter" }
        ?? (count > wanted
          ? "put a value that holds the delimiter in double quotes" : "add the missing delimiters"))
  }

  static func unclosedQuote(line: Int, column: Int, record: Int) -> InputFault {
    InputFault(
      .unclosedQuote, line: line, column: column, record: record,
      "a quote opens here and is never closed; the rest of the file was not read",
      hint: "close it, or write \"\" for a quote within a quoted field")
  }

  static func textAfterQuote(line: Int, column: Int, record: Int, stops: Bool) -> InputFault {
    InputFault(
      .textAfterQuote, line: line, column: column, record: record,
      "text follows the closing quote of a field"
        + (stops ? "; where the row ends is unclear, the rest of the file was not read" : ""),
      hint: "write \"\" for a quote within a quoted field")
  }

  static func strayQuote(line: Int, column: Int, record: Int, behind text: String) -> InputFault {
    if !text.isEmpty, text.allSatisfy(\.isWhitespace) {
      return InputFault(
        .strayQuote, line: line, column: column, record: record,
        "a blank stands before a quoted field",
        hint: "remove the blanks behind the delimiters, or the quotes")
    }
    if text == "=" {
      return InputFault(
        .strayQuote, line: line, column: column, record: record,
        "there is a formula in place of a value (=\"…\")",
        hint: "write the value alone, without = and quotes")
    }
    return InputFault(
      .strayQuote, line: line, column: column, record: record,
      "a quote stands within a field that does not begin with one",
      hint: "put the whole field in quotes and write \"\" for this one")
  }

  static func nulByte(line: Int, column: Int, record: Int) -> InputFault {
    InputFault(
      .nulByte, line: line, column: column, record: record, "the text has a NUL byte",
      hint: "the file is damaged or is no text; export it again")
  }

  static func notUTF8(_ byte: UInt8, line: Int, column: Int, record: Int) -> InputFault {
    InputFault(
      .encodingBroken, line: line, column: column, record: record,
      "the byte 0x\(String(byte, radix: 16, uppercase: true)) is not valid UTF-8 here",
      hint: "save the file as UTF-8, or name its encoding, such as --encoding windows-1252")
  }

  static func notDecodable(_ fault: InputFault, from encoding: TextEncoding) -> InputFault {
    InputFault(
      fault.kind, line: fault.line, column: fault.column, record: fault.record,
      field: fault.field, "what stands here is not valid \(encoding.name)",
      hint: "the file is damaged, or in another encoding: name that with --encoding")
  }

  static func fieldTooLong(
    _ limit: Int, line: Int, column: Int, record: Int, quoted: Bool
  ) -> InputFault {
    InputFault(
      .fieldTooLong, line: line, column: column, record: record,
      "a field is longer than \(limit) bytes"
        + (quoted ? "; the rest of the file was not read" : ""),
      hint: quoted
        ? "most likely its quote is not closed"
        : "shorten it, or pass --max-field BYTES where the value is right")
  }

  static func recordTooLong(
    _ limit: Int, line: Int, column: Int, record: Int, quoted: Bool
  ) -> InputFault {
    InputFault(
      .fieldTooLong, line: line, column: column, record: record,
      "a row is longer than \(limit) bytes"
        + (quoted ? "; the rest of the file was not read" : ""),
      hint: quoted
        ? "most likely a quote is not closed"
        : "shorten it, or pass --max-field BYTES where the values are right")
  }

  static func tooManyFields(_ limit: Int, line: Int, column: Int, record: Int) -> InputFault {
    InputFault(
      .fieldTooLong, line: line, column: column, record: record,
      "a record has more than \(limit) fields",
      hint: "most likely this is another kind of file")
  }

  // MARK: XML and JSON

  static func malformed(
    _ kind: InputFault.Kind, _ message: String, hint: String, line: Int, column: Int,
    before count: Int
  ) -> InputFault {
    InputFault(
      kind, line: line, column: column, record: count + 1,
      "\(message) (\(records(count)) came before)", hint: hint)
  }

  /// Returns a fault of the source with the number of complete records before it.
  static func interrupted(_ fault: InputFault, before count: Int) -> InputFault {
    var fault = fault
    fault.record = count + 1
    fault.message += " (\(records(count)) came before)"
    return fault
  }

  private static func records(_ count: Int) -> String {
    count == 1 ? "1 complete record" : "\(count) complete records"
  }

  static func schemaIsForXML(_ format: BulkFormat) -> InputFault {
    InputFault(
      .schema, "the schema is for XML, and this is \(format.rawValue.uppercased())",
      hint: "leave --schema out, or turn the file into XML with `cupibulk convert`")
  }

  static func violation(
    _ message: String, of element: String, line: Int, column: Int, record: Int
  ) -> InputFault {
    InputFault(
      .schema, line: line, column: column, record: record, field: element, message,
      hint: "`cupibulk template xsd` prints the schema")
  }

  private static let errorAnswer =
    "this is an error answer of the server, and no list of servers: read what it says"

  static func unexpectedRoot(
    _ found: String, _ shape: RecordShape, line: Int, column: Int
  ) -> InputFault {
    let hint =
      switch found {
      case "ErrorDetails":
        errorAnswer
      case "PortGroups", "PortGroup":
        "these are port groups, and not their servers: fetch …/portgroups/ID/portgroupservers, or use cupibulk export"
      default: "`cupibulk template` shows a file of this format"
      }
    return InputFault(
      .rootUnexpected, line: line, column: column, field: found,
      "\(found) stands where \(shape.list) or \(shape.record) is expected", hint: hint)
  }

  static func noRecord(
    _ found: String, _ shape: RecordShape, line: Int, column: Int, record: Int
  ) -> InputFault {
    InputFault(
      .rootUnexpected, line: line, column: column, record: record, field: found,
      "\(found) stands where \(shape.record) is expected",
      hint: "a list holds records alone; remove it, or make it one")
  }

  static func duplicate(_ name: String, line: Int, column: Int, record: Int) -> InputFault {
    InputFault(
      .elementDuplicate, line: line, column: column, record: record, field: name,
      "\(name) stands twice in one \(record == 0 ? "list" : "record")", hint: "keep one of them")
  }

  static func nested(_ name: String, line: Int, column: Int, record: Int) -> InputFault {
    InputFault(
      .valueNested, line: line, column: column, record: record, field: name,
      "\(name) holds something else than text",
      hint: name == "errors"
        ? errorAnswer
        : "write the value itself")
  }

  static func looseText(_ element: String, line: Int, column: Int, record: Int) -> InputFault {
    InputFault(
      .valueNested, line: line, column: column, record: record, field: element,
      "text stands directly within \(element)",
      hint: "each value needs an element of its own, such as <Port>5060</Port>")
  }

  static func attribute(
    _ name: String, on element: String, line: Int, column: Int, record: Int
  ) -> InputFault {
    InputFault(
      .elementUnknown, line: line, column: column, record: record, field: name,
      "\(element) has an attribute \(name), which nothing reads",
      hint: "write it as an element of the record")
  }

  private static func fields(_ count: Int) -> String { count == 1 ? "1 field" : "\(count) fields" }
}
