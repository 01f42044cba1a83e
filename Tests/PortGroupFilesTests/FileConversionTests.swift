// Tests of conversions between all formats: without loss, or with an error instead of a loss.

import BulkFiles
import Foundation
import PortGroupFiles
import PortGroupModel
import TestSupport
import Testing

@Suite struct FileConversionTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Converts a text and returns the new file's text.
  private func convert(
    _ text: String, to name: String, options: InputOptions = InputOptions()
  ) throws(FileConversion.Failure) -> String {
    let path = folder.path + "/" + name
    var conversion = FileConversion(
      options: options, format: BulkFormat(fileName: name) ?? .csv, lines: name.hasSuffix("l.jsonl")
    )
    _ = try conversion.run(
      from: ByteSource(name: "in.csv", bytes: Array(text.utf8), chunk: 7), to: path)
    return (try? String(contentsOfFile: path, encoding: .utf8)) ?? "no file"
  }

  private let csv = #"""
    PortGroup,Operation,MediaRemoteServiceEnum,HostOrIPAddress,HostOrIPAddressV6,MatchHostOrIPAddress
    "A, ""B""",update,102,10.0.0.2,%null%,10.0.0.1
    Ä 😀,,101,,,

    """#

  @Test func `the first cell that begins like a formula is reported for CSV only`()
    throws
  {
    let text = "PortGroup,MediaRemoteServiceEnum,HostOrIPAddress\na,102,b\na,101,@evil\n"
    for (format, sentence) in [
      (
        BulkFormat.csv,
        "1 cell begins like a formula (=, +, -, @), the first in record 2, column HostOrIPAddress. Nothing was "
          + "changed, so that the file imports again: in a spreadsheet, load its columns as text."
      ), (.xml, nil), (.json, nil),
    ] {
      var conversion = FileConversion(options: InputOptions(), format: format)
      _ = try conversion.run(
        from: ByteSource(name: "in.csv", bytes: Array(text.utf8), chunk: 7),
        to: folder.path("out.\(format.rawValue)"))
      #expect(conversion.formulas.sentence == sentence)
    }
  }

  @Test func `each form of a cell has an equivalent in each format`() throws {
    let xml = try convert(csv, to: "x.xml")
    #expect(
      xml == """
        <?xml version="1.0" encoding="UTF-8"?>
        <PortGroupServers total="2">
          <PortGroupServer>
            <PortGroup>A, &quot;B&quot;</PortGroup>
            <Operation>update</Operation>
            <MediaRemoteServiceEnum>102</MediaRemoteServiceEnum>
            <HostOrIPAddress>10.0.0.2</HostOrIPAddress>
            <HostOrIPAddressV6/>
            <MatchHostOrIPAddress>10.0.0.1</MatchHostOrIPAddress>
          </PortGroupServer>
          <PortGroupServer>
            <PortGroup>Ä 😀</PortGroup>
            <MediaRemoteServiceEnum>101</MediaRemoteServiceEnum>
          </PortGroupServer>
        </PortGroupServers>

        """)
    let lines = try convert(xml, to: "l.jsonl")
    #expect(
      lines == """
        {"PortGroup":"A, \\"B\\"","Operation":"update","MediaRemoteServiceEnum":"102","HostOrIPAddress":"10.0.0.2","HostOrIPAddressV6":"","MatchHostOrIPAddress":"10.0.0.1"}
        {"PortGroup":"Ä 😀","MediaRemoteServiceEnum":"101"}

        """)
    let json = try convert(lines, to: "x.json")
    #expect(json.hasPrefix("{\n  \"@total\": \"2\",\n  \"PortGroupServer\": [\n"))
    #expect(try convert(json, to: "x.csv") == csv)
  }

  @Test func `headings get the API's names, and mapped headings their columns`() throws {
    var options = InputOptions()
    options.columns = ["Addr": .field(.host)]
    options.comment = UInt8(ascii: "#")
    #expect(
      try convert("# x\nJunk;addr;Port Group\r\n1;h;g\r\n", to: "x.csv", options: options)
        == "PortGroup,HostOrIPAddress\ng,h\n")
  }

  static let refused = [
    ("PortGroup,Colour,Shape\na,b,c\n", "x.xml", ["heading-unknown", "heading-unknown"]),
    ("PortGroup\na\n\"b\nc\n", "x.xml", ["unclosed-quote"]),
    ("PortGroup,Port\na\nb\n", "x.xml", ["ragged-row", "ragged-row"]),
    (#"[{"Colour":"x"},{"Shape":"y"}]"#, "x.csv", ["element-unknown", "element-unknown"]),
    (#"[{"PortGroup":"a","Port Group":"b"}]"#, "x.csv", ["element-duplicate"]),
    (
      #"[{"PortGroup":"%null%"},{"PortGroup":" "}]"#, "x.csv",
      ["value-not-convertible", "value-not-convertible"]
    ),
    (#"[{"PortGroup":" "}]"#, "x.xml", ["value-not-convertible"]),
    (#"[{"PortGroup":"\u0000"}]"#, "x.json", ["value-not-convertible"]),
    (
      #"[{"PortGroup":"a\u0001"},{"URI":"\uFFFE"},{"URI":"\u0085"}]"#, "x.xml",
      ["value-not-convertible", "value-not-convertible"]
    ),
    (#"{"@total":"3","PortGroupServer":[{"PortGroup":"a"}]}"#, "x.csv", ["total-mismatch"]),
    ("<PortGroupServers><PortGroupServer>", "x.csv", ["malformed-xml"]),
  ]

  @Test(arguments: refused)
  func `values that the output does not allow are refused together, and nothing is written`(
    _ text: String, name: String, codes: [String]
  ) throws {
    let failure = #expect(throws: FileConversion.Failure.self) {
      try convert(text, to: name)
    }
    guard case .input(let diagnostics) = failure else {
      Issue.record("not the input's failure: \(String(describing: failure))")
      return
    }
    #expect(diagnostics.map(\.code.rawValue) == codes)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/" + name))
  }

  /// Rows with quotes, delimiters, line ends, markup, combining marks and wide characters.
  @Test(arguments: 0..<8)
  func `CSV converted to XML, JSON and back to CSV is unchanged`(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let pieces = [
      "a", "\"", ",", ";", "\n", "\r\n", "\r", "<", "&", "]]>", "\t", " x", "x ", "\u{FEFF}", "😀",
      "é",
      "\\", "{", "'", "=", "%null", "\u{85}", "\u{2028}", "--", "\u{A0}",
    ]
    let columns = Column.all.filter { $0 != .ignored }
    var text = CSVTextWriter()
    text.row(columns.map(\.name))
    // The first row has every column, because XML loses a column that no row uses.
    for row in 0..<100 {
      text.row(
        columns.map { _ in
          switch Int.random(in: row == 0 ? 2..<4 : 0..<4, using: &generator) {
          case 0: ""
          case 1: "%null%"
          default:
            (0..<Int.random(in: 1...5, using: &generator)).map { _ in
              pieces[Int.random(in: 0..<pieces.count, using: &generator)]
            }.joined() + "."
          }
        })
    }
    let csv = String(decoding: text.takeBytes(), as: UTF8.self)
    let xml = try convert(csv, to: "x.xml")
    let json = try convert(xml, to: "x.json")
    #expect(try convert(json, to: "x.csv") == csv)
    let lines = try convert(csv, to: "l.jsonl")
    #expect(try convert(try convert(lines, to: "x.xml"), to: "x.json") == json)
  }

  @Test func `gzip is written and read by name`() throws {
    let path = folder.path + "/x.xml.gz"
    var there = FileConversion(options: InputOptions(), format: .xml)
    #expect(try there.run(from: ByteSource(name: "in", bytes: Array(csv.utf8)), to: path) == 2)
    var back = FileConversion(options: InputOptions(), format: .csv)
    #expect(try back.run(fromFile: path, to: folder.path + "/y.csv") == 2)
    #expect(try String(contentsOfFile: folder.path + "/y.csv", encoding: .utf8) == csv)
  }
}
