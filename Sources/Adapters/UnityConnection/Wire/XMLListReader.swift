import PortGroupModel
import XMLStreams

/// Reads an XML list without building a tree: processes events, and collects the fields of objects of one type.
///
/// With a tree, reading a group cost twice as much, and nearly all responses are lists.
struct XMLListReader {
  /// The type of the objects that are collected; others are skipped.
  let type: String
  private(set) var rootName = ""
  /// The root's attribute `total`; `nil` if it is missing or not a number.
  private(set) var total: Int?
  private(set) var objects: [WireObject] = []
  private var depth = 0
  /// The number of elements so far, collected or not.
  private var parts = 0
  /// True within a collected object.
  private var isInObject = false

  /// The depth of fields: in an object, which is in the root.
  private static let fieldDepth = 3

  init(of type: String) { self.type = type }

  mutating func take(_ batch: XMLBatch, names: [String]) throws(WireError) {
    parts += batch.events.count { $0.kind != .end && $0.kind != .text }
    try WireLimits.check(parts: parts)
    for event in batch.events {
      switch event.kind {
      case .element where depth == Self.fieldDepth - 1 && isInObject:
        // A fast path for nearly all events; the general path has the same result.
        objects[objects.count - 1].fields.append(
          (names[Int(event.name)], FieldValue(text: batch.text(event.lower, event.upper))))
      case .start: try start(names[Int(event.name)], event, batch, names)
      case .open, .element:
        try start(names[Int(event.name)])
        if event.lower < event.upper { text(batch.text(event.lower, event.upper)) }
        if event.kind == .element { depth -= 1 }
      case .end: depth -= 1
      case .text: text(batch.text(event.lower, event.upper))
      }
    }
  }

  /// Processes a start tag that may have attributes; only those of the root are used.
  private mutating func start(
    _ name: String, _ event: XMLBatch.Event, _ batch: XMLBatch, _ names: [String]
  ) throws(WireError) {
    if depth == 0 {
      let attributes = batch.attributes[Int(event.lower)..<Int(event.upper)]
      total = attributes.first { names[Int($0.name)] == "total" }.flatMap {
        Int(batch.text($0.lower, $0.upper))
      }
    }
    try start(name)
  }

  private mutating func start(_ name: String) throws(WireError) {
    depth += 1
    switch depth {
    case 1: rootName = name
    case 2:
      isInObject = name == type
      guard isInObject else { return }
      try WireLimits.check(objects: objects.count + 1, of: type)
      objects.append(WireObject())
    case Self.fieldDepth where isInObject: objects[objects.count - 1].fields.append((name, .empty))
    case Self.fieldDepth + 1 where isInObject: setValue { _ in nil }
    default: break
    }
  }

  /// Processes a text, or a part of one.
  private mutating func text(_ text: String) {
    guard depth == Self.fieldDepth, isInObject else { return }
    setValue { value in value.map { FieldValue(text: ($0.text ?? "") + text) } }
  }

  /// Changes the value of the last field of the last object.
  private mutating func setValue(_ change: (FieldValue?) -> FieldValue?) {
    let object = objects.count - 1
    let field = objects[object].fields.count - 1
    objects[object].fields[field].value = change(objects[object].fields[field].value)
  }
}
