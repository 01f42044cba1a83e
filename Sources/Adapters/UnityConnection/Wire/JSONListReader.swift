// Lists in JSON, read without a tree.

import JSONStreams
import PortGroupModel

/// Takes the events of a list's text, and keeps what the objects of one type in it hold.
///
/// A tree of a large answer takes fifty times its bytes. A key that an object has twice is an error, as
/// `JSONValue` has it.
struct JSONListReader {
  /// The key of the objects that are kept; others are skipped.
  let type: String
  /// The root's `@total`; `nil` where it is none, or no number.
  private(set) var total: Int?
  private(set) var objects: [WireObject] = []
  /// How many objects and arrays are open.
  private var depth = 0
  /// The root's member that is being read, and those that were.
  private var member = ""
  private var members: Set<String> = []
  /// True within the array of the objects that are kept.
  private var isInList = false
  /// How deep the fields of the object lie that is being kept; 0 where none is.
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
        "the answer is not sound JSON: the key \"\(name)\" stands twice in one object")
    }
  }

  private mutating func begin(isObject: Bool) throws(WireError) {
    if depth == 1, member == type, !isObject {
      isInList = true
    } else if isPlaceOfObject {
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
    } else if isInList, isPlaceOfObject {
      // What is no object has no fields, and no id.
      try add()
    }
  }

  /// True where an object of the type may begin: in the list, or in its place.
  private var isPlaceOfObject: Bool {
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
