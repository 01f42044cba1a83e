import PortGroupModel
import RowLedger

/// What a row changed on the server, or what it was meant to change if it is not known whether it did.
struct RowChange {
  /// `nil` for a row that changed nothing, and was not meant to.
  let verb: Change.Verb?
  /// False for what was meant: the write failed, is in doubt, or has not been sent.
  let isDone: Bool
  /// The server before; `nil` if there was none, or if it is not known.
  let before: FieldValues?
  /// The server after; `nil` if there is none.
  let after: FieldValues?
  /// The fields that a meant change sets.
  private let meant: FieldValues

  init(_ row: RowReport) {
    let effect = row.entry?.effect ?? .none
    if effect.verb == nil, let change = row.entry?.change, row.state != .unchanged {
      verb = change.verb
      isDone = false
      before = change.verb == .create ? nil : row.found ?? effect.before
      after = Change(change.verb, server: change.server, set: change.set, before: before)?.after
      meant = change.set
      return
    }
    verb = effect.verb
    isDone = true
    meant = [:]
    let read = row.state == .exported ? row.row?.fields : nil
    before = verb == .create ? nil : effect.before ?? effect.after ?? read
    after = verb == .delete ? nil : effect.after ?? effect.before ?? read
  }

  /// The fields with other values than before; of an update only those.
  var changed: [(field: Field, old: String?, new: String?)] {
    guard let verb else { return [] }
    return Self.shown.compactMap { field in
      // Without the former server, only what was to be set is known.
      if verb == .update, before == nil, meant[field] == .absent { return nil }
      let (old, new) = (before?[field].text, after?[field].text)
      return old == new ? nil : (field, old, new)
    }
  }

  /// One line for users; `nil` if nothing was or would be changed.
  var text: String? {
    guard let verb else { return nil }
    let changed = changed
    guard !changed.isEmpty else { return nil }
    switch verb {
    case .update:
      let list = changed.map { field, old, new in
        "\(field.name) \(before == nil ? "" : (old ?? "(empty)") + " ")→ \(new ?? "(empty)")"
      }
      return (isDone ? "" : "meant: ") + list.joined(separator: ", ")
    case .create: return (isDone ? "set: " : "meant to set: ") + Self.list(after)
    case .delete: return (isDone ? "was: " : "meant to delete: ") + Self.list(before)
    }
  }

  /// `Port=5060; TlsPort=5061` for a spreadsheet; empty without a server.
  static func compact(_ values: FieldValues?) -> String {
    guard let values else { return "" }
    return shown.filter { values[$0] != .absent }
      .map { "\($0.name)=\(values[$0].text ?? "")" }.joined(separator: "; ")
  }

  private static func list(_ values: FieldValues?) -> String {
    guard let values else { return "" }
    return shown.compactMap { field in values[field].text.map { "\(field.name) \($0)" } }
      .joined(separator: ", ")
  }

  /// The fields that say something about a server; the others are ids and places.
  private static let shown: [Field] = [
    .service, .host, .hostV6, .port, .tlsPort, .precedence, .skinnyStateMachine,
  ]
}
