import Bytes
import FoundationEssentials

/// Progress as text: one line for a terminal, one for a log, one as JSON.
package enum ProgressText {
  /// One line of at most `width` columns; the least important parts are left out if there is no room.
  package static func bar(_ state: ProgressState, _ pace: ProgressPace, width: Int) -> String {
    let count = state.total.map {
      "\(Quantity.count(state.done))/\(Quantity.count($0, state.unit))"
    }
    let head = percent(state) + (count ?? Quantity.count(state.done, state.unit))
    var room = width - head.count
    func fitting(_ part: String?) -> String? {
      guard let part, part.displayWidth + 2 <= room else { return nil }
      room -= part.displayWidth + 2
      return part
    }
    // In the order of importance.
    let trouble = fitting(trouble(state))
    let waiting = fitting(
      state.waiting.map { "waiting: \($0)".escapedForDisplay.cut(toWidth: max(room - 2, 12)) })
    let left = fitting(pace.left.map { "\(Quantity.time($0)) left" })
    let rate = fitting(pace.rate.map(Quantity.rate))
    let phase = fitting(state.phase)
    let slots = fitting(state.slots > 0 ? "slots \(state.slotsInUse)/\(state.slots)" : nil)
    let gauge = fitting(gauge(state, width: min(room - 2, 32)))
    let parts = [phase, gauge, head, rate, left, slots, trouble, waiting]
    return parts.compactMap(\.self).joined(separator: "  ").cut(toWidth: width)
  }

  /// A line for a log: `Sending: 1,234 of 2,900 rows (42%), 12.3/s, 2m 05s left`.
  package static func line(_ state: ProgressState, _ pace: ProgressPace) -> String {
    var text = "\(state.phase): "
    if let total = state.total {
      text += "\(Quantity.count(state.done)) of \(Quantity.count(total, state.unit))"
      text += fraction(state).map { " (\(Int($0 * 100))%)" } ?? ""
    } else {
      text += Quantity.count(state.done, state.unit)
    }
    if let rate = pace.rate { text += ", \(Quantity.rate(rate))" }
    if let left = pace.left { text += ", \(Quantity.time(left)) left" }
    if let trouble = trouble(state) { text += ", \(trouble)" }
    if let waiting = state.waiting { text += "; waiting: \(waiting.escapedForDisplay)" }
    return text
  }

  /// One JSON object on one line.
  package static func json(_ state: ProgressState, _ pace: ProgressPace) -> String {
    ProgressReport(state: state, pace: pace).line
  }

  private static func fraction(_ state: ProgressState) -> Double? {
    guard let total = state.total, total > 0 else { return nil }
    return min(max(Double(state.done) / Double(total), 0), 1)
  }

  private static func percent(_ state: ProgressState) -> String {
    fraction(state).map { String(Int($0 * 100)).padded(to: 3) + "%  " } ?? ""
  }

  private static func trouble(_ state: ProgressState) -> String? {
    let parts = [
      state.failed > 0 ? "\(Quantity.count(state.failed)) failed" : nil,
      state.inDoubt > 0 ? "\(Quantity.count(state.inDoubt)) in doubt" : nil,
    ]
    let text = parts.compactMap(\.self).joined(separator: ", ")
    return text.isEmpty ? nil : text
  }

  /// `[=====>    ]`; `nil` if there is no room for a useful gauge.
  private static func gauge(_ state: ProgressState, width: Int) -> String? {
    guard let fraction = fraction(state), width >= 12 else { return nil }
    let inner = width - 2
    let filled = Int(Double(inner) * fraction)
    let head = filled < inner && filled > 0 ? ">" : ""
    let body = String(repeating: "=", count: filled - head.count) + head
    return "[" + body + String(repeating: " ", count: inner - filled) + "]"
  }
}

/// The progress of a command, for programs.
struct ProgressReport: JSONLine {
  let state: ProgressState
  let pace: ProgressPace

  static let type = "progress"
  static let summary =
    "How far a command is: a line of standard error about each second, with `--progress json`."

  static let keys: [JSONKey<ProgressReport>] = [
    JSONKey("event", "always `progress`") { _ in "progress" },
    JSONKey("phase", "what is done now, in one word", \.state.phase),
    JSONKey("done", "the number of finished items of this phase", \.state.done),
    JSONKey("total", "the number of all items; null while it is not known", \.state.total),
    JSONKey("failed", "the number of rows that failed", \.state.failed),
    JSONKey("inDoubt", "the number of rows in doubt", \.state.inDoubt),
    JSONKey("rate", "items a second, with one decimal; null while it is not known", \.pace.rate),
    JSONKey("secondsLeft", "the time that is left, in seconds; null while it is not known") {
      $0.pace.left.map { Int($0.components.seconds) }
    },
    JSONKey(
      "slots", "the most requests in flight now; 0 in a phase without requests", \.state.slots),
    JSONKey("slotsInUse", "the number of requests in flight", \.state.slotsInUse),
    JSONKey("waiting", "why nothing is sent now; null if it is", \.state.waiting),
  ]
}
