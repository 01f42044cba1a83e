package import BulkFiles
package import PortGroupModel

/// Writes rows of all operations to a CSV file that can be imported; the file appears whole or not at all.
///
/// The rows are in a temporary file until the end, because the columns depend on them.
package final class ChangeFileWriter {
  private let spool: RecordSpool
  private var usesMatch: Set<Field> = []
  /// The number of rows.
  package var count: Int { spool.count }
  /// The cells written that a spreadsheet treats as formulas.
  package private(set) var formulas = FormulaCells()
  /// The errors that an import finds in values of these rows, and that a user can allow: such as a port above 9999.
  package private(set) var codes: Set<DiagnosticCode> = []

  /// - Throws: `OutputFailure` if the folder for temporary files is not writable.
  package init() throws(OutputFailure) { spool = try RecordSpool() }

  /// Adds a row.
  package func write(_ row: Row) throws(OutputFailure) {
    usesMatch.formUnion(row.match.present)
    for field in row.fields.present { check(row.fields[field], .field(field)) }
    for field in row.match.present { check(row.match[field], .match(field)) }
    try spool.add(
      Column.all.map { column in
        switch column {
        case .operation: .text(row.operation.rawValue)
        case .portGroup: row.group.name.map { .text($0) } ?? .absent
        case .field(.groupObjectID): row.group.objectID.map { .text($0.text) } ?? .absent
        case .field(let field): Self.cell(row.fields[field])
        case .match(let field): Self.cell(row.match[field])
        case .integrationMethod, .ignored: .absent
        }
      })
  }

  /// Writes the file, or standard output for `-`.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - shouldWait: Called repeatedly while a pipe blocks; if it returns false, the call fails.
  /// - Throws: `OutputFailure`; then the file does not appear.
  package func finish(to path: String, shouldWait: (() -> Bool)? = nil) throws(OutputFailure) {
    let columns =
      Self.first + Field.matchable.filter(usesMatch.contains).map(Column.match)
      + Field.compared.map(Column.field)
    let indices = columns.compactMap(Column.all.firstIndex)
    let writer = try RecordWriter(
      to: OutputFile(path: path, shouldWait: shouldWait), format: .csv,
      layout: RecordLayout(
        columns: columns.map(\.name), shape: serverShape, emptyWord: emptyWord), total: count)
    try spool.readBack { cells throws(OutputFailure) in
      let record = indices.map { cells[$0] }
      formulas.look(at: record, columns: columns)
      try writer.write(record)
    }
    try writer.finish()
  }

  private static let first: [Column] = [
    .operation, .portGroup, .field(.groupObjectID), .field(.objectID),
  ]

  private static func cell(_ value: FieldValue) -> OutputCell {
    switch value {
    case .absent: .absent
    case .empty: .empty
    case .text(let text): .text(text)
    }
  }

  private func check(_ value: FieldValue, _ column: Column) {
    guard let text = value.text else { return }
    guard case .wrong(let fault, _) = CellCheck(column).check(text.utf8.span) else { return }
    let code = fault.code(in: column)
    if code.canBeAllowed { codes.insert(code) }
  }
}
