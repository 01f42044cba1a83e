// How a run ended, in a few words that say what happened.

import FoundationEssentials
import PortGroupModel
import RowLedger

extension RunSummary {
  /// Such as `done: 3 created, 1 unchanged`, `6 of 6 rows failed` or `crashed, 4 rows open`.
  var outcome: String {
    guard let ending = run.ending else {
      if run.isRunning { return "is running" }
      return run.isStaged ? "crashed, \(openText)" : "crashed before its rows were recorded"
    }
    switch ending.how {
    case .done:
      if !ending.reason.isEmpty { return ending.reason }
      return "done: " + (run.opening.isDry ? "a dry run sends nothing" : countsText)
    case .declined: return "nothing was sent: \(ending.reason)"
    case .refused, .stopped, .interrupted, .failed:
      let text = "\(ending.how.rawValue)\(ending.reason.isEmpty ? "" : ": \(ending.reason)")"
      // Some reasons are the open rows themselves.
      let isCounted = ending.reason.contains(" not done") || ending.reason.contains(" in doubt")
      guard run.isStaged, ending.how != .refused, !isCounted, open > 0 else { return text }
      return "\(text), \(openText)"
    }
  }

  /// True if rows failed, are in doubt or not done, or if the run did not end well.
  var isFailed: Bool { run.isRunning ? false : run.exitCode != 0 }

  private var open: Int { books.pending + books.inDoubt }

  private var openText: String { open == 0 ? "no row open" : "\(Quantity.count(open, "row")) open" }

  private var countsText: String {
    let parts = [
      (books.created, "created"), (books.updated, "updated"), (books.deleted, "deleted"),
      (books.unchanged, "unchanged"), (books.exported, "exported"),
    ].filter { $0.0 > 0 }.map { "\(Quantity.count($0.0)) \($0.1)" }
    return parts.isEmpty ? "there was nothing to do" : parts.joined(separator: ", ")
  }

  /// Its source, or its relation to its parent.
  var sourceText: String {
    guard let relation else { return run.opening.source }
    return (relation.relation == .undo ? "undoes " : "tries again ") + relation.run.text
  }

}

extension RunTarget {
  /// `prod (https://cuc.example.com)`, or the URL of a target without a name.
  var shown: String { name.map { "\($0) (\(url))" } ?? url }

  /// The target as it is typed: `target:prod`, or its URL.
  var reference: String { name.map { "target:\($0)" } ?? url }
}

extension Run {
  /// Why a run that is not staged has no rows.
  var unstagedText: String {
    if opening.kind == .diff { return "was a comparison" }
    if opening.isDry { return "was a dry run" }
    return isRunning
      ? "is still reading its input (process \(owner.pid))" : "ended before its rows were recorded"
  }

  /// `import`, `undo (dry run)`.
  var kindText: String {
    opening.kind.rawValue + (opening.isDry && opening.kind != .diff ? " (dry run)" : "")
  }

  /// True for a restore that stopped after its last write and before its groups were compared with the source.
  var awaitsVerdict: Bool {
    opening.kind == .restore && (ending?.how == .stopped || ending?.how == .interrupted)
  }
}

extension TextStream {
  /// A moment for its receiver: local time on a terminal, else UTC.
  func moment(_ date: Date, seconds: Bool = true) -> String {
    abilities.isTerminal ? LocalTime.text(date, seconds: seconds) : date.ISO8601Format()
  }
}
