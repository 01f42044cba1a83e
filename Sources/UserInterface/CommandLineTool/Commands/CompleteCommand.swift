import Bytes

extension Command {
  static let complete = Command(
    name: "__complete",
    summary: "Answer a shell's question for what can be typed",
    details: [
      "With the shell words: the number of the word at the cursor, from 0, and the words after the program's name; the "
        + "one at the cursor is only given up to it. With the shell bash: what readline replaces, the line up to the "
        + "cursor, and the rest of it."
    ],
    operands: [
      Operand(name: "SHELL", help: "how the line is given", words: .listed(["words", "bash"])),
      Operand(
        name: "WORD", help: "the line", words: .anything, isRequired: false, isRepeatable: true),
    ],
    options: [.completionTime],
    isHidden: true, isSilent: true
  ) { context throws(UsageError) in try CompleteCommand(context) }
}

extension Option {
  static let completionTime = Option(
    "completion-time", .duration(.milliseconds(1) ... .seconds(60)), in: .general,
    fallback: "150ms",
    "how long files are read for the answer; then it has only what is always known"
  )
}

/// `cupibulk __complete`: what can be typed at the cursor of a command line, for the scripts of `completion`.
///
/// It contacts no server, starts no program, asks nothing, writes nothing but its answer, and never fails: without an
/// answer, it prints nothing. What reads files is limited in time, and what does not is answered then.
struct CompleteCommand: RunnableCommand {
  private let context: CommandContext
  private let limit: Duration

  init(_ context: CommandContext) throws(UsageError) {
    self.context = context
    limit = try context.arguments.duration(.completionTime)
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let words = Array(context.arguments.operands.dropFirst())
    let text: (@Sendable (CompletionLine, any KnownWords, BashAnswer.Listing) -> String)
    let line: CompletionLine
    if context.arguments.operands.first == "bash" {
      guard words.count == 3 else { return .success }
      let bash = BashLine(words[1], replacing: words[0], before: words[2])
      line = CompletionLine(
        before: bash.before, current: bash.word.text,
        after: BashLine.texts(after: words[2]))
      text = { line, known, files in
        BashAnswer(line: bash).text(Completion(line: line, known: known).answer, files: files)
      }
    } else {
      guard let number = words.first.flatMap({ OptionValue.number($0, in: 0...100_000) }) else {
        return .success
      }
      line = CompletionLine(
        before: Array(words.dropFirst().prefix(number)),
        current: words.count > number + 1 ? words[number + 1] : "",
        after: Array(words.dropFirst(number + 2)))
      text = { line, known, _ in Completion(line: line, known: known).answer.text }
    }
    let local = LocalWords(line: line, environment: context.environment)
    let answer = TimeLimit.result(within: limit) { text(line, local, FolderListing.paths) }
    context.console.write(answer ?? text(line, NothingKnown()) { _, _ in [] })
    return .success
  }
}
