// What the user says about how files are to be read.

package import BulkFiles
package import PortGroupModel

/// How input files are understood; the same for all files of a run.
package struct InputOptions: Sendable, Equatable {
  /// Overrides what content and name tell.
  package var format: BulkFormat?
  /// Overrides what the heading line tells; CSV only.
  package var delimiter: Delimiter?
  /// Overrides what the first bytes or an XML declaration tell; CSV and XML only.
  package var encoding: TextEncoding?
  /// The byte with which comment lines begin; CSV only, none unless given.
  package var comment: UInt8?
  /// Checks XML against `ServerSchema` as well; other formats are refused then.
  package var checksSchema = false
  /// What one record may hold.
  package var limits = RecordLimits()
  /// Foreign headings, elements or keys, compared in any case, and what they stand for.
  package var columns: [String: Column]
  /// Values for rows that leave the column out.
  package var constants: [Column: String]
  /// The operation of rows that name none.
  package var mode: Operation
  /// Errors that shall only be warnings.
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
let serverShape = RecordShape(list: "PortGroupServers", record: "PortGroupServer")

/// What stands in a CSV cell that empties a field, in any case (as in the server's own bulk tool).
package let emptyWord = "%null%"
