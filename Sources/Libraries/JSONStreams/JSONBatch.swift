/// The events of one or more chunks, in document order, with their text in one buffer.
///
/// A batch is reused between chunks, so that a large file needs no allocation for each event.
package struct JSONBatch: Sendable {
  /// The kind of an event.
  package enum Kind: Sendable {
    case beginObject
    case endObject
    case beginArray
    case endArray
    case key
    case string
    case number
    case `true`
    case `false`
    case null
  }

  /// One event and the position of its first character.
  package struct Event: Sendable {
    package var kind: Kind
    /// The text of a key, string or number is the range `lower..<upper` of `bytes`.
    package var lower: Int
    package var upper: Int
    package var position: JSONPosition
  }

  /// The events, in document order.
  package internal(set) var events: [Event] = []
  /// The texts, valid UTF-8 with escapes resolved; outside the events' ranges the content is undefined.
  package private(set) var bytes: [UInt8] = []
  /// The number of bytes in use.
  private(set) var textCount = 0

  /// Removes all events and keeps the memory.
  package mutating func removeAll() {
    events.removeAll(keepingCapacity: true)
    textCount = 0
  }

  /// Appends to the last text; optimised for short texts, of which a document has millions.
  @inline(__always)
  mutating func append(_ text: UnsafeRawBufferPointer) {
    if bytes.count - textCount < text.count { grow(by: text.count) }
    let end = textCount
    unsafe bytes.withUnsafeMutableBytes { bytes in
      // There is room after the texts.
      unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[end...]).copyMemory(from: text)
    }
    textCount += text.count
  }

  mutating func append(_ byte: UInt8) {
    if bytes.count == textCount { grow(by: 1) }
    bytes[textCount] = byte
    textCount += 1
  }

  /// Removes the text from an offset to the end.
  mutating func removeText(from offset: Int) { textCount = offset }

  private mutating func grow(by count: Int) {
    bytes.append(contentsOf: repeatElement(0, count: max(count, bytes.count, 4096)))
  }

  /// The text of a key, string or number.
  package func text(_ event: Event) -> String {
    String(decoding: bytes[event.lower..<event.upper], as: UTF8.self)
  }
}
