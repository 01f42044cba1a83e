import PortGroupModel

/// A named simple type of the XML schema, for the text of a field.
enum SchemaType {
  /// A text of the type `base` that matches one of the patterns.
  case patterns(String, base: String, [String], documentation: String)
  /// One of the listed numbers, each with its meaning.
  case numbers(String, [(value: Int, title: String)])
  case range(String, ClosedRange<Int>)
  /// A text that one of the types allows.
  case union(String, [String], documentation: String)

  /// Returns the name of the type of a column's elements.
  static func name(of column: Column) -> String {
    switch column {
    case .field(let field), .match(let field): name(of: field)
    case .portGroup, .ignored: "xs:string"
    case .integrationMethod: integration
    case .operation: operation
    }
  }

  private static let integration = "IntegrationMethod"
  private static let operation = "Operation"

  private static func name(of field: Field) -> String {
    switch field.rule.kind {
    case .objectID: "GUIDOrNothing"
    case .uri: "xs:string"
    case .host: "IPv4AddressOrHostName"
    case .hostV6: "IPv6AddressOrHostName"
    case .integer(let range): "From\(range.lowerBound)To\(range.upperBound)"
    case .enumeration: field.name.replacing("Enum", with: "")
    }
  }

  /// The types from which the fields' types are built.
  static let all: [SchemaType] = [
    .patterns(
      "Nothing", base: "xs:token", [""],
      documentation: "An empty element: it clears the field, or has no meaning."),
    .patterns("WholeNumber", base: "xs:integer", ["[0-9]+"], documentation: "Digits alone."),
    .patterns(
      "GUID", base: "xs:token", ["[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"],
      documentation: "The server's id of an object."),
    .patterns(
      "IPv4Address", base: "xs:token", [address], documentation: "Four numbers of 0 to 255."),
    .patterns(
      "IPv6Address", base: "xs:token", addressesV6,
      documentation: "RFC 4291 section 2.2, without a zone."),
    .patterns(
      "HostNameLabels", base: "xs:token", ["\(label)(\\.\(label))*\\.?"],
      documentation: "Letters, digits and inner hyphens, with dots between."),
    .patterns(
      "HostNameShortLabels", base: "HostNameLabels", ["[^.]{1,63}(\\.[^.]{1,63})*\\.?"],
      documentation: "Not more than 63 characters from dot to dot."),
    .patterns(
      "HostNameNoAddress", base: "HostNameShortLabels",
      ["(.*\\.)?[0-9]*[A-Za-z\\-][A-Za-z0-9\\-]*\\.?"],
      documentation:
        "The last label is not digits alone: such a name would read as a broken address."),
    .patterns(
      "HostName", base: "HostNameNoAddress", [".{1,253}\\.?"],
      documentation: "Not more than 253 characters, a dot at the end not counted."),
    .patterns(
      operation, base: "xs:token",
      [""] + Operation.allCases.map { inAnyCase($0.rawValue) },
      documentation: "The word in any case."),
  ]

  /// The types of the fields, each once, in the order of the field table.
  static let fields: [SchemaType] = {
    var types = [
      SchemaType.numbers(
        integration + "Number", IntegrationMethod.allCases.map { ($0.rawValue, $0.title) }),
      .union(integration, [integration + "Number", "Nothing"], documentation: ""),
    ]
    var names: Set<String> = []
    for field in Field.allCases {
      let name = name(of: field)
      guard names.insert(name).inserted else { continue }
      switch field.rule.kind {
      case .uri: break
      case .objectID: types.append(.union(name, ["GUID", "Nothing"], documentation: ""))
      case .host:
        types.append(.union(name, ["IPv4Address", "HostName", "Nothing"], documentation: ""))
      case .hostV6:
        types.append(.union(name, ["IPv6Address", "HostName", "Nothing"], documentation: ""))
      case .integer(let range):
        types.append(.range(name + "Number", range))
        types.append(.union(name, [name + "Number", "Nothing"], documentation: ""))
      case .enumeration(let cases):
        types.append(.numbers(name + "Number", cases.map { ($0.value, $0.title) }))
        types.append(.union(name, [name + "Number", "Nothing"], documentation: ""))
      }
    }
    return types
  }()

  func define(_ text: inout SchemaText) {
    switch self {
    case .patterns(let name, let base, let patterns, let documentation):
      text.open("xs:simpleType", "name=\"\(name)\"", documentation: documentation)
      text.open("xs:restriction", "base=\"\(base)\"")
      for pattern in patterns { text.line("xs:pattern", "value=\"\(pattern)\"") }
      text.close("xs:restriction")
    case .numbers(let name, let values):
      text.open("xs:simpleType", "name=\"\(name)\"")
      text.open("xs:restriction", "base=\"WholeNumber\"")
      for (value, title) in values {
        text.open("xs:enumeration", "value=\"\(value)\"", documentation: title)
        text.close("xs:enumeration")
      }
      text.close("xs:restriction")
    case .range(let name, let range):
      text.open("xs:simpleType", "name=\"\(name)\"")
      text.open("xs:restriction", "base=\"WholeNumber\"")
      text.line("xs:minInclusive", "value=\"\(range.lowerBound)\"")
      text.line("xs:maxInclusive", "value=\"\(range.upperBound)\"")
      text.close("xs:restriction")
    case .union(let name, let members, let documentation):
      text.open("xs:simpleType", "name=\"\(name)\"", documentation: documentation)
      text.line("xs:union", "memberTypes=\"\(members.joined(separator: " "))\"")
    }
    text.close("xs:simpleType")
  }

  // MARK: Patterns

  private static let label = "[A-Za-z0-9]+(-+[A-Za-z0-9]+)*"
  private static let octet = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
  private static let address = "\(octet)(\\.\(octet)){3}"

  /// One pattern for each number of groups before `::`, and the patterns without `::`.
  private static let addressesV6: [String] = {
    let group = "[0-9A-Fa-f]{1,4}"
    /// One to `count` groups, separated by colons.
    func upTo(_ count: Int) -> String {
      count == 1 ? group : "\(group)(:\(group)){0,\(count - 1)}"
    }
    var patterns = ["\(group)(:\(group)){7}", "(\(group):){6}\(address)"]
    for before in 0...7 {
      let head = before == 0 ? "" : before == 1 ? group : "\(group)(:\(group)){\(before - 1)}"
      let rest = 7 - before
      patterns.append(head + "::" + (rest == 0 ? "" : "(\(upTo(rest)))?"))
      // The last two groups as an IPv4 address.
      if rest >= 2 { patterns.append(head + "::(\(group):){0,\(rest - 2)}\(address)") }
    }
    return patterns
  }()

  private static func inAnyCase(_ word: String) -> String {
    word.map { "[\($0.lowercased())\($0.uppercased())]" }.joined()
  }
}
