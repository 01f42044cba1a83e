// Tests of the JSON writer and of the tree of values: what is written is read back unchanged.

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
    writer.bool(true)
    writer.endArray()
    writer.endObject()
    return String(decoding: writer.takeBytes(), as: UTF8.self)
  }

  @Test func `compact text has no white space`() {
    #expect(
      list(indented: false)
        == #"{"@total":"1","PortGroupServer":[{"Port":5060,"Empty":[]},true]}"#)
  }

  @Test func `indented text has two spaces for each level`() {
    let expected = """
      {
        "@total": "1",
        "PortGroupServer": [
          {
            "Port": 5060,
            "Empty": []
          },
          true
        ]
      }
      """
    #expect(list(indented: true) == expected)
  }

  @Test func `control characters are escaped, all other characters are unchanged`() {
    var writer = JSONTextWriter()
    writer.string("\u{0}\u{1F}\u{8}\u{9}\u{A}\u{C}\u{D}\"\\/\u{7F}ä😀")
    #expect(
      String(decoding: writer.takeBytes(), as: UTF8.self)
        == "\"\\u0000\\u001f\\b\\t\\n\\f\\r\\\"\\\\/\u{7F}ä😀\"")
  }

  @Test(arguments: ["", "plain", "\u{0}\u{1}", "\"\\", "a\r\n\tb", "ä€😀", "\u{2028}"])
  func `special characters are read back as they were written`(_ text: String) throws {
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
  @Test func `a JSON text is parsed into a tree`() throws {
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

  @Test func `a duplicate key is refused with its position`() {
    let error = #expect(throws: JSONError.self) {
      try JSONValue(parsing: Array("{\"a\":1,\n \"a\":2}".utf8))
    }
    #expect(error?.description == "line 2, column 2: the key \"a\" occurs twice in one object")
  }
}
