// The flat form in which parsed XML is handed over: one reused batch of events for each chunk of bytes.

/// Events of one or more chunks, in document order; their text lies in one buffer.
///
/// Reused between chunks, so that a large file costs no allocation for each event.
package struct XMLBatch: Sendable {
  /// What the parser met.
  package enum Kind: Sendable {
    case start
    case end
    case text
    /// A start without attributes and the text behind it in one; only a flat parser joins these.
    case open
    /// An element without attributes that holds a text or nothing; only a flat parser joins these.
    case element
  }

  /// One event; 24 bytes.
  package struct Event: Sendable {
    package var kind: Kind
    /// Index into the parser's names; -1 for text.
    package var name: Int32
    /// The bytes of a text, also within an element, or a start's attributes as a range of `attributes`.
    package var lower: Int32
    package var upper: Int32
    /// Where the `<` of a start stands; 0 for text and end.
    package var line: Int32
    package var column: Int32
  }

  /// One attribute of a start event: the index of its name, and its value's place in `bytes`.
  package struct Attribute: Sendable {
    package var name: Int32
    package var lower: Int32
    package var upper: Int32
  }

  /// In document order.
  package internal(set) var events: [Event] = []
  /// Of all start events.
  package internal(set) var attributes: [Attribute] = []
  /// What a schema does not allow, in document order; of checked documents alone.
  package internal(set) var violations: [XMLViolation] = []
  /// Holds texts where events and attributes say, and anything elsewhere; valid UTF-8, libxml2 checked it.
  package private(set) var bytes: [UInt8] = []
  /// How many of the bytes hold text.
  private(set) var textCount = 0

  /// Makes an empty batch.
  package init() {}

  /// Forgets all events and keeps the memory.
  package mutating func removeAll() {
    events.removeAll(keepingCapacity: true)
    attributes.removeAll(keepingCapacity: true)
    violations.removeAll()
    textCount = 0
  }

  /// Adds a text; made for the short ones, of which a document has millions.
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

  private mutating func grow(by count: Int) {
    bytes.append(contentsOf: repeatElement(0, count: max(count, bytes.count, 4096)))
  }

  /// The text of a range of `bytes`.
  package func text(_ lower: Int32, _ upper: Int32) -> String {
    String(decoding: bytes[Int(lower)..<Int(upper)], as: UTF8.self)
  }
}
