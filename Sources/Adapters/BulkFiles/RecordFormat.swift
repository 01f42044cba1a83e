// What defines a format of bulk files: how it is detected, read and written, and what its cells mean.

import XMLStreams

/// The definition of one format, in a file of the format's own folder; `BulkFormat` lists all of them.
///
/// To add a format, write its definition and add a case to `BulkFormat`: everything else asks the definition.
protocol RecordFormat {
  /// The endings of file names, in lower case and without the dot.
  static var endings: [String] { get }
  /// The bytes of which one begins every file, after blanks; empty if a file can begin with any byte.
  static var firstBytes: [UInt8] { get }
  /// Whether a file that neither its first byte nor its name explains is likely of this format.
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
  /// Returns a check of documents of any content; `nil` for a table, which is read record by record.
  static func documentCheck(
    _ source: ByteSource, encoding: TextEncoding?, limits: RecordLimits
  ) throws(InputFault) -> (any DocumentCheck)?

  /// Begins the text of a file.
  ///
  /// - Parameters:
  ///   - layout: columns and names.
  ///   - total: the number of records that will follow; `nil` leaves it out.
  ///   - lines: whether each record is a document on a line of its own, if the format has such a form.
  ///   - comment: a comment at the top, if the format has one.
  /// - Returns: the writer of the records.
  static func text(
    _ layout: RecordLayout, total: Int?, lines: Bool, comment: String
  ) -> any RecordText
  /// Begins the text of a file of records as they were read.
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

/// What an empty cell, or one of blanks alone, does to its field.
package enum NullRule: Sendable {
  /// It leaves the field unchanged; a word empties it.
  case blankLeaves
  /// It empties the field; an absent element leaves it unchanged.
  case blankEmpties
  /// An empty one empties the field, and blanks are a value; an absent key leaves it unchanged.
  case emptyEmpties
}

/// How the user wants a file to be read; each format uses what applies to it.
struct ReaderOptions {
  var delimiter: Delimiter?
  var encoding: TextEncoding?
  var comment: UInt8?
  var schema: XMLSchema?
  var shape: RecordShape
  var limits: RecordLimits
  var dropsEmptyHeadings: Bool
}
