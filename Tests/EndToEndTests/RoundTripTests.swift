import Foundation
import TestSupport
import Testing

/// An export is imported into another server, and the export of that server is the same.
@Suite(.serialized) struct RoundTripTests {
  /// Servers of every kind, in groups whose names have special characters in every format.
  static let hostileLab = {
    var lab = Lab()
    lab.add("Plain", [.proxy("10.0.0.1"), .proxy("10.0.0.2", precedence: 1)])
    lab.add("Two on one host", [.proxy("10.0.0.9"), .proxy("10.0.0.9", port: 5070, tlsPort: 5071)])
    lab.add("Twins", [.proxy("10.0.0.8"), .proxy("10.0.0.8")])
    lab.add(
      "Version 6",
      [
        Lab.Server(hostV6: "2001:db8::1"), Lab.Server(hostV6: "2001:db8::2", port: 5070),
        Lab.Server(host: "10.0.0.3", hostV6: "2001:db8::3"),
        Lab.Server(host: "sip.example.com", hostV6: "sip6.example.com"),
      ])
    lab.add("No ports", [Lab.Server(service: 101, host: "10.0.0.4", port: nil, tlsPort: nil)])
    lab.add(
      "Call managers", integration: 1,
      [
        Lab.Server(service: 100, host: "cm1.example.com", port: 2000, tlsPort: 2443, skinny: 10),
        Lab.Server(
          service: 100, host: "cm2.example.com", port: 2000, tlsPort: 2443, precedence: 9999,
          skinny: 20),
        Lab.Server(service: 101, host: "cm1.example.com", port: nil, tlsPort: nil),
      ])
    let names = [
      #"Comma, "quote" and 'apostrophe'"#, "Semicolon; tab\tpipe|", "Ampersand & <tag> ]]>",
      "Zürich – 東京 – Ünïcödé 😀", "  leading and trailing  ", "%null%", "=SUM(A1)", "#1",
      "{\"json\": [1]}", "back\\slash", "\u{E9} and e\u{301}",
    ]
    for (index, name) in names.enumerated() { lab.add(name, [.proxy("10.1.0.\(index)")]) }
    return lab
  }()

  static let formats = ["csv", "xml", "json", "csv.gz", "xml.gz", "json.gz"]

  @Test(arguments: formats, ["xml", "json"])
  func `an export imported into another server gives an export with the same bytes`(
    format: String, wire: String
  ) async throws {
    let old = try await Workbench(Self.hostileLab)
    let file = "old.\(format)"
    let exported = try await old.run(["export", "-o", file, "--wire", wire])
    #expect(exported.status == 0, "\(exported.messages)")
    let ids = try await old.servers().map(\.objectID)
    #expect(ids.count == 25)

    let new = try await Workbench(old.folder, ["--load", file, "--groups-only"])
    #expect(try await new.servers().isEmpty)
    let imported = try await new.imports([file, "--wire", wire])
    #expect(imported.run.status == 0, "\(imported.run.messages)")
    #expect(imported.summary == "read 25, created 25")
    #expect(try await new.rows().map(\.verdict) == Array(repeating: "verified", count: 25))

    #expect(try await new.run(["export", "-o", "new.\(format)", "--wire", wire]).status == 0)
    let newIDs = try await new.servers().map(\.objectID)
    #expect(Set(newIDs).isDisjoint(with: ids))
    let before = try await text(of: file, in: old.folder, without: ids)
    let after = try await text(of: "new.\(format)", in: old.folder, without: newIDs)
    #expect(before == after)
    #expect(before.contains("Zürich – 東京 – Ünïcödé 😀"))

    let again = try await new.imports(["new.\(format)", "--wire", wire])
    #expect(again.summary == "read 25, unchanged 25")
    #expect(try await new.sandbox.log().writes == 25)
  }

  /// Returns the decompressed text of a file without the servers' ids.
  private func text(
    of file: String, in folder: TemporaryFolder, without ids: [String]
  ) async throws -> String {
    var text =
      file.hasSuffix(".gz")
      ? try await ProgramRun.run(
        ["-dc", file], program: "/usr/bin/gzip", in: folder.path
      ).output : try folder.read(file)
    for id in ids { text = text.replacing(id, with: "ID") }
    return text
  }

  @Test func `all formats and both wire formats export the same servers`() async throws {
    let bench = try await Workbench(Self.hostileLab)
    var texts: [String] = []
    for wire in ["xml", "json"] {
      for format in ["csv", "xml", "json"] {
        let printed = try await bench.run(["export", "--format", format, "--wire", wire])
        #expect(printed.status == 0)
        #expect(try await bench.run(["export", "-o", "f.\(format)", "--wire", wire]).status == 0)
        #expect(try bench.folder.read("f.\(format)") == printed.output)
        texts.append(printed.output)
      }
    }
    #expect(Array(texts[0..<3]) == Array(texts[3..<6]))
    for (index, format) in ["csv", "xml", "json"].enumerated() {
      try bench.folder.write(texts[index], to: "again.\(format)")
      let outcome = try await bench.imports(["again.\(format)"])
      #expect(outcome.summary == "read 25, unchanged 25")
    }
    #expect(try await bench.sandbox.log().writes == 0)
  }

  @Test(arguments: ["csv", "xml", "json"])
  func `the lab can be restored, except its PIMG group, which is read-only`(
    format: String
  ) async throws {
    let old = try await Workbench()
    let file = "old.\(format)"
    #expect(try await old.run(["export", "-o", file]).status == 0)
    let before = try await old.servers()

    let new = try await Workbench(old.folder, ["--load", file, "--groups-only"])
    let imported = try await new.imports([file])
    #expect(imported.run.status == 3)
    #expect(imported.summary == "read \(before.count), created \(before.count - 1), failed 1")
    let failed = try await new.rows().filter { $0.state == "failed" }
    #expect(failed.map(\.stateText) == ["failed[pimg-read-only]"])
    #expect(failed.map(\.group) == ["PhoneSystem-2 PIMG"])
    let after = try await new.servers()
    #expect(
      after.map { "\($0.group): \($0.brief)" }
        == before.filter { $0.service != "104" }.map { "\($0.group): \($0.brief)" })

    #expect(
      try await old.imports([file]).summary == "read \(before.count), unchanged \(before.count)")
  }

  @Test func `an export restores a server whose hosts were changed and cleared`() async throws {
    let bench = try await Workbench(
      Lab("Branch", [Lab.Server(host: "10.0.0.1"), Lab.Server(hostV6: "2001:db8::2")]))
    #expect(try await bench.run(["export", "-o", "backup.xml"]).status == 0)
    let before = try await bench.servers(of: "Branch")
    #expect(before == ["102 2001:db8::2 5060/5061 #0", "102 10.0.0.1 5060/5061 #0"])

    let changed = try await bench.imports(
      """
      PortGroup,Operation,Service,ObjectId,Host,Host V6
      Branch,update,102,\(Lab.serverID(1)),%null%,2001:db8::1
      Branch,update,102,\(Lab.serverID(2)),10.0.0.2,%null%

      """)
    #expect(changed.summary == "read 2, updated 2")
    #expect(
      try await bench.servers(of: "Branch")
        == ["102 2001:db8::1 5060/5061 #0", "102 10.0.0.2 5060/5061 #0"])

    #expect(try await bench.imports(["backup.xml"]).summary == "read 2, updated 2")
    #expect(try await bench.servers(of: "Branch") == before)
  }

  @Test func `an export of an empty server has no row, and importing it does nothing`()
    async throws
  {
    let bench = try await Workbench(Lab("Branch", [.proxy("10.0.0.1")]), groupsOnly: true)
    for format in ["csv", "xml", "json"] {
      let run = try await bench.run(["export", "-o", "none.\(format)"])
      #expect(run.status == 0)
      #expect(
        run.messages
          == "Exported 0 servers of \(bench.sandbox.url) to none.\(format) (\(format)).\n")
    }
    #expect(try bench.folder.read("none.csv").split(separator: "\n").count == 1)
    #expect(try bench.folder.read("none.xml").contains(#"<PortGroupServers total="0""#))
    #expect(try await bench.servers().isEmpty)
  }
}
