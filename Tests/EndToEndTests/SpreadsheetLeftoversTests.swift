// Tests of what Excel, LibreOffice, PowerShell and people leave in files besides rows: skipped with one note, or refused.

import Foundation
import TestSupport
import Testing

struct SpreadsheetLeftoversTests {
  /// A file, and the output of `validate`.
  struct Case: CustomTestStringConvertible {
    let testDescription: String
    var name = "rows.csv"
    let text: String
    let output: String
  }

  private static let headings = "PortGroup,Service,Host"
  private static let row = "PhoneSystem-1 SIP,102,a.example"
  private static let sound = "1 row for 1 group: all are valid.\nexit 0"

  static let cases = [
    Case(
      testDescription: "rows of empty cells", text: "\(headings)\r\n\(row)\r\n,,\r\n,,\r\n",
      output:
        "rows.csv:3: note[rows-empty]: 2 rows without any value were skipped, this is the first\n"
    ),
    Case(
      testDescription: "rows of quoted empty cells", text: "\(headings)\n\"\",\"\",\"\"\n\(row)\n",
      output: "rows.csv:2: note[rows-empty]: a row without any value was skipped\n"),
    Case(
      testDescription: "lines of blanks", text: "\(headings)\r\n\(row)\r\n   \r\n \t \r\n",
      output:
        "rows.csv:3: note[rows-empty]: 2 rows without any value were skipped, this is the first\n"
    ),
    Case(
      testDescription: "the end of a file in DOS", text: "\(headings)\r\n\(row)\r\n\u{1A}",
      output: "rows.csv:3: note[rows-empty]: a row without any value was skipped\n"),
    Case(
      testDescription: "empty columns on the right",
      text: "\(headings),,,\r\n\(row),,,\r\n", output: ""),
    Case(
      testDescription: "PowerShell's first line",
      text:
        "#TYPE System.Management.Automation.PSCustomObject\r\n\"PortGroup\",\"Service\",\"Host\"\r\n"
        + "\"PhoneSystem-1 SIP\",\"102\",\"a.example\"\r\n", output: ""),
  ]

  static let mistakes = [
    Case(
      testDescription: "a value under no heading", text: "\(headings),,,\n\(row),,x,\n",
      output: """
        rows.csv:2:34: error[ragged-row]: the last column has a value but no heading
            hint: add a heading, or put a value that contains the delimiter in double quotes
        1 row for 0 groups: 1 invalid (1 error).
        exit 4
        """),
    Case(
      testDescription: "the headings once more", text: "\(headings)\n\(row)\n\(headings)\n",
      output: """
        rows.csv:3:1: error[heading-duplicate]: the heading line is repeated here
            hint: remove this line; where files are joined, only the first one keeps its headings
        2 rows for 1 group: 1 invalid (1 error).
        exit 4
        """),
    Case(
      testDescription: "blanks before quotes",
      text: "\(headings)\n\"PhoneSystem-1 SIP\", \"102\",a.example\n",
      output: """
        rows.csv:2:22: error[stray-quote]: there is a blank before a quoted field
            hint: remove the blanks after the delimiters, or the quotes
        1 row for 0 groups: 1 invalid (1 error).
        exit 4
        """),
    Case(
      testDescription: "a formula around a value",
      text: "\(headings)\nPhoneSystem-1 SIP,102,=\"10.10.0.1\"\n",
      output: """
        rows.csv:2:24: error[stray-quote]: there is a formula in place of a value (="…")
            hint: write the value alone, without = and quotes
        1 row for 0 groups: 1 invalid (1 error).
        exit 4
        """),
    Case(
      testDescription: "an & in XML", name: "rows.xml",
      text:
        "<PortGroupServers><PortGroupServer><PortGroup>R&D</PortGroup></PortGroupServer></PortGroupServers>",
      output: """
        rows.xml:1:50: error[malformed-xml]: there is an & that begins no entity (0 complete records came before)
            hint: write &amp; for it; an entity such as &lt; ends with a semicolon
        The input cannot be read: 1 error.
        exit 4
        """),
    Case(
      testDescription: "UTF-8 that says it is UTF-16", name: "rows.xml",
      text: "<?xml version=\"1.0\" encoding=\"utf-16\"?><PortGroupServers/>",
      output: """
        rows.xml:1:21: error[malformed-xml]: the document declares the encoding utf-16, but is not in it (0 complete records came before)
            hint: save the document as UTF-8 and declare that
        The input cannot be read: 1 error.
        exit 4
        """),
  ]

  @Test(arguments: cases)
  func `lines that are not rows are skipped, and reported once`(one: Case) async throws {
    let folder = try TemporaryFolder()
    try folder.write(one.text, to: one.name)
    let seen = try await folder.see(script: "cupibulk validate \(one.name)")
    #expect(seen == one.output + Self.sound)
  }

  @Test(arguments: mistakes)
  func `ambiguous lines are refused with a hint`(one: Case) async throws {
    let folder = try TemporaryFolder()
    try folder.write(one.text, to: one.name)
    let seen = try await folder.see(script: "cupibulk validate \(one.name)")
    #expect(seen == one.output)
  }

  @Test func `a line without values is not a row, even if constants would fill it`()
    async throws
  {
    let folder = try TemporaryFolder()
    try folder.write("Host\na.example\n   \n\"\"\n", to: "rows.csv")
    let seen = try await folder.see(
      [
        "import", "rows.csv", "--set", "PortGroup=PhoneSystem-1 SIP", "--set", "Service=102",
        "--target", "sandbox:", "--dry-run",
      ])
    #expect(seen.contains("Dry run, nothing was sent: 1 to create."), "\(seen)")
  }

  @Test func `thousands of empty rows after the last one are skipped`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "\(Self.headings)\n\(Self.row)\n" + String(repeating: ",,\n", count: 100_000),
      to: "rows.csv")
    #expect(
      try await folder.see(script: "cupibulk validate rows.csv").hasSuffix(
        "100000 rows without any value were skipped, this is the first\n\(Self.sound)"))
  }

  @Test(arguments: [
    ("last.csv", "a,b,\n1,2,3\n", "[[\"a\",\"b\",\"\"]\n,[\"1\",\"2\",\"3\"]\n]\nexit 0"),
    ("lines.json", "{\"a\":1}\n{\"a\":\n2}\n", "The document is well-formed.\nexit 0"),
    ("type.csv", "#TYPE X\na\n1\n", "[[\"a\"]\n,[\"1\"]\n]\nexit 0"),
  ])
  func `every well-formed file shows its records`(name: String, text: String, shown: String)
    async throws
  {
    let folder = try TemporaryFolder()
    try folder.write(text, to: name)
    #expect(try await folder.see(["inspect", "--records", name]) == shown)
  }

  @Test(arguments: ["{\"a\":1} {\"a\":2}", "[1]\n[2]", "{}\n[]", "1\n2", "{}\n{}x"])
  func `several values on one line are not well-formed JSON`(text: String) async throws {
    let folder = try TemporaryFolder()
    try folder.write(text, to: "x.json")
    #expect(try await folder.see(["inspect", "--records", "x.json"]).hasSuffix("exit 4"))
  }
}
