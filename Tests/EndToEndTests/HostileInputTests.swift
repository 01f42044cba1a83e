import Foundation
import TestSupport
import Testing

/// Hostile input is refused like any invalid input: an error with a place, limited memory, nothing sent.
@Suite struct HostileInputTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let unreadable =
    "1 error\ncupibulk: Nothing was sent: the input cannot be read\nexit 4"

  private func see(importing name: String, _ options: [String] = []) async throws -> String {
    let seen = try await folder.see(["import", name, "--target", "sandbox:"] + options)
    #expect(!seen.contains("PLANTED"))
    return seen
  }

  @Test(arguments: [
    (
      // It would expand to 10⁹ letters.
      "bomb.xml",
      "<!DOCTYPE l [<!ENTITY a \"aaaaaaaaaa\">"
        + zip("bcdefghi", "abcdefgh").map {
          "<!ENTITY \($0) \"\(String(repeating: "&\($1);", count: 10))\">"
        }.joined() + "]><PortGroupServers>&i;</PortGroupServers>"
    ),
    (
      "file.xml",
      "<!DOCTYPE l [<!ENTITY x SYSTEM \"planted.txt\">]><PortGroupServers>&x;</PortGroupServers>"
    ),
    (
      "parameter.xml",
      "<!DOCTYPE l [<!ENTITY % x SYSTEM \"planted.txt\"> %x;]><PortGroupServers/>"
    ),
  ])
  func `entities are refused at their declaration, and no file is read for them`(
    name: String, text: String
  ) async throws {
    try folder.write("PLANTED", to: "planted.txt")
    try folder.write(text, to: name)
    #expect(
      try await see(importing: name) == """
        \(name):1:13: error[malformed-xml]: a document type (<!DOCTYPE …>) is not allowed (0 complete records came before)
            hint: remove it, and write what its entities represent
        \(Self.unreadable)
        """)
  }

  @Test func `a document type is not fetched from a server`() async throws {
    let server = try PageServer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    try folder.write(
      "<!DOCTYPE l SYSTEM \"\(server.url)/l.dtd\"><PortGroupServers/>", to: "far.xml")
    let seen = try await see(importing: "far.xml")
    #expect(seen.hasSuffix(Self.unreadable))
    #expect(seen.contains("error[malformed-xml]: a document type (<!DOCTYPE …>) is not allowed"))
    #expect(server.answered == 0)
  }

  @Test(arguments: [
    (
      "csv", "PortGroup,Service,Host\\nA,102,\"",
      """
      -:2:7: error[field-too-long]: a field is longer than 1048576 bytes; the rest of the file was not read
          hint: most likely its quote is not closed
      """
    ),
    (
      "xml", "<PortGroupServers><PortGroupServer><PortGroup>",
      """
      -:1:COLUMN: error[malformed-xml]: a text is longer than 1048576 bytes (0 complete records came before)
          hint: most likely its element is never closed
      """
    ),
    (
      "json", "[{\"PortGroup\":\"",
      """
      -:1:15: error[malformed-json]: a string is longer than 1048576 bytes (0 complete records came before)
          hint: most likely its closing quote is missing
      """
    ),
  ])
  func `an endless field takes little memory, compressed or not`(
    format: String, start: String, complaint: String
  ) async throws {
    for packer in ["cat", "gzip -1"] {
      // Endless, so that only the program can end it; with no more than 300 MB for all its data.
      let seen = try await folder.see(
        script: """
          (printf '\(start)'; exec tr '\\0' x </dev/zero) 2>/dev/null | \(packer) 2>/dev/null |
            (ulimit -d 300000; exec cupibulk import - --format \(format) --target sandbox:)
          """)
      #expect(
        seen.replacing(/1:1[0-9]{6}:/, with: "1:COLUMN:") == "\(complaint)\n\(Self.unreadable)")
    }
  }

  @Test(arguments: [
    (
      "nul.csv", Array("PortGroup,Service,Host\nBranch,102,h\0.example\n".utf8),
      """
      nul.csv:2:13: error[nul-byte]: the text has a NUL byte
          hint: the file is damaged or is no text; export it again
      """
    ),
    (
      "encoding.csv", Array("PortGroup,Service,Host\nBranch,102,h".utf8) + [0xFF, 0xFE, 0x0A],
      """
      encoding.csv:2:13: error[encoding-broken]: the byte 0xFF is not valid UTF-8 here
          hint: save the file as UTF-8, or name its encoding, such as --encoding windows-1252
      """
    ),
    (
      "ragged.csv", Array("PortGroup,Service,Host\nBranch,102,a.example,5060\n".utf8),
      """
      ragged.csv:2:22: error[ragged-row]: the row has 4 fields; the heading line has 3
          hint: put a value that contains the delimiter in double quotes
      """
    ),
    (
      "short.csv", Array("PortGroup,Service,Host\nBranch,102\n".utf8),
      """
      short.csv:2:11: error[ragged-row]: the row has 2 fields; the heading line has 3
          hint: add the missing delimiters
      """
    ),
  ])
  func `a malformed row is reported with its place, and not sent`(
    name: String, bytes: [UInt8], complaint: String
  ) async throws {
    try folder.write(bytes: bytes, to: name)
    #expect(
      try await see(importing: name) == """
        Nothing was sent: 1 of 1 row is invalid.
          invalid  1
          read     1
        \(complaint)
        1 error
        Every row: cupibulk runs rows RUN
        exit 4
        """)
  }
}
