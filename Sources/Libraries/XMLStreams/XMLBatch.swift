/// The events of one chunk, in document order, with their text in one buffer.
///
/// A batch is reused between chunks, so that a large file needs no allocation for each event.
package struct XMLBatch: Sendable {
  /// The kind of an event.
  package enum Kind: Sendable, BitwiseCopyable {
    case start
    case end
    case text
    /// A start without attributes together with the text after it; only from a flat parser.
    case open
    /// An element without attributes that holds text or nothing; only from a flat parser.
    case element
  }

  /// One event; 24 bytes.
  package struct Event: Sendable, BitwiseCopyable {
    package var kind: Kind
    /// The index in the parser's names; -1 for text.
    package var name: Int32
    /// The range of the text in `bytes`; for a start, the range of its attributes in `attributes`.
    package var lower: Int32
    package var upper: Int32
    /// The position of the `<` of a start; 0 for text and end.
    package var line: Int32
    package var column: Int32
  }

  /// One attribute of a start event: the index of its name, and the range of its value in `bytes`.
  package struct Attribute: Sendable, BitwiseCopyable {
    package var name: Int32
    package var lower: Int32
    package var upper: Int32
  }

  /// The events, in document order.
  package internal(set) var events: [Event] = []
  /// The attributes of all start events.
  package internal(set) var attributes: [Attribute] = []
  /// The violations of the schema, in document order; empty without a schema.
  package internal(set) var violations: [XMLViolation] = []
  /// The adjacent texts of events and attributes; valid UTF-8, checked by libxml2.
  package internal(set) var bytes: [UInt8] = []

  /// Creates an empty batch.
  package init() {}

  /// Returns the text of a range of `bytes`.
  package func text(_ lower: Int32, _ upper: Int32) -> String {
    String(decoding: bytes[Int(lower)..<Int(upper)], as: UTF8.self)
  }
}
