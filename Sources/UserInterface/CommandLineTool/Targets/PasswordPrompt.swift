import BatchEngine
import Glibc

/// Reads a password from the controlling terminal, without showing what is typed.
enum PasswordPrompt {
  /// Reads a password; returns `nil` if there is no terminal, and an empty text if nothing was typed.
  ///
  /// Keys are read one by one, so that the terminal is restored also after Ctrl-C.
  ///
  /// - Throws: A failure without a message if Ctrl-C was typed, because the user knows why the command
  ///   ends.
  static func ask(_ question: String) throws(CommandFailure) -> String? {
    let terminal = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
    guard terminal >= 0 else { return nil }
    defer { close(terminal) }
    var before = termios()
    guard unsafe tcgetattr(terminal, &before) == 0 else { return nil }
    var silent = before
    silent.c_lflag &= ~tcflag_t(ECHO | ISIG | ICANON)
    guard unsafe tcsetattr(terminal, TCSAFLUSH, &silent) == 0 else { return nil }
    show(question, on: terminal)
    var typed = TypedLine()
    var key: UInt8 = 0
    while typed.end == nil, unsafe read(terminal, &key, 1) == 1 { typed.press(key) }
    _ = unsafe tcsetattr(terminal, TCSAFLUSH, &before)
    show("\n", on: terminal)
    if typed.end == .interrupted { throw CommandFailure(.interrupted, "") }
    return typed.text
  }

  private static func show(_ text: String, on terminal: Int32) {
    let bytes = Array(text.utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe write(terminal, $0.baseAddress, $0.count) }
  }
}

/// A line that is typed key by key, with Enter, Backspace, Ctrl-U, Ctrl-C and Ctrl-D.
struct TypedLine {
  enum End {
    case entered
    case interrupted
  }

  private var bytes: [UInt8] = []
  private(set) var end: End?

  /// The typed text; empty if it was cancelled.
  var text: String { end == .interrupted ? "" : String(decoding: bytes, as: UTF8.self) }

  mutating func press(_ key: UInt8) {
    switch key {
    case 0x03: end = .interrupted
    case 0x04, 0x0A, 0x0D: end = .entered
    case 0x15: bytes = []
    case 0x08, 0x7F:
      // A character may have several bytes, which are removed together.
      while let last = bytes.popLast(), last & 0xC0 == 0x80 {}
    default: if bytes.count < 4096 { bytes.append(key) }
    }
  }
}
