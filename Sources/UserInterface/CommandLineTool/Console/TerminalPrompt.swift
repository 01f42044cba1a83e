import Glibc

/// Asks on the controlling terminal, also where standard input or output is something else.
enum TerminalPrompt {
  /// Prints a question, and reads a line.
  ///
  /// Keys are read one by one, so that the terminal is restored also after Ctrl-C.
  ///
  /// - Parameters:
  ///   - question: The text before the answer, with a blank at its end.
  ///   - showsAnswer: False for a secret.
  /// - Returns: The answer, which may be empty; `nil` if there is no terminal, or if this process is in the
  ///   background and would be stopped by the attempt to read.
  /// - Throws: A failure without a message if Ctrl-C was typed, because the user knows why the command
  ///   ends.
  static func ask(_ question: String, showsAnswer: Bool) throws(CommandFailure) -> String? {
    let terminal = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
    guard terminal >= 0 else { return nil }
    defer { close(terminal) }
    guard tcgetpgrp(terminal) == getpgrp() else { return nil }
    var before = termios()
    guard unsafe tcgetattr(terminal, &before) == 0 else { return nil }
    var keys = before
    keys.c_lflag &= ~tcflag_t(ECHO | ISIG | ICANON)
    guard unsafe tcsetattr(terminal, TCSAFLUSH, &keys) == 0 else { return nil }
    show(Array(question.escapedForDisplay.utf8), on: terminal)
    var typed = TypedLine()
    var key: UInt8 = 0
    while typed.end == nil, unsafe read(terminal, &key, 1) == 1 {
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
    return typed.text
  }

  private static func show(_ bytes: [UInt8], on terminal: Int32) {
    _ = unsafe bytes.withUnsafeBytes { unsafe write(terminal, $0.baseAddress, $0.count) }
  }
}
