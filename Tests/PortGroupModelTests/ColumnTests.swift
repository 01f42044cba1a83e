// Columns: every name and alias finds one column, in any case, and a misspelled name gets a suggestion.

import PortGroupModel
import Testing

@Suite struct ColumnTests {
  @Test func `names and aliases are unique over all columns`() {
    let names = Column.all.flatMap { [$0.name] + $0.aliases }.map { $0.lowercased() }
    let repeated = Dictionary(grouping: names) { $0 }.filter { $0.value.count > 1 }.keys.sorted()
    #expect(repeated == [])
    #expect(Set(Column.all).count == Column.all.count)
  }

  @Test func `every name and alias finds its column in any case, with white space around it`() {
    for column in Column.all {
      for name in [column.name] + column.aliases {
        for form in [name, name.lowercased(), name.uppercased(), " \(name)\t", "\u{A0}\(name)\r\n"]
        {
          #expect(Column.named(form) == column, "\(form)")
        }
      }
    }
  }

  @Test(arguments: [
    ("Host", Column.field(.host)), ("IP Address", .field(.host)),
    ("host or ip address", .field(.host)), ("Host V6", .field(.hostV6)),
    ("tls port", .field(.tlsPort)), ("Order", .field(.precedence)), ("Service", .field(.service)),
    ("object id", .field(.objectID)), ("Port Group ID", .field(.groupObjectID)),
    ("port group", .portGroup), ("Port Group Name", .portGroup),
    ("MatchHostOrIPAddress", .match(.host)), ("match host", .match(.host)),
    ("Match Port", .match(.port)), ("matchprecedence", .match(.precedence)),
    ("Match Order", .match(.precedence)), ("Integration Method", .integrationMethod),
    ("Tls  Port", .field(.tlsPort)), ("TLS-Port", .field(.tlsPort)), ("Port_Group", .portGroup),
    ("Port\u{A0}Group\nName", .portGroup), ("IPv4 Address or Host Name", .field(.host)),
    ("IPv6 Address or Host Name", .field(.hostV6)), ("Hostname", .field(.host)),
    ("OPERATION", .operation), ("junk", .ignored), ("FailureReason", .ignored),
  ])
  func `plain words find the column that they mean`(name: String, column: Column) {
    #expect(Column.named(name) == column)
  }

  @Test(arguments: [
    "", " ", "Hosts", "MatchObjectId", "MatchMediaRemoteServiceEnum", "PortGroupName",
    "Port,TlsPort", "Port\u{301}",
  ])
  func `another name finds no column`(name: String) {
    #expect(Column.named(name) == nil)
  }

  @Test func `an export has the group, its integration, and every field`() {
    #expect(
      Column.exported.map(\.name) == [
        "PortGroup", "TelephonyIntegrationMethodEnum", "MediaRemoteServiceEnum", "HostOrIPAddress",
        "HostOrIPAddressV6", "Port", "TlsPort", "Precedence", "SkinnyStateMachineEnum", "ObjectId",
        "MediaPortGroupObjectId", "URI", "PortGroupURI",
      ])
  }

  @Test(arguments: [
    ("HostOrIpAdress", "HostOrIPAddress"), ("HostIPAddress", "HostOrIPAddress"),
    ("HostOrIPAddresV6", "HostOrIPAddressV6"), ("Prot", "Port"), ("TLSPorts", "TlsPort"),
    ("Precedense", "Precedence"), ("Opertion", "Operation"), ("PortGroups", "PortGroup"),
    ("MediaRemoteService", "MediaRemoteServiceEnum"), ("MatchPorts", "MatchPort"),
    ("Servce", "MediaRemoteServiceEnum"), ("Hots", "HostOrIPAddress"), ("Junks", "Junk"),
    ("SkinnyState", "SkinnyStateMachineEnum"), ("ObjectIdentifier", nil), ("Colour", nil),
    ("", nil), ("x", nil),
  ])
  func `a misspelled heading finds the most similar name`(
    typed: String, suggestion: String?
  ) {
    #expect(Column.suggestion(for: typed) == suggestion)
  }
}

@Suite struct SpellingTests {
  @Test(arguments: [
    // Up to a third of the longer name may differ.
    ("abc", "abd"), ("abcdef", "abcdxy"), ("abcd", "abc"), ("ABC", "abc"),
    // Two swapped neighbours count as one difference.
    ("abc", "acb"),
    // The first three characters are enough.
    ("mat", "matchhost"), ("MatchH", "MatchHostOrIPAddress"),
  ])
  func `a similar name is suggested`(typed: String, name: String) {
    #expect(Spelling.nearest(to: typed, among: ["completely-different", name]) == name)
  }

  @Test(arguments: [
    ("abc", "axy"), ("ab", "cd"), ("ma", "matchhost"), ("", "a"), ("", ""), ("hostmatch", "match"),
  ])
  func `a name that is not similar is not suggested`(typed: String, name: String) {
    #expect(Spelling.nearest(to: typed, among: [name]) == (typed == name ? name : nil))
  }

  @Test func `the nearest name is suggested, and the first of equally near names`() {
    #expect(Spelling.nearest(to: "delet", among: ["deleted", "delete"]) == "delete")
    #expect(Spelling.nearest(to: "port", among: ["ports", "sport"]) == "ports")
    #expect(Spelling.nearest(to: "port", among: []) == nil)
  }

  @Test func `only the beginning of a very long name is compared`() {
    let long = String(repeating: "x", count: 100_000)
    #expect(Spelling.nearest(to: long, among: ["port"]) == nil)
  }
}
