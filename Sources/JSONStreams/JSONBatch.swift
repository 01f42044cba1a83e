// The flat form in which parsed JSON is handed over: one reused batch of events for each chunk of bytes.

/// Events of one or more chunks, in document order; their text lies in one buffer.
///
/// Reused between chunks, so that a large file costs no allocation for each event.
package struct JSONBatch: Sendable {
  /// What the parser met.
  package enum Kind: UInt8, Sendable {
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
  /// Valid UTF-8, escapes resolved.
  package internal(set) var bytes: [UInt8] = []

  /// Forgets all events and keeps the memory.
  package mutating func removeAll() {
    events.removeAll(keepingCapacity: true)
    bytes.removeAll(keepingCapacity: true)
  }

  /// The text of a key, string or number.
  package func text(_ event: Event) -> String {
    String(decoding: bytes[event.lower..<event.upper], as: UTF8.self)
  }
}
