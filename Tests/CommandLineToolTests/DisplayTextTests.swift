import CommandLineTool
import Testing

@Suite struct DisplayTextTests {
  @Test(arguments: [
    ("PhoneSystem-1 SIP", "PhoneSystem-1 SIP"),
    ("a\u{1B}[2Jb", #"a\u{1B}[2Jb"#),
    ("a\nb\r\tc", #"a\nb\r\tc"#),
    ("\u{9B}31m\u{7F}", #"\u{9B}31m\u{7F}"#),
    ("abc\u{202E}fed\u{2028}", #"abc\u{202E}fed\u{2028}"#),
    ("Zürich 東京 👍", "Zürich 東京 👍"),
    ("\r\n", #"\r\n"#),
  ])
  func `control characters become visible and harmless`(text: String, shown: String) {
    #expect(text.escapedForDisplay == shown)
  }

  @Test(arguments: [("abc", 3), ("e\u{301}", 1), ("東京", 4), ("👍", 2), ("", 0)])
  func `width counts columns`(text: String, width: Int) {
    #expect(text.displayWidth == width)
  }

  @Test(arguments: [
    ("abcdef", 6, "abcdef"), ("abcdef", 4, "abc…"), ("東京都", 4, "東…"), ("abc", 1, "…"),
    ("abc", 0, ""),
  ])
  func `a long text is cut to a width`(text: String, width: Int, cut: String) {
    #expect(text.cut(toWidth: width) == cut)
  }
}
