// What is read from an INI file, and what is refused, with its line.

import INIFiles
import Testing

@Suite struct INIDocumentTests {
  private static func shown(_ text: String) throws -> [String] {
    try INIDocument(parsing: Array(text.utf8)).sections.flatMap { section in
      ["\(section.line)[\(section.name)]"]
        + section.entries.map { "\($0.line) \($0.key)=\($0.value)" }
    }
  }

  @Test(arguments: [
    ("", []),
    ("# nothing\n\n", []),
    ("[a]\nk = v\n", ["1[a]", "2 k=v"]),
    ("[a]\nk = v", ["1[a]", "2 k=v"]),
    ("\u{FEFF}[a]\r\nk: v\r\n", ["1[a]", "2 k=v"]),
    ("[empty]\n[b]\n\n; c\n  k=v  \n", ["1[empty]", "2[b]", "5 k=v"]),
    ("[a] # here\nk =\n", ["1[a]", "2 k="]),
    (
      "[a]\nurl = https://x, https://y ; no comment\n",
      ["1[a]", "2 url=https://x, https://y ; no comment"]
    ),
    ("[a]\nk = a=b:c\n[b]\nk = [x]\n", ["1[a]", "2 k=a=b:c", "3[b]", "4 k=[x]"]),
    ("[a]\nk = v\n  l = w\n", ["1[a]", "2 k=v", "3 l=w"]),
    ("[é]\nk = \u{301}x\n", ["1[é]", "2 k=\u{301}x"]),
  ])
  func `sections and entries have their lines`(text: String, sections: [String]) throws {
    #expect(try Self.shown(text) == sections)
  }

  @Test(arguments: [
    ("[a]\nk = \u{0}\n", 2, INIFault.Reason.controlCharacter(0)),
    ("[a]\nk = a\rb\n", 2, .controlCharacter(0x0D)),
    ("[a]\rk = a", 1, .controlCharacter(0x0D)),
    ("[a]\nk = \u{1B}[2J\n", 2, .controlCharacter(0x1B)),
    ("[a\n", 1, .sectionNotClosed),
    ("[a] k = v\n", 1, .textAfterSection),
    ("[ ]\n", 1, .sectionNameEmpty),
    ("[a]\n[a]\n", 2, .sectionTwice("a", firstLine: 1)),
    ("[a]\nk = 1\nj = 2\nk = 3\n", 4, .keyTwice("k", firstLine: 2)),
    ("k = v\n[a]\n", 1, .keyBeforeSections("k")),
    ("[a]\nword\n", 2, .noDelimiter),
    ("[a]\n = v\n", 2, .keyEmpty),
  ])
  func `a fault has its line`(text: String, line: Int, reason: INIFault.Reason) {
    let fault = #expect(throws: INIFault.self) { try Self.shown(text) }
    #expect(fault == INIFault(line: line, reason))
  }

  @Test func `bytes that are no UTF-8 are refused`() {
    let fault = #expect(throws: INIFault.self) {
      try INIDocument(parsing: Array("[a]\nk = ".utf8) + [0xC3, 0x28])
    }
    #expect(fault == INIFault(line: 2, .invalidUTF8))
  }

  @Test func `a line is read whole up to the limit, and refused beyond it`() throws {
    let value = String(repeating: "x", count: INIDocument.longestLine - 4)
    for end in ["", "\n", "\r\n"] {
      #expect(
        try INIDocument(parsing: Array("[a]\nk = \(value)\(end)".utf8))["a"]?["k"]?.value == value)
    }
    let fault = #expect(throws: INIFault.self) { try Self.shown("[a]\nk = \(value)x\n") }
    #expect(fault == INIFault(line: 2, .lineTooLong))
  }

  @Test func `a name is read whole up to the limit, and refused beyond it`() throws {
    let name = String(repeating: "n", count: INIDocument.longestSectionName)
    #expect(try Self.shown("[\(name)]\nk = v\n") == ["1[\(name)]", "2 k=v"])
    let fault = #expect(throws: INIFault.self) { try Self.shown("\n[\(name)n]\n") }
    #expect(fault == INIFault(line: 2, .sectionNameTooLong))
  }

  @Test(arguments: [
    (INIFault.Reason.controlCharacter(0), "the line contains a NUL byte"),
    (.controlCharacter(0x0D), "a carriage return is not at the end of the line"),
    (.controlCharacter(7), "the line contains the control character 7"),
    (.keyTwice("k", firstLine: 3), "the key k is already in line 3 of this section"),
    (.sectionTwice("a", firstLine: 3), "the section [a] is already in line 3"),
    (.lineTooLong, "the line is longer than 4000 bytes"),
  ])
  func `a fault is one clause`(reason: INIFault.Reason, text: String) {
    #expect(INIFault(line: 1, reason).message == text)
  }
}
