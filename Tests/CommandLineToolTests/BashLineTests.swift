// How a line of bash is read, and how words are put into it.

import Testing

@testable import CommandLineTool

@Suite struct BashLineTests {
  @Test(arguments: [
    ("a b", ["a", "b"]), ("a ", ["a", ""]), ("  a\tb", ["a", "b"]), ("a 'b c", ["a", "b c"]),
    ("a \"b \\\" c", ["a", "b \" c"]), ("a \"\\n\"", ["a", "\\n"]), ("a b\\ c", ["a", "b c"]),
    ("a 'it'\\''s'", ["a", "it's"]), ("a x'y'\"z\"", ["a", "xyz"]), ("a $'b c", ["a", "b c"]),
    ("a \"$HOME\"", ["a", "$HOME"]), ("a ''", ["a", ""]), ("a 📞e\u{301}", ["a", "📞e\u{301}"]),
    ("", [""]),
  ])
  func `words are read without quotes, and nothing is expanded`(line: String, words: [String]) {
    #expect(BashLine.words(of: line).map(\.text) == words)
  }

  @Test(arguments: [
    ("c a >f x", ["a"]), ("c a > f x", ["a"]), ("c 2>>f <in x", []), ("c 'a>b' x", ["a>b"]),
    ("c 2 x", ["2"]), ("c a&>f x", ["a&>f"]),
  ])
  func `redirections are no words of the command`(line: String, before: [String]) {
    #expect(BashLine(line, replacing: "x").before == before)
  }

  @Test func `after a redirection a file is completed`() {
    let line = BashLine("c a > f", replacing: "f")
    #expect(line.isRedirection)
    #expect(BashAnswer(line: line).text(.init(words: [.init("fx")])) { _, _ in [] } == "f\n")
  }

  @Test(arguments: [
    ("c $(x", "x"), ("c `x", "x"), ("c \"$x", "$x"), ("c $'x", "x"), ("c ~x", "~x"),
    ("c a\\", "a\\"),
    ("c *:x", "x"), ("c \"a\"x", "x"), ("c 'a'", ""), ("c x", "y"), ("c \"a\\", "a\\"),
  ])
  func `nothing is inserted where bash would expand, or readline would add a quote`(
    line: String, replaced: String
  ) {
    #expect(!BashLine(line, replacing: replaced).canInsert)
  }

  @Test func `nothing is inserted within a word`() {
    #expect(!BashLine("c x", replacing: "x", before: "yz").canInsert)
    #expect(BashLine("c x", replacing: "x", before: " yz").canInsert)
    #expect(BashLine.texts(after: "yz 'a b' c") == ["a b", "c"])
    #expect(BashLine.texts(after: " yz") == ["yz"])
  }

  private func insert(
    _ line: String, replacing replaced: String, _ words: String..., isWhole: Bool = true
  ) -> String {
    BashAnswer(line: BashLine(line, replacing: replaced))
      .text(.init(words: words.map { .init($0, isWhole: isWhole) })) { _, _ in [] }
  }

  @Test(arguments: [
    ("c ", "", "w x\\ \\'\\\"\\$\\!\\`\\*\\~\\;\\\\\n"),
    ("c 'x", "x", "w x '\\''\"$!`*~;\\\n"),
    ("c \"x", "x", "w x '\\\"\\$\"'!'\"\\`*~;\\\\\n"),
  ])
  func `each sign that bash would change is quoted as its place needs`(
    line: String, replaced: String, inserted: String
  ) {
    #expect(insert(line, replacing: replaced, "x '\"$!`*~;\\") == inserted)
  }

  @Test func `quotes that readline would leave open are closed`() {
    #expect(insert("c \"w", replacing: "w", "wow!") == "w wow\"'!'\"\"\n")
    #expect(insert("c \"s", replacing: "s", "say \"a\"") == "w say \\\"a\\\"\"\n")
    #expect(insert("c 's", replacing: "s", "sons'") == "w sons'\\'''\n")
    #expect(insert("c 's", replacing: "s", "son") == "w son\n")
  }

  @Test func `only what readline replaces is inserted`() {
    #expect(insert("c --o=a:b", replacing: "b", "--o=a:b c") == "w b\\ c\n")
    #expect(insert("c --o=\"a b", replacing: "a b", "--o=a b!") == "w a b\"'!'\"\"\n")
    #expect(insert("c --o", replacing: "--o", "--o=", isWhole: false) == "p --o=\n")
  }

  @Test func `words that do not fit are left out`() {
    #expect(insert("c e\u{301}", replacing: "e\u{301}", "e", "\u{E9}x") == "")
    #expect(insert("c P", replacing: "P", "p") == "")
  }

  @Test func `what several words have in common never ends within an escape`() {
    #expect(insert("c a", replacing: "a", "a b", "a!c") == "w a\\ b\nw a\\!c\nw a\n")
    #expect(insert("c \"a", replacing: "a", "a!", "a\"") == "w a\"'!'\"\nw a\\\"\n")
    #expect(insert("c \"a", replacing: "a", "a!b", "ac") == "w a\"'!'\"b\nw ac\n")
    #expect(insert("c ", replacing: "", " x", "!y") == "w \\ x\nw \\!y\nw \n")
  }

  @Test func `readline completes files where their names begin at what it replaces`() {
    let files = CompletionAnswer(paths: .init(prefix: "--o="))
    func text(_ line: String, _ replaced: String, _ answer: CompletionAnswer) -> String {
      BashAnswer(line: BashLine(line, replacing: replaced)).text(answer) { path, _ in
        [.init(path + " y"), .beginning(path + "d/")]
      }
    }
    #expect(text("c --o=x", "x", files) == "f\n")
    #expect(text("c --o=x", "--o=x", files) == "w --o=x\\ y\nw --o=xd/\n")
    let both = CompletionAnswer(words: [.init("xa")], paths: .init(prefix: ""))
    #expect(text("c x", "x", both) == "w xa\nw x\\ y\nw xd/\n")
    #expect(text("c z", "z", both) == "f\n")
  }
}
