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

  /// A value that is always written, as null if it is not known.
  enum Cell {
    case text(String?)
    case number(Int?)
    case flag(Bool)
    case list([String])
    /// An object of texts; `nil` for null.
    case texts([(key: String, text: String?)]?)
    /// An object with a former and a new text for each key.
    case pairs([(key: String, old: String?, new: String?)])
  }

  /// Adds a value, also if it is not known.
  mutating func add(_ key: String, _ cell: Cell) {
    writer.key(key)
    switch cell {
    case .text(let text): write(text)
    case .number(let number): if let number { writer.number(number) } else { writer.null() }
    case .flag(let flag): writer.bool(flag)
    case .list(let texts):
      writer.beginArray()
      for text in texts { writer.string(text) }
      writer.endArray()
    case .texts(nil): writer.null()
    case .texts(let texts?):
      writer.beginObject()
      for (key, text) in texts {
        writer.key(key)
        write(text)
      }
      writer.endObject()
    case .pairs(let pairs):
      writer.beginObject()
      for (key, old, new) in pairs {
        writer.key(key)
        writer.beginArray()
        write(old)
        write(new)
        writer.endArray()
      }
      writer.endObject()
    }
  }

  /// Adds a list of objects whose values are always written.
  mutating func add(_ key: String, _ objects: [[(key: String, cell: Cell)]]) {
    writer.key(key)
    writer.beginArray()
    for object in objects {
      writer.beginObject()
      for (key, cell) in object { add(key, cell) }
      writer.endObject()
    }
    writer.endArray()
  }

  private mutating func write(_ text: String?) {
    if let text { writer.string(text) } else { writer.null() }
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
  var text: String {
    var closed = writer
    closed.endObject()
    return String(decoding: closed.takeBytes(), as: UTF8.self)
  }
}

extension Console {
  /// Prints an object as a line of the result; escaped on a terminal.
  func print(_ object: JSONLine) { print(json: object.text) }
}
