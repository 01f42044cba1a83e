// What the commands for named targets have in common: their file, their target, and their question.

import BatchEngine

/// The files of targets, for the commands that show or change them.
struct TargetAccess {
  let context: CommandContext
  let places: TargetsPlaces

  init(_ context: CommandContext) {
    self.context = context
    places = TargetsPlaces(environment: context.environment)
  }

  func registry() throws(CommandFailure) -> TargetRegistry { try TargetRegistry.load(places) }

  /// The target of the first operand in the user's own file.
  func ownTarget(in registry: TargetRegistry) throws(CommandFailure) -> NamedTarget {
    let target = try registry.find(context.arguments.operands.first ?? "")
    guard target.place.file == places.user else {
      throw CommandFailure(
        .refused, "Target \(target.name) is in \(target.place), which this command does not change",
        hint: "ask the administrator of this machine")
    }
    return target
  }

  /// Asks a question on the terminal, unless `--yes` is given.
  ///
  /// - Throws: A usage error without a terminal, and a failure if the answer is not yes.
  func confirm(_ question: String, otherwise nothing: String) throws(CommandFailure) {
    if context.arguments.has(.yes) { return }
    try ask(question, otherwise: nothing, hint: "pass --yes")
  }

  /// Asks a question that `--yes` does not answer; `hint` is what to pass without a terminal.
  ///
  /// `advice` is a line above the question, which itself is to fit a line.
  func ask(
    _ question: String, advice: String? = nil, otherwise nothing: String, hint: String,
    status: ExitStatus = .usage
  ) throws(CommandFailure) {
    context.console.output.flush()
    if let advice { context.console.note(advice) }
    guard let answer = try TerminalPrompt.ask("\(question) [y/N] ", showsAnswer: true) else {
      throw CommandFailure(
        status, "\(nothing): there is no terminal to ask: \(question)", hint: hint)
    }
    guard answer.isYes else {
      throw CommandFailure(.failure, "\(nothing): the answer was not yes")
    }
  }
}
