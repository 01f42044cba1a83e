// The field table: each rule as on the API page, and the properties of the whole table.

import PortGroupModel
import Testing

@Suite struct FieldTableTests {
  /// One line for each field: name, kind, access, whether it can be emptied, source.
  private static let expected = """
    MediaRemoteServiceEnum | 100 101 102 103 104 105 106 | set at creation | no | API page; 105 and 106 from the public .NET SDK
    HostOrIPAddress | host | read and write | yes | API page
    HostOrIPAddressV6 | hostV6 | read and write | yes | API page
    Port | 0...9999 | read and write | no | API page
    TlsPort | 0...9999 | read and write | no | API page
    Precedence | 0...9999 | read and write | no | API page
    SkinnyStateMachineEnum | 10 20 | read and write | no | API page
    ObjectId | objectID | read only | no | API page
    MediaPortGroupObjectId | objectID | set at creation | no | API page
    URI | uri | read only | no | API page, list example
    PortGroupURI | uri | read only | no | API page, list example
    """

  private func text(_ kind: FieldRule.Kind) -> String {
    switch kind {
    case .objectID: "objectID"
    case .uri: "uri"
    case .host: "host"
    case .hostV6: "hostV6"
    case .integer(let range): "\(range)"
    case .enumeration(let cases): cases.map { "\($0.value)" }.joined(separator: " ")
    }
  }

  @Test func `every rule is as on the API page`() {
    let lines = FieldRule.table.map { rule in
      [
        rule.name, text(rule.kind), rule.access.rawValue, rule.canBeEmptied ? "yes" : "no",
        rule.source,
      ].joined(separator: " | ")
    }
    #expect(lines.joined(separator: "\n") == Self.expected)
  }

  @Test func `the table is in the order of the fields`() {
    #expect(FieldRule.table.map(\.field) == Field.allCases)
    #expect(Field.allCases.map(\.rawValue) == Array(0..<FieldRule.table.count))
    for field in Field.allCases {
      #expect(field.rule.field == field)
      #expect(field.name == field.rule.name)
    }
  }

  @Test func `there is room for more fields`() {
    #expect(Field.allCases.count <= FieldValues.capacity)
    var all = ColumnSet()
    for column in Column.all where column != .ignored {
      #expect(!ColumnSet(column).isEmpty && !all.overlaps(ColumnSet(column)))
      all.insert(ColumnSet(column))
    }
    #expect(ColumnSet(.ignored).isEmpty)
    #expect(2 * FieldValues.capacity + 3 <= UInt64.bitWidth)
    var values = FieldValues()
    for field in Field.allCases { values[field] = .text(field.name) }
    #expect(values.present == Field.allCases)
    for field in Field.allCases { #expect(values[field].text == field.name) }
  }

  @Test func `numbers and enumerations have the codes of their faults`() {
    for rule in FieldRule.table {
      switch rule.kind {
      case .objectID, .uri, .host, .hostV6:
        #expect(rule.syntaxCode == nil && rule.rangeCode == nil)
      case .integer: #expect(rule.syntaxCode != nil && rule.rangeCode != nil)
      case .enumeration: #expect(rule.syntaxCode != nil && rule.rangeCode == nil)
      }
    }
  }

  @Test func `the numbers of an enumeration have their titles`() {
    #expect(
      titles(.service) == RemoteService.allCases.map { "\($0.rawValue) \($0.title)" })
    #expect(
      titles(.skinnyStateMachine) == [
        "10 Unified Communications Manager", "20 CallManager Express",
      ]
    )
  }

  private func titles(_ field: Field) -> [String] {
    guard case .enumeration(let cases) = field.rule.kind else { return [] }
    return cases.map { "\($0.value) \($0.title)" }
  }

  @Test func `every field has one sentence of help`() {
    for rule in FieldRule.table {
      #expect(rule.summary.hasSuffix("."), "\(rule.name)")
      #expect(rule.summary.count <= 100, "\(rule.name)")
    }
  }

  @Test func `fields that are not read only can be written`() {
    #expect(
      Field.writable == [
        .service, .host, .hostV6, .port, .tlsPort, .precedence, .skinnyStateMachine, .groupObjectID,
      ])
  }

  @Test func `the fields that distinguish servers can be matched`() {
    #expect(Field.matchable == [.host, .hostV6, .port, .tlsPort, .precedence])
  }
}
