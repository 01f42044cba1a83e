// Tests of rejects files: they keep format and dialect, begin each row with the reason, and can be imported.

import BulkFiles
import Foundation
import PortGroupFiles
import PortGroupModel
import TestSupport
import Testing

@Suite struct RejectsWriterTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Reads a file, rejects every row with the reason `no, "x"`, and returns the bytes of the new file.
  private func rejects(of bytes: [UInt8], name: String, encoding: String? = nil) throws -> Data {
    var options = InputOptions()
    options.encoding = encoding.map { TextEncoding(word: $0) }
    let reader = try RowReader(ByteSource(name: name, bytes: bytes), options: options)
    let dialect = try #require(FileDialect(json: reader.fileDialect.json))
    let path = folder.path + "/rejects"
    let writer = try RejectsWriter(path: path, dialect: dialect)
    while try reader.next() != nil { try writer.write(reader.raw, reason: "no, \"x\"") }
    try writer.finish()
    return try Data(contentsOf: URL(filePath: path))
  }

  @Test(arguments: [
    (#""trailingFields":3"#, 3), (#""trailing":true"#, 1), (#""trailing":false"#, 0),
    (#""trailingFields":-1"#, nil), (#""trailingFields":10001"#, nil),
    (#""trailingFields":9223372036854775807"#, nil),
  ])
  func `a dialect stored by an older version or another program is read or refused`(
    member: String, count: Int?
  ) {
    #expect(FileDialect(json: #"{"format":"csv",\#(member)}"#)?.text.trailingFields == count)
  }

  private func text(_ data: Data) -> String { String(decoding: data, as: UTF8.self) }

  @Test(arguments: [
    (
      "Port Group;Service;\r\n\"a;\nb\";102;\r\nc;d\r\n",
      "FailureReason;Port Group;Service;\r\n\"no, \"\"x\"\"\";\"a;\nb\";102;\r\n\"no, \"\"x\"\"\";c;d\r\n"
    ),
    (
      "\u{FEFF}PortGroup\tService\rg\t102\r",
      "\u{FEFF}FailureReason\tPortGroup\tService\r\"no, \"\"x\"\"\"\tg\t102\r"
    ),
    (
      "failurereason,PortGroup,Service\n\"old, \"\"y\"\"\",\"g\",102\n",
      "failurereason,PortGroup,Service\n\"no, \"\"x\"\"\",\"g\",102\n"
    ),
  ])
  func `CSV keeps columns, order, delimiter, byte order mark and line ends`(
    _ csv: String, expected: String
  ) throws {
    #expect(text(try rejects(of: Array(csv.utf8), name: "x.csv")) == expected)
  }

  @Test func `CSV keeps its encoding`() throws {
    let latin = Array("PortGroup,Service\n".utf8) + [0xE4, 0x80] + Array(",102\n".utf8)
    let found = try rejects(of: latin, name: "x.csv", encoding: "windows-1252")
    #expect(
      Array(found) == Array("FailureReason,PortGroup,Service\n\"no, \"\"x\"\"\",".utf8) + [
        0xE4, 0x80,
      ]
        + Array(",102\n".utf8))
    let wide = "\u{FEFF}PortGroup,Service\r\n😀,102\r\n".utf16.flatMap {
      [UInt8($0 & 255), UInt8($0 >> 8)]
    }
    let again = try rejects(of: wide, name: "x.csv")
    #expect(
      String(data: again, encoding: .utf16)
        == "FailureReason,PortGroup,Service\r\n\"no, \"\"x\"\"\",😀,102\r\n")
  }

  @Test func `XML and JSON have the reason as an element or key`() throws {
    let xml =
      "<PortGroupServers><PortGroupServer><PortGroup>a&amp;b</PortGroup><Port/></PortGroupServer>"
      + "<PortGroupServer><FailureReason>old</FailureReason><Port>1</Port></PortGroupServer></PortGroupServers>"
    #expect(
      text(try rejects(of: Array(xml.utf8), name: "x.xml")) == """
        <?xml version="1.0" encoding="UTF-8"?>
        <PortGroupServers>
          <PortGroupServer><FailureReason>no, &quot;x&quot;</FailureReason><PortGroup>a&amp;b</PortGroup><Port/></PortGroupServer>
          <PortGroupServer><FailureReason>no, &quot;x&quot;</FailureReason><Port>1</Port></PortGroupServer>
        </PortGroupServers>

        """)
    let json =
      #"[{"PortGroup":"a"},{"FailureReason":"o\\\"ld","Port":"1"},{},{"FailureReason":"x"}]"#
    #expect(
      text(try rejects(of: Array(json.utf8), name: "x.json")) == #"""
        {"PortGroupServer":[
        {"FailureReason":"no, \"x\"","PortGroup":"a"},
        {"FailureReason":"no, \"x\"","Port":"1"},
        {"FailureReason":"no, \"x\""},
        {"FailureReason":"no, \"x\""}
        ]}

        """#)
  }

  static let rows = [
    ("x.csv", "PortGroup;MediaRemoteServiceEnum;Port\r\ng;102;x\r\n"),
    (
      "x.xml",
      "<PortGroupServer><PortGroup>g</PortGroup><MediaRemoteServiceEnum>102</MediaRemoteServiceEnum><Port>x</Port></PortGroupServer>"
    ),
    ("x.json", #"{"PortGroup":"g","MediaRemoteServiceEnum":"102","Port":"x"}"#),
  ]

  @Test(arguments: rows)
  func `rejected rows are read back unchanged, and rejecting them again gives the same file`(
    _ name: String, text: String
  ) throws {
    let once = try rejects(of: Array(text.utf8), name: name)
    #expect(try rejects(of: Array(once), name: name) == once)
    let reader = try RowReader(
      ByteSource(name: name, bytes: Array(once)), options: InputOptions())
    let row = try #require(try reader.next())
    #expect(row.diagnostics.map(\.code) == [.portNotANumber, .hostMissing])
  }
}
