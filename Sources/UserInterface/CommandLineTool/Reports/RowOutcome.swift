import PortGroupModel
import RowLedger

/// What became of a row, for a program that reads while the run works.
struct RowOutcome: JSONLine {
  let row: RowReport
  let change: RowChange
  /// `nil` for a dry run.
  let run: RunID?
  let code: String?
  let error: String?
  let hint: String?

  init(_ row: RowReport, of run: Run, _ ledger: Ledger, isDry: Bool) async throws(LedgerError) {
    self.row = row
    self.run = isDry ? nil : run.id
    change = RowChange(row)
    switch row.state {
    case .invalid:
      let errors = try await ledger.diagnostics(of: row.id).filter { $0.severity == .error }
      code = errors.first?.code.rawValue
      error = errors.map(\.message).joined(separator: "; ")
      hint = errors.first.flatMap { $0.fullHint.isEmpty ? nil : $0.fullHint }
    case .failed(let failure):
      code = failure.rawValue
      error = row.detail ?? failure.meaning
      hint = await row.hint(in: run, ledger)
    default:
      code = nil
      error = row.detail
      hint = nil
    }
  }

  static let type = "row-outcome"
  /// How each line begins.
  static let beginning = #"{"schema":1,"type":"row-outcome","#
  static let summary =
    "What became of a row: a line of `--rows-to FILE`, as soon as it is in the ledger, and at the end for each row that is not done."

  static let keys: [JSONKey<RowOutcome>] = [
    JSONKey("run", "the run; null for a dry run", \.run?.text),
    JSONKey("row", "its number in the run, from 1", \.row.id.number),
    JSONKey("file", "the file that it comes from", \.row.place.file),
    JSONKey("line", "its line in the file", \.row.place.line),
    JSONKey("state", StoredRow.stateMeaning, \.row.state.name),
    JSONKey("reason", "why it is pending, as a code") {
      if case .pending = $0.row.state { $0.row.state.detail } else { String?.none }
    },
    JSONKey("operation", "create, update, upsert or delete; null if it was not understood") {
      $0.row.row?.operation.rawValue
    },
    JSONKey("PortGroup", "the name of its port group", \.row.groupName),
    JSONKey("MediaPortGroupObjectId", "the id of that; null if it was not found") {
      ($0.row.group?.objectID ?? $0.row.row?.group.objectID)?.text
    },
    JSONKey("service", "MediaRemoteServiceEnum of the API; null if it is not known") {
      $0.server?[.service].text.flatMap { Int($0) }
    },
    JSONKey("host", "HostOrIPAddress of the server, or that of IPv6") {
      $0.server.flatMap { $0[.host].text ?? $0[.hostV6].text }
    },
    JSONKey("objectId", "the id of the server that was created, changed or read", \.row.serverID),
    JSONKey("changed", "the changed fields, each with its old and new text") { $0.change.pairs },
    JSONKey("done", "true if the change was made; false if it was only meant, or there is none") {
      $0.change.isDone && $0.change.verb != nil
    },
    JSONKey("code", "why it is invalid or failed, as a code", \.code),
    JSONKey("error", "the same in words: the server's message, or what the code means", \.error),
    JSONKey("hint", "what to do about it", \.hint),
  ]

  /// The server as it is now, else as it was, else as the row describes it.
  private var server: FieldValues? { change.after ?? change.before ?? row.row?.fields }
}
