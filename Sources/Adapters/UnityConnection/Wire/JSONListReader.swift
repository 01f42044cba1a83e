import JSONStreams
import PortGroupModel

/// Reads a JSON list without building a tree: processes events, and collects the fields of objects of one type.
///
/// A tree of a large response would need fifty times its size. A duplicate key in an object is an error, as in
/// `JSONValue`.
struct JSONListReader {
  /// The key of the objects that are collected; others are skipped.
  let type: String
  /// The root's `@total`; `nil` if it is missing or not a number.
  private(set) var total: Int?
  private(set) var objects: [WireObject] = []
  /// The number of open objects and arrays.
  private var depth = 0
  /// The current member of the root object, and all members so far.
  private var member = ""
  private var members: Set<String> = []
  /// True within the array of the collected objects.
  private var isInList = false
  /// The depth of the fields of the current object; 0 outside of a collected object.
  private var fieldDepth = 0
  private var fields: Set<String> = []

  init(of type: String) { self.type = type }

  mutating func take(_ batch: JSONBatch) throws(WireError) {
    for event in batch.events {
      switch event.kind {
      case .key: try key(batch.text(event))
      case .beginObject: try begin(isObject: true)
      case .beginArray: try begin(isObject: false)
      case .endObject, .endArray: end()
      case .string, .number: try scalar(batch.text(event))
      case .`true`: try scalar("true")
      case .`false`: try scalar("false")
      case .null: try scalar(nil)
      }
    }
  }

  private mutating func key(_ name: String) throws(WireError) {
    let isNew: Bool
    if depth == 1 {
      member = name
      isNew = members.insert(name).inserted
    } else if depth == fieldDepth {
      objects[objects.count - 1].fields.append((name, .empty))
      isNew = fields.insert(name).inserted
    } else {
      return
    }
    guard isNew else {
      throw WireError(
        "the answer is not valid JSON: the key \"\(name)\" occurs twice in one object")
    }
  }

  private mutating func begin(isObject: Bool) throws(WireError) {
    if depth == 1, member == type, !isObject {
      isInList = true
    } else if canBeginObject {
      try add()
      if isObject { fieldDepth = depth + 1 }
    } else if depth == fieldDepth, fieldDepth > 0 {
      setValue(nil)
    }
    depth += 1
  }

  private mutating func end() {
    if depth == fieldDepth { fieldDepth = 0 }
    depth -= 1
    if depth == 1 { isInList = false }
  }

  private mutating func scalar(_ text: String?) throws(WireError) {
    let value = text.map { FieldValue(text: $0) } ?? .empty
    if depth == fieldDepth, fieldDepth > 0 {
      setValue(value)
    } else if depth == 1, member == "@total" {
      total = text.flatMap { Int($0) }
    } else if isInList, canBeginObject {
      // A value that is not an object counts as an object without fields, and so without an id.
      try add()
    }
  }

  /// True where an object of the type may begin: in the list, or as a single object in place of the list.
  private var canBeginObject: Bool {
    fieldDepth == 0 && (isInList ? depth == 2 : depth == 1 && member == type)
  }

  private mutating func add() throws(WireError) {
    try WireLimits.check(objects: objects.count + 1, of: type)
    objects.append(WireObject())
    fields.removeAll(keepingCapacity: true)
  }

  private mutating func setValue(_ value: FieldValue?) {
    let last = objects[objects.count - 1].fields.count - 1
    objects[objects.count - 1].fields[last].value = value
  }
}
