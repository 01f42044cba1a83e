import Bytes
import ChildProcesses
import Glibc
import Synchronization

/// The program that shows long results page by page on a terminal, as git uses it.
///
/// It starts with the first output. If it cannot be started, or ends early, that is no failure.
final class Pager: Sendable {
  private enum State {
    case idle
    case running(ChildProcess, termios)
    /// It could not be started: the output goes to the terminal itself.
    case absent
    case ended
  }

  private let words: [String]
  private let environment: [String: String]
  private let output: TextStream
  private let state = Mutex(State.idle)

  /// The pager for a stream; `nil` if the stream is no terminal, or the user wants none.
  ///
  /// It is `$CUPIBULK_PAGER`, else `$PAGER`, else `less`.
  init?(for output: TextStream, _ environment: [String: String]) {
    guard output.abilities.movesCursor, isatty(STDIN_FILENO) == 1,
      let words = Self.words(environment)
    else { return nil }
    self.words = words
    self.output = output
    // Quit if it fits on one screen, show colours, and leave the text on the screen. The text is UTF-8 in any locale.
    self.environment = environment.merging(["LESS": "FRX", "LESSCHARSET": "utf-8"]) { own, _ in
      own
    }
  }

  /// The command to start; `nil` for no pager.
  static func words(_ environment: [String: String]) -> [String]? {
    let command = (environment["CUPIBULK_PAGER"] ?? environment["PAGER"] ?? "less")
    let words = command.utf8.split { $0 == 0x20 || $0 == 0x09 }.map { String(Substring($0)) }
    guard let name = words.first, words != ["cat"] else { return nil }
    if command.utf8.contains(where: { "|&;<>()$`\\\"'*?[#~=%\n".utf8.contains($0) }) {
      return ["/bin/sh", "-c", command]
    }
    return program(name, environment["PATH"] ?? "/usr/bin:/bin").map { [$0] + words.dropFirst() }
  }

  /// The file of a program, by the folders of PATH.
  private static func program(_ name: String, _ path: String) -> String? {
    if name.utf8.contains(UInt8(ascii: "/")) { return isProgram(name) ? name : nil }
    let folders = path.utf8.split(separator: UInt8(ascii: ":")).map { String(Substring($0)) }
    return folders.map { "\($0)/\(name)" }.first(where: isProgram)
  }

  private static func isProgram(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
      && access(path, X_OK) == 0
  }

  /// Writes to the pager, or to the terminal if there is none.
  ///
  /// - Returns: 0, or `errno`.
  func write(_ bytes: [UInt8]) -> Int32 {
    let pipe = state.withLock { state -> Int32? in
      if case .idle = state { state = start() }
      if case .running(let process, _) = state { return process.input }
      return nil
    }
    return Descriptor.write(bytes, to: pipe ?? STDOUT_FILENO)
  }

  private func start() -> State {
    var terminal = termios()
    _ = unsafe tcgetattr(STDIN_FILENO, &terminal)
    do throws(ChildProcess.Failure) {
      let process = try ChildProcess(
        ChildProcess.Configuration(words, environment: environment, input: .pipe))
      // Ctrl-C is for the pager; it would otherwise end this process, and leave the pager alone with the shell.
      for number in [SIGINT, SIGQUIT] { _ = signal(number, SIG_IGN) }
      return .running(process, terminal)
    } catch {
      return .absent
    }
  }

  /// Waits until the user has left the pager.
  func finish() {
    guard
      case .running(let process, var terminal) = state.withLock({ state in
        defer { state = .ended }
        return state
      })
    else { return }
    if let input = process.input { close(input) }
    // A pager that was killed has not restored the terminal.
    if process.waitForEnd() < 0 { _ = unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal) }
    for number in [SIGINT, SIGQUIT] { _ = signal(number, SIG_DFL) }
  }
}
