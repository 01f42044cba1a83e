// The words for faults of CSV files.

import BulkFiles
import PortGroupModel

extension FaultWording {
  static func csv(_ fault: CSVFault) -> FaultWording {
    switch fault {
    case .noHeadings:
      FaultWording(
        "there is no heading line", hint: Hint("the first line must name the columns", .template))
    case .unknownSeparator(let found):
      FaultWording(
        "the first line names \(found) as the delimiter",
        hint: Hint("use a comma, semicolon, tab or pipe", .nameDelimiter))
    case .mixedDelimiters(let first, let second):
      FaultWording(
        "the heading line has both a \(first.name) and a \(second.name)",
        hint: Hint("put the heading in quotes", .nameDelimiter))
    case .trailingValue:
      FaultWording(
        "the last column has a value but no heading",
        hint: "add a heading, or put a value that contains the delimiter in double quotes")
    case .ragged(let fields, let headings, let seems):
      ragged(fields, headings, seems)
    case .unclosedQuote:
      FaultWording(
        "a quote opens here and is never closed; the rest of the file was not read",
        hint: "close it, or write \"\" for a quote within a quoted field")
    case .textAfterQuote(let stops):
      FaultWording(
        "text follows the closing quote of a field"
          + (stops ? "; where the row ends is unclear, the rest of the file was not read" : ""),
        hint: "write \"\" for a quote within a quoted field")
    case .strayQuote(let text): strayQuote(after: text)
    case .nulByte:
      FaultWording(
        "the text has a NUL byte", hint: "the file is damaged or is no text; export it again")
    case .notUTF8(let byte):
      FaultWording(
        "the byte 0x\(String(byte, radix: 16, uppercase: true)) is not valid UTF-8 here",
        hint: Hint("save the file as UTF-8", .nameLegacyEncoding))
    case .notDecodable(let encoding):
      FaultWording(
        "the text here is not valid \(encoding.name)",
        hint: Hint("copy or export the file again", .nameEncoding))
    }
  }

  private static func ragged(_ fields: Int, _ headings: Int, _ seems: Delimiter?) -> FaultWording {
    FaultWording(
      "the row has \(fields == 1 ? "1 field" : "\(fields) fields"); the heading line has \(headings)",
      hint: seems.map { "its fields seem to be separated by a \($0.name); use one delimiter" }
        ?? (fields > headings
          ? "put a value that contains the delimiter in double quotes"
          : "add the missing delimiters"))
  }

  private static func strayQuote(after text: String) -> FaultWording {
    if !text.isEmpty, text.allSatisfy(\.isWhitespace) {
      return FaultWording(
        "there is a blank before a quoted field",
        hint: "remove the blanks after the delimiters, or the quotes")
    }
    if text == "=" {
      return FaultWording(
        "there is a formula in place of a value (=\"…\")",
        hint: "write the value alone, without = and quotes")
    }
    return FaultWording(
      "there is a quote within a field that does not begin with one",
      hint: "put the whole field in quotes and write \"\" for this one")
  }
}
