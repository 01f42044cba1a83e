// A row of a run as a line for users.

import PortGroupModel
import RowLedger

extension RowPlace {
  /// File and line; a server that was read from a target has no line.
  var text: String { line > 0 ? "\(file):\(line)" : file }
}

extension RowReport {
  /// One line in the style of compilers: `hosts.csv:7: failed[exists]: SIP proxy 10.1.1.1 in "Branch": …`.
  ///
  /// Valid rows of a refused run are `not sent`.
  func line(ofRefused wasRefused: Bool = false) -> String {
    let isLeft = wasRefused && state.name == "pending"
    var text = "\(place.text): \(isLeft ? "not sent" : stateText): "
    if let row {
      text += subject(row)
      if let name = group?.displayName ?? row.group.name { text += " in \"\(name)\"" }
    } else {
      text += "record \(place.record)"
    }
    if let detail, !detail.isEmpty { text += ": \(detail)" }
    if let verdict = entry?.verdict, verdict == .overwritten || verdict == .normalised {
      text += " (\(verdict.rawValue))"
    }
    return text
  }

  /// `failed[exists]`, `pending[stopped]`, `created`.
  var stateText: String { state.detail.map { "\(state.name)[\($0)]" } ?? state.name }

  /// The lines below the row: what was changed, or was meant to be changed, and what the failure means.
  var changeLines: [String] {
    var lines: [String] = []
    if let text = RowChange(self).text { lines.append(text) }
    if detail?.isEmpty ?? true, let meaning = failureMeaning { lines.append(meaning) }
    return lines
  }

  /// What the code of a failed row means; `nil` for the others.
  var failureMeaning: String? {
    if case .failed(let code) = state { code.meaning } else { nil }
  }

  /// What to do about a failed row of a run; `nil` for the others.
  func hint(in run: Run, _ ledger: Ledger) async -> String? {
    guard case .failed(let code) = state else { return nil }
    let again = "then: cupibulk resume \(run.id) --failed"
    switch code {
    case .changedSince where run.opening.kind == .restore:
      return "look at the server; if it is still to be as the source, run the restore again"
    case .changedSincePlan where run.opening.kind == .apply:
      return "look at the server; if the row is still right, make a new plan"
    case .changedSince:
      var otherRun: RunID?
      if let id = entry?.effect.objectID {
        otherRun = try? await ledger.newestRun(changing: id, otherThan: run)
      }
      return otherRun.map { "undo run \($0) first, or change the server by hand" }
        ?? "another client did that; change the server by hand"
    case .afterFailure where run.opening.kind == .undo:
      return "fix the cause of the earlier row, \(again)"
    case .refused where run.opening.kind == .undo:
      return "read the server's message and fix its cause, \(again)"
    case .cannotEmpty where run.opening.kind == .undo:
      return
        "see whether the value does harm; only a server that is deleted and created again is without one"
    default: return code.hint
    }
  }

  /// One line about the server; if a row names only its id, as in an undo, what the ledger has about it.
  var server: String? {
    guard let row else { return nil }
    let known = entry?.effect.before ?? entry?.effect.after
    return row.namesHost ? row.fields.summary : (known ?? row.fields).summary
  }

  private func subject(_ row: Row) -> String {
    let hasKey = row.namesHost || entry?.effect.before != nil
    if !hasKey, let id = row.objectID { return "\(row.operation.rawValue) of \(id)" }
    if !hasKey, row.hasMatch { return "\(row.operation.rawValue) of \(row.match.hostText)" }
    return server ?? row.fields.summary
  }
}
