/// What a heading of a CSV file, an XML element or a JSON key means.
package enum Column: Sendable, Hashable {
  case field(Field)
  /// A `Match…` column: the value that the server to change has now.
  case match(Field)
  /// The port group by its display name.
  case portGroup
  /// The group's integration; an export contains it, because an import into another server compares it.
  case integrationMethod
  case operation
  /// `Junk`, and the reason column of a rejects file: ignored.
  case ignored

  /// The name in files that this program writes.
  package var name: String {
    switch self {
    case .field(let field): field.name
    case .match(let field): "Match" + field.name
    case .portGroup: "PortGroup"
    case .integrationMethod: "TelephonyIntegrationMethodEnum"
    case .operation: "Operation"
    case .ignored: "Junk"
    }
  }

  /// The field whose rule the cells must follow; `nil` for columns that are not of a field.
  package var field: Field? {
    switch self {
    case .field(let field), .match(let field): field
    case .portGroup, .integrationMethod, .operation, .ignored: nil
    }
  }

  /// Names that mean the same, compared without regard to case.
  package var aliases: [String] {
    switch self {
    case .field(let field): field.rule.aliases
    case .match(let field):
      field.rule.aliases.flatMap { ["Match " + $0, "Match" + $0] } + ["Match " + field.name]
    case .portGroup: ["Port Group", "Port Group Name"]
    case .integrationMethod: ["Integration Method"]
    case .operation: []
    case .ignored: ["FailureReason"]
    }
  }

  /// All columns that a file may have.
  package static let all: [Column] =
    [.portGroup, .integrationMethod, .operation]
    + Field.allCases.map(Column.field) + Field.matchable.map(Column.match) + [.ignored]

  /// The columns of an export, in order.
  package static let exported: [Column] =
    [.portGroup, .integrationMethod] + Field.allCases.map(Column.field)

  /// The column with this name or alias in any case; outer white space is ignored, and blanks, `-` and `_` are equal.
  package static func named(_ name: String) -> Column? { byFoldedName[folded(name)] }

  /// The name of a column that `name` may be a misspelling of, by its name or an alias.
  package static func suggestion(for name: String) -> String? {
    let names = all.map(\.name) + all.flatMap(\.aliases)
    return Spelling.nearest(to: name, among: names).flatMap { named($0)?.name }
  }

  private static func folded(_ name: String) -> String {
    name.split { $0.isWhitespace || $0 == "-" || $0 == "_" }.joined(separator: " ").lowercased()
  }

  private static let byFoldedName: [String: Column] = {
    var names: [String: Column] = [:]
    for column in all {
      for name in [column.name] + column.aliases { names[folded(name)] = column }
    }
    return names
  }()
}
