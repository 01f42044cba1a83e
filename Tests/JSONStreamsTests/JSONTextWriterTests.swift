// The JSON writer's bytes, the small tree, and that whatever is written is read back the same.

import JSONStreams
import Testing

@Suite struct JSONTextWriterTests {
  private func list(indented: Bool) -> String {
    var writer = JSONTextWriter(indented: indented)
    writer.beginObject()
    writer.key("@total")
    writer.string("1")
    writer.key("PortGroupServer")
    writer.beginArray()
    writer.beginObject()
    writer.key("Port")
    writer.number(5060)
    writer.key("Empty")
    writer.beginArray()
    writer.endArray()
    writer.endObject()
    writer.null()
    writer.bool(true)
    writer.endArray()
    writer.endObject()
    return String(decoding: writer.takeBytes(), as: UTF8.self)
  }

  @Test func `compact text has no white space`() {
    #expect(
      list(indented: false)
        == #"{"@total":"1","PortGroupServer":[{"Port":5060,"Empty":[]},null,true]}"#)
  }

  @Test func `indented text has two spaces a level`() {
    let expected = """
      {
        "@total": "1",
        "PortGroupServer": [
          {
            "Port": 5060,
            "Empty": []
          },
          null,
          true
        ]
      }
      """
    #expect(list(indented: true) == expected)
  }

  @Test func `control characters are escaped, all else stands as it is`() {
    var writer = JSONTextWriter()
    writer.string("\u{0}\u{1F}\u{8}\u{9}\u{A}\u{C}\u{D}\"\\/\u{7F}ä😀")
    #expect(
      String(decoding: writer.takeBytes(), as: UTF8.self)
        == "\"\\u0000\\u001f\\b\\t\\n\\f\\r\\\"\\\\/\u{7F}ä😀\"")
  }

  @Test(arguments: ["", "plain", "\u{0}\u{1}", "\"\\", "a\r\n\tb", "ä€😀", "\u{2028}"])
  func `a hostile text is read back as it was written`(_ text: String) throws {
    var writer = JSONTextWriter()
    writer.beginObject()
    writer.key(text)
    writer.string(text)
    writer.endObject()
    let value = try JSONValue(parsing: writer.takeBytes())
    #expect(value[text]?.text == text)
  }
}

@Suite struct JSONValueTests {
  @Test func `a text becomes a tree`() throws {
    let value = try JSONValue(
      parsing: Array(#"{"@total":"2","list":[{"a":1.50},{"a":true}],"none":null}"#.utf8))
    #expect(value["@total"]?.text == "2")
    guard case .array(let list) = value["list"] else {
      Issue.record("no list")
      return
    }
    #expect(list.map { $0["a"]?.text } == ["1.50", "true"])
    guard case .null = value["none"] else {
      Issue.record("no null")
      return
    }
    #expect(value["absent"] == nil)
    #expect(value["list"]?.text == nil)
  }

  @Test func `a key that stands twice is refused at its place`() {
    let error = #expect(throws: JSONError.self) {
      try JSONValue(parsing: Array("{\"a\":1,\n \"a\":2}".utf8))
    }
    #expect(error?.description == "line 2, column 2: the key \"a\" stands twice in one object")
  }

  @Test func `events come with their places`() throws {
    var events: [JSONEvent] = []
    var places: [JSONPosition] = []
    try parseJSON(Array("[1,\n \"x\"]".utf8)) { event, position in
      events.append(event)
      places.append(position)
    }
    #expect(events == [.beginArray, .number("1"), .string("x"), .endArray])
    #expect(
      places == [
        JSONPosition(line: 1, column: 1, offset: 0), JSONPosition(line: 1, column: 2, offset: 1),
        JSONPosition(line: 2, column: 2, offset: 5), JSONPosition(line: 2, column: 5, offset: 8),
      ])
  }
}
