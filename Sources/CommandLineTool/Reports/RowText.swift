// A row of a run as a line for people.

import PortGroupModel
import RowLedger

extension RowReport {
  /// As compilers print a place: `hosts.csv:7: failed[exists]: SIP proxy 10.1.1.1 in "Branch": …`.
  ///
  /// Good rows of a run that was refused are `not sent`.
  func line(ofRefused wasRefused: Bool = false) -> String {
    let isLeft = wasRefused && state.name == "pending"
    var text = "\(place.file):\(place.line): \(isLeft ? "not sent" : stateText): "
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

  /// What to do about a failed row; `nil` for the others.
  var hint: String? {
    if case .failed(let code) = state { code.hint } else { nil }
  }

  /// One line about the server; of a row that names it by id alone, as an undo does, what the books know.
  var server: String? {
    guard let row else { return nil }
    let known = entry?.effect.before ?? entry?.effect.after
    return row.hasHost ? row.fields.summary : (known ?? row.fields).summary
  }

  private func subject(_ row: Row) -> String {
    let hasKey = row.hasHost || entry?.effect.before != nil
    if !hasKey, let id = row.objectID { return "\(row.operation.rawValue) of \(id)" }
    if !hasKey, row.hasMatch { return "\(row.operation.rawValue) of \(row.match.hostText)" }
    return server ?? row.fields.summary
  }
}

extension Row {
  fileprivate var hasHost: Bool { fields[.host].text != nil || fields[.hostV6].text != nil }
}
