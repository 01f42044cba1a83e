// The words for what is wrong with a file's headings, elements and totals; the rows' own stand in the model.

import BulkFiles
import PortGroupModel

enum FileComplaint {
  static func unknownHeading(
    _ name: String, at place: Place, suggests: Bool = true
  ) -> Diagnostic {
    guard !name.allSatisfy(\.isWhitespace) else {
      return Diagnostic(
        .error, .headingUnknown, at: place, "a column has no heading",
        hint: "name it, or head it Junk to skip it")
    }
    return Diagnostic(
      .error, .headingUnknown, at: place, "the heading \(name.quoted) names no field",
      hint: hint(
        suggests ? name : "",
        "head it Junk to skip it, or map it with --column HEADING=FIELD (or =Junk; *=Junk skips all others)"
      ))
  }

  static func unknownElement(_ name: String, at place: Place) -> Diagnostic {
    Diagnostic(
      .error, .elementUnknown, at: place, "\(name.quoted) names no field",
      hint: hint(name, "remove it, or map it with --column NAME=FIELD"))
  }

  static func duplicateHeading(
    _ name: String, _ column: Column, _ earlier: String, at place: Place
  ) -> Diagnostic {
    Diagnostic(
      .error, .headingDuplicate, at: place,
      name == earlier
        ? "the heading \(name.quoted) stands twice"
        : "the headings \(earlier.quoted) and \(name.quoted) both mean \(column.name)",
      hint: "head one of them Junk to skip it")
  }

  static func duplicateElement(_ column: Column, at place: Place) -> Diagnostic {
    Diagnostic(
      .error, .elementDuplicate, at: place, "\(column.name) is given twice in one record",
      hint: "keep one of them")
  }

  static func noHeadings(at place: Place) -> Diagnostic {
    Diagnostic(
      .error, .headingMissing, at: place, "the first line holds no known heading",
      hint: "the first line must name the columns, such as PortGroup, MediaRemoteServiceEnum and "
        + "HostOrIPAddress; `cupibulk template` shows one")
  }

  static func missingGroupHeading(at place: Place) -> Diagnostic {
    Diagnostic(
      .error, .headingMissing, at: place, "no column names the port group",
      hint: "add PortGroup or MediaPortGroupObjectId, or pass --set PortGroup=NAME")
  }

  static func missingServiceHeading(at place: Place) -> Diagnostic {
    Diagnostic(
      .error, .headingMissing, at: place, "no column gives the service",
      hint: "add MediaRemoteServiceEnum, or pass --set MediaRemoteServiceEnum=102 for SIP proxies")
  }

  /// A row that may have been switched off.
  static func commented(at place: Place) -> Diagnostic {
    Diagnostic(
      .warning, .rowCommented, at: place, "the row begins with #, and is read like any other",
      hint: "pass --comments \"#\" to skip such rows")
  }

  /// A mark of git's between two versions of the file.
  static func conflict(at place: Place) -> Diagnostic {
    Diagnostic(
      .error, .raggedRow, at: place, "the line is a mark of a merge that was not finished",
      hint: "keep one of the two versions; rows of both are in the file")
  }

  /// Rows without any value; `first` is the line of the first one.
  static func emptyRows(_ count: Int, first: Int, _ file: String) -> Diagnostic {
    Diagnostic(
      .note, .rowsEmpty, at: Place(file: file, line: first),
      count == 1
        ? "a row without any value was skipped"
        : "\(count) rows without any value were skipped, this is the first")
  }

  static func repeatedHeadings(at place: Place) -> Diagnostic {
    Diagnostic(
      .error, .headingDuplicate, at: place, "the heading line stands here again",
      hint: "remove this line; where files are joined, only the first one keeps its headings")
  }

  static func noRows(_ file: String) -> Diagnostic {
    Diagnostic(
      .warning, .fileEmpty, at: Place(file: file), "the file has no rows",
      hint: "there is nothing to do")
  }

  static func total(
    _ text: String, counted: Int, at place: Place, isAllowed: Bool
  ) -> Diagnostic {
    Diagnostic(
      isAllowed ? .warning : .error, .totalMismatch, at: place,
      "the file says that it has \(text.shown) \(text == "1" ? "row" : "rows"); \(counted) "
        + (counted == 1 ? "was found" : "were found"),
      hint: "get the whole list, fix the total, or pass --allow total-mismatch")
  }

  static func notConvertible(
    _ column: Column, _ text: String, _ format: BulkFormat, at place: Place
  ) -> Diagnostic {
    Diagnostic(
      .error, .valueNotConvertible, at: place,
      "\(column.name) is \(text.quoted), which \(format.rawValue.uppercased()) cannot hold as a value",
      hint: format.cannotHold(text)
        ? "remove the control characters"
        : "it would be read as a cell that holds nothing; fix the value, or choose another format")
  }

  static func fault(_ fault: InputFault, file: String) -> Diagnostic {
    Diagnostic(
      .error, DiagnosticCode(rawValue: fault.kind.rawValue) ?? .fileUnreadable,
      at: Place(
        file: file, line: fault.line, column: fault.column, record: fault.record,
        field: fault.field, value: fault.value),
      fault.message, hint: fault.hint)
  }

  private static func hint(_ name: String, _ otherwise: String) -> String {
    name.isEmpty
      ? otherwise
      : Column.suggestion(for: name).map { "did you mean \($0)? Else " + otherwise } ?? otherwise
  }
}
