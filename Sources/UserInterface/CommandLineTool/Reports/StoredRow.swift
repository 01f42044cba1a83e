import PortGroupModel
import RowLedger

/// A row of the ledger as programs read it.
struct StoredRow: JSONLine {
  let row: RowReport
  let change: RowChange
  /// The server's message or another remark, and the errors of an invalid row.
  let detail: String?

  init(_ row: RowReport, _ detail: String?) {
    self.row = row
    self.detail = detail
    change = RowChange(row)
  }

  static let type = "row"
  static let summary = "A row of a run, and what became of it: a line of `runs rows`."

  static let keys: [JSONKey<StoredRow>] = [
    JSONKey("row", "its number in the run, from 1", \.row.id.number),
    JSONKey("file", "the file that it comes from", \.row.place.file),
    JSONKey("line", "its line in the file; 0 for a server that was read", \.row.place.line),
    JSONKey("state", stateMeaning, \.row.state.name),
    JSONKey("reason", "why it failed or is pending, as a code", \.row.state.detail),
    JSONKey("operation", "create, update, upsert or delete; null if it was not understood") {
      $0.row.row?.operation.rawValue
    },
    JSONKey("PortGroup", "the name of its port group", \.row.groupName),
    JSONKey("server", "the server in one line", \.row.server),
    JSONKey("objectId", "the id of the server that was created, changed or read", \.row.serverID),
    JSONKey("verdict", "what reading it back found") { $0.row.entry?.verdict?.rawValue },
    JSONKey("detail", "the server's message, or the errors of an invalid row", \.detail),
    JSONKey("meaning", "what the code of a failed row means", \.row.failureMeaning),
    JSONKey("intent", "create, update or delete; null if nothing was to be changed") {
      $0.change.verb?.rawValue
    },
    JSONKey("done", "true if the change was made; false if it was only meant, or there is none") {
      $0.change.isDone && $0.change.verb != nil
    },
    JSONKey("before", "the server before; null if there was none, or if it is not known") {
      $0.change.before.map(WholeServer.init)
    },
    JSONKey("after", "the server after; null if there is none") {
      $0.change.after.map(WholeServer.init)
    },
    JSONKey("changed", "the changed fields, each with its old and new text") { $0.change.pairs },
  ]

  /// The states of a row.
  static let stateMeaning =
    "invalid, created, updated, deleted, unchanged, failed, inDoubt, pending or exported"
}

extension RowChange {
  /// The changed fields for programs.
  var pairs: JSONByField<JSONPair> {
    JSONByField(values: changed.map { ($0.field.name, JSONPair(old: $0.old, new: $0.new)) })
  }
}

extension RowReport {
  /// The name of its port group on the target, else as it was written; `nil` if it was not understood.
  var groupName: String? { group?.displayName ?? row?.group.name }

  /// The id of the server that the row created, changed or read; `nil` if it is not known.
  var serverID: String? {
    (entry?.effect.objectID ?? (state == .exported ? row?.objectID : nil))?.text
  }
}
