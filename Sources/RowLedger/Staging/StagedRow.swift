// A row on its way into the ledger.

package import PortGroupModel

/// A checked record of an input file, to be booked.
package struct StagedRow: Sendable, Equatable {
  /// The number that `addFile` gave.
  package var file: Int
  /// From 1, in its file.
  package var record: Int
  /// From 1; 0 if unknown.
  package var line: Int
  /// What the record asks for; nil makes the row `invalid`.
  package var row: Row?
  /// Everything that was found wrong, doubtful or worth knowing.
  package var diagnostics: [Diagnostic]
  /// The record as it stands in the file, for the file of rejected rows.
  package var raw: String
  /// The row of an earlier run that this one tries again or undoes.
  package var origin: RowID?

  package init(
    file: Int, record: Int, line: Int, row: Row?, diagnostics: [Diagnostic] = [], raw: String,
    origin: RowID? = nil
  ) {
    self.file = file
    self.record = record
    self.line = line
    self.row = row
    self.diagnostics = diagnostics
    self.raw = raw
    self.origin = origin
  }
}
