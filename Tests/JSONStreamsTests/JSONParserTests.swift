// Tests of the JSON parser: events, positions, limits and hints, each at every chunk size.

import JSONStreams
import Testing

/// The events of a text in a short notation; an error ends the list as `!line:column message`.
private func events(
  _ bytes: [UInt8], chunk: Int, limits: JSONLimits = JSONLimits(),
  framing: JSONFraming = .single
) -> [String] {
  var parser = JSONParser(limits: limits, framing: framing)
  var found: [String] = []
  func drain() {
    for event in parser.batch.events {
      let text = parser.batch.text(event)
      let shown =
        switch event.kind {
        case .beginObject: "{"
        case .endObject: "}"
        case .beginArray: "["
        case .endArray: "]"
        case .key: "\(event.position) \(text):"
        case .string: "\"\(text)"
        case .number: text
        case .`true`: "true"
        case .`false`: "false"
        case .null: "null"
        }
      found.append(shown)
    }
    parser.batch.removeAll()
  }
  var offset = 0
  repeat {
    let end = min(offset + chunk, bytes.count)
    let piece = Array(bytes[offset..<end])
    do throws(JSONError) {
      unsafe try parser.feed(piece.span.bytes, final: end == bytes.count)
      drain()
    } catch {
      drain()
      found.append("!\(error.position) \(error.message)")
      return found
    }
    offset = end
  } while offset < bytes.count
  return found
}

private let chunkSizes = [1, 2, 7, 1 << 20]

@Suite struct JSONParserTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let json: String
    let events: [String]
    var testDescription: String { json }

    init(_ json: String, _ events: String...) {
      self.json = json
      self.events = events
    }
  }

  static let texts = [
    Case("{}", "{", "}"),
    Case("[]", "[", "]"),
    Case("{\"a\":\"x\"}", "{", "1:2 a:", "\"x", "}"),
    Case(
      "{\n  \"@total\": \"2\",\n  \"ä\": \"ö\", \"b\": [1, -0.5e+3, true, false, null, {}]\n}\n",
      "{", "2:3 @total:", "\"2", "3:3 ä:", "\"ö", "3:13 b:", "[", "1", "-0.5e+3", "true", "false",
      "null", "{", "}", "]", "}"),
    Case("  7  ", "7"),
    Case("\"\"", "\""),
    Case("\"a longer text without any escape in it\"", "\"a longer text without any escape in it"),
    Case(#""\"\\\/\b\f\n\r\t\u0041\u00e4\ud83d\ude00""#, "\"\"\\/\u{8}\u{C}\n\r\tAä😀"),
    Case("\"€😀 and more text behind it ä\"", "\"€😀 and more text behind it ä"),
    Case("[0,10,0.0,1E9]", "[", "0", "10", "0.0", "1E9", "]"),
    Case("\"\\u0000\"", "\"\u{0}"),
    Case("\"\u{7F}\u{85}\"", "\"\u{7F}\u{85}"),
  ]

  @Test(arguments: texts, chunkSizes)
  func `a text gives the same events at every chunk size`(_ text: Case, chunk: Int) {
    #expect(events(Array(text.json.utf8), chunk: chunk) == text.events)
  }

  static let hints = [
    ("[1,]", "remove it"), ("{a:1}", "write strings in double quotes"),
    ("{'a':1}", "replace the single quotes"), ("“a”", "replace the curly ones"),
    ("[True]", "write true in small letters"),
    ("[NaN]", "JSON has no such number: write null, or leave the key out"),
    ("[007]", "write numbers as 5060, -1, 0.5 or 1e3, or put the text in double quotes"),
    ("[.5]", "write numbers as 5060, -1, 0.5 or 1e3, or put the text in double quotes"),
    ("// x", "remove it"),
    ("[1", "close what is open; if the file was cut off, copy or export it again"),
    ("\"a\nb\"", "join the lines, or write \\n for it"), ("\"\t\"", "write it as \\u00XX"),
    ("\"C:\\dir\"", "write \\\\ for a backslash"), ("\"\\user\"", "write \\\\ for a backslash"),
    ("\"\\udc00\"", "write the character itself, or both halves"), ("[1 2]", ""),
  ]

  @Test(arguments: hints)
  func `an error has a hint`(_ json: String, hint: String) {
    let error = #expect(throws: JSONError.self) { try JSONValue(parsing: Array(json.utf8)) }
    #expect(error?.hint == hint)
  }

  @Test(arguments: chunkSizes)
  func `nesting depth and token size are limited`(chunk: Int) {
    let limits = JSONLimits(depth: 2, tokenBytes: 8)
    func last(_ json: String) -> String? {
      events(Array(json.utf8), chunk: chunk, limits: limits).last
    }
    #expect(last("[[]]") == "]")
    #expect(
      last("[[[]]]") == "!1:3 objects and arrays are nested more than 2 levels deep")
    #expect(last("\"123456\"") == "\"123456")
    #expect(last("\"1234567\"") == "!1:1 a string is longer than 8 bytes")
    #expect(last("123456789 ") == "!1:1 a number is longer than 8 bytes")
  }

  @Test(arguments: chunkSizes)
  func `a sequence may hold many values or none`(chunk: Int) {
    func all(_ json: String) -> [String] {
      events(Array(json.utf8), chunk: chunk, framing: .sequence)
    }
    #expect(all("{}\n{}\n") == ["{", "}", "{", "}"])
    #expect(all("") == [])
    #expect(all("1 \"x\"\nnull") == ["1", "\"x", "null"])
    #expect(all("{}\n{") == ["{", "}", "{", "!2:2 the text ends within an object"])
    #expect(all("{},{}").last == "!1:3 found a comma where the text should end")
  }
}
