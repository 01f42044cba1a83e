// One wrong or missing cell at a time: the whole text, the place and the hint of each message.

import PortGroupModel
import Testing

@Suite struct RowBuilderTests {
  /// The row is complete except for the given cells; its other cells are not in the texts.
  private func build(
    _ cells: [GivenCell], fallback: Operation = .upsert, allowed: Set<DiagnosticCode> = []
  ) -> (row: Row?, texts: [String]) {
    let given = Set(cells.map(\.column))
    let base: [GivenCell] = [
      .init(.portGroup, "lab"), .init(.field(.service), "102"), .init(.field(.host), "10.1.1.1"),
    ].filter { !given.contains($0.column) }
    return built(cells + base, fallback: fallback, allowed: allowed)
  }

  @Test(
    arguments: [
      (
        GivenCell(.field(.port), "5060x"), "port-not-a-number",
        "Port is \"5060x\", which is not a whole number; allowed is 0 to 9999", "write digits only"
      ),
      (
        GivenCell(.field(.port), "-1"), "port-not-a-number",
        "Port is \"-1\", which is not a whole number; allowed is 0 to 9999", "write digits only"
      ),
      (
        GivenCell(.field(.tlsPort), "50.61"), "port-not-a-number",
        "TlsPort is \"50.61\", which is not a whole number; allowed is 0 to 9999",
        "write digits only"
      ),
      (
        GivenCell(.field(.tlsPort), " "), "port-not-a-number",
        "TlsPort is \"\", which is not a whole number; allowed is 0 to 9999", "write digits only"
      ),
      (
        GivenCell(.field(.port), "99999"), "port-out-of-range",
        "Port is 99999; allowed is 0 to 9999",
        ""
      ),
      (
        GivenCell(.field(.port), "10000"), "port-out-of-range",
        "Port is 10000; allowed is 0 to 9999",
        ""
      ),
      (
        GivenCell(.field(.port), "100000000000000000000"), "port-out-of-range",
        "Port is 100000000000000000000; allowed is 0 to 9999",
        ""
      ),
      (
        GivenCell(.field(.port), String(repeating: "9", count: 61)), "port-out-of-range",
        "Port is \(String(repeating: "9", count: 60))…; allowed is 0 to 9999",
        ""
      ),
      (
        GivenCell(.field(.precedence), "first"), "precedence-not-a-number",
        "Precedence is \"first\", which is not a whole number; allowed is 0 to 9999",
        "write digits only"
      ),
      (
        GivenCell(.field(.precedence), "10000"), "precedence-out-of-range",
        "Precedence is 10000; allowed is 0 to 9999",
        ""
      ),
      (
        GivenCell(.field(.service), "107"), "service-unknown",
        "MediaRemoteServiceEnum is \"107\"; allowed is 100 (call manager), 101 (TFTP server), "
          + "102 (SIP proxy), 103 (AXL server), 104 (PIMG unit), 105 (speech recognition server), "
          + "106 (text-to-speech server)",
        "write the number"
      ),
      (
        GivenCell(.field(.skinnyStateMachine), "30"), "skinny-unknown",
        "SkinnyStateMachineEnum is \"30\"; allowed is 10 (Unified Communications Manager), "
          + "20 (CallManager Express)",
        "write the number"
      ),
      (
        GivenCell(.integrationMethod, "SIP"), "integration-unknown",
        "TelephonyIntegrationMethodEnum is \"SIP\"; allowed is 1 (SCCP), 2 (SIP) or 3 (PIMG)",
        "it only describes the group; the column can be left out"
      ),
      (
        GivenCell(.integrationMethod, "+2"), "integration-unknown",
        "TelephonyIntegrationMethodEnum is \"+2\"; allowed is 1 (SCCP), 2 (SIP) or 3 (PIMG)",
        "it only describes the group; the column can be left out"
      ),
      (
        GivenCell(.operation, "updat"), "operation-unknown",
        "Operation is \"updat\"; allowed is create, update, upsert or delete",
        "did you mean update?"
      ),
      (
        GivenCell(.operation, "zap"), "operation-unknown",
        "Operation is \"zap\"; allowed is create, update, upsert or delete", ""
      ),
      (
        GivenCell(.field(.objectID), "17"), "guid-syntax",
        "ObjectId is \"17\", which is not a GUID",
        "a GUID looks like 42ef5946-c5f2-4556-9897-6a4b6e116dfa"
      ),
      (
        GivenCell(.field(.groupObjectID), "Sales"), "guid-syntax",
        "MediaPortGroupObjectId is \"Sales\", which is not a GUID",
        "a GUID looks like 42ef5946-c5f2-4556-9897-6a4b6e116dfa; "
          + "a group's name goes into the column PortGroup"
      ),
      (
        GivenCell(.match(.port), "99999"), "port-out-of-range",
        "MatchPort is 99999; allowed is 0 to 9999",
        ""
      ),
      (
        GivenCell(.match(.precedence), "x\ty\u{7}"), "precedence-not-a-number",
        "MatchPrecedence is \"x\\ty\\u{7}\", which is not a whole number; allowed is 0 to 9999",
        "write digits only"
      ),
    ] as [(GivenCell, String, String, String)])
  func `a wrong cell is an error at its place`(
    cell: GivenCell, code: String, message: String, hint: String
  ) {
    let (row, texts) = build([cell])
    #expect(row == nil)
    #expect(
      texts == [
        "f.csv:2:1: error[\(code)]: \(message)" + (hint.isEmpty ? "" : "\n    hint: \(hint)")
      ])
  }

  /// Without words: the remedy is enough.
  private static let allowHost = ""

  @Test(
    arguments: [
      (
        Field.host, "10.1.1.256", "HostOrIPAddress is \"10.1.1.256\", which is not an IPv4 address",
        "an IPv4 address is four numbers of 0 to 255 without leading zeros"
      ),
      (
        .host, "2001:db8::1", "HostOrIPAddress is \"2001:db8::1\", an IPv6 address",
        "IPv6 addresses go into HostOrIPAddressV6"
      ),
      (
        .host, "sip:5060",
        "HostOrIPAddress is \"sip:5060\", a URL", "write the host's name or address alone"
      ),
      (
        .host, "proxy:5060", "HostOrIPAddress is \"proxy:5060\", with a port",
        "write proxy, and 5060 into the column Port or TlsPort"
      ),
      (
        .host, "a:b:c",
        "HostOrIPAddress is \"a:b:c\", which is neither an IPv4 address nor a host name",
        "write no port here; ports go into Port and TlsPort"
      ),
      (
        .host, "N/A", "HostOrIPAddress is \"N/A\", which means nothing",
        "leave the cell empty to keep what the server has"
      ),
      (
        .host, "10.10. 0.1", "HostOrIPAddress is \"10.10. 0.1\", with a blank in it",
        "write 10.10.0.1"
      ),
      (
        .host, "http://pub.example/", "HostOrIPAddress is \"http://pub.example/\", a URL",
        "write pub.example"
      ),
      (
        .host, "SIP:7001@10.0.0.1:5060;transport=tcp",
        "HostOrIPAddress is \"SIP:7001@10.0.0.1:5060;transport=tcp\", a URL",
        "write 10.0.0.1, and 5060 into the column Port or TlsPort"
      ),
      (
        .host, "10.0.0.1/24", "HostOrIPAddress is \"10.0.0.1/24\", a network, and not one host",
        "write 10.0.0.1"
      ),
      (
        .host, "a;b", "HostOrIPAddress is \"a;b\", which is more than one host",
        "write a row for each, with a Precedence of its own"
      ),
      (
        .host, "=\"10.10.0.1\"",
        "HostOrIPAddress is \"=\"10.10.0.1\"\", a formula that a spreadsheet has left",
        "write 10.10.0.1"
      ),
      (
        .host, "Müller.example",
        "HostOrIPAddress is \"Müller.example\", with letters that host names do not have",
        "write its ASCII form: xn--mller-kva.example"
      ),
      (
        .host, "[::1]", "HostOrIPAddress is \"[::1]\", with brackets",
        "write the address alone, without brackets and port"
      ),
      (
        .host, "sip_1.lab",
        "HostOrIPAddress is \"sip_1.lab\", which is not a host name: "
          + "\"sip_1\" is not 1 to 63 letters, digits and inner hyphens", allowHost
      ),
      (
        .host, "sip..lab",
        "HostOrIPAddress is \"sip..lab\", which is not a host name: a part of it is empty",
        allowHost
      ),
      (
        .host, String(repeating: "a.", count: 127) + "a",
        "HostOrIPAddress is longer than the 253 characters of a host name", allowHost
      ),
      (
        .hostV6, "10.1.1.1", "HostOrIPAddressV6 is \"10.1.1.1\", an IPv4 address",
        "IPv4 addresses go into HostOrIPAddress"
      ),
      (
        .hostV6, "fe80::1%eth0",
        "HostOrIPAddressV6 is \"fe80::1%eth0\", which is not an IPv6 address",
        "write no port and no zone here; ports go into Port and TlsPort"
      ),
      (
        .host, String(repeating: "-", count: 61),
        "HostOrIPAddress is \"\(String(repeating: "-", count: 60))…\", which is not a host name: "
          + "\"\(String(repeating: "-", count: 60))…\" "
          + "is not 1 to 63 letters, digits and inner hyphens", allowHost
      ),
    ] as [(Field, String, String, String)])
  func `each mistake in a host has its own message`(
    field: Field, text: String, message: String, hint: String
  ) {
    let (row, texts) = build([.init(.field(field), text)])
    #expect(row == nil)
    #expect(
      texts == [
        "f.csv:2:1: error[host-syntax]: \(message)" + (hint.isEmpty ? "" : "\n    hint: \(hint)")
      ])
  }

  @Test(arguments: [(Field.objectID, "ObjectId"), (.groupObjectID, "MediaPortGroupObjectId")])
  func `an id that was broken over two lines is repaired with a warning`(field: Field, name: String)
  {
    let (row, texts) = build([.init(.field(field), "42EF5946-c5f2-4556-9897-\n6a4b6e116dfa")])
    let id = ObjectID("42ef5946-c5f2-4556-9897-6a4b6e116dfa")
    #expect((field == .objectID ? row?.objectID : row?.group.objectID) == id)
    #expect(
      texts == [
        """
        f.csv:2:1: warning[guid-mended]: \(name) was written in an unusual way; \
        read as 42ef5946-c5f2-4556-9897-6a4b6e116dfa
        """
      ])
  }

  @Test(arguments: [
    (DiagnosticCode.portOutOfRange, GivenCell(.field(.port), "010443"), "10443"),
    (
      .portOutOfRange, GivenCell(.field(.tlsPort), "100000000000000000000"), "100000000000000000000"
    ),
    (.precedenceOutOfRange, GivenCell(.field(.precedence), "10000"), "10000"),
    (.hostSyntax, GivenCell(.field(.host), "sip_1"), "sip_1"),
    (.hostSyntax, GivenCell(.field(.hostV6), "10.1.1.1"), "10.1.1.1"),
    (.skinnyUnknown, GivenCell(.field(.skinnyStateMachine), "30"), "30"),
    (.serviceUnknown, GivenCell(.field(.service), "107"), "107"),
  ])
  func `an allowed error is a warning, and the value is kept`(
    code: DiagnosticCode, cell: GivenCell, value: String
  ) {
    let refused = build([cell])
    let (row, texts) = build([cell], allowed: [code])
    #expect(refused.row == nil)
    // Without a hint: the user who allowed it knows what to do.
    #expect(
      texts
        == refused.texts.map {
          $0.split(separator: "\n")[0]
            .description.replacing("error[\(code.rawValue)]", with: "warning[\(code.rawValue)]")
        })
    guard case .field(let field) = cell.column else { return }
    #expect(row?.fields[field].text == value)
  }

  @Test(arguments: [
    (DiagnosticCode.serviceUnknown, GivenCell(.field(.service), "proxy")),
    (.portNotANumber, GivenCell(.field(.port), "x")),
    (.guidSyntax, GivenCell(.field(.objectID), "x")),
    (.hostSyntax, GivenCell(.field(.host), " ")),
    (.skinnyUnknown, GivenCell(.field(.skinnyStateMachine), "x")),
    (.portOutOfRange, GivenCell(.field(.precedence), "10000")),
  ])
  func `other errors stay errors, and so does a text without a value`(
    code: DiagnosticCode, cell: GivenCell
  ) {
    let (row, texts) = build([cell], allowed: [code])
    #expect(row == nil)
    #expect(texts == build([cell]).texts)
  }

  @Test(arguments: [
    (GivenCell(.field(.port), " 05060\t"), "5060"), (GivenCell(.field(.port), "0"), "0"),
    (GivenCell(.field(.port), "000"), "0"), (GivenCell(.field(.port), "9999"), "9999"),
    (GivenCell(.field(.service), "0101"), "101"), (GivenCell(.field(.host), " a.b \r\n"), "a.b"),
    (GivenCell(.field(.skinnyStateMachine), "10"), "10"),
    (
      GivenCell(.field(.objectID), " 42EF5946-C5F2-4556-9897-6A4B6E116DFA "),
      "42ef5946-c5f2-4556-9897-6a4b6e116dfa"
    ),
    (GivenCell(.field(.host), "SIP1.Lab."), "SIP1.Lab."),
  ])
  func `a correct cell is stored without white space and leading zeros`(
    cell: GivenCell, value: String
  ) {
    let (row, texts) = build([cell])
    #expect(texts == [])
    guard case .field(let field) = cell.column else { return }
    #expect(row?.fields[field].text == value)
  }
}
