// Edits of an INI file keep all other bytes.

import INIFiles
import Testing

@Suite struct INIEditingTests {
  private static let file = """
    # first comment
    [prod]
    url=https://a
      slots :  2
    # slots = 1

    ; about lab
    [lab]
    url = https://b
    """

  private func edited(
    _ text: String = file, _ edit: (INIDocument) throws -> INIDocument
  ) throws -> String {
    String(decoding: try edit(try INIDocument(parsing: Array(text.utf8))).bytes, as: UTF8.self)
  }

  @Test func `a file that is only parsed has the same bytes`() throws {
    for text in [Self.file, "", "\u{FEFF}\r\n[a]\r\n"] { #expect(try edited(text) { $0 } == text) }
  }

  @Test(arguments: [
    ("", "[new]\nurl = u\n"),
    ("[a]", "[a]\n\n[new]\nurl = u\n"),
    ("[a]\r\nk = v\r\n", "[a]\r\nk = v\r\n\r\n[new]\r\nurl = u\r\n"),
    ("# c\n\n", "# c\n\n[new]\nurl = u\n"),
  ])
  func `a section is added at the end`(text: String, result: String) throws {
    #expect(try edited(text) { try $0.addingSection("new", [("url", "u")]) } == result)
  }

  @Test func `a value is replaced where it is`() throws {
    #expect(
      try edited { try $0.setting("slots", to: "4", in: "prod") }
        == Self.file.replacing("slots :  2", with: "slots :  4"))
    #expect(
      try edited { try $0.setting("url", to: "https://c", in: "lab") }
        == Self.file.replacing("https://b", with: "https://c"))
    #expect(
      try edited("[a]\nk=\n") { try $0.setting("k", to: "v", in: "a") } == "[a]\nk= v\n")
  }

  @Test func `a new key comes after the last one`() throws {
    #expect(
      try edited { try $0.setting("id", to: "1", in: "prod") }
        == Self.file.replacing("slots :  2\n", with: "slots :  2\nid = 1\n"))
    #expect(
      try edited { try $0.setting("id", to: "1", in: "lab") } == Self.file + "\nid = 1\n")
  }

  @Test func `a key is removed with its line`() throws {
    #expect(
      try edited { try $0.removing("slots", in: "prod") }
        == Self.file.replacing("  slots :  2\n", with: ""))
    #expect(try edited { try $0.removing("id", in: "prod") } == Self.file)
  }

  @Test func `a section is removed, and the comment above the next one stays`() throws {
    #expect(
      try edited { try $0.removingSection("prod") } == """
        # first comment
        ; about lab
        [lab]
        url = https://b
        """)
    #expect(
      try edited { try $0.removingSection("lab") }
        == Self.file.replacing("[lab]\nurl = https://b", with: ""))
    #expect(try edited { try $0.removingSection("other") } == Self.file)
  }

  @Test(arguments: [" blank", "two\nlines", "x\u{0}", "tail "])
  func `a value that would be read back as another is refused`(value: String) {
    #expect(throws: INIFault.self) { try edited { try $0.setting("slots", to: value, in: "prod") } }
    #expect(throws: INIFault.self) { try edited { try $0.addingSection("n", [("k", value)]) } }
  }

  @Test func `a name or key that would be read back as another is refused`() {
    for name in ["a]", "prod", ""] {
      #expect(throws: INIFault.self) { try edited { try $0.addingSection(name, []) } }
    }
    for key in ["", "a=b", "# c", "[x", " k"] {
      #expect(throws: INIFault.self) { try edited { try $0.setting(key, to: "v", in: "prod") } }
    }
    #expect(throws: INIFault.self) { try edited { try $0.setting("k", to: "v", in: "none") } }
  }
}
