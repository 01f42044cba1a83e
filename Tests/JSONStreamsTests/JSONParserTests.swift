// The JSON reader: every case at every chunk size, and everything that RFC 8259 forbids.

import JSONStreams
import Testing

/// The events of a text, written shortly; an error ends the list as `!line:column message`.
private func events(
  _ bytes: [UInt8], chunk: Int, limits: JSONLimits = JSONLimits(), sequence: Bool = false
) -> [String] {
  var parser = JSONParser(limits: limits, sequence: sequence)
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
        case .yes: "true"
        case .no: "false"
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
  func `a text gives the same events in every cut`(_ text: Case, chunk: Int) {
    #expect(events(Array(text.json.utf8), chunk: chunk) == text.events)
  }

  /// Texts that RFC 8259 forbids, each with the error that ends it.
  static let refused: [(String, String)] = [
    ("", "!1:1 there is no JSON value"),
    ("  \n ", "!2:2 there is no JSON value"),
    ("{", "!1:2 the text ends within an object"),
    ("[1", "!1:3 the text ends within an array"),
    ("[1,]", "!1:4 a comma stands before \"]\": remove it"),
    ("{\"a\":1,}", "!1:8 a comma stands before \"}\": remove it"),
    ("{,}", "!1:2 a comma stands where a key or \"}\" is expected"),
    ("[,1]", "!1:2 a comma stands where a value is expected"),
    ("{\"a\" 1}", "!1:6 a value stands where a colon is expected"),
    ("{\"a\":}", "!1:6 \"}\" stands where a value is expected"),
    ("{1:2}", "!1:2 a value stands where a key or \"}\" is expected"),
    ("{a:2}", "!1:2 \"a\" is not a JSON value: write strings in double quotes"),
    ("{'a':2}", "!1:2 strings are written in double quotes"),
    ("[1 2]", "!1:4 a value stands where a comma or \"]\" is expected"),
    ("[1}", "!1:3 \"}\" stands where a comma or \"]\" is expected"),
    ("{}{}", "!1:3 an object stands where the text should end"),
    ("1 2", "!1:3 a value stands where the text should end"),
    ("]", "!1:1 \"]\" stands where a value is expected"),
    ("[01]", "!1:2 \"01\" is not a JSON value: write strings in double quotes"),
    ("[1.]", "!1:2 \"1.\" is not a JSON value: write strings in double quotes"),
    ("[.5]", "!1:2 \".5\" is not a JSON value: write strings in double quotes"),
    ("[+1]", "!1:2 \"+1\" is not a JSON value: write strings in double quotes"),
    ("[1e]", "!1:2 \"1e\" is not a JSON value: write strings in double quotes"),
    ("[-]", "!1:2 \"-\" is not a JSON value: write strings in double quotes"),
    ("[0x10]", "!1:2 \"0x10\" is not a JSON value: write strings in double quotes"),
    ("NaN", "!1:1 \"NaN\" is not a JSON value: write strings in double quotes"),
    ("-Infinity", "!1:1 \"-Infinity\" is not a JSON value: write strings in double quotes"),
    ("True", "!1:1 \"True\" is not a JSON value: write strings in double quotes"),
    ("nul", "!1:1 \"nul\" is not a JSON value: write strings in double quotes"),
    ("// x\n1", "!1:1 JSON has no comments"),
    ("\"a\nb\"", "!1:3 a line break stands within a string: join the lines or write \\n"),
    ("\"ä\tb\"", "!1:3 a control character stands within a string: write it as \\u00XX"),
    ("\"ab", "!1:1 the text ends within a string"),
    ("\"\\x\"", "!1:2 a backslash before this character means nothing in JSON: write \\\\"),
    ("\"\\u12g4\"", "!1:2 \\u is followed by four hexadecimal digits"),
    ("\"\\ud800x-----\"", "!1:2 the second half of a surrogate pair is missing"),
    ("\"\\udc00\"", "!1:2 the first half of a surrogate pair is missing"),
    ("\u{FEFF}1", "!1:1 a byte of value 239 cannot stand here"),
    ("\u{0}", "!1:1 a byte of value 0 cannot stand here"),
  ]

  @Test(arguments: refused, chunkSizes)
  func `what the standard forbids is refused at its place`(
    _ text: (json: String, error: String), chunk: Int
  ) {
    #expect(events(Array(text.json.utf8), chunk: chunk).last == text.error)
  }

  @Test(
    arguments: [
      [0x80], [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
      [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xFF],
    ] as [[UInt8]], chunkSizes)
  func `a string that is not UTF-8 is refused`(_ bad: [UInt8], chunk: Int) {
    let text = Array("[\"ab".utf8) + bad + Array("cdefgh\"]".utf8)
    #expect(
      events(text, chunk: chunk).last
        == "!1:5 bytes that are not valid UTF-8: save the text as UTF-8")
  }

  @Test(arguments: chunkSizes)
  func `nesting and tokens are bounded`(chunk: Int) {
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
  func `a sequence takes many values or none`(chunk: Int) {
    func all(_ json: String) -> [String] {
      events(Array(json.utf8), chunk: chunk, sequence: true)
    }
    #expect(all("{}\n{}\n") == ["{", "}", "{", "}"])
    #expect(all("") == [])
    #expect(all("1 \"x\"\nnull") == ["1", "\"x", "null"])
    #expect(all("{}\n{") == ["{", "}", "{", "!2:2 the text ends within an object"])
    #expect(all("{},{}").last == "!1:3 a comma stands where the text should end")
  }
}
