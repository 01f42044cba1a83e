// The flat form in which parsed XML is handed over: one reused batch of events for each chunk of bytes.

/// The events of one chunk, in document order; their texts lie in one buffer.
///
/// Reused between chunks, so that a large file costs no allocation for each event.
package struct XMLBatch: Sendable {
  /// What the parser met.
  package enum Kind: Sendable, BitwiseCopyable {
    case start
    case end
    case text
    /// A start without attributes and the text behind it in one; only a flat parser joins these.
    case open
    /// An element without attributes that holds a text or nothing; only a flat parser joins these.
    case element
  }

  /// One event; 24 bytes.
  package struct Event: Sendable, BitwiseCopyable {
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
  package struct Attribute: Sendable, BitwiseCopyable {
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
  /// The texts of events and attributes, each right behind the one before; valid UTF-8, libxml2 checked it.
  package internal(set) var bytes: [UInt8] = []

  /// Makes an empty batch.
  package init() {}

  /// The text of a range of `bytes`.
  package func text(_ lower: Int32, _ upper: Int32) -> String {
    String(decoding: bytes[Int(lower)..<Int(upper)], as: UTF8.self)
  }
}
