import JSONStreams

/// A value that is written as an object; its list of keys is the only description, and the only way to write it.
///
/// So no key can be left out, and docs/json.md, which is compared with the lists, cannot say anything else.
protocol JSONObject: JSONWritable {
  static var keys: [JSONKey<Self>] { get }
}

/// A key of an object: what it is called, what it means, and where its value comes from.
struct JSONKey<Object>: Sendable {
  let member: JSONMember
  fileprivate let write: @Sendable (Object, inout JSONTextWriter) -> Void

  init<Value: JSONWritable>(
    _ name: String, _ meaning: String, _ value: @escaping @Sendable (Object) -> Value
  ) {
    member = JSONMember(name: name, kind: Value.kind, meaning: meaning)
    write = { object, writer in value(object).write(to: &writer) }
  }

  private init(
    _ member: JSONMember, _ write: @escaping @Sendable (Object, inout JSONTextWriter) -> Void
  ) {
    self.member = member
    self.write = write
  }

  /// The same key of an object that has this one as a part.
  func of<Whole>(_ part: @escaping @Sendable (Whole) -> Object) -> JSONKey<Whole> {
    JSONKey<Whole>(member) { [write] whole, writer in write(part(whole), &writer) }
  }

  /// Writes the key and its value.
  func write(_ object: Object, to writer: inout JSONTextWriter) {
    writer.key(member.name)
    write(object, &writer)
  }
}

extension JSONObject {
  static var kind: JSONKind { .object(keys.map(\.member)) }

  func write(to writer: inout JSONTextWriter) {
    writer.beginObject()
    for key in Self.keys { key.write(self, to: &writer) }
    writer.endObject()
  }
}

/// An object that is printed on a line of its own, with `schema` and `type` before its keys.
protocol JSONLine: JSONObject {
  /// Its name, the value of `type`.
  static var type: String { get }
  /// What it is, and when it is printed: one or a few sentences.
  static var summary: String { get }
}

/// The object that ends a command: it also has the exit code.
protocol JSONEnding: JSONLine {
  /// The line in its place if the command continues after all; `nil` for none.
  var asAttempt: String? { get }
}

extension JSONLine {
  /// The object on one line, without a line end.
  var line: String { text(exit: nil) }

  fileprivate func text(exit: Int32?) -> String {
    var writer = JSONTextWriter()
    writer.beginObject()
    writer.begin(Self.self)
    if let exit { writer.exit(exit) }
    for key in Self.keys { key.write(self, to: &writer) }
    writer.endObject()
    return String(decoding: writer.takeBytes(), as: UTF8.self)
  }
}

extension JSONEnding {
  var asAttempt: String? { nil }

  /// The object of a command that ends with this exit code.
  func line(exit: Int32) -> String { text(exit: exit) }
}

/// An object with one long list, which is written piece by piece.
struct JSONDocument<Head: JSONEnding> {
  private var writer = JSONTextWriter()
  private let list: String

  /// Begins the document with what comes before the list.
  ///
  /// `list` is the name of the key whose elements are added one by one.
  init(_ head: Head, list: String) {
    self.list = list
    writer.beginObject()
    writer.begin(Head.self)
    for key in Head.keys.prefix(while: { $0.member.name != list }) { key.write(head, to: &writer) }
    writer.key(list)
    writer.beginArray()
  }

  /// Adds an element of the list.
  mutating func add(_ element: some JSONObject) { element.write(to: &writer) }

  /// Adds what comes after the list, and closes the document with a line end.
  mutating func finish(_ head: Head, exit: ExitStatus) {
    writer.endArray()
    for key in Head.keys.drop(while: { $0.member.name != list }).dropFirst() {
      key.write(head, to: &writer)
    }
    writer.exit(exit.rawValue)
    writer.endObject()
    writer.endLine()
  }

  /// Returns what was written since the last call.
  mutating func takeText() -> String { String(decoding: writer.takeBytes(), as: UTF8.self) }
}

extension JSONTextWriter {
  /// Writes the version of the contract, and the name of the object's shape.
  fileprivate mutating func begin(_ line: any JSONLine.Type) {
    key("schema")
    number(1)
    key("type")
    string(line.type)
  }

  fileprivate mutating func exit(_ code: Int32) {
    key("exit")
    number(Int(code))
  }
}
