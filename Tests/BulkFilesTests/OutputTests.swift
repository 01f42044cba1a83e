// Tests of writing files: the bytes of each format, and that a file is complete or does not appear.

import BulkFiles
import Foundation
import TestSupport
import Testing

@Suite struct OutputTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private let layout = RecordLayout(
    columns: ["a", "b"], shape: shape, emptyWord: "%null%")

  private func written(_ format: BulkFormat, _ records: [[OutputCell]]) throws -> String {
    let writer = try RecordWriter(
      to: OutputFile(path: folder.path("out")), format: format, layout: layout,
      total: records.count)
    for record in records { try writer.write(record) }
    try writer.finish()
    return try folder.read("out")
  }

  @Test func `each format has canonical bytes`() throws {
    let records: [[OutputCell]] = [[.text("1"), .text("x, \"y\" & <z>")], [.absent, .empty]]
    #expect(
      try written(.csv, records) == """
        a,b
        1,"x, ""y"" & <z>"
        ,%null%

        """)
    #expect(
      try written(.xml, records) == """
        <?xml version="1.0" encoding="UTF-8"?>
        <Servers total="2">
          <Server>
            <a>1</a>
            <b>x, &quot;y&quot; &amp; &lt;z&gt;</b>
          </Server>
          <Server>
            <b/>
          </Server>
        </Servers>

        """)
    #expect(
      try written(.json, records) == """
        {
          "@total": "2",
          "Server": [
            {
              "a": "1",
              "b": "x, \\"y\\" & <z>"
            },
            {
              "b": ""
            }
          ]
        }

        """)
    #expect(try written(.csv, []) == "a,b\n")
    #expect(
      try written(.xml, []) == """
        <?xml version="1.0" encoding="UTF-8"?>
        <Servers total="0"/>

        """)
    #expect(
      try written(.json, []) == """
        {
          "@total": "0",
          "Server": []
        }

        """)
  }

  @Test(arguments: BulkFormat.allCases)
  func `special characters are read back as they were written`(_ format: BulkFormat) throws {
    let texts = [
      "plain", " spaces ", "a,b;c\td|e", "\"", "\"\"", "'", "line\nend", "cr\rlf\r\n", "<&>", "]]>",
      "&amp;", "{}[]", "\\", "ä€😀", "\u{FEFF}x", "=1+1", "\u{85}\u{2028}", "%null",
    ]
    let file = try written(format, texts.map { [.text($0), .absent] })
    let reader = try RecordReader(
      ByteSource(name: "-", bytes: Array(file.utf8)), format: format, shape: shape)
    var record = BulkRecord()
    var found: [String] = []
    while try reader.next(&record) == .record { found.append(record.text(at: 0)) }
    #expect(found == texts)
  }

  @Test func `a text that the format does not allow fails and leaves no file`() throws {
    for (format, text, message) in [
      (.xml, "a\u{1}b", "the a of a record: the character U+0001 cannot be written as XML"),
      (.csv, "a\u{0}b", "a value holds a NUL byte, which CSV cannot hold"),
    ] as [(BulkFormat, String, String)] {
      let failure = #expect(throws: OutputFailure.self) {
        try written(format, [[.text(text), .absent]])
      }
      #expect(
        failure?.description
          == "cannot write \(folder.path("out")): \(message); nothing was left behind")
      #expect(try folder.names() == [])
    }
    #expect(try written(.json, [[.text("a\u{0}b"), .absent]]).contains("a\\u0000b"))
  }

  @Test func `a file appears only when it is finished, and an older one is unchanged until then`()
    throws
  {
    try folder.write("old", to: "x.csv")
    let path = folder.path("x.csv")
    unsafe chmod(path, 0o640)
    do {
      let abandoned = try OutputFile(path: path)
      try abandoned.write(Array(repeating: 65, count: 200_000))
      #expect(try folder.names().count == 2)
    }
    #expect(try folder.names() == ["x.csv"])
    #expect(try folder.read("x.csv") == "old")
    let output = try OutputFile(path: path)
    try output.write(Array("new".utf8))
    #expect(try folder.read("x.csv") == "old")
    try output.finish()
    #expect(try folder.read("x.csv") == "new")
    #expect(try folder.names() == ["x.csv"])
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
    #expect(mode as? Int == 0o640)
  }

  @Test func `a link to a file is kept`() throws {
    try folder.write("old", to: "real.csv")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link.csv"), withDestinationPath: "real.csv")
    let output = try OutputFile(path: folder.path("link.csv"))
    try output.write(Array("new".utf8))
    try output.finish()
    #expect(try folder.read("real.csv") == "new")
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("link.csv"))
        == "real.csv")
  }

  @Test func `an output that cannot be written fails with one message`() throws {
    func failure(_ path: String) -> String? {
      #expect(throws: OutputFailure.self) {
        let output = try OutputFile(path: path)
        try output.write([65])
        try output.finish()
      }?.description
    }
    let none = folder.path("none/x.csv")
    #expect(
      failure(none)
        == "cannot write \(none): its folder does not exist; make it, or name another one")
    #expect(
      failure(folder.path) == "cannot write \(folder.path): this is a folder; name a file in it")
    #expect(
      failure("/dev/full")
        == "cannot write /dev/full: the disk is full; nothing was left behind, free some space and try again"
    )
  }

  @Test func `an output that cannot be written is found before anything is written`() throws {
    func failure(_ path: String) throws -> OutputFailure.Reason? {
      do throws(OutputFailure) {
        try OutputFile.check(path: path)
        return nil
      } catch {
        return error.reason
      }
    }
    try folder.write("old", to: "old.csv")
    #expect(try failure(folder.path("none/x.csv")) == .noFolder)
    #expect(try failure(folder.path("old.csv/x.csv")) == .noFolder)
    #expect(try failure(folder.path) == .isFolder)
    for fine in ["-", "/dev/null", folder.path("new.csv"), folder.path("old.csv"), "here.csv"] {
      #expect(try failure(fine) == nil)
    }
    #expect(try folder.read("old.csv") == "old")
  }
}
