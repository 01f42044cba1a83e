package import PortGroupModel
internal import SQLStores

/// A checked record of an input file, or a server of an export, to be recorded.
package struct StagedRow: Sendable, Equatable {
  /// The number that `addFile` returned.
  package var file: Int
  /// The number of the record in its file, from 1.
  package var record: Int
  /// The line in its file, from 1; 0 if it is not known.
  package var line: Int
  /// The row that the record contains; `nil` makes the row `invalid`.
  package var row: Row?
  /// All diagnostics of the record.
  package var diagnostics: [Diagnostic]
  /// The record as it is in the file, for the file of rejected rows.
  package var raw: String
  /// The row of an earlier run that this row retries or undoes.
  package var origin: RowID?
  /// The sort key of an exported server in the file, see `ExportOrder`; `nil` for other rows.
  var orderKey: [UInt8]?

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

/// Rows as SQL values; callers convert them, so that the ledger's only writer thread does not have to.
package struct StagedRows: Sendable {
  struct BoundRow: Sendable {
    let group: GroupReference?
    /// The values for `insert` from its fourth parameter on.
    let values: [SQLValue]
    let diagnostics: [Diagnostic]
  }

  /// Its parameters are the numbers of the row, its run and its group's spelling, then the row's values.
  static let insert = """
    INSERT INTO rows (row, run, reference, file, record, line, state, reason, operation,
      full_key, service, precedence, fields, matching, origin, raw, needs_recheck, order_key)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
    """

  let rows: [BoundRow]
  /// The runs to which the rows' origins belong.
  let origins: Set<Int>

  package init(_ rows: [StagedRow]) {
    self.rows = rows.map { row in
      BoundRow(group: row.row?.group, values: row.values, diagnostics: row.diagnostics)
    }
    origins = Set(rows.compactMap { $0.origin?.run })
  }

  package var count: Int { rows.count }

  package var isEmpty: Bool { rows.isEmpty }
}

extension StagedRow {
  fileprivate var values: [SQLValue] {
    let state = row == nil ? RowState.invalid : orderKey == nil ? .pending(.staged) : .exported
    return [
      .integer(file), .integer(record), .integer(line), .text(state.name), .text(state.detail),
      .text(row?.operation.rawValue), .text(orderKey == nil ? row?.duplicateKey : nil),
      .integer(row?.fields.number(.service)), .integer(row?.fields.number(.precedence)),
      .utf8(row.map { FieldText.encode($0.fields) }),
      .utf8(row.flatMap { $0.hasMatch ? FieldText.encode($0.match) : nil }),
      .integer(origin?.value), .text(raw),
      // Whether it may set the skinny state machine depends on its group.
      .integer(row?.fields[.skinnyStateMachine] ?? .absent == .absent ? 0 : 1),
      .bytes(orderKey),
    ]
  }
}

extension FieldValues {
  /// The field as a number; `nil` if it is absent, empty or not a number.
  func number(_ field: Field) -> Int? { self[field].text.flatMap { Int($0) } }
}
