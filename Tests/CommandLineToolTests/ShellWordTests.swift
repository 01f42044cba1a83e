// Quoting of words in command lines that users may copy.

import Testing

@testable import CommandLineTool

@Suite struct ShellWordTests {
  @Test(arguments: [
    ("books.sqlite", "books.sqlite"), ("/var/lib/cupi-bulk/a_1.db", "/var/lib/cupi-bulk/a_1.db"),
    ("", "''"), ("my books.db", "'my books.db'"), ("it's", "'it'\\''s'"), ("$HOME;x", "'$HOME;x'"),
    ("~/x", "'~/x'"), ("büro.db", "'büro.db'"),
  ])
  func `a word is quoted if a shell would interpret it`(text: String, word: String) {
    #expect(text.shellWord == word)
  }
}
