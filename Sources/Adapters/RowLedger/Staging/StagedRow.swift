// A row on its way into the ledger.

package import PortGroupModel
internal import SQLStores

/// A checked record of an input file, or a server of an export, to be recorded.
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
  /// The record as it is in the file, for the file of rejected rows.
  package var raw: String
  /// The row of an earlier run that this one tries again or undoes.
  package var origin: RowID?
  /// Of a server of an export: its place in the file, see `ExportOrder`.
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

/// Rows in the ledger's form; the caller puts them into it, so that the ledger's one writer need not.
package struct StagedRows: Sendable {
  struct Row: Sendable {
    let group: GroupReference?
    /// What is bound to `insert` from its fourth place on.
    let values: [SQLValue]
    let diagnostics: [Diagnostic]
  }

  /// Takes the number of the row, that of its run and that of its group's spelling, then a row's values.
  static let insert = """
    INSERT INTO rows (row, run, reference, file, record, line, state, reason, operation,
      full_key, service, precedence, fields, matching, origin, raw, needs_recheck, order_key)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
    """

  let rows: [Row]
  /// The runs that the rows go back to.
  let origins: Set<Int>

  package init(_ rows: [StagedRow]) {
    self.rows = rows.map { row in
      Row(group: row.row?.group, values: row.values, diagnostics: row.diagnostics)
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
      // What it may say of a skinny state machine depends on its group.
      .integer(row?.fields[.skinnyStateMachine] ?? .absent == .absent ? 0 : 1),
      .bytes(orderKey),
    ]
  }
}

extension FieldValues {
  /// The field as a number; nil where it is absent, empty or something else.
  func number(_ field: Field) -> Int? { self[field].text.flatMap { Int($0) } }
}
