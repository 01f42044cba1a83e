import XMLStreams

/// The definition of one format: how a file is detected, read and written, and what its cells mean.
///
/// The definition is in the folder of its format, and `BulkFormat` lists all formats. To add one, write its definition
/// and add a case to `BulkFormat`; all other code uses the definition.
protocol RecordFormat {
  /// The endings of file names, in lower case and without the dot.
  static var endings: [String] { get }
  /// The possible first bytes of a file, after blanks; empty if a file can begin with any byte.
  static var firstBytes: [UInt8] { get }
  /// Whether a file is probably of this format, if neither its first byte nor its name shows the format.
  static func resembles(_ head: ArraySlice<UInt8>) -> Bool

  /// Whether a file has a heading line, with the names of all records, and then rows of cells in this order.
  ///
  /// Only a table has a delimiter, a line end and raw bytes, and can be opened in a spreadsheet.
  static var isTable: Bool { get }
  /// What an empty or blank cell does to its field.
  static var nullRule: NullRule { get }
  /// Whether a file can begin with a comment.
  static var hasLeadingComment: Bool { get }
  /// Whether a file can contain the text.
  static func canHold(_ text: String) -> Bool

  /// Detects the dialect and reads what precedes the first record.
  static func reader(
    _ source: ByteSource, _ options: ReaderOptions
  ) throws(InputFault) -> any RecordParsing
  /// Returns a check of documents with any content; `nil` for a table, which is read record by record.
  static func documentCheck(
    _ source: ByteSource, encoding: TextEncoding?, limits: RecordLimits
  ) throws(InputFault) -> (any DocumentCheck)?

  /// Begins the text of a file.
  ///
  /// - Parameters:
  ///   - layout: columns and names.
  ///   - total: the number of records that will follow; `nil` leaves it out.
  ///   - lines: whether each record is a separate document on one line, if the format allows that.
  ///   - comment: a comment at the top, if the format has one.
  /// - Returns: the writer of the records.
  static func text(
    _ layout: RecordLayout, total: Int?, lines: Bool, comment: String
  ) -> any RecordText
  /// Begins the text of a file with records in the form in which they were read.
  static func rejects(_ layout: RejectsLayout) -> any RejectsText
}

extension RecordFormat {
  static func resembles(_ head: ArraySlice<UInt8>) -> Bool { false }

  static var hasLeadingComment: Bool { false }

  static func canHold(_ text: String) -> Bool { !text.utf8.contains(0) }

  static func documentCheck(
    _ source: ByteSource, encoding: TextEncoding?, limits: RecordLimits
  ) throws(InputFault) -> (any DocumentCheck)? { nil }
}

/// The effect of an empty cell, or of a cell with only blanks, on its field.
package enum NullRule: Sendable {
  /// The cell leaves the field unchanged; a word empties the field.
  case blankLeaves
  /// The cell empties the field; an absent element leaves the field unchanged.
  case blankEmpties
  /// An empty cell empties the field, and blanks are a value; an absent key leaves the field unchanged.
  case emptyEmpties
}

/// The user's settings for reading a file; each format uses the settings that it needs.
struct ReaderOptions {
  var delimiter: Delimiter?
  var encoding: TextEncoding?
  var comment: UInt8?
  var schema: XMLSchema?
  var shape: RecordShape
  var limits: RecordLimits
  var dropsEmptyHeadings: Bool
}
