// Entries of a netrc file, with any line ends and characters.

import Testing

@testable import CommandLineTool

@Suite struct NetrcFileTests {
  @Test(arguments: ["\n", "\r\n", " "])
  func `entries may be separated by any line end`(end: String) {
    let lines = [
      "machine a.example.com", "login one", "password first", "machine b.example.com",
      "login two password second", "default login three password third", "",
    ]
    let file = NetrcFile(lines.joined(separator: end))
    #expect(file.entries.map(\.machine) == ["a.example.com", "b.example.com", nil])
    #expect(file.entries.map(\.login) == ["one", "two", "three"])
    #expect(file.entries.map(\.password) == ["first", "second", "third"])
  }

  @Test(arguments: ["\n", "\r\n"])
  func `a macro ends with an empty line`(end: String) {
    let lines = ["macdef x", "machine no", "", "machine yes password p"]
    #expect(NetrcFile(lines.joined(separator: end)).entries.map(\.machine) == ["yes"])
  }

  @Test func `a password keeps a combining mark at its beginning`() {
    let file = NetrcFile("machine a login b password \u{301}x\n")
    #expect(file.entries[0].password?.unicodeScalars.map(\.value) == [0x301, 0x78])
  }
}
