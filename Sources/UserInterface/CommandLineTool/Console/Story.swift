import Synchronization

/// Text that is kept to be shown later: the first and the last part of it, if it is long.
package final class Story: Sendable {
  private struct State {
    var head: [UInt8] = []
    /// What follows the head; the oldest part of it is dropped.
    var tail: [UInt8] = []
    var dropped = 0
  }

  private let limit: Int
  private let state = Mutex(State())

  /// Creates an empty story that keeps at most `limit` bytes of its beginning, and as many of its end.
  package init(limit: Int = 256 << 10) { self.limit = limit }

  /// Adds text in UTF-8.
  package func add(_ bytes: [UInt8]) {
    state.withLock { state in
      let room = max(0, state.tail.isEmpty ? limit - state.head.count : 0)
      state.head += bytes.prefix(room)
      state.tail += bytes.dropFirst(room)
      // Not at each addition, because removing moves the rest.
      guard state.tail.count > 2 * limit else { return }
      state.dropped += state.tail.count - limit
      state.tail.removeFirst(state.tail.count - limit)
    }
  }

  /// The story; where lines were dropped, a line tells how many bytes.
  package var text: String {
    state.withLock { state in
      let excess = max(0, state.tail.count - limit)
      guard state.dropped + excess > 0 else {
        return String(decoding: state.head + state.tail, as: UTF8.self)
      }
      let newline = UInt8(ascii: "\n")
      let head = state.head.prefix(
        through: state.head.lastIndex(of: newline) ?? -1 + state.head.count)
      let end = state.tail.dropFirst(excess)
      let tail = end.suffix(from: end.firstIndex(of: newline).map { $0 + 1 } ?? end.startIndex)
      let bytes =
        state.dropped + state.head.count - head.count + state.tail.count - tail.count
      return String(decoding: head, as: UTF8.self)
        + "… (\(Quantity.count(bytes, "byte")) of the middle are left out)\n"
        + String(decoding: tail, as: UTF8.self)
    }
  }
}

extension TextStream {
  /// A stream that keeps what is written for `receiver`, to be shown to it later.
  convenience init(keeping story: Story, for receiver: TextStream) {
    var abilities = receiver.abilities
    abilities.movesCursor = false
    self.init(abilities: abilities, columns: receiver.width) { bytes in
      story.add(bytes)
      return 0
    }
  }
}
