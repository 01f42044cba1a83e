import FoundationEssentials
import Glibc
package import PortGroupModel
import Synchronization
import Bytes

/// The output of the program: results to standard output, messages and progress to standard error.
///
/// Results may contain line ends and styles; data in them must be escaped with `escapedForDisplay` before.
/// Messages may contain line ends; other control characters are escaped here.
package final class Console: Sendable {
  package let output: TextStream
  package let messages: TextStream
  /// The last line on the terminal, which is drawn again below each message.
  private let status = Mutex("")
  private let isVerbose: Bool
  /// True if messages are kept until the command fails.
  let isQuiet: Bool
  /// Gets every message as well.
  private let log: MessageLog?
  /// What was printed for programs.
  let programs = Mutex(ProgramOutput())

  package init(
    output: TextStream, messages: TextStream, isVerbose: Bool = false, isQuiet: Bool = false,
    log: MessageLog? = nil
  ) {
    self.output = output
    self.messages = messages
    self.isVerbose = isVerbose
    self.isQuiet = isQuiet
    self.log = log
  }

  /// The console of the process; from now on, writing to a closed pipe is an error and not a signal.
  package static func standard(environment: [String: String]) -> Console {
    SignalWatcher.ignoreHarmless()
    return Console(
      output: TextStream(descriptor: STDOUT_FILENO, environment: environment),
      messages: TextStream(descriptor: STDERR_FILENO, environment: environment))
  }

  /// Prints a line of the result.
  package func print(_ line: String) { write(line + "\n") }

  /// Prints a part of the result, without a line end.
  package func write(_ text: String) {
    status.withLock { status in
      let isBelow = !status.isEmpty && output.abilities.isTerminal
      if isBelow { messages.write(Self.erase) }
      output.write(text)
      if isBelow { messages.write(status) }
    }
  }

  /// Prints information on standard error.
  package func note(_ text: String) { printMessage(text.escapedByLines) }

  /// Prints what only `--verbose` shows, with the time of the day; the text must be escaped.
  package func detail(_ text: @autoclosure () -> String) {
    guard isVerbose else { return }
    let text = text()
    let line = "\(LocalTime.clock(.now)) \(text)"
    printMessage(messages.styled(line, .dim), logged: text)
  }

  /// The run to which the next lines of the log belong.
  func setRun(_ run: String) { log?.setRun(run) }

  /// Prints a JSON object for programs on a line of standard error.
  package func note(json: String) {
    printMessage(messages.abilities.isTerminal ? json.escapedAsJSON : json)
  }

  /// Prints a warning.
  package func warn(_ text: String) {
    let text = text.escapedByLines
    printMessage(
      "cupibulk: \(messages.styled("warning:", .yellow)) \(text)",
      logged: "cupibulk: warning: \(text)")
  }

  /// Prints an error.
  package func fail(_ text: String) {
    let text = text.escapedByLines
    programs.withLock { $0.note(error: text) }
    printMessage(
      "\(messages.styled("cupibulk:", .red)) \(text)", logged: "cupibulk: \(text)")
  }

  /// Prints a diagnostic of the input, in the style of compilers.
  package func show(_ diagnostic: Diagnostic) {
    var safe = diagnostic
    safe.place.file = safe.place.file.escapedForDisplay
    safe.message = safe.message.escapedForDisplay
    safe.hint = Hint(diagnostic.fullHint.escapedForDisplay)
    if safe.severity == .error { note(error: safe) }
    let label = "\(safe.severity.rawValue)[\(safe.code.rawValue)]:"
    let text = safe.rendered
    guard messages.abilities.showsColour, let range = text.firstRange(of: label) else {
      return printMessage(text)
    }
    printMessage(
      text[..<range.lowerBound] + safe.severity.style.applied(to: label)
        + text[range.upperBound...], logged: text)
  }

  private func note(error: Diagnostic) {
    let hint = error.fullHint
    let place = error.place.line > 0 ? "\(error.place.file):\(error.place.line)" : error.place.file
    programs.withLock {
      $0.note(
        error: "\(place): \(error.message)", hint: hint.isEmpty ? nil : hint)
    }
  }

  /// Shows a status line below everything else; `nil` removes it.
  ///
  /// Does nothing if the cursor cannot be moved. The line must fit the terminal's width.
  package func setStatus(_ line: String?) {
    guard messages.abilities.movesCursor else { return }
    status.withLock { status in
      guard line ?? "" != status else { return }
      status = line ?? ""
      messages.write(Self.erase + status)
    }
  }

  /// Flushes everything; returns a sentence if the result could not be written.
  package func finish() -> String? {
    setStatus(nil)
    output.flush()
    messages.flush()
    return output.failure.map {
      "cannot write to standard output: \(SystemReason.text($0))"
    }
  }

  /// Prints a message; the log gets it without colours.
  private func printMessage(_ text: String, logged: String? = nil) {
    log?.write(logged ?? text)
    status.withLock { status in
      // If both streams are one file or pipe, results and messages keep their order.
      output.flush()
      if !status.isEmpty { messages.write(Self.erase) }
      messages.write(text + "\n" + status)
      messages.flush()
    }
  }

  /// Moves to the beginning of the line, and erases it.
  private static let erase = "\r\u{1B}[K"
}

extension Diagnostic.Severity {
  fileprivate var style: Style {
    switch self {
    case .error: .red
    case .warning: .yellow
    case .note: .cyan
    }
  }
}
