// The flat form in which parsed JSON is handed over: one reused batch of events for each chunk of bytes.

/// Events of one or more chunks, in document order; their text lies in one buffer.
///
/// Reused between chunks, so that a large file costs no allocation for each event.
package struct JSONBatch: Sendable {
  /// What the parser met.
  package enum Kind: Sendable {
    case beginObject
    case endObject
    case beginArray
    case endArray
    case key
    case string
    case number
    case yes
    case no
    case null
  }

  /// One event, and where its first character stands.
  package struct Event: Sendable {
    package var kind: Kind
    /// Key, string and number: their text, as a range of `bytes`.
    package var lower: Int
    package var upper: Int
    package var position: JSONPosition
  }

  /// In document order.
  package internal(set) var events: [Event] = []
  /// Holds texts where events say, and anything elsewhere; valid UTF-8, escapes resolved.
  package private(set) var bytes: [UInt8] = []
  /// How many of the bytes hold text.
  private(set) var textCount = 0

  /// Forgets all events and keeps the memory.
  package mutating func removeAll() {
    events.removeAll(keepingCapacity: true)
    textCount = 0
  }

  /// Adds to the last text; made for the short ones, of which a document has millions.
  @inline(__always)
  mutating func append(_ text: UnsafeRawBufferPointer) {
    if bytes.count - textCount < text.count { grow(by: text.count) }
    let end = textCount
    unsafe bytes.withUnsafeMutableBytes { bytes in
      // There is room behind the texts.
      unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[end...]).copyMemory(from: text)
    }
    textCount += text.count
  }

  mutating func append(_ byte: UInt8) {
    if bytes.count == textCount { grow(by: 1) }
    bytes[textCount] = byte
    textCount += 1
  }

  /// Forgets the texts from a place on.
  mutating func drop(from place: Int) { textCount = place }

  private mutating func grow(by count: Int) {
    bytes.append(contentsOf: repeatElement(0, count: max(count, bytes.count, 4096)))
  }

  /// The text of a key, string or number.
  package func text(_ event: Event) -> String {
    String(decoding: bytes[event.lower..<event.upper], as: UTF8.self)
  }
}
