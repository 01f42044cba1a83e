import Foundation
import TestSupport
import Testing

/// An input that cannot be read ends with an error and its place; nothing is sent, and nothing is stored.
@Suite struct BadInputTests {
  /// An input file, and the messages of `validate` and `import`.
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    /// `nil` for a file that does not exist.
    var content: [UInt8]?
    var options: [String] = []
    var complaint: String

    init(
      _ name: String, _ content: String?, _ options: [String] = [], complaint: String
    ) {
      self.name = name
      self.content = content.map { Array($0.utf8) }
      self.options = options
      self.complaint = complaint
    }

    init(_ name: String, bytes: [UInt8], complaint: String) {
      self.name = name
      content = bytes
      self.complaint = complaint
    }

    var testDescription: String { ([name] + options).joined(separator: " ") }
  }

  static let cases = [
    Case(
      "missing.csv", nil,
      complaint: """
        missing.csv: error[file-unreadable]: there is no such file
            hint: check the name and the folder
        """),
    Case(
      "folder", nil,
      complaint: """
        folder: error[file-unreadable]: this is a folder, not a file
            hint: name the files inside it
        """),
    Case(
      "closed.csv", "PortGroup,Service,Host\n",
      complaint: """
        closed.csv: error[file-unreadable]: you may not read this file
            hint: ask its owner for permission, or run as a user who may read it
        """),
    Case(
      "empty.csv", "",
      complaint: """
        empty.csv: error[file-empty]: the file is empty
            hint: `cupibulk template` prints an example
        """),
    Case(
      "blank.xml", "\r\n \t\n",
      complaint: """
        blank.xml: error[file-empty]: the file is empty
            hint: `cupibulk template` prints an example
        """),
    Case(
      "mark.json", "\u{FEFF}",
      complaint: """
        mark.json: error[file-empty]: the file is empty
            hint: `cupibulk template` prints an example
        """),
    Case(
      "words", "hello world\n",
      complaint: """
        words: error[format-unknown]: neither content nor name shows whether this is CSV, XML or JSON
            hint: pass --format csv, xml or json
        """),
    Case(
      "zeroed", bytes: [UInt8](repeating: 0, count: 10_000),
      complaint: """
        zeroed: error[format-unknown]: neither content nor name shows whether this is CSV, XML or JSON
            hint: pass --format csv, xml or json
        """),
    Case(
      "heading.csv", "PortGroup,Service,Hots\nA,102,h.example\n",
      complaint: """
        heading.csv:1:19: error[heading-unknown]: the heading "Hots" names no field
            hint: did you mean HostOrIPAddress? Otherwise rename it to Junk to skip it, or map it with --column HEADING=FIELD (or =Junk; *=Junk skips all others)
        """),
    Case(
      "twice.csv", "PortGroup,Service,Host,IP Address\nA,102,h.example,h.example\n",
      complaint: """
        twice.csv:1:24: error[heading-duplicate]: the headings "Host" and "IP Address" both mean HostOrIPAddress
            hint: rename one of them to Junk to skip it
        """),
    Case(
      "rows.csv", "A,102,h.example\nB,102,h.example\n",
      complaint: """
        rows.csv:1: error[heading-missing]: the first line has no known heading
            hint: the first line must name the columns, such as PortGroup, MediaRemoteServiceEnum and HostOrIPAddress; `cupibulk template` prints an example
        """),
    Case(
      "page.html", "<html><body>Sign in</body></html>",
      complaint: """
        page.html: error[format-unknown]: this is a web page (HTML), perhaps an error page that was saved in place of a file
            hint: open it in a browser to see what it says, and fetch the file again
        """),
    Case(
      "cut.xml", "<PortGroupServers><PortGroupServer>",
      complaint: """
        cut.xml:1:36: error[malformed-xml]: the document ends within the element PortGroupServer of line 1 (0 complete records came before)
            hint: close what is open; if the file was cut off, copy or export it again
        """),
    Case(
      "cut.json", "[{\"Port\":\"5060\"",
      complaint: """
        cut.json:1:16: error[malformed-json]: the text ends within an object (0 complete records came before)
            hint: close what is open; if the file was cut off, copy or export it again
        """),
    Case(
      "broken.csv.gz", bytes: [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3],
      complaint: """
        broken.csv.gz: error[compression-broken]: the gzip data end too early, at byte 14
            hint: copy the file again, or test it with `gzip -t`
        """),
    Case(
      "really.csv", "PortGroup,Service,Host\nA,102,h.example\n", ["--format", "json"],
      complaint: """
        really.csv:1:1: error[malformed-json]: "PortGroup" is not a JSON value (0 complete records came before)
            hint: write strings in double quotes
        """),
  ]

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func make(_ input: Case) throws {
    if input.name == "folder" {
      try FileManager.default.createDirectory(
        atPath: folder.path(input.name), withIntermediateDirectories: false)
    }
    guard let content = input.content else { return }
    try folder.write(bytes: content, to: input.name)
    if input.name == "closed.csv" {
      try FileManager.default.setAttributes(
        [.posixPermissions: 0], ofItemAtPath: folder.path(input.name))
    }
  }

  @Test(arguments: cases)
  func `an input that cannot be read is an error, and nothing is sent`(input: Case) async throws {
    try make(input)
    let words = ([input.name] + input.options).joined(separator: " ")
    let validated = try await folder.see(
      script: "cupibulk validate \(words)", by: Confined.withoutPrivileges)
    #expect(validated == input.complaint + "\nThe input cannot be read: 1 error.\nexit 4")

    let imported = try await folder.see(
      script: "cupibulk import \(words) --target sandbox:", by: Confined.withoutPrivileges)
    #expect(
      imported == input.complaint
        + "\n1 error\ncupibulk: Nothing was sent: the input cannot be read\nexit 4")
    #expect(try await folder.holdsOnlyAttempts())
  }

  @Test func `valid files together with an invalid one are not sent either`() async throws {
    try folder.write("PortGroup,Service,Host\nPhoneSystem-1 SIP,102,h.example\n", to: "good.csv")
    let seen = try await folder.see(
      ["import", "good.csv", "missing.csv", "--target", "sandbox:lab.db", "--skip-invalid"])
    #expect(
      seen == """
        missing.csv: error[file-unreadable]: there is no such file
            hint: check the name and the folder
        1 error
        cupibulk: Nothing was sent: the input cannot be read
        exit 4
        """)
    #expect(try await folder.holdsOnlyAttempts())
    let exported = try await folder.see(["export", "--target", "sandbox:lab.db"])
    #expect(!exported.contains("h.example"))
  }

  @Test(arguments: [
    ("headings.csv", "PortGroup,Service,Host\n"),
    ("list.xml", "<PortGroupServers total=\"0\"/>"),
    ("list.json", "{\"@total\":\"0\",\"PortGroupServer\":[]}"),
  ])
  func `a file without rows gives a warning, and there is nothing to do`(
    name: String, text: String
  ) async throws {
    try folder.write(text, to: name)
    let warning = """
      \(name): warning[file-empty]: the file has no rows
          hint: there is nothing to do
      """
    #expect(
      try await folder.see(script: "cupibulk validate \(name)")
        == warning + "\n0 rows for 0 groups: all are valid (1 warning).\nexit 0")
    #expect(
      try await folder.see(script: "cupibulk import \(name) --target sandbox:") == """
        \(warning)
        1 warning
        There was nothing to do.
          read  0
        exit 0
        """)
  }
}
