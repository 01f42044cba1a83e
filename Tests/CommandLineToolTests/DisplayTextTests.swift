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
    (
      "\u{61C}\u{200E}\u{200F}\u{202A}\u{2066}\u{2069}",
      #"\u{61C}\u{200E}\u{200F}\u{202A}\u{2066}\u{2069}"#
    ),
    (
      "a\u{200B}\u{200C}\u{200D}\u{2060}\u{FEFF}\u{AD}b",
      #"a\u{200B}\u{200C}\u{200D}\u{2060}\u{FEFF}\u{AD}b"#
    ),
    ("x\u{E0041}\u{2029}", #"x\u{E0041}\u{2029}"#),
    ("e\u{301}\u{7F}", "e\u{301}" + #"\u{7F}"#),
  ])
  func `control characters are escaped`(text: String, shown: String) {
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
