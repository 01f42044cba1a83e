import Bytes
import Testing

@Suite struct TrimmingTests {
  static let cases: [(text: String, trimmed: String)] = [
    ("", ""), (" ", ""), ("\t\r\n\u{0B}\u{0C} ", ""), ("a", "a"), (" a b\t", "a b"), ("a\r\n", "a"),
    ("\u{A0}a\u{A0}", "\u{A0}a\u{A0}"), ("a \u{301}", "a \u{301}"), (" \u{301}a", "\u{301}a"),
  ]

  @Test(arguments: cases)
  func `white space around a text is removed byte by byte`(text: String, trimmed: String) {
    #expect(text.trimmed.unicodeScalars.elementsEqual(trimmed.unicodeScalars))
    #expect(text[...].trimmed.unicodeScalars.elementsEqual(trimmed.unicodeScalars))
    let bytes = Array(text.utf8)
    #expect(Array(bytes[bytes.span.trimmedBounds]) == Array(trimmed.utf8))
    #expect(bytes.span.trimmedText.unicodeScalars.elementsEqual(trimmed.unicodeScalars))
  }
}
