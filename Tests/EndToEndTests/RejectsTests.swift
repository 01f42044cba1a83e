import Foundation
import TestSupport
import Testing

/// Rejected rows are written in the form of their file, and can be imported after correction.
@Suite struct RejectsTests {
  /// A valid row, one with two mistakes, and one that the server refuses.
  private static let rows = [
    ["x", "Büro", "102", "10.0.0.2", "5060", "1", "upsert"],
    ["a;b", "Büro", "102", "10.0.0.300", "sip", "2", "upsert"],
    ["y", "Büro", "102", "10.0.0.1", "5060", "3", "create"],
  ]
  private static let columns = [
    "Junk", "Port Group", "Service", "Host", "Port", "Order", "Operation",
  ]
  private static let mistakes = #"""
    host-syntax: HostOrIPAddress is "10.0.0.300", which is not an IPv4 address; port-not-a-number: Port is "sip", which is not a whole number; allowed is 0 to 9999
    """#
  private static let refusal = "exists: "

  private func bench() async throws -> Workbench {
    try await Workbench(Lab("Büro", [.proxy("10.0.0.1")]))
  }

  private func quoted(_ field: String) -> String {
    field.contains(";") || field.contains("\"")
      ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
  }

  /// The file as a spreadsheet saves it: semicolons and CRLF.
  private var csv: String {
    ([Self.columns] + Self.rows).map { $0.map(quoted).joined(separator: ";") + "\r\n" }.joined()
  }

  /// The user's corrections of the rejected rows.
  private func corrected(_ text: String) -> String {
    text.replacing("10.0.0.300", with: "10.0.0.30").replacing("sip", with: "5060")
      .replacing("create", with: "update")
  }

  static let encodings:
    [(name: String, encoding: String.Encoding, mark: String, options: [String])] =
      [
        ("UTF-8", .utf8, "", []), ("UTF-8 with a mark", .utf8, "\u{FEFF}", []),
        ("UTF-16LE", .utf16LittleEndian, "\u{FEFF}", []),
        ("UTF-16BE", .utf16BigEndian, "\u{FEFF}", []),
        ("windows-1252", .windowsCP1252, "", ["--encoding", "windows-1252"]),
      ]

  @Test(arguments: encodings)
  func `rejected CSV rows keep the encoding of their file`(
    _ file: (name: String, encoding: String.Encoding, mark: String, options: [String])
  ) async throws {
    let bench = try await bench()
    let bytes = try #require((file.mark + csv).data(using: file.encoding))
    try bench.folder.write(bytes: Array(bytes), to: "rows.csv")
    let first = try await bench.imports(["rows.csv", "--skip-invalid"] + file.options)
    #expect(first.summary == "read 3, invalid 1, created 1, failed 1")

    let written = try await bench.run(["runs", "rejects", "-o", "fixed.csv"])
    #expect(written.status == 0, "\(written.messages)")
    let data = try Data(contentsOf: URL(filePath: bench.folder.path("fixed.csv")))
    #expect(data.starts(with: try #require(file.mark.data(using: file.encoding))))
    // Foundation removes the byte order mark of UTF-8 and keeps that of UTF-16.
    let text = try #require(String(data: data, encoding: file.encoding))
      .trimmingPrefix("\u{FEFF}").description
    let lines = text.components(separatedBy: "\r\n")
    #expect(lines.count == 4)
    #expect(lines[0] == "FailureReason;" + Self.columns.joined(separator: ";"))
    #expect(
      lines[1] == quoted(Self.mistakes) + ";" + Self.rows[1].map(quoted).joined(separator: ";"))
    #expect(lines[2].hasPrefix(Self.refusal))
    #expect(lines[2].hasSuffix(";" + Self.rows[2].joined(separator: ";")))
    #expect(lines[3] == "")

    let again = try #require((file.mark + corrected(text)).data(using: file.encoding))
    try bench.folder.write(bytes: Array(again), to: "fixed.csv")
    let second = try await bench.imports(["fixed.csv"] + file.options)
    #expect(second.summary == "read 2, created 1, updated 1", "\(second.run.messages)")
    #expect(try await bench.servers(of: "Büro").count == 3)
  }

  @Test func `each of several input files gives a rejects file in its own format`() async throws {
    let bench = try await bench()
    func xml(_ row: [String]) -> String {
      "<PortGroupServer><PortGroup>\(row[1])</PortGroup><MediaRemoteServiceEnum>\(row[2])"
        + "</MediaRemoteServiceEnum><HostOrIPAddress>\(row[3])</HostOrIPAddress><Port>\(row[4])</Port>"
        + "<Operation>\(row[6])</Operation></PortGroupServer>"
    }
    func json(_ row: [String]) -> String {
      #"{"PortGroup":"\#(row[1])","MediaRemoteServiceEnum":"\#(row[2])","HostOrIPAddress":"1\#(row[3])","#
        + #""Port":"\#(row[4])","Operation":"\#(row[6])"}"#
    }
    let some = Self.rows.prefix(2)
    try bench.folder.write("PortGroup,Service,Host,Port\nBüro,102,10.9.0.1,x\n", to: "a.csv")
    try bench.folder.write(
      "<PortGroupServers>\(some.map(xml).joined())</PortGroupServers>", to: "b.xml")
    try bench.folder.write("[\(some.map(json).joined(separator: ","))]", to: "c.json")
    try bench.folder.write("PortGroup,Service,Host\nBüro,102,10.9.0.2\n", to: "d.csv")
    let first = try await bench.imports(
      ["a.csv", "b.xml", "c.json", "d.csv", "--skip-invalid"])
    #expect(first.summary == "read 6, invalid 3, created 3")

    let written = try await bench.run(["runs", "rejects", "-o", "fixed.out"])
    #expect(written.status == 0, "\(written.messages)")
    let files = ["fixed-1.csv", "fixed-2.xml", "fixed-3.json"]
    #expect(try bench.folder.names().filter { $0.hasPrefix("fixed") } == files)
    for file in files { try bench.folder.write(corrected(bench.folder.read(file)), to: file) }
    try bench.folder.write(
      bench.folder.read("fixed-1.csv").replacing(",x\n", with: ",5060\n"), to: "fixed-1.csv")
    #expect(
      try bench.folder.read("fixed-2.xml").contains(
        "<PortGroupServer><FailureReason>host-syntax: HostOrIPAddress is "))
    #expect(
      try bench.folder.read("fixed-3.json").contains(
        #"{"FailureReason":"host-syntax: HostOrIPAddress is "#))
    let second = try await bench.imports(files)
    #expect(second.summary == "read 3, created 3", "\(second.run.messages)")
  }
}
