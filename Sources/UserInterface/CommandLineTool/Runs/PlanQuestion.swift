// The question on the terminal, before a command writes: docs/manual.md, "The question".

import BatchEngine
import Threads

/// Whether the user can be asked before a command writes to a server.
struct Asking: Sendable {
  /// True if there is a terminal.
  var isPossible: Bool
  /// True if the user has agreed in advance, which counts for everything but a protected target.
  var isAgreed: Bool

  static let never = Asking(isPossible: false, isAgreed: false)

  /// True if the run is planned and asked for, as far as the target's protection is known.
  func isNeeded(isProtected: Bool) -> Bool { isPossible && (isProtected || !isAgreed) }
}

extension CommandContext {
  /// Whether the user is asked before this command writes; sandboxes and dry runs never ask.
  func asking(before address: TargetAddress, isDry: Bool) -> Asking {
    guard address.isRemote, !isDry else { return .never }
    return Asking(
      isPossible: TerminalPrompt.canAsk,
      isAgreed: arguments.has(.yes))
  }
}

/// Asks on the terminal whether to send what the plan of the run shows.
struct PlanQuestion: Sendable {
  /// The target's name, or its URL.
  let target: String
  /// The fences of the target, which are known when the question is asked.
  let fences: @Sendable () -> TargetFences?
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
    let fences = fences()
    if let fences, fences.isProtected {
      console.note("\(fences.name) is protected (\(fences.place(of: .protected))).")
    }
    let protected = fences.flatMap { $0.isProtected ? $0.name : nil }
    for (number, question) in Self.questions(summary, on: target, protected).enumerated() {
      // What is not shown on the terminal, because the command is quiet or messages go elsewhere, is said here.
      let isHidden = console.isQuiet || !console.messages.abilities.isTerminal
      let before = isHidden && number == 0 ? plan.summary + " " : ""
      let text = try await Self.answer(to: before + question.text, control)
      if let reason = question.complaint(about: text) { throw .declined(reason, isFinal: true) }
    }
  }

  private enum Answer: Sendable {
    case typed(String)
    /// By Ctrl-C or a signal.
    case interrupted(ExitStatus)
    /// The terminal is gone, or the run was stopped.
    case none
  }

  /// What is typed as the answer to a question.
  ///
  /// - Throws: `RunStop` if nothing is typed, because of Ctrl-C, a signal, or a terminal that is gone.
  static func answer(
    to question: String, _ control: RunControl
  ) async throws(RunStop) -> String {
    switch await read(question, control) {
    case .interrupted(let status):
      throw control.stop
        ?? (status == .terminated ? .terminated : status == .hungUp ? .hungUp : .interrupted)
    case .none:
      if let stop = control.stop { throw stop }
      throw .declined("the question could not be answered on this terminal", isFinal: true)
    case .typed(let text):
      if let stop = control.stop { throw stop }
      return text
    }
  }

  /// Reads on a thread of its own, because a person may take any time.
  private static func read(_ question: String, _ control: RunControl) async -> Answer {
    await withCheckedContinuation { continuation in
      let status = DetachedThread.start {
        do throws(CommandFailure) {
          let text = try TerminalPrompt.ask(question, showsAnswer: true) { control.stop != nil }
          continuation.resume(returning: text.map { .typed($0) } ?? .none)
        } catch {
          continuation.resume(returning: .interrupted(error.status))
        }
      }
      if status != 0 { continuation.resume(returning: .none) }
    }
  }
}

extension PlanQuestion {
  /// A question, and the answer that agrees.
  enum Question: Equatable {
    /// `y` or `yes` agrees.
    case yesOrNo
    /// The number of servers that will be deleted is typed.
    case deletes(Int, on: String)
    /// The name of a protected target is typed.
    case name(String)

    /// The text, with a blank at its end.
    var text: String {
      switch self {
      case .yesOrNo: "Continue? [y/N] "
      case .deletes(_, let target):
        "Type the number of servers to delete on \(target) to continue: "
      case .name(let name): "Type the name of target \(name) to continue: "
      }
    }

    /// Why an answer does not agree, as a clause; `nil` if it does.
    func complaint(about answer: String) -> String? {
      let typed = answer.trimmed
      switch self {
      case .yesOrNo:
        if typed.isYes { return nil }
        return typed.isEmpty || ["n", "no"].contains(typed.lowercased())
          ? "the answer was no" : "the answer was '\(typed)', and only y or yes continues"
      case .deletes(let number, _):
        if typed == String(number) { return nil }
        return typed.isEmpty
          ? "no number was typed"
          : "'\(typed)' was typed, and \(Quantity.count(number, "server")) would be deleted"
      case .name(let name):
        if typed == name { return nil }
        return typed.isEmpty
          ? "the target's name was not typed" : "'\(typed)' was typed, and the target is \(name)"
      }
    }
  }

  /// For deletes their number is typed, for a protected target its name, so that nobody agrees by habit.
  static func questions(
    _ summary: PlanSummary, on target: String, _ protected: String?
  ) -> [Question] {
    var questions: [Question] = []
    if summary.deletes > 0 { questions.append(.deletes(summary.deletes, on: target)) }
    if let protected { questions.append(.name(protected)) }
    return questions.isEmpty ? [.yesOrNo] : questions
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
