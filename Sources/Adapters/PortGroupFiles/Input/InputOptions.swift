package import BulkFiles
package import PortGroupModel

/// The user's options for reading input files; the same for all files of a run.
package struct InputOptions: Sendable, Equatable {
  /// Overrides the format that content and name show.
  package var format: BulkFormat?
  /// Overrides the delimiter of the heading line; CSV only.
  package var delimiter: Delimiter?
  /// Overrides the encoding of the first bytes or an XML declaration; CSV and XML only.
  package var encoding: TextEncoding?
  /// The first byte of comment lines; CSV only; without it there are no comments.
  package var comment: UInt8?
  /// Also checks XML against `ServerSchema`; then other formats are refused.
  package var checksSchema = false
  /// The limits of one record.
  package var limits = RecordLimits()
  /// Other headings, elements or keys, compared in any case, and their columns.
  package var columns: [String: Column]
  /// Values for rows without the column.
  package var constants: [Column: String]
  /// The operation of rows without one.
  package var mode: Operation
  /// Errors that are only warnings.
  package var allowed: Set<DiagnosticCode>

  package init(
    format: BulkFormat? = nil, delimiter: Delimiter? = nil, columns: [String: Column] = [:],
    constants: [Column: String] = [:], mode: Operation = .upsert,
    allowed: Set<DiagnosticCode> = []
  ) {
    self.format = format
    self.delimiter = delimiter
    self.columns = columns
    self.constants = constants
    self.mode = mode
    self.allowed = allowed
  }
}

/// The names that the API gives a list of servers and one of them.
package let serverShape = RecordShape(list: "PortGroupServers", record: "PortGroupServer")

/// The text of a CSV cell that empties a field, in any case (as in the server's own bulk tool).
package let emptyWord = "%null%"
