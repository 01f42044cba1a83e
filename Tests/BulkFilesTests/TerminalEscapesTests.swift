// Tests of the escapes in a file that is written to a terminal.

import Testing

@testable import BulkFiles

@Suite struct TerminalEscapesTests {
  @Test(arguments: [
    ("a,b\tc\n", "a,b\tc\n"), ("a\r\nb\r\n", "a\r\nb\r\n"), ("a\rb", #"a\u{D}b"#),
    ("a\r", #"a\u{D}"#),
    ("\r\r\n", #"\u{D}"# + "\r\n"), ("\u{1B}[2J\u{7F}\u{9B}", #"\u{1B}[2J\u{7F}\u{9B}"#),
    ("x\u{202E}\u{2066}\u{61C}", #"x\u{202E}\u{2066}\u{61C}"#),
    ("\u{2028}\u{2029}", #"\u{2028}\u{2029}"#),
    ("\u{AD}\u{200B}\u{2060}\u{FEFF}", #"\u{AD}\u{200B}\u{2060}\u{FEFF}"#),
    ("e\u{301}ä東👍", "e\u{301}ä東👍"), ("", ""),
  ])
  func `control and hidden characters are escaped, and all others are unchanged`(
    text: String, shown: String
  ) {
    #expect(
      text.escapedForTerminals.unicodeScalars.elementsEqual(shown.unicodeScalars),
      "\(text.escapedForTerminals)")
  }
}
