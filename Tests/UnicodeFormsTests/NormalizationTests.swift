import Testing
import UnicodeForms

@Suite struct NormalizationTests {
  @Test(arguments: [
    ("plain", "plain", "plain"), ("\u{E9}", "\u{E9}", "e\u{301}"),
    ("e\u{301}", "\u{E9}", "e\u{301}"), ("\u{1E69}", "\u{1E69}", "s\u{323}\u{307}"),
    ("s\u{307}\u{323}", "\u{1E69}", "s\u{323}\u{307}"), ("", "", ""),
    ("a\0\u{E9}", "a\0\u{E9}", "a\0e\u{301}"),
    ("\u{AC00}", "\u{AC00}", "\u{1100}\u{1161}"), ("\u{FB01}", "\u{FB01}", "\u{FB01}"),
  ])
  func `equivalent texts have one composed and one decomposed form`(
    text: String, composed: String, decomposed: String
  ) {
    #expect(text.normalized(.composed).unicodeScalars.elementsEqual(composed.unicodeScalars))
    #expect(text.normalized(.decomposed).unicodeScalars.elementsEqual(decomposed.unicodeScalars))
  }
}
