/// The name of one field, its allowed values, and who may write it.
package struct FieldRule: Sendable {
  /// What the text of a field must be.
  package enum Kind: Sendable, Equatable {
    case objectID
    case uri
    /// An IPv4 address or host name.
    case host
    /// An IPv6 address or host name.
    case hostV6
    case integer(ClosedRange<Int>)
    /// A number from a list, each with its meaning.
    case enumeration([EnumerationCase])
  }

  /// One allowed number of an enumeration.
  package struct EnumerationCase: Sendable, Equatable {
    package let value: Int
    package let title: String
  }

  /// Who may write a field.
  package enum Access: String, Sendable {
    case readOnly = "read only"
    /// Set when the server is created, and not changed afterwards.
    case atCreation = "set at creation"
    case readWrite = "read and write"
  }

  package let field: Field
  /// The API's own name.
  package let name: String
  /// Other names that a heading may have, in any case.
  package let aliases: [String]
  package let kind: Kind
  package let access: Access
  /// True if the field can be emptied (the two hosts); the others always have a value or are left unchanged.
  package let canBeEmptied: Bool
  /// One sentence for templates and help.
  package let summary: String
  /// Where the rule comes from.
  package let source: String
  /// The code of a text that is not a number, or not one of the list; for numbers and enumerations.
  package var syntaxCode: DiagnosticCode?
  /// The code of a number outside the range.
  package var rangeCode: DiagnosticCode?

  /// The numbers of an enumeration; empty for other kinds.
  package var cases: [EnumerationCase] {
    if case .enumeration(let cases) = kind { cases } else { [] }
  }

  /// Every field of the API page, indexed by `Field.rawValue`.
  package static let table = settings + identities

  /// The service, the address and the order of a server.
  private static let settings: [FieldRule] = [
    FieldRule(
      field: .service, name: "MediaRemoteServiceEnum", aliases: ["Service"],
      kind: .enumeration(
        RemoteService.allCases.map { EnumerationCase(value: $0.rawValue, title: $0.title) }),
      access: .atCreation, canBeEmptied: false,
      summary: "What the server is: 100 call manager, 101 TFTP server, 102 SIP proxy.",
      source: "API page; 105 and 106 from the public .NET SDK", syntaxCode: .serviceUnknown),
    FieldRule(
      field: .host, name: "HostOrIPAddress",
      aliases: [
        "Host", "IP Address", "Host or IP Address", "IPv4 Address or Host Name", "Hostname",
        "Host Name",
      ],
      kind: .host, access: .readWrite, canBeEmptied: true,
      summary: "IPv4 address or host name; the server stores 127.0.0.1 where none is given.",
      source: "API page"),
    FieldRule(
      field: .hostV6, name: "HostOrIPAddressV6",
      aliases: [
        "Host V6", "IPv6 Address", "Host or IPv6 Address", "IPv6 Address or Host Name",
      ],
      kind: .hostV6, access: .readWrite, canBeEmptied: true,
      summary: "IPv6 address or host name.", source: "API page"),
    FieldRule(
      field: .port, name: "Port", aliases: [], kind: .integer(0...9999), access: .readWrite,
      canBeEmptied: false, summary: "Port, 0 to 9999.", source: "API page",
      syntaxCode: .portNotANumber, rangeCode: .portOutOfRange),
    FieldRule(
      field: .tlsPort, name: "TlsPort", aliases: ["TLS Port"], kind: .integer(0...9999),
      access: .readWrite, canBeEmptied: false, summary: "Port for TLS, 0 to 9999.",
      source: "API page", syntaxCode: .portNotANumber, rangeCode: .portOutOfRange),
    FieldRule(
      field: .precedence, name: "Precedence", aliases: ["Order"], kind: .integer(0...9999),
      access: .readWrite, canBeEmptied: false,
      summary: "Order of the servers of a group, 0 to 9999; the lowest is asked first.",
      source: "API page", syntaxCode: .precedenceNotANumber, rangeCode: .precedenceOutOfRange),
    FieldRule(
      field: .skinnyStateMachine, name: "SkinnyStateMachineEnum", aliases: ["Skinny State Machine"],
      kind: .enumeration([
        EnumerationCase(value: 10, title: "Unified Communications Manager"),
        EnumerationCase(value: 20, title: "CallManager Express"),
      ]),
      access: .readWrite, canBeEmptied: false,
      summary: "For SCCP only: 10 Unified Communications Manager, 20 CallManager Express.",
      source: "API page", syntaxCode: .skinnyUnknown),
  ]

  /// How the API names a server and its port group.
  private static let identities: [FieldRule] = [
    FieldRule(
      field: .objectID, name: "ObjectId", aliases: ["Object ID"], kind: .objectID,
      access: .readOnly, canBeEmptied: false,
      summary: "The server's own id of this entry; finds the entry to update or delete.",
      source: "API page"),
    FieldRule(
      field: .groupObjectID, name: "MediaPortGroupObjectId",
      aliases: ["Port Group Object ID", "Port Group ID"], kind: .objectID, access: .atCreation,
      canBeEmptied: false, summary: "Id of the port group; PortGroup names it instead.",
      source: "API page"),
    FieldRule(
      field: .uri, name: "URI", aliases: [], kind: .uri, access: .readOnly, canBeEmptied: false,
      summary: "Address of the entry on the server it came from; ignored on the way in.",
      source: "API page, list example"),
    FieldRule(
      field: .groupURI, name: "PortGroupURI", aliases: [], kind: .uri, access: .readOnly,
      canBeEmptied: false,
      summary: "Address of the port group on the server it came from; ignored on the way in.",
      source: "API page, list example"),
  ]
}
