import JSONStreams

/// One JSON object on one line, with its keys in the order in which they were added.
struct JSONLine {
  private var writer = JSONTextWriter()

  init() { writer.beginObject() }

  /// Adds a text; omitted if it is `nil`.
  mutating func add(_ key: String, _ text: String?) {
    guard let text else { return }
    writer.key(key)
    writer.string(text)
  }

  /// Adds a number; omitted if it is `nil`.
  mutating func add(_ key: String, _ number: Int?) {
    guard let number else { return }
    writer.key(key)
    writer.number(number)
  }

  mutating func add(_ key: String, _ flag: Bool) {
    writer.key(key)
    writer.bool(flag)
  }

  mutating func add(_ key: String, _ texts: [String]) {
    writer.key(key)
    writer.beginArray()
    for text in texts { writer.string(text) }
    writer.endArray()
  }

  /// Adds a list of objects of texts; a text that is `nil` is omitted.
  mutating func add(_ key: String, _ objects: [[(key: String, text: String?)]]) {
    writer.key(key)
    writer.beginArray()
    for object in objects {
      writer.beginObject()
      for case (let name, let text?) in object {
        writer.key(name)
        writer.string(text)
      }
      writer.endObject()
    }
    writer.endArray()
  }

  /// Adds a list of objects of texts and numbers; a key for which both are `nil` is omitted.
  mutating func add(_ key: String, _ objects: [[(key: String, text: String?, number: Int?)]]) {
    writer.key(key)
    writer.beginArray()
    for object in objects {
      writer.beginObject()
      for (name, text, number) in object {
        if text == nil, number == nil { continue }
        writer.key(name)
        if let text { writer.string(text) } else if let number { writer.number(number) }
      }
      writer.endObject()
    }
    writer.endArray()
  }

  /// Adds lists of texts within a list.
  mutating func add(_ key: String, _ lists: [[String]]) {
    writer.key(key)
    writer.beginArray()
    for texts in lists {
      writer.beginArray()
      for text in texts { writer.string(text) }
      writer.endArray()
    }
    writer.endArray()
  }

  /// The object, closed.
  fileprivate var text: String {
    var closed = writer
    closed.endObject()
    return String(decoding: closed.takeBytes(), as: UTF8.self)
  }
}

extension Console {
  /// Prints an object as a line of the result; escaped on a terminal.
  func print(_ object: JSONLine) { print(json: object.text) }
}
