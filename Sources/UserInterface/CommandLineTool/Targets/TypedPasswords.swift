import Synchronization

/// The passwords that were typed in this process, so that nobody is asked twice when a command connects again.
final class TypedPasswords: Sendable {
  private let answers = Mutex<[String: String]>([:])

  /// The answer to a question, which is asked on the terminal once; `nil` without a terminal.
  func answer(to question: String) throws(CommandFailure) -> String? {
    if let known = answers.withLock({ $0[question] }) { return known }
    guard let typed = try TerminalPrompt.ask(question, showsAnswer: false) else { return nil }
    answers.withLock { $0[question] = typed }
    return typed
  }
}
