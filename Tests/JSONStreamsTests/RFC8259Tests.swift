// RFC 8259, case by case: what it allows is read, what it forbids is refused with its position.

import JSONStreams
import Testing

/// Parses a whole text; returns `nil`, or the error as `line:column message`.
private func error(_ bytes: [UInt8], chunk: Int) -> String? {
  var parser = JSONParser()
  var offset = 0
  repeat {
    let end = min(offset + chunk, bytes.count)
    let piece = Array(bytes[offset..<end])
    do throws(JSONError) {
      unsafe try parser.feed(piece.span.bytes, final: end == bytes.count)
    } catch {
      return "\(error.position) \(error.message)"
    }
    parser.batch.removeAll()
    offset = end
  } while offset < bytes.count
  return nil
}

private func nested(_ open: String, _ close: String, _ depth: Int) -> String {
  String(repeating: open, count: depth) + String(repeating: close, count: depth)
}

@Suite struct RFC8259Tests {
  private static let chunkSizes = [1, 2, 7, 1 << 16]

  static let allowed: [String] = [
    // Every kind of value may be a whole text (section 2).
    "{}", "[]", "\"\"", "0", "true", "false", "null",
    // White space around everything.
    " \t\r\n[ \t\r\n] \t\r\n", "{ \"a\" : 1 , \"b\" : [ ] }", "\n7\n",
    // Objects and arrays.
    "{\"\":0}", "{\"a\":{\"a\":{\"a\":{}}}}", "[[],[[]],{}]", "[null,1,\"x\",{\"a\":[]}]",
    nested("[", "]", 32), String(repeating: "{\"a\":", count: 32) + "0" + nested("", "}", 32),
    // The standard leaves duplicate keys to the reader; records refuse them.
    "{\"a\":1,\"a\":2}",
    // Numbers (section 6).
    "-0", "-1", "10", "0.0", "-0.0e-0", "1E5", "1e+5", "1e-05", "123.456e78", "1e400", "-1E-400",
    String(repeating: "9", count: 400),
    // Strings (section 7).
    "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\u0000\"", "\"\\u00e9\\u00E9\"", "\"\\ud834\\udd1E\"",
    "\"\\uFFFF\"", "\"\u{7F}\"", "\"\u{2028}\u{2029}\"", "\"\u{FFFE}\u{10FFFF}\"", "\"é€😀\"",
    "\"a/b\"", "\"\\\\u0000\"", "\"\u{FEFF}\"",
  ]

  @Test(arguments: allowed, chunkSizes)
  func `text that the standard allows is read`(_ json: String, chunk: Int) {
    #expect(error(Array(json.utf8), chunk: chunk) == nil)
  }

  /// Each text and its error.
  static let forbidden: [(json: String, error: String)] = [
    // Structure (sections 2 to 5).
    ("", "1:1 there is no JSON value"),
    (" ", "1:2 there is no JSON value"),
    ("\n\n", "3:1 there is no JSON value"),
    ("[", "1:2 the text ends within an array"),
    ("{", "1:2 the text ends within an object"),
    ("]", "1:1 found \"]\" where a value is expected"),
    ("}", "1:1 found \"}\" where a value is expected"),
    ("[[]", "1:4 the text ends within an array"),
    ("[]]", "1:3 found \"]\" where the text should end"),
    ("{}}", "1:3 found \"}\" where the text should end"),
    ("[}", "1:2 found \"}\" where a value is expected"),
    ("{]", "1:2 found \"]\" where a key or \"}\" is expected"),
    ("[1", "1:3 the text ends within an array"),
    ("[1,", "1:4 the text ends within an array"),
    ("{\"a\"", "1:5 the text ends within an object"),
    ("{\"a\":", "1:6 the text ends within an object"),
    ("{\"a\":1", "1:7 the text ends within an object"),
    ("{\"a\":1,", "1:8 the text ends within an object"),
    ("[1,]", "1:4 there is a comma before \"]\""),
    ("[1,,2]", "1:4 found a comma where a value is expected"),
    ("[,]", "1:2 found a comma where a value is expected"),
    ("[,1]", "1:2 found a comma where a value is expected"),
    ("[1 2]", "1:4 found a value where a comma or \"]\" is expected"),
    ("[1:2]", "1:3 found a colon where a comma or \"]\" is expected"),
    ("[\"a\":1]", "1:5 found a colon where a comma or \"]\" is expected"),
    ("{\"a\":1,}", "1:8 there is a comma before \"}\""),
    ("{,}", "1:2 found a comma where a key or \"}\" is expected"),
    ("{,\"a\":1}", "1:2 found a comma where a key or \"}\" is expected"),
    ("{\"a\":1,,\"b\":2}", "1:8 found a comma where a key is expected"),
    ("{\"a\"}", "1:5 found \"}\" where a colon is expected"),
    ("{\"a\" 1}", "1:6 found a value where a colon is expected"),
    ("{\"a\"::1}", "1:6 found a colon where a value is expected"),
    ("{\"a\":1:2}", "1:7 found a colon where a comma or \"}\" is expected"),
    ("{\"a\":1 \"b\":2}", "1:8 found a string where a comma or \"}\" is expected"),
    ("{:1}", "1:2 found a colon where a key or \"}\" is expected"),
    ("{1:1}", "1:2 found a value where a key or \"}\" is expected"),
    ("{null:1}", "1:2 found a value where a key or \"}\" is expected"),
    ("{[]:1}", "1:2 found an array where a key or \"}\" is expected"),
    ("{a:1}", "1:2 \"a\" is not a JSON value"),
    ("{'a':1}", "1:2 strings are written in double quotes"),
    ("{\"a\":1 true}", "1:8 found a value where a comma or \"}\" is expected"),
    ("1 2", "1:3 found a value where the text should end"),
    ("1,2", "1:2 found a comma where the text should end"),
    ("{}[]", "1:3 found an array where the text should end"),
    ("[][]", "1:3 found an array where the text should end"),
    ("true false", "1:6 found a value where the text should end"),
    ("\"a\" x", "1:5 \"x\" is not a JSON value"),
    ("[],", "1:3 found a comma where the text should end"),
    (":", "1:1 found a colon where a value is expected"),
    (",", "1:1 found a comma where a value is expected"),
    // Comments.
    ("// x\n1", "1:1 JSON has no comments"),
    ("/* x */1", "1:1 JSON has no comments"),
    ("[1]# x", "1:4 JSON has no comments"),
    ("<!-- -->1", "1:1 \"<\" is not allowed here"),
    // Words (section 3).
    ("True", "1:1 \"True\" is not a JSON value"),
    ("NULL", "1:1 \"NULL\" is not a JSON value"),
    ("nul", "1:1 \"nul\" is not a JSON value"),
    ("truee", "1:1 \"truee\" is not a JSON value"),
    ("undefined", "1:1 \"undefined\" is not a JSON value"),
    ("NaN", "1:1 \"NaN\" is not a JSON value"),
    ("Infinity", "1:1 \"Infinity\" is not a JSON value"),
    ("-Infinity", "1:1 \"-Infinity\" is not a JSON value"),
    ("[nan]", "1:2 \"nan\" is not a JSON value"),
    ("nullnull", "1:1 \"nullnull\" is not a JSON value"),
    // Numbers (section 6).
    ("01", "1:1 \"01\" is not a JSON value"),
    ("-01", "1:1 \"-01\" is not a JSON value"),
    ("00", "1:1 \"00\" is not a JSON value"),
    ("1.", "1:1 \"1.\" is not a JSON value"),
    (".5", "1:1 \".5\" is not a JSON value"),
    ("-.5", "1:1 \"-.5\" is not a JSON value"),
    ("1.e5", "1:1 \"1.e5\" is not a JSON value"),
    ("1e", "1:1 \"1e\" is not a JSON value"),
    ("1e+", "1:1 \"1e+\" is not a JSON value"),
    ("1E-", "1:1 \"1E-\" is not a JSON value"),
    ("+1", "1:1 \"+1\" is not a JSON value"),
    ("--1", "1:1 \"--1\" is not a JSON value"),
    ("-", "1:1 \"-\" is not a JSON value"),
    ("1-2", "1:1 \"1-2\" is not a JSON value"),
    ("1+2", "1:1 \"1+2\" is not a JSON value"),
    ("0x10", "1:1 \"0x10\" is not a JSON value"),
    ("1_000", "1:1 \"1_000\" is not a JSON value"),
    ("1e1.5", "1:1 \"1e1.5\" is not a JSON value"),
    ("1.2.3", "1:1 \"1.2.3\" is not a JSON value"),
    ("1a", "1:1 \"1a\" is not a JSON value"),
    ("-true", "1:1 \"-true\" is not a JSON value"),
    ("[1.,2]", "1:2 \"1.\" is not a JSON value"),
    ("٣", "1:1 the character U+0663 is not allowed here"),
    // Strings (section 7).
    ("１", "1:1 the character U+FF11 is not allowed here"),
    ("\"", "1:1 the text ends within a string"),
    ("\"a", "1:1 the text ends within a string"),
    ("\"\\\"", "1:1 the text ends within a string"),
    ("'a'", "1:1 strings are written in double quotes"),
    ("\"a\nb\"", "1:3 there is a line break within a string"),
    ("\"a\rb\"", "1:3 there is a line break within a string"),
    ("\"a\tb\"", "1:3 there is a control character within a string"),
    ("\"\u{0}\"", "1:2 there is a control character within a string"),
    ("\"\u{1F}\"", "1:2 there is a control character within a string"),
    ("\"\\x41\"", "1:2 a backslash before this character means nothing in JSON"),
    ("\"\\a\"", "1:2 a backslash before this character means nothing in JSON"),
    ("\"\\'\"", "1:2 a backslash before this character means nothing in JSON"),
    ("\"\\0\"", "1:2 a backslash before this character means nothing in JSON"),
    ("\"\\\n\"", "1:2 a backslash before this character means nothing in JSON"),
    ("\"\\u\"", "1:2 \\u is followed by four hexadecimal digits"),
    ("\"\\u12\"", "1:2 \\u is followed by four hexadecimal digits"),
    ("\"\\u123g\"", "1:2 \\u is followed by four hexadecimal digits"),
    ("\"\\U0041\"", "1:2 a backslash before this character means nothing in JSON"),
    ("\"\\u+123\"", "1:2 \\u is followed by four hexadecimal digits"),
    ("\"\\ud800\"", "1:2 the second half of a surrogate pair is missing"),
    ("\"\\ud800\\n\"", "1:2 the second half of a surrogate pair is missing"),
    ("\"\\ud800\\ud800\"", "1:2 the second half of a surrogate pair is missing"),
    ("\"\\udc00\"", "1:2 the first half of a surrogate pair is missing"),
    ("\"\\udc00\\ud800\"", "1:2 the first half of a surrogate pair is missing"),
    ("\"\\ud83d\\u0041\"", "1:2 the second half of a surrogate pair is missing"),
    ("[\"a\",\n\"b]", "2:1 the text ends within a string"),
    ("“a”", "1:1 strings are written in straight double quotes"),
    ("`a`", "1:1 \"`\" is not allowed here"),
    // Byte order marks and other characters.
    ("\u{FEFF}[]", "1:1 there is a byte order mark within the text"),
    ("[\u{FEFF}]", "1:2 there is a byte order mark within the text"),
    ("\u{A0}1", "1:1 the character U+00A0 is not allowed here"),
    ("\u{2028}1", "1:1 the character U+2028 is not allowed here"),
    ("\u{0}", "1:1 the character U+0000 is not allowed here"),
    ("1\u{0}", "1:2 the character U+0000 is not allowed here"),
    ("\u{B}1", "1:1 the character U+000B is not allowed here"),
    ("\u{C}1", "1:1 the character U+000C is not allowed here"),
    ("\u{1}", "1:1 the character U+0001 is not allowed here"),
    ("[]\u{85}", "1:3 the character U+0085 is not allowed here"),
    ("*", "1:1 \"*\" is not allowed here"),
    ("(1)", "1:1 \"(\" is not allowed here"),
    ("$", "1:1 \"$\" is not allowed here"),
    ("\\u005b\\u005d", "1:1 \"\\\" is not allowed here"),
    ("@a", "1:1 \"@\" is not allowed here"),
  ]

  @Test(arguments: forbidden, chunkSizes)
  func `text that the standard forbids is refused`(
    _ text: (json: String, error: String), chunk: Int
  ) {
    #expect(error(Array(text.json.utf8), chunk: chunk) == text.error)
  }

  /// Bytes that are not valid UTF-8, to be put within a string (section 8.1).
  static let invalidUTF8: [[UInt8]] = [
    [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xE0, 0x80, 0x80], [0xE2, 0x82],
    [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x9F, 0x98],
    [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF], [0xC3, 0xC3, 0xA4],
  ]

  @Test(arguments: invalidUTF8, chunkSizes)
  func `bytes that are not valid UTF-8 are refused`(_ bad: [UInt8], chunk: Int) {
    let value = Array("[\"ab".utf8) + bad + Array("cdefgh\"]".utf8)
    #expect(error(value, chunk: chunk) == "1:5 bytes that are not valid UTF-8")
    let key = Array("{\"ä".utf8) + bad + Array("\":1}".utf8)
    #expect(error(key, chunk: chunk) == "1:4 bytes that are not valid UTF-8")
    let outside = Array("[1,".utf8) + bad.prefix(1) + Array("]".utf8)
    #expect(error(outside, chunk: chunk) == "1:4 bytes that are not valid UTF-8")
  }

  @Test(arguments: chunkSizes)
  func `nesting deeper than the limit is refused at the limit`(chunk: Int) {
    let message = "objects and arrays are nested more than 32 levels deep"
    #expect(error(Array(nested("[", "]", 33).utf8), chunk: chunk) == "1:33 \(message)")
    #expect(
      error(Array(String(repeating: "{\"a\":", count: 33).utf8), chunk: chunk)
        == "1:161 \(message)")
    #expect(
      error(Array(String(repeating: "[", count: 100_000).utf8), chunk: chunk)
        == "1:33 \(message)")
  }
}
