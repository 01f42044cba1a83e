import TestSupport
import Testing

/// Templates are valid as printed, and importing an unedited one changes nothing.
@Suite(.serialized) struct TemplateTests {
  static let kinds = ["sip-proxy", "tftp", "call-manager", "move-hosts", "delete"]

  @Test(arguments: kinds, ["csv", "xml", "json"])
  func `a template is valid, and for a group that does not exist`(
    kind: String, format: String
  ) async throws {
    let bench = try await Workbench()
    let printed = try await bench.run(["template", kind, "--format", format])
    #expect(printed.status == 0)
    #expect(try await bench.run(["template", kind, "-o", "blank.\(format)"]).status == 0)
    #expect(try bench.folder.read("blank.\(format)") == printed.output)

    let checked = try await bench.run(["validate", "blank.\(format)"])
    #expect(checked.status == 0, "\(checked.messages)")
    #expect(checked.output == "1 row for 1 group: all are valid.\n")

    let imported = try await bench.imports(["blank.\(format)", "--max-delete", "1"])
    #expect(imported.run.status == 4)
    #expect(imported.summary == "read 1, invalid 1")
    #expect(imported.run.messages.contains(": error[group-unknown]: the target has no port group"))
    #expect(try await bench.sandbox.log().writes == 0)
  }

  @Test func `the schema is printed, and used with --schema`() async throws {
    let bench = try await Workbench()
    let printed = try await bench.run(["template", "xsd"])
    #expect(printed.status == 0)
    #expect(printed.output == (try Package.text("templates/portgroupservers.xsd")))
    let refused = try await bench.run(["template", "xsd", "--format", "csv"])
    #expect(refused.status == 2)
    #expect(refused.messages.contains("the schema is always XML; leave the option out"))

    _ = try await bench.run(["template", "tftp", "-o", "tftp.xml"])
    let sound = try await bench.run(["validate", "--schema", "tftp.xml"])
    #expect(sound.status == 0, "\(sound.messages)")
    let text = try bench.folder.read("tftp.xml").replacing("HostOrIPAddress", with: "Host")
    try bench.folder.write(text, to: "plain.xml")
    #expect(try await bench.run(["validate", "plain.xml"]).status == 0)
    let strict = try await bench.run(["validate", "--schema", "plain.xml"])
    #expect(strict.status == 4)
    #expect(strict.messages.contains("error[schema]: Element 'Host': This element is not expected"))
  }

  @Test(arguments: ["sip-proxy", "tftp", "call-manager"])
  func `an edited template can be imported`(kind: String) async throws {
    let bench = try await Workbench()
    for format in ["csv", "xml", "json"] {
      let text = try await bench.run(["template", kind, "--format", format]).output
        .replacing("Example port group", with: "PhoneSystem-1 SCCP")
      let outcome = try await bench.imports(text, as: "filled.\(format)")
      #expect(outcome.run.status == 0, "\(outcome.run.messages)")
      #expect(outcome.summary == (format == "csv" ? "read 1, created 1" : "read 1, unchanged 1"))
    }
  }
}
