import BatchEngine
import PortGroupModel
import RowLedger
import Synchronization

/// Prints the planned rows of a run, one line for each, and counts them; thread-safe.
///
/// A dry run prints them as its result; before a question they are messages, of which the first are shown.
final class PlanReport: Sendable {
  /// What is printed.
  enum Purpose: Sendable {
    case dryRun
    case dryRunAsJSON
    case question
  }

  private struct State {
    var counts: [String: Int] = [:]
    /// The number of rows to create or update before a question.
    var shown = 0
  }

  private let console: Console
  private let purpose: Purpose
  private let state = Mutex(State())

  /// How many rows to create or update are shown before a question; all rows to delete and all that would fail are shown.
  static let shownBeforeQuestion = 20

  /// True if the rows are the steps of a plan file, which are compared with the server.
  let isCheck: Bool

  init(on console: Console, for purpose: Purpose, isCheck: Bool = false) {
    self.console = console
    self.isCheck = isCheck
    self.purpose = purpose
  }

  /// Shows a row; an unchanged row is only counted, unless the output is for programs.
  func show(_ row: PlannedRow) {
    let isShown = state.withLock { state in
      state.counts[row.progress == .done ? "unchanged" : row.decision.name, default: 0] += 1
      guard purpose == .question else { return true }
      if row.progress == .done { return false }
      switch row.decision {
      case .unchanged: return row.lacksServer
      case .refuse: return true
      case .write(let change):
        if change.verb == .delete { return true }
        state.shown += 1
        return state.shown <= Self.shownBeforeQuestion
      }
    }
    guard isShown else { return }
    if purpose == .dryRunAsJSON {
      console.print(row)
      return
    }
    if row.lacksServer {
      let text =
        "\(row.place.text): nothing to delete: \(row.server) in \"\(row.group)\": "
        + "there is no such server"
      print(text.escapedForDisplay)
    }
    if case .unchanged = row.decision { return }
    let changes = row.changes.map { change in
      "\(change.field.name) \(change.before.shown) → \(change.after.shown)"
    }
    if row.progress == .done {
      let text =
        "\(row.place.text): is done already: \(row.server) in \"\(row.group)\""
      return print(text.escapedForDisplay)
    }
    let isOpen = row.progress == .inDoubt && row.decision.change != nil
    let would = isOpen ? "in doubt; if it was not done, would" : "would"
    var text =
      "\(row.place.text): \(would) \(row.decision.verb): \(row.server) in \"\(row.group)\""
    if !changes.isEmpty { text += ": " + changes.joined(separator: ", ") }
    print(text.escapedForDisplay)
    if case .refuse(let code) = row.decision {
      print(
        "    \((row.reason.map { $0.sentenceStart + "." } ?? code.meaning).escapedForDisplay)")
      print("    hint: \(code.hint)")
    }
    if let neighbour = row.neighbour {
      print(
        "    warning: it would exist beside \(neighbour.escapedForDisplay), which no row names")
      print("    hint: to move that one, begin with: cupibulk template move-hosts")
    }
  }

  private func print(_ line: String) {
    purpose == .question ? console.note(line) : console.print(line)
  }

  /// Shows how many rows were not shown, and the counts of all.
  func showSummary() {
    let more = state.withLock { $0.shown } - Self.shownBeforeQuestion
    if more > 0 {
      console.note("… and \(Quantity.count(more, "more row")) to create or update")
    }
    console.note(summary)
  }

  /// The counts of all rows, as a sentence.
  var summary: String { "The plan: " + countsText + "." }

  /// The number of rows of each kind, in a fixed order.
  var sums: [(name: String, count: Int)] {
    let counts = state.withLock(\.counts)
    return ["create", "update", "delete", "unchanged", "fail"].map { ($0, counts[$0] ?? 0) }
  }

  var hasRows: Bool { state.withLock { !$0.counts.isEmpty } }

  /// True if a row would fail.
  var hasFailure: Bool { state.withLock { $0.counts["fail"] ?? 0 > 0 } }

  /// A summary in one sentence.
  var sentence: String {
    guard isCheck else { return "Dry run, nothing was sent: " + countsText + "." }
    return
      (hasFailure
      ? "Some steps of the plan no longer hold: " : "Each step of the plan still holds: ")
      + countsText + ". Nothing was sent."
  }

  private var countsText: String {
    let parts = sums.filter { $0.count > 0 }.map { name, count in
      switch name {
      case "unchanged": "\(Quantity.count(count)) unchanged"
      case "fail": "\(Quantity.count(count)) would fail"
      default: "\(Quantity.count(count)) to \(name)"
      }
    }
    return parts.isEmpty ? "there is nothing to do" : parts.joined(separator: ", ")
  }

  /// The counts of all rows, for programs.
  var sumsForPrograms: RunResultReport.PlannedSums {
    let counts = state.withLock(\.counts)
    return RunResultReport.PlannedSums(
      create: counts["create"] ?? 0, update: counts["update"] ?? 0, delete: counts["delete"] ?? 0,
      unchanged: counts["unchanged"] ?? 0, fail: counts["fail"] ?? 0)
  }
}

extension PlannedRow: JSONLine {
  static let type = "planned-row"
  static let summary =
    "What would be done for a row: a line of a dry run, and of `plan check`."

  static let keys: [JSONKey<PlannedRow>] =
    [
      JSONKey("file", "the file that the row comes from", \.place.file),
      JSONKey("line", "its line in the file", \.place.line),
      JSONKey("would", "create, update, delete, unchanged or fail") {
        $0.progress == .done ? "unchanged" : $0.decision.name
      },
      JSONKey("code", "why it would fail, as a code") {
        if case .refuse(let code) = $0.decision { code.rawValue } else { String?.none }
      },
      JSONKey("PortGroup", "the name of its port group", \.group),
      JSONKey("server", "the server in one line", \.server),
    ]
    + Field.writable.map { field in
      JSONKey(field.name, "the old and the new text; null if an update does not change it") { row in
        row.changes.first { $0.field == field }.map {
          JSONPair(old: $0.before.text ?? "", new: $0.after.text ?? "")
        }
      }
    } + [
      JSONKey("neighbour", "a similar server that no row names", \.neighbour)
    ]
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
