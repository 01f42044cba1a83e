import FoundationEssentials
import JSONStreams

/// A value in what programs read; its kind is what the schema says of it.
protocol JSONWritable: SendableMetatype {
  static var kind: JSONKind { get }
  func write(to writer: inout JSONTextWriter)
}

/// The kind of a value: what may come out of the program for a key.
package indirect enum JSONKind: Sendable, Equatable {
  case text
  /// A time in UTC, such as `2026-11-29T02:44:01Z`.
  case time
  case number
  /// A number with one decimal.
  case decimal
  case flag
  case list(JSONKind)
  /// A list of two: the former value and the new one.
  case pair(JSONKind)
  /// An object with always the same keys.
  case object([JSONMember])
  /// An object whose keys are names of fields.
  case byField(JSONKind)
  case orNull(JSONKind)
}

/// A key as it is described: its name, the kind of its values, and what they mean.
package struct JSONMember: Sendable, Equatable {
  package let name: String
  package let kind: JSONKind
  /// What it means, as a clause; with the unit, if it has one.
  package let meaning: String
}

extension String: JSONWritable {
  static var kind: JSONKind { .text }
  func write(to writer: inout JSONTextWriter) { writer.string(self) }
}

extension Int: JSONWritable {
  static var kind: JSONKind { .number }
  func write(to writer: inout JSONTextWriter) { writer.number(self) }
}

extension Double: JSONWritable {
  static var kind: JSONKind { .decimal }

  func write(to writer: inout JSONTextWriter) {
    let tenths = (self * 10).rounded()
    guard isFinite, let whole = Int(exactly: tenths) else { return writer.null() }
    let sign = whole < 0 ? "-" : ""
    writer.number("\(sign)\(whole.magnitude / 10).\(whole.magnitude % 10)")
  }
}

extension Bool: JSONWritable {
  static var kind: JSONKind { .flag }
  func write(to writer: inout JSONTextWriter) { writer.bool(self) }
}

extension Date: JSONWritable {
  static var kind: JSONKind { .time }
  func write(to writer: inout JSONTextWriter) { writer.string(ISO8601Format()) }
}

extension Optional: JSONWritable where Wrapped: JSONWritable {
  static var kind: JSONKind { .orNull(Wrapped.kind) }

  func write(to writer: inout JSONTextWriter) {
    if let self { self.write(to: &writer) } else { writer.null() }
  }
}

extension Array: JSONWritable where Element: JSONWritable {
  static var kind: JSONKind { .list(Element.kind) }

  func write(to writer: inout JSONTextWriter) {
    writer.beginArray()
    for element in self { element.write(to: &writer) }
    writer.endArray()
  }
}

/// The former and the new text of a field; `nil` where it has none.
struct JSONPair: JSONWritable {
  let old: String?
  let new: String?

  static var kind: JSONKind { .pair(.orNull(.text)) }
  func write(to writer: inout JSONTextWriter) { [old, new].write(to: &writer) }
}

/// Values by the names of fields; only of those fields that have one.
struct JSONByField<Value: JSONWritable>: JSONWritable {
  let values: [(name: String, value: Value)]

  static var kind: JSONKind { .byField(Value.kind) }

  func write(to writer: inout JSONTextWriter) {
    writer.beginObject()
    for (name, value) in values {
      writer.key(name)
      value.write(to: &writer)
    }
    writer.endObject()
  }
}
