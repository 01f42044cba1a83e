/// An error, a warning or a note about the input, and its place.
package struct Diagnostic: Error, Sendable, Equatable {
  package enum Severity: String, Sendable {
    case error
    case warning
    case note
  }

  package var severity: Severity
  package var code: DiagnosticCode
  package var place: Place
  /// What is wrong, as one clause without a full stop: `Port is 99999; allowed is 0 to 9999`.
  package var message: String
  /// What to do about it; empty if the message is enough.
  package var hint: Hint

  package init(
    _ severity: Severity, _ code: DiagnosticCode, at place: Place, _ message: String,
    hint: Hint = ""
  ) {
    self.severity = severity
    self.code = code
    self.place = place
    self.message = message
    self.hint = hint
  }

  /// The text as compilers print it: `servers.csv:7:42: error[port-out-of-range]: …`, and the hint below.
  ///
  /// The hint does not include the remedy: the user interface has the words for it.
  package var rendered: String {
    var text = "\(place.prefix)\(severity.rawValue)[\(code.rawValue)]: \(message)"
    if !hint.text.isEmpty { text += "\n    hint: \(hint.text)" }
    return text
  }
}

/// A place in the input.
package struct Place: Sendable, Equatable {
  /// The file as the user named it; `-` for standard input.
  package var file: String
  /// From 1; 0 if it is not about a line.
  package var line: Int
  /// In characters (Unicode scalars) from 1; 0 if it is not about a column.
  package var column: Int
  /// The number of the record in its file, from 1, without the heading line; 0 if it is not about a record.
  package var record: Int
  /// The heading, element or key; empty if it is not about one.
  package var field: String
  /// The text at the place, cut to 80 characters; empty if there is no text.
  package var value: String

  package init(
    file: String, line: Int = 0, column: Int = 0, record: Int = 0, field: String = "",
    value: String = ""
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.record = record
    self.field = field
    self.value =
      value.unicodeScalars.count <= 80
      ? value : String(String.UnicodeScalarView(value.unicodeScalars.prefix(79))) + "…"
  }

  /// `file:line:column: `, with only the parts that are known.
  fileprivate var prefix: String {
    guard !file.isEmpty else { return "" }
    var text = file
    if line > 0 { text += ":\(line)" }
    if line > 0, column > 0 { text += ":\(column)" }
    return text + ": "
  }
}
