/// What to do about a problem: words, and the remedy if an option or a command of the program helps.
///
/// The words name no option. The user interface adds the option or command: no other module knows their names.
package struct Hint: Sendable, Equatable {
  /// What to do, as one clause; empty if the message or the remedy is enough.
  package var text: String
  package var remedy: Remedy?

  package init(_ text: String, _ remedy: Remedy? = nil) {
    self.text = text
    self.remedy = remedy
  }

  package static func + (hint: Hint, text: String) -> Hint {
    Hint(hint.text + text, hint.remedy)
  }
}

extension Hint: ExpressibleByStringInterpolation {
  package init(stringLiteral text: String) { self.init(text) }
}

/// An option or a command that helps with a fault of the input.
package enum Remedy: Sendable, CaseIterable {
  /// Turns the error into a warning.
  case allow
  /// Maps a heading to a field, or skips its column.
  case mapHeading
  /// Maps an element or key to a field.
  case mapElement
  /// Gives all rows one port group.
  case setGroup
  /// Gives all rows one service.
  case setService
  /// Skips rows that begin with `#`.
  case skipComments
  case nameFormat
  case nameDelimiter
  case nameEncoding
  /// Names a single-byte encoding, which is the most likely one for a text that is not UTF-8.
  case nameLegacyEncoding
  case nameUTF32
  case raiseFieldLimit
  /// Checks without the schema, or converts the file to XML.
  case checkWithoutSchema
  case printSchema
  /// Shows a file with the right headings or elements.
  case template
  case exportServers
  /// Names a ledger, or the state of a sandbox, with the option for it.
  case passDatabase
  /// Compares rows with servers that cannot be changed.
  case compareOnly
  /// Restores the groups that the target has.
  case skipMissingGroups
}
