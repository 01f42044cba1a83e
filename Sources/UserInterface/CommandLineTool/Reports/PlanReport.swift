import BatchEngine
import PortGroupModel
import RowLedger
import Synchronization

/// Prints the planned rows of a dry run, one line for each, and counts them; thread-safe.
final class PlanReport: Sendable {
  private let console: Console
  private let isJSON: Bool
  private let counts = Mutex<[String: Int]>([:])

  init(on console: Console, asJSON isJSON: Bool) {
    self.console = console
    self.isJSON = isJSON
  }

  /// Shows a row; an unchanged row is only counted, unless the output is for programs.
  func show(_ row: PlannedRow) {
    counts.withLock { $0[row.decision.name, default: 0] += 1 }
    if isJSON {
      console.print(json(row))
      return
    }
    if row.lacksServer {
      let text =
        "\(row.place.file):\(row.place.line): nothing to delete: \(row.server) in \"\(row.group)\": "
        + "there is no such server"
      console.print(text.escapedForDisplay)
    }
    if case .unchanged = row.decision { return }
    let changes = row.changes.map { change in
      "\(change.field.name) \(change.before.shown) → \(change.after.shown)"
    }
    var text =
      "\(row.place.file):\(row.place.line): would \(row.decision.verb): \(row.server) in \"\(row.group)\""
    if !changes.isEmpty { text += ": " + changes.joined(separator: ", ") }
    console.print(text.escapedForDisplay)
    if case .refuse(let code) = row.decision {
      console.print(
        "    \((row.reason.map { $0.sentenceStart + "." } ?? code.meaning).escapedForDisplay)")
      console.print("    hint: \(code.hint)")
    }
    if let neighbour = row.neighbour {
      console.print(
        "    warning: it would exist beside \(neighbour.escapedForDisplay), which no row names")
      console.print("    hint: to move that one, begin with: cupibulk template move-hosts")
    }
  }

  /// The number of rows of each kind, in a fixed order.
  var sums: [(name: String, count: Int)] {
    let counts = counts.withLock { $0 }
    return ["create", "update", "delete", "unchanged", "fail"].map { ($0, counts[$0] ?? 0) }
  }

  var hasRows: Bool { counts.withLock { !$0.isEmpty } }

  /// True if a row would fail.
  var hasFailure: Bool { counts.withLock { $0["fail"] ?? 0 > 0 } }

  /// A summary in one sentence.
  var sentence: String {
    let parts = sums.filter { $0.count > 0 }.map { name, count in
      switch name {
      case "unchanged": "\(Quantity.count(count)) unchanged"
      case "fail": "\(Quantity.count(count)) would fail"
      default: "\(Quantity.count(count)) to \(name)"
      }
    }
    return "Dry run, nothing was sent: "
      + (parts.isEmpty ? "there is nothing to do." : parts.joined(separator: ", ") + ".")
  }

  private func json(_ row: PlannedRow) -> JSONLine {
    var line = JSONLine()
    line.add("file", row.place.file)
    line.add("line", row.place.line)
    line.add("would", row.decision.name)
    if case .refuse(let code) = row.decision { line.add("code", code.rawValue) }
    line.add("PortGroup", row.group)
    line.add("server", row.server)
    for change in row.changes {
      line.add(change.field.name, [change.before.text ?? "", change.after.text ?? ""])
    }
    line.add("neighbour", row.neighbour)
    return line
  }
}

extension Decision {
  fileprivate var name: String {
    switch self {
    case .write(let change): change.verb.rawValue
    case .unchanged: "unchanged"
    case .refuse: "fail"
    }
  }

  fileprivate var verb: String {
    if case .refuse(let code) = self { "fail[\(code.rawValue)]" } else { name }
  }
}

extension FieldValue {
  fileprivate var shown: String { text ?? "(empty)" }
}
