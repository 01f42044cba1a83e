/// A JSON value as a tree, for small texts such as the body of a server's answer.
///
/// Members keep their order, and numbers are kept as written.
package indirect enum JSONValue: Sendable {
  case object([(key: String, value: JSONValue)])
  case array([JSONValue])
  case string(String)
  case number(String)
  case bool(Bool)
  case null

  /// Parses a whole text.
  ///
  /// - Throws: `JSONError` if it is not JSON, or if an object has a duplicate key.
  package init(
    parsing bytes: [UInt8], limits: JSONLimits = JSONLimits()
  ) throws(JSONError) {
    var parser = JSONParser(limits: limits)
    unsafe try parser.feed(bytes.span.bytes, final: true)
    var reader = TreeReader(batch: parser.batch)
    self = try reader.value()
  }

  /// The value of an object's member; `nil` if there is no such member, or if this is not an object.
  package subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// A string's text, a number as written, `true` or `false`; `nil` for all other values.
  package var text: String? {
    switch self {
    case .string(let text), .number(let text): text
    case .bool(let value): value ? "true" : "false"
    case .object, .array, .null: nil
    }
  }
}

/// Builds the tree from a batch that the parser accepted.
private struct TreeReader {
  let batch: JSONBatch
  var next = 0

  mutating func value() throws(JSONError) -> JSONValue {
    let event = batch.events[next]
    next += 1
    switch event.kind {
    case .beginObject: return try object()
    case .beginArray:
      var elements: [JSONValue] = []
      while batch.events[next].kind != .endArray { elements.append(try value()) }
      next += 1
      return .array(elements)
    case .string: return .string(batch.text(event))
    case .number: return .number(batch.text(event))
    case .`true`: return .bool(true)
    case .`false`: return .bool(false)
    case .null, .key, .endObject, .endArray: return .null
    }
  }

  private mutating func object() throws(JSONError) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = []
    var keys: Set<String> = []
    while batch.events[next].kind == .key {
      let event = batch.events[next]
      let key = batch.text(event)
      next += 1
      guard keys.insert(key).inserted else {
        throw JSONError(
          message: "the key \"\(key)\" occurs twice in one object", position: event.position)
      }
      members.append((key, try value()))
    }
    next += 1
    return .object(members)
  }
}
