// The question on the terminal, before a command writes: docs/manual.md, "The question".

import BatchEngine
import Threads

/// Asks on the terminal whether to send what the plan of the run shows.
struct PlanQuestion: Sendable {
  /// The target as the first line names it.
  let target: String
  let plan: PlanReport
  let painter: ProgressPainter
  let control: RunControl
  let console: Console

  /// Shows the plan's summary and asks.
  ///
  /// - Throws: `RunStop.declined` if the answer is not the one that agrees, `interrupted` for Ctrl-C, and the reason of
  ///   the stop if the run was stopped meanwhile.
  func ask(_ summary: PlanSummary) async throws(RunStop) {
    painter.isPaused = true
    defer { painter.isPaused = false }
    plan.showSummary()
    var question = Self.question(summary, on: target)
    // What a quiet command keeps to itself until it fails is said in the question.
    if console.isQuiet { question.text = plan.summary + " " + question.text }
    switch await answer(to: question.text) {
    case .interrupted: throw .interrupted
    case .none:
      if let stop = control.stop { throw stop }
      throw .declined("the question could not be answered on this terminal", isFinal: true)
    case .typed(let text):
      if let stop = control.stop { throw stop }
      if let reason = question.complaint(about: text) { throw .declined(reason, isFinal: true) }
    }
  }

  private enum Answer: Sendable {
    case typed(String)
    case interrupted
    /// The terminal is gone, or the run was stopped.
    case none
  }

  /// Reads on a thread of its own, because a person may take any time.
  private func answer(to question: String) async -> Answer {
    await withCheckedContinuation { continuation in
      let status = DetachedThread.start { [control] in
        do throws(CommandFailure) {
          let text = try TerminalPrompt.ask(question, showsAnswer: true) { control.stop != nil }
          continuation.resume(returning: text.map { .typed($0) } ?? .none)
        } catch {
          continuation.resume(returning: .interrupted)
        }
      }
      if status != 0 { continuation.resume(returning: .none) }
    }
  }
}

extension PlanQuestion {
  /// A question, and the answer that agrees.
  struct Question: Equatable {
    /// The text, with a blank at its end.
    var text: String
    /// The number that must be typed; `nil` if `y` or `yes` agrees.
    var number: Int?

    /// Why an answer does not agree, as a clause; `nil` if it does.
    func complaint(about answer: String) -> String? {
      let typed = answer.trimmed
      guard let number else {
        if ["y", "yes"].contains(typed.lowercased()) { return nil }
        return typed.isEmpty || ["n", "no"].contains(typed.lowercased())
          ? "the answer was no" : "the answer was '\(typed)', and only y or yes continues"
      }
      if typed == String(number) { return nil }
      return typed.isEmpty
        ? "no number was typed"
        : "'\(typed)' was typed, and \(Quantity.count(number, "server")) would be deleted"
    }
  }

  /// For deletes their number is typed, so that nobody agrees to them by habit.
  static func question(_ summary: PlanSummary, on target: String) -> Question {
    guard summary.deletes > 0 else {
      return Question(text: "Continue? [y/N] ")
    }
    return Question(
      text: "Type the number of servers to delete on \(target) to continue: ",
      number: summary.deletes)
  }
}

extension String {
  /// The text without blanks at its ends.
  fileprivate var trimmed: String {
    let isBlank = { (scalar: Unicode.Scalar) in scalar == " " || scalar == "\t" }
    var text = unicodeScalars[...]
    while let first = text.first, isBlank(first) { text.removeFirst() }
    while let last = text.last, isBlank(last) { text.removeLast() }
    return String(text)
  }
}

extension CommandContext {
  /// True if somebody is at a terminal and is asked before this command writes to a server.
  ///
  /// Messages must be on the terminal too, or the user would agree to what he cannot see.
  func asks(before address: TargetAddress, isDry: Bool) -> Bool {
    address.isRemote && !isDry && !arguments.has(.yes) && console.messages.abilities.isTerminal
      && TerminalPrompt.canAsk
  }
}
