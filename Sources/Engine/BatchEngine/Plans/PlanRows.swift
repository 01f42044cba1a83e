import PortGroupFiles
import PortGroupModel
import RowLedger

/// Records the steps of a plan as rows of a run, group by group.
struct PlanRows {
  private let book: RunBook
  private var group: PortGroup?
  private var rows: [(row: StagedRow, plan: RowPlan)] = []
  /// The numbers of the files from which the rows came, for the run.
  private var files: [String: Int] = [:]

  /// With more files, rows refer to the last one that has a number.
  private static let mostFiles = 1_000

  init(book: RunBook) { self.book = book }

  /// Adds the next entry of the plan; for refused rows nothing is recorded.
  mutating func add(_ entry: PlanEntry) async throws(RunStop) {
    switch entry {
    case .refusal: break
    case .group(let next):
      try await endGroup()
      group = next.group
    case .step(let step):
      guard let group else { return }
      let (name, line) = step.origin
      let file = try await file(name)
      let row = step.row(in: group)
      let found = step.change.server.map {
        PortGroupServer(objectID: $0, fields: step.change.before ?? [:])
      }
      rows.append(
        (
          StagedRow(
            file: file, record: line, line: line, row: row,
            raw: ServerRecords.text(row.fields, in: group, row.operation)),
          RowPlan(.write(step.change), on: found, beside: step.beside)
        ))
    }
  }

  /// Records what was added since the group began.
  mutating func endGroup() async throws(RunStop) {
    guard let group, !rows.isEmpty else { return }
    try await book.stage(rows, of: group)
    rows = []
  }

  private mutating func file(_ name: String) async throws(RunStop) -> Int {
    if let known = files[name] { return known }
    if files.count >= Self.mostFiles, let last = files.values.max() { return last }
    let number = try await book.addFile(name, dialect: ServerRecords.dialect.json)
    files[name] = number
    return number
  }
}

extension PlanStep {
  /// The file and the line of its row; the line is 0 if `from` has none.
  fileprivate var origin: (file: String, line: Int) {
    guard let colon = from.utf8.lastIndex(of: UInt8(ascii: ":")),
      let line = Int(from[from.utf8.index(after: colon)...]), line >= 0
    else { return (from, 0) }
    return (String(from[..<colon]), line)
  }

  /// The step as a row, which names its server by the id.
  fileprivate func row(in group: PortGroup) -> Row {
    var fields = change.verb == .delete ? change.before ?? [:] : change.set
    fields[.objectID] = change.server.map { .text($0.text) } ?? .absent
    let operation: Operation =
      switch change.verb {
      case .create: .create
      case .update: .update
      case .delete: .delete
      }
    return Row(
      operation: operation,
      group: GroupReference(
        objectID: group.objectID, name: group.displayName, integration: group.integration),
      fields: fields)
  }
}
