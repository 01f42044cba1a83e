// What programs read on standard output: the entries of a list, or one object that ends the command.

import Synchronization

/// Keeps the object that ends a command, so that there is only one, and it has the exit code; lists have none.
struct ProgramOutput: Sendable {
  /// The object that ends the command, printed with the exit code; `nil` if the command has none of its own.
  private var ending: (@Sendable (Int32) -> String)?
  /// The line that is printed in its place if another object ends the command; `nil` if nothing is.
  private var replaced: String?
  /// True if a document has been printed that has the exit code itself.
  private var isEnded = false
  /// The last error that was shown: a sentence, and what to do.
  private var error: (text: String, hint: String?)?

  mutating func end() { isEnded = true }

  /// Keeps the object that ends the command.
  ///
  /// - Returns: The line to print now, if an earlier object was to end it.
  mutating func end(with ending: some JSONEnding & Sendable) -> String? {
    let earlier = replaced
    self.ending = { ending.line(exit: $0) }
    replaced = ending.asAttempt
    return earlier
  }

  /// Notes an error that was shown; of several the first one counts, because it explains the others.
  mutating func note(error text: String, hint: String? = nil) { error = error ?? (text, hint) }

  /// The object that ends the command; `nil` if a document did, or if a list is complete.
  func ending(_ status: ExitStatus, of command: CommandPath?, failure: CommandFailure?) -> String? {
    if isEnded { return nil }
    if let ending { return ending(status.rawValue) }
    // A list may be complete although something in it is not as asked.
    if status == .success || failure == nil && error == nil { return nil }
    let text = failure?.message ?? ""
    let hint = failure?.hint ?? ""
    return FailureReport(
      error: text.isEmpty ? error?.text ?? status.meaning : text,
      hint: text.isEmpty ? error?.hint : hint.isEmpty ? nil : hint,
      command: command.flatMap { $0 == .root ? nil : $0.name }
    ).line(exit: status.rawValue)
  }
}

/// Why a command failed, if no other object says so.
struct FailureReport: JSONEnding {
  let error: String
  let hint: String?
  let command: String?

  static let type = "failure"
  static let summary =
    "The last line of a command that failed and has no other object that ends it: it could not begin, its list ends early, or the command line is wrong."
  static let keys: [JSONKey<FailureReport>] = [
    JSONKey("error", "what went wrong, as a sentence without a full stop", \.error),
    JSONKey("hint", "what to do next, as a clause; null if `error` says it", \.hint),
    JSONKey("command", "the command, such as `runs show`; null if it is not known", \.command),
  ]
}

extension ParsedArguments {
  /// True if standard output is for programs.
  var printsJSON: Bool {
    let isShown = (givenText(.outputFile) ?? "-") == "-"
    guard has(.json) else {
      return isShown && path.command.options.contains(.diffFormat)
        && givenChoice(.diffFormat) == DiffFormat.json
    }
    // Standard output may be the file itself.
    return !(path.command.writesFile && isShown)
  }
}

extension UsageError {
  /// True if the words or variables of a line that cannot be parsed ask for JSON.
  func wantsJSON(_ words: [String], _ environment: [String: String]) -> Bool {
    if ProgramOutput.isAsked(by: words) { return true }
    // Where no command is known, any may be meant.
    let mayPrint = path.command.allOptions.contains(.json) || !path.command.subcommands.isEmpty
    guard mayPrint, let variable = Option.json.environmentName else { return false }
    return environment[variable].flatMap(OptionValue.bool) ?? false
  }

  /// The same error as a failure of the command.
  var failure: CommandFailure {
    CommandFailure(.usage, message, hint: "see: \(page)")
  }
}

extension ProgramOutput {
  /// True if the words of a command line ask for JSON.
  static func isAsked(by words: [String]) -> Bool {
    words.prefix { $0 != "--" }.contains { word in
      word.utf8.elementsEqual(Option.json.flag.utf8)
        || word.utf8.starts(with: (Option.json.flag + "=").utf8)
    }
  }

  /// The line for standard output if the process cannot begin; empty unless the words ask for JSON.
  ///
  /// `text` is the line for standard error.
  static func refusal(_ text: String, words: [String]) -> String {
    guard isAsked(by: words) else { return "" }
    let sentence = text.utf8.drop { $0 != UInt8(ascii: " ") }.dropFirst()
    let report = FailureReport(
      error: String(decoding: sentence.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self),
      hint: nil, command: nil)
    return report.line(exit: ExitStatus.failure.rawValue) + "\n"
  }
}

extension Console {
  /// Prints an object as a line of the result; escaped on a terminal.
  func print<Line: JSONLine>(_ object: Line) { print(json: object.line) }

  /// Keeps the object that ends the command; it is printed with the exit code.
  func end(with ending: some JSONEnding & Sendable) {
    if let earlier = programs.withLock({ $0.end(with: ending) }) { print(json: earlier) }
  }

  /// Prints the last part of a document that has the exit code itself.
  func end(document rest: String) {
    programs.withLock { $0.end() }
    write(json: rest)
  }

  /// Prints the object that ends the command.
  func end(_ status: ExitStatus, of command: CommandPath?, failure: CommandFailure?) {
    guard let text = programs.withLock({ $0.ending(status, of: command, failure: failure) }) else {
      return
    }
    print(json: text)
  }
}
