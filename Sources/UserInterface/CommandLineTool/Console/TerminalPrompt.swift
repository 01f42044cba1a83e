import Glibc
import Synchronization

extension String {
  /// True for an answer that agrees: `y` or `yes`, in any case.
  var isYes: Bool { ["y", "yes"].contains(lowercased()) }
}

/// Asks on the controlling terminal, also where standard input or output is something else.
enum TerminalPrompt {
  /// True if there is a terminal on which this process may ask now.
  ///
  /// One of the three standard streams must be a terminal: a job that only inherits one has nobody who looks at it.
  static var canAsk: Bool {
    guard [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO].contains(where: { isatty($0) == 1 }) else {
      return false
    }
    let terminal = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
    guard terminal >= 0 else { return false }
    defer { close(terminal) }
    return tcgetpgrp(terminal) == getpgrp()
  }

  /// Prints a question, and reads a line.
  ///
  /// Keys are read one by one, so that the terminal is restored also after Ctrl-C.
  ///
  /// - Parameters:
  ///   - question: The text before the answer, with a blank at its end.
  ///   - showsAnswer: False for a secret.
  ///   - isCancelled: True if nobody waits for the answer any more.
  /// - Returns: The answer, which may be empty; `nil` if there is no terminal, or if this process is in the
  ///   background and would be stopped by the attempt to read, or if it is cancelled.
  /// - Throws: A failure without a message if Ctrl-C was typed or a signal came, because the user knows why the
  ///   command ends.
  static func ask(
    _ question: String, showsAnswer: Bool, isCancelled: () -> Bool = { false }
  ) throws(CommandFailure) -> String? {
    let terminal = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
    guard terminal >= 0 else { return nil }
    defer { close(terminal) }
    guard tcgetpgrp(terminal) == getpgrp() else { return nil }
    // A signal ends the wait, so that the terminal is restored.
    let signal = Atomic<Int32>(0)
    let watcher = SignalWatcher { number in
      signal.store(number, ordering: .relaxed)
    } further: { _ in
    }
    defer { withExtendedLifetime(watcher) {} }
    let isOver = { isCancelled() || signal.load(ordering: .relaxed) != 0 }
    var before = termios()
    guard unsafe tcgetattr(terminal, &before) == 0 else { return nil }
    var keys = before
    keys.c_lflag &= ~tcflag_t(ECHO | ISIG | ICANON)
    guard unsafe tcsetattr(terminal, TCSAFLUSH, &keys) == 0 else { return nil }
    show(Array(question.escapedForDisplay.utf8), on: terminal)
    var typed = TypedLine()
    var key: UInt8 = 0
    while typed.end == nil {
      guard waits(for: terminal, isOver), unsafe read(terminal, &key, 1) == 1 else { break }
      typed.press(key)
      guard showsAnswer, typed.end == nil else { continue }
      if key >= 0x20, key != 0x7F {
        show([key], on: terminal)
      } else {
        show(
          Array(
            ("\r" + question.escapedForDisplay + typed.text.escapedForDisplay + "\u{1B}[K").utf8),
          on: terminal)
      }
    }
    _ = unsafe tcsetattr(terminal, TCSAFLUSH, &before)
    show([0x0A], on: terminal)
    if typed.end == .interrupted { throw CommandFailure(.interrupted, "") }
    switch signal.load(ordering: .relaxed) {
    case 0: break
    case SIGTERM: throw CommandFailure(.terminated, "")
    case SIGHUP: throw CommandFailure(.hungUp, "")
    default: throw CommandFailure(.interrupted, "")
    }
    return typed.end == nil ? nil : typed.text
  }

  /// Waits for a key; false if it is cancelled.
  private static func waits(for terminal: Int32, _ isCancelled: () -> Bool) -> Bool {
    var wanted = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
    while !isCancelled() {
      if unsafe poll(&wanted, 1, 100) > 0 { return true }
    }
    return false
  }

  private static func show(_ bytes: [UInt8], on terminal: Int32) {
    _ = unsafe bytes.withUnsafeBytes { unsafe write(terminal, $0.baseAddress, $0.count) }
  }
}
