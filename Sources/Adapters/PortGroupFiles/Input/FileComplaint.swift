// The words for faults of a file's headings, elements and totals; the words for rows are in the model.

import BulkFiles
import PortGroupModel

enum FileComplaint {
  static func unknownHeading(
    _ name: String, at place: Place, suggests: Bool = true
  ) -> Diagnostic {
    guard !name.allSatisfy(\.isWhitespace) else {
      return Diagnostic(
        .error, .headingUnknown, at: place, "a column has no heading",
        hint: "add a heading, or the heading Junk to skip the column")
    }
    return Diagnostic(
      .error, .headingUnknown, at: place, "the heading \(name.quoted) names no field",
      hint: hint(suggests ? name : "", "rename it to Junk to skip it", .mapHeading))
  }

  static func unknownElement(_ name: String, at place: Place) -> Diagnostic {
    Diagnostic(
      .error, .elementUnknown, at: place, "\(name.quoted) names no field",
      hint: hint(name, "remove it", .mapElement))
  }

  static func duplicateHeading(
    _ name: String, _ column: Column, _ earlier: String, at place: Place
  ) -> Diagnostic {
    Diagnostic(
      .error, .headingDuplicate, at: place,
      name == earlier
        ? "the heading \(name.quoted) is there twice"
        : "the headings \(earlier.quoted) and \(name.quoted) both mean \(column.name)",
      hint: "rename one of them to Junk to skip it")
  }

  static func duplicateElement(_ column: Column, at place: Place) -> Diagnostic {
    Diagnostic(
      .error, .elementDuplicate, at: place, "\(column.name) is given twice in one record",
      hint: "keep one of them")
  }

  static func noHeadings(at place: Place) -> Diagnostic {
    Diagnostic(
      .error, .headingMissing, at: place, "the first line has no known heading",
      hint: Hint(
        "the first line must name the columns, such as PortGroup, MediaRemoteServiceEnum and "
          + "HostOrIPAddress", .template))
  }

  static func missingGroupHeading(at place: Place) -> Diagnostic {
    Diagnostic(
      .error, .headingMissing, at: place, "no column names the port group",
      hint: Hint("add PortGroup or MediaPortGroupObjectId", .setGroup))
  }

  static func missingServiceHeading(at place: Place) -> Diagnostic {
    Diagnostic(
      .error, .headingMissing, at: place, "no column gives the service",
      hint: Hint("add MediaRemoteServiceEnum", .setService))
  }

  /// A row that may be a comment.
  static func commented(at place: Place) -> Diagnostic {
    Diagnostic(
      .warning, .rowCommented, at: place, "the row begins with #, and is read like any other",
      hint: Hint("", .skipComments))
  }

  /// A conflict marker of git between two versions of the file.
  static func conflict(at place: Place) -> Diagnostic {
    Diagnostic(
      .error, .raggedRow, at: place, "the line is a conflict marker of an unfinished merge",
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
      .error, .headingDuplicate, at: place, "the heading line is repeated here",
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
      "the file declares \(text.shown) \(text == "1" ? "row" : "rows"); \(counted) "
        + (counted == 1 ? "was found" : "were found"),
      hint: Hint("get the whole list or fix the total", .allow))
  }

  static func notConvertible(
    _ column: Column, _ text: String, _ format: BulkFormat, at place: Place
  ) -> Diagnostic {
    Diagnostic(
      .error, .valueNotConvertible, at: place,
      "\(column.name) is \(text.quoted), which \(format.title) cannot hold as a value",
      hint: format.canHold(text)
        ? "it would be read as an empty cell; fix the value, or choose another format"
        : "remove the control characters")
  }

  static func fault(_ fault: InputFault, file: String) -> Diagnostic {
    Diagnostic(fault, file: file)
  }

  private static func hint(_ name: String, _ otherwise: String, _ remedy: Remedy) -> Hint {
    let suggestion = name.isEmpty ? nil : Column.suggestion(for: name)
    return Hint((suggestion.map { "did you mean \($0)? Otherwise " } ?? "") + otherwise, remedy)
  }
}
