import JSONStreams
import PortGroupModel

/// Writes request bodies and parses response bodies in JSON.
///
/// In the API's JSON every scalar is a string, and a list with one entry is an object.
enum JSONWire {
  /// Writes the fields as an object; absent fields are written as empty.
  static func body(_ fields: [Field], of values: FieldValues) -> [UInt8] {
    var writer = JSONTextWriter()
    writer.beginObject()
    for field in fields {
      writer.key(field.name)
      writer.string(values[field].text ?? "")
    }
    writer.endObject()
    return writer.takeBytes()
  }

  /// Reads `@total`, and the key of the type: a list, or a single object; without the key, the list is empty.
  static func list(_ body: [UInt8], of type: String) throws(WireError) -> WireList {
    var reader = JSONListReader(of: type)
    try read(body) { batch throws(WireError) in try reader.take(batch) }
    guard let total = reader.total, total >= 0 else {
      throw WireError("a JSON object without \"@total\" came in place of a list")
    }
    return WireList(total: total, objects: reader.objects)
  }

  /// Reads a bare object, or an object in a member with the name of its type.
  static func object(_ body: [UInt8], of type: String) throws(WireError) -> WireObject {
    let root = try parse(body)
    if let inner = root[type], case .object = inner { return inner.object }
    return root.object
  }

  /// Parses a text into a tree, after checking how large the tree will be.
  static func parse(_ body: [UInt8]) throws(WireError) -> JSONValue {
    try read(body) { _ throws(WireError) in }
    do throws(JSONError) {
      return try JSONValue(parsing: body)
    } catch {
      throw notSound(error)
    }
  }

  /// Parses a text in pieces, so that its events are never all in memory.
  private static func read(
    _ body: [UInt8], _ take: (JSONBatch) throws(WireError) -> Void
  ) throws(WireError) {
    var parser = JSONParser()
    var parts = 0
    var start = 0
    repeat {
      let end = min(start + (64 << 10), body.count)
      do throws(JSONError) {
        unsafe try parser.feed(
          body.span.bytes.extracting(start..<end), final: end == body.count)
      } catch {
        throw notSound(error)
      }
      parts += parser.batch.events.count
      try WireLimits.check(parts: parts)
      try take(parser.batch)
      parser.batch.removeAll()
      start = end
    } while start < body.count
  }

  private static func notSound(_ error: JSONError) -> WireError {
    WireError("the answer is not sound JSON: \(error)")
  }
}

extension JSONValue {
  /// The members as fields.
  var object: WireObject {
    guard case .object(let members) = self else { return WireObject() }
    return WireObject(fields: members.map { ($0.key, $0.value.fieldValue) })
  }

  private var fieldValue: FieldValue? {
    switch self {
    case .null: .empty
    case .object, .array: nil
    case .string, .number, .bool: FieldValue(text: text ?? "")
    }
  }
}
