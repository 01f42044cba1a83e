// The check of a cell: accepted and refused texts of every kind, and what the check finds in them.

import PortGroupModel
import TestSupport
import Testing

private let id = "42ef5946-c5f2-4556-9897-6a4b6e116dfa"

/// The result of the check of one cell.
private func result(_ column: Column, _ text: String) -> CellResult {
  CellCheck(column).check(text.utf8.span)
}

/// The value of an accepted cell as text; `nil` if it is refused or not kept.
private func value(_ result: CellResult, of text: String) -> String? {
  switch result {
  case .part(let part): String(decoding: Array(text.utf8)[part], as: UTF8.self)
  case .id(let id), .repaired(let id): id.text
  case .number(let number): String(number)
  case .operation(let operation): operation.rawValue
  case .integration(let method): String(method.rawValue)
  case .ignored, .wrong: nil
  }
}

@Suite struct CellCheckTests {
  @Test(
    arguments: [
      (.portGroup, "lab", "lab"), (.portGroup, " lab ", " lab "), (.portGroup, "", ""),
      (.portGroup, "Süd", "Süd"), (.portGroup, "# 1", "# 1"), (.portGroup, "%null%", "%null%"),
      (.portGroup, "Err:502", "Err:502"), (.portGroup, "Loading...", "Loading..."),
      (.operation, "create", "create"), (.operation, " Update\t", "update"),
      (.operation, "UPSERT", "upsert"), (.operation, "delete", "delete"),
      (.integrationMethod, "1", "1"), (.integrationMethod, " 003 ", "3"),
      (.field(.service), "100", "100"), (.field(.service), "0106", "106"),
      (.field(.service), "sip PROXY", "102"), (.field(.service), "tftp", "101"),
      (.field(.service), "104 (PIMG unit)", "104"),
      (.field(.skinnyStateMachine), "10", "10"), (.field(.skinnyStateMachine), " 20", "20"),
      (.field(.port), "0", "0"), (.field(.port), "9999", "9999"), (.field(.port), "05060", "5060"),
      (.field(.tlsPort), " 000\t", "0"), (.match(.precedence), "00000000000000000000007", "7"),
      (.field(.host), "10.0.0.1", "10.0.0.1"), (.field(.host), " a.example\n", "a.example"),
      (.field(.host), "SIP.example.", "SIP.example."), (.field(.host), "cucm1", "cucm1"),
      (.field(.host), "system.object", "system.object"), (.match(.host), "1.a", "1.a"),
      (.field(.hostV6), "2001:DB8::1", "2001:DB8::1"), (.field(.hostV6), "a.example", "a.example"),
      (.match(.hostV6), "::ffff:1.2.3.4", "::ffff:1.2.3.4"),
      (.field(.objectID), id, id), (.field(.objectID), " \(id.uppercased()) ", id),
      (.field(.groupObjectID), id, id), (.field(.objectID), "{\(id)}", id),
      (.field(.groupObjectID), id.replacing("-", with: ""), id),
    ] as [(Column, String, String)])
  func `a correct cell has a value`(column: Column, text: String, expected: String) {
    #expect(value(result(column, text), of: text) == expected)
  }

  @Test(
    arguments: [
      (.portGroup, "#REF!", .spreadsheetTrace, true),
      (.portGroup, "lab\u{A0}1", .spreadsheetTrace, true),
      (.operation, "drop", .unknownOperation, false), (.operation, "", .unknownOperation, false),
      (.operation, "updat\u{45}\u{301}", .unknownOperation, false),
      (.integrationMethod, "0", .unknownIntegration, false),
      (.integrationMethod, "SIP", .unknownIntegration, false),
      (.integrationMethod, "18446744073709551617", .unknownIntegration, false),
      (.field(.service), "107", .notInList, true), (.field(.service), "99", .notInList, true),
      (.field(.service), "164", .notInList, true), (.field(.service), "0", .notInList, true),
      (.field(.service), "proxy", .notInList, false), (.field(.service), "", .notInList, false),
      (.field(.skinnyStateMachine), "tftp", .notInList, false),
      (.field(.skinnyStateMachine), "74", .notInList, true),
      (.field(.port), "", .notANumber(0...9999), false),
      (.field(.port), "-1", .notANumber(0...9999), false),
      (.field(.port), "5 060", .notANumber(0...9999), false),
      (.field(.port), "\u{661}", .notANumber(0...9999), false),
      (.field(.port), "10000", .outOfRange(0...9999), true),
      (.match(.port), "18446744073709551617", .outOfRange(0...9999), true),
      (.field(.host), "10.0.0.256", .host(.notIPv4), true),
      (.field(.host), "::1", .host(.isIPv6), true), (.field(.host), "a:1", .host(.notIPv6), true),
      (.field(.host), " a_b.c", .host(.badLabel(0..<3)), true),
      (.field(.host), "", .host(.badLabel(0..<0)), false),
      (.field(.host), "null", .placeholder, true), (.field(.hostV6), "N/A", .placeholder, true),
      (.field(.host), "System.Object", .placeholder, true),
      (.match(.hostV6), "10.0.0.1", .host(.isIPv4), true),
      (.field(.hostV6), "[::1]", .host(.bracketed), true),
      (.field(.objectID), "42ef5946", .notAGUID, false),
      (.field(.groupObjectID), "", .notAGUID, false),
    ] as [(Column, String, CellFault, Bool)])
  func `a wrong cell has a fault, and a value only if it could be sent`(
    column: Column, text: String, fault: CellFault, hasValue: Bool
  ) {
    guard case .wrong(let found, let part) = result(column, text) else {
      Issue.record("\(text) is accepted")
      return
    }
    #expect(found == fault)
    #expect((part != nil) == hasValue)
  }

  @Test(arguments: [Column.ignored, .field(.uri), .field(.groupURI)])
  func `any text of a column that is not kept is accepted`(column: Column) {
    for text in ["", "x", "#REF!"] { #expect(result(column, text) == .ignored) }
  }

  @Test func `every number of every enumeration is accepted, and its neighbors only if listed`() {
    for field in Field.allCases {
      let numbers = Set(field.rule.cases.map(\.value))
      for number in numbers.flatMap({ [$0 - 1, $0, $0 + 1, $0 + 64] }) where number >= 0 {
        let isAccepted = value(result(.field(field), "\(number)"), of: "\(number)") != nil
        #expect(isAccepted == numbers.contains(number), "\(field.name) \(number)")
      }
    }
  }
}

// MARK: - Random cells

/// Texts that are correct, wrong and doubtful in one column or another.
private let texts = [
  "102", "100", "104", "107", "0102", "10", "20", "0", "1", "2", "3", "5060", "9999", "10000",
  "00", "-1", "5060.0", "1.01E+09", " 5061", "5061\t", "5 060", "999999999999", "١",
  "10.0.0.1", "10.0.0.256", "10.0.0.01", "1.2.3", "1.2.3.4.5", "1..2.3", "10.0.0.1.",
  "sip.example.com", "sip.example.com.", "SIP", "-a.example", "a-.example", "a.-b", "a--b",
  "a..b", ".a", "a_b", "a.1", "1.a", String(repeating: "a", count: 63),
  String(repeating: "a", count: 64), String(repeating: "a.", count: 130), "::1", "2001:DB8::1",
  "fe80::1%eth0", "[::1]", "::ffff:1.2.3.4", "1:2:3:4:5:6:7:8:9", "::1\u{0}x", "12345::",
  "bücher.example", "null", "tftp server", "102 (SIP proxy)", "System.Object",
  id, id.uppercased(), "{\(id)}", "42ef5946-c5f2-4556-9897 -6a4b6e116dfa", "42ef5946",
  "create", "Update", "UPSERT", "delete", "drop", "updaxe", "lab", "Labor Süd", "#REF!", "# 1",
  "Err:502", "lab\u{A0}1", "“lab”", " lab ", "%null%", "", " ",
]

/// A text that is correct in the column.
private func usual(_ column: Column) -> String {
  guard let field = column.field else {
    return column == .operation ? "update" : column == .integrationMethod ? "1" : "PhoneSystem-1"
  }
  return switch field.rule.kind {
  case .objectID: id
  case .uri: "/vmrest/x"
  case .host: "10.0.0.1"
  case .hostV6: "2001:db8::1"
  case .integer(let range): String(range.lowerBound)
  case .enumeration(let cases): String(cases[0].value)
  }
}

private func randomCells(_ chance: inout SeededGenerator) -> [GivenCell] {
  var cells: [GivenCell] = []
  for column in Column.all where chance.chance(30) {
    let text = chance.chance(50) ? usual(column) : chance.pick(texts)
    cells.append(chance.chance(10) ? GivenCell(column) : GivenCell(column, text))
  }
  return cells
}

/// The cells of the row.
private func cells(of row: Row) -> [GivenCell] {
  func cell(_ column: Column, _ value: FieldValue) -> GivenCell { GivenCell(column, value.text) }
  var cells = row.fields.present.map { cell(.field($0), row.fields[$0]) }
  cells += row.match.present.map { cell(.match($0), row.match[$0]) }
  if let name = row.group.name { cells.append(GivenCell(.portGroup, name)) }
  if let id = row.group.objectID { cells.append(GivenCell(.field(.groupObjectID), id.text)) }
  if let method = row.group.integration {
    cells.append(GivenCell(.integrationMethod, String(method.rawValue)))
  }
  return cells + [GivenCell(.operation, row.operation.rawValue)]
}

@Suite struct RandomCellTests {
  @Test(arguments: Column.all)
  func `the value of an accepted cell is accepted as it is`(column: Column) {
    var chance = SeededGenerator(seed: 1)
    for text in texts + (0..<500).map({ _ in mutated(chance.pick(texts), &chance) }) {
      let first = result(column, text)
      guard let value = value(first, of: text) else { continue }
      let second = result(column, value)
      switch second {
      case .part(let part): #expect(part == 0..<value.utf8.count, "\(column.name): \(text)")
      case .id, .operation, .integration: #expect(second == first || first == repaired(second))
      case .repaired, .number, .ignored, .wrong: Issue.record("\(column.name): \(text)")
      }
    }
  }

  private func repaired(_ result: CellResult) -> CellResult? {
    if case .id(let id) = result { .repaired(id) } else { nil }
  }

  /// The text with one character removed, doubled or replaced.
  private func mutated(_ text: String, _ chance: inout SeededGenerator) -> String {
    var scalars = Array(text.unicodeScalars)
    guard !scalars.isEmpty else { return text }
    let place = Int.random(in: scalars.indices, using: &chance)
    switch Int.random(in: 0..<3, using: &chance) {
    case 0: scalars.remove(at: place)
    case 1: scalars.insert(scalars[place], at: place)
    default: scalars[place] = chance.pick(Array("0aZ.-: \u{E9}".unicodeScalars))
    }
    return String(String.UnicodeScalarView(scalars))
  }

  @Test(arguments: 0..<40)
  func `a row can be rebuilt from its values, and does not depend on earlier rows`(seed: Int) {
    var chance = SeededGenerator(seed: UInt64(seed))
    let mode = chance.pick(PortGroupModel.Operation.allCases)
    var builder = RowBuilder(mode: mode)
    var row = Row.unfilled
    for _ in 0..<500 {
      let given = randomCells(&chance)
      let isClean = builder.fill(&row, given)
      let fresh = built(given, fallback: mode)
      #expect(builder.diagnostics(given).map(\.rendered) == fresh.texts, "\(given)")
      #expect(isClean == fresh.texts.isEmpty)
      guard !builder.hasError else { continue }
      #expect(row == fresh.row, "\(given)")
      let again = built(cells(of: row))
      // There are no more warnings about the text of a cell, except for the name of the group.
      #expect(again.row == row, "\(given)")
      #expect(!isClean || again.texts.isEmpty, "\(given)")
    }
  }

  @Test(arguments: [
    [
      GivenCell(.portGroup, "lab"), .init(.field(.service), "102"),
      .init(.field(.host), "a.example"),
    ],
    [
      GivenCell(.field(.groupObjectID), id), .init(.field(.service), "101"),
      .init(.field(.host), "10.0.0.1"),
    ],
    [
      GivenCell(.portGroup, "Süd"), .init(.field(.service), "100"),
      .init(.field(.hostV6), "2001:db8::1"),
    ],
    [
      GivenCell(.portGroup, "lab"), .init(.operation, "Delete"), .init(.field(.objectID), id),
      .init(.field(.hostV6)), .init(.field(.uri), "x"), .init(.ignored, "y"),
    ],
    [
      GivenCell(.portGroup, "lab"), .init(.operation, "update"), .init(.match(.host), "10.0.0.1"),
      .init(.match(.port), "5060"), .init(.field(.precedence), " 7 "), .init(.field(.tlsPort), "0"),
    ],
  ])
  func `usual rows have no faults`(cells: [GivenCell]) {
    #expect(built(cells).texts == [])
  }

  @Test func `two Unicode forms of one name are different names`() {
    var builder = RowBuilder(mode: .upsert)
    var row = Row.unfilled
    for name in ["\u{E9}", "e\u{301}", "\u{E9}", "K", "\u{212A}", "K"] {
      let cells = [
        GivenCell(.portGroup, name), .init(.field(.service), "102"),
        .init(.field(.host), "a.example"),
      ]
      #expect(builder.fill(&row, cells))
      #expect(row.group.name.map { Array($0.utf8) } == Array(name.utf8))
    }
  }

  @Test func `a warning about a group name is reported for every row`() {
    var builder = RowBuilder(mode: .upsert)
    var row = Row.unfilled
    for _ in 0..<3 {
      let isClean = builder.fill(
        &row,
        [
          GivenCell(.portGroup, "lab\u{A0}1"), .init(.field(.service), "102"),
          .init(.field(.host), "a.example"),
        ])
      #expect(!isClean)
      #expect(builder.faults.map(\.code) == [.hardSpace])
      #expect(row.group.name == "lab\u{A0}1")
    }
  }
}
