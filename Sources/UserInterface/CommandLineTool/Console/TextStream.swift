import Bytes
import Glibc
import Synchronization

/// Standard output or standard error, and what its receiver can show.
///
/// Writing never throws. A closed pipe ends the stream without an error: further text is discarded,
/// and callers that can stop early check `isClosed`. Any other failure is kept in `failure`.
package final class TextStream: Sendable {
  /// What the receiver can show.
  package struct Abilities: Sendable, Equatable {
    package var isTerminal: Bool
    /// False on a dumb terminal, where a line cannot be drawn again.
    package var movesCursor: Bool
    package var showsColour: Bool

    package init(isTerminal: Bool, movesCursor: Bool, showsColour: Bool) {
      self.isTerminal = isTerminal
      self.movesCursor = movesCursor
      self.showsColour = showsColour
    }

    /// Reads TERM and NO_COLOR (no-color.org: set and not empty).
    package init(isTerminal: Bool, environment: [String: String]) {
      let terminal = environment["TERM"] ?? ""
      self.isTerminal = isTerminal
      movesCursor = isTerminal && !terminal.isEmpty && terminal != "dumb"
      showsColour = movesCursor && (environment["NO_COLOR"] ?? "").isEmpty
    }

    /// A file or a pipe.
    package static let none = Abilities(isTerminal: false, movesCursor: false, showsColour: false)
  }

  private struct State {
    var buffer: [UInt8] = []
    var failure: Int32 = 0
  }

  package let abilities: Abilities
  private let sink: @Sendable ([UInt8]) -> Int32
  private let columns: @Sendable () -> Int?
  private let state = Mutex(State())

  /// A stream to a descriptor of the process.
  package init(descriptor: Int32, environment: [String: String]) {
    let isTerminal = isatty(descriptor) == 1
    abilities = Abilities(isTerminal: isTerminal, environment: environment)
    sink = { Descriptor.write($0, to: descriptor) }
    columns = { isTerminal ? terminalColumns(descriptor) : nil }
  }

  /// A stream to any other receiver.
  ///
  /// - Parameters:
  ///   - abilities: What the receiver can show.
  ///   - columns: The terminal's width.
  ///   - sink: Writes the bytes; returns 0, or `errno` if it failed.
  package init(
    abilities: Abilities, columns: Int? = nil, sink: @escaping @Sendable ([UInt8]) -> Int32
  ) {
    self.abilities = abilities
    self.columns = { columns }
    self.sink = sink
  }

  /// The terminal's current width in columns, 80 if it is not known.
  package var width: Int { columns() ?? 80 }

  /// True if the receiver has closed the stream.
  package var isClosed: Bool { state.withLock { $0.failure == EPIPE } }

  /// The `errno` of the first failure other than a closed pipe; `nil` if there was none.
  package var failure: Int32? {
    state.withLock { $0.failure == 0 || $0.failure == EPIPE ? nil : $0.failure }
  }

  /// The text with the style's codes if the receiver shows colours, otherwise unchanged.
  package func styled(_ text: String, _ style: Style?) -> String {
    guard abilities.showsColour, let style else { return text }
    return style.applied(to: text)
  }

  /// Writes text; a terminal shows it at once, a file gets it in large blocks.
  package func write(_ text: String) {
    state.withLock { state in
      state.buffer += text.utf8
      if abilities.isTerminal || state.buffer.count >= 32_768 { drain(&state) }
    }
  }

  /// Flushes the buffered text.
  package func flush() { state.withLock { drain(&$0) } }

  private func drain(_ state: inout State) {
    guard !state.buffer.isEmpty else { return }
    if state.failure == 0 { state.failure = sink(state.buffer) }
    state.buffer.removeAll(keepingCapacity: true)
  }
}

/// The width of a terminal in columns (ioctl TIOCGWINSZ); `nil` if it is not known.
private func terminalColumns(_ descriptor: Int32) -> Int? {
  var size = winsize()
  guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
  return Int(size.ws_col)
}
