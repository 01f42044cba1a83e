// JSON as the server writes and reads it: every scalar is a string, a list of one is an object.

import JSONStreams
import PortGroupModel

enum JSONWire {
  /// Writes the fields as an object; those that are absent are written as empty ones.
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

  /// Reads `@total` and the key of the type: a list, a single object in its place, or no such key.
  static func list(_ body: [UInt8], of type: String) throws(WireError) -> WireList {
    let root = try parse(body)
    guard let total = root["@total"]?.text.flatMap({ Int($0) }), total >= 0 else {
      throw WireError("a JSON object without \"@total\" came in place of a list")
    }
    let values: [JSONValue] =
      switch root[type] {
      case .array(let elements): elements
      case .object(let members): [.object(members)]
      default: []
      }
    return WireList(total: total, objects: values.map(\.object))
  }

  /// Reads a bare object, or one under the name of its type.
  static func object(_ body: [UInt8], of type: String) throws(WireError) -> WireObject {
    let root = try parse(body)
    if let inner = root[type], case .object = inner { return inner.object }
    return root.object
  }

  static func parse(_ body: [UInt8]) throws(WireError) -> JSONValue {
    do throws(JSONError) {
      return try JSONValue(parsing: body)
    } catch {
      throw WireError("the answer is not sound JSON: \(error)")
    }
  }
}

extension JSONValue {
  /// Its members as fields.
  fileprivate var object: WireObject {
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
