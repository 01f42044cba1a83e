// The quick way to a row against the careful one: it may refuse anything, but not differ.

import PortGroupModel
import TestSupport
import Testing

/// A row of these cells by the quick way; nil where it is refused.
private func plain(
  _ cells: [DraftCell], _ fallback: PortGroupModel.Operation, _ plainCells: inout PlainCells,
  _ row: inout Row
) -> Bool {
  var bytes: [UInt8] = []
  var bounds: [Range<Int>] = []
  for cell in cells {
    let start = bytes.count
    if case .text(let text) = cell.cell { bytes += text.utf8 }
    bounds.append(start..<bytes.count)
  }
  plainCells.begin(&row, fallback)
  for (cell, range) in zip(cells, bounds) {
    let column = PlainColumn(cell.column)
    let isTaken =
      cell.cell == .emptied
      ? plainCells.putEmptied(in: column, to: &row)
      : plainCells.put(
        bytes.span.extracting(range), from: range.lowerBound, in: column, to: &row)
    guard isTaken else { return false }
  }
  return plainCells.finish(&row, of: bytes.span)
}

@Suite struct PlainCellsTests {
  private static let id = "42ef5946-c5f2-4556-9897-6a4b6e116dfa"

  /// Texts that are right, wrong and doubtful in one column or another.
  private static let texts = [
    "102", "100", "104", "107", "0102", "10", "20", "0", "1", "2", "3", "5060", "9999", "10000",
    "00", "-1", "5060.0", "1.01E+09", " 5061", "5061\t", "5 060", "999999999999", "١",
    "10.0.0.1", "10.0.0.256", "10.0.0.01", "1.2.3", "1.2.3.4.5", "1..2.3", "10.0.0.1.",
    "sip.example.com", "sip.example.com.", "SIP", "-a.example", "a-.example", "a.-b", "a--b",
    "a..b",
    ".a", "a_b", "a.1", "1.a", String(repeating: "a", count: 63), String(repeating: "a", count: 64),
    String(repeating: "a.", count: 130), "::1", "2001:DB8::1", "fe80::1%eth0", "[::1]",
    "::ffff:1.2.3.4",
    "1:2:3:4:5:6:7:8:9", "::1\u{0}x", "12345::", "bücher.example",
    id, id.uppercased(), "{\(id)}", "42ef5946-c5f2-4556-9897 -6a4b6e116dfa", "42ef5946",
    "create", "Update", "UPSERT", "delete", "drop", "updaxe", "lab", "Labor Süd", "#REF!", "# 1",
    "lab\u{A0}1", "“lab”", " lab ", "%null%", "", " ",
  ]

  @Test(arguments: 0..<40)
  func `what it takes is drafted to the same row without a word`(seed: Int) {
    var chance = SeededGenerator(seed: UInt64(seed))
    var plainCells = PlainCells()
    var row = Row(operation: .upsert, group: GroupReference(), fields: [:])
    for _ in 0..<500 {
      var cells: [DraftCell] = []
      for column in Column.all where chance.chance(30) {
        let text = chance.chance(50) ? Self.usual(column) : chance.pick(Self.texts)
        cells.append(chance.chance(10) ? DraftCell(column) : DraftCell(column, text))
      }
      let fallback = chance.pick(PortGroupModel.Operation.allCases)
      guard plain(cells, fallback, &plainCells, &row) else { continue }
      let (drafted, texts) = drafted(cells, fallback: fallback)
      #expect(texts.isEmpty, "\(cells)")
      #expect(drafted == row, "\(cells)")
    }
  }

  /// A text that is right in the column.
  private static func usual(_ column: Column) -> String {
    switch column {
    case .portGroup: "PhoneSystem-1 SIP"
    case .integrationMethod: "1"
    case .operation: "update"
    case .ignored: "x"
    case .match(let field), .field(let field):
      switch field {
      case .service: "102"
      case .host: "10.0.0.1"
      case .hostV6: "2001:db8::1"
      case .port, .tlsPort: "5060"
      case .precedence: "0"
      case .skinnyStateMachine: "10"
      case .objectID, .groupObjectID: id
      case .uri, .groupURI: "/vmrest/x"
      }
    }
  }

  @Test(arguments: [
    [
      DraftCell(.portGroup, "lab"), .init(.field(.service), "102"),
      .init(.field(.host), "a.example"),
    ],
    [
      DraftCell(.field(.groupObjectID), id), .init(.field(.service), "101"),
      .init(.field(.host), "10.0.0.1"),
    ],
    [
      DraftCell(.portGroup, "Süd"), .init(.field(.service), "100"),
      .init(.field(.hostV6), "2001:db8::1"),
    ],
    [
      DraftCell(.portGroup, "lab"), .init(.operation, "Delete"), .init(.field(.objectID), id),
      .init(.field(.hostV6)), .init(.field(.uri), "x"), .init(.ignored, "y"),
    ],
    [
      DraftCell(.portGroup, "lab"), .init(.operation, "update"), .init(.match(.host), "10.0.0.1"),
      .init(.match(.port), "5060"), .init(.field(.precedence), " 7 "), .init(.field(.tlsPort), "0"),
    ],
  ])
  func `rows that people have are taken`(cells: [DraftCell]) {
    var plainCells = PlainCells()
    var row = Row(operation: .upsert, group: GroupReference(), fields: [:])
    #expect(plain(cells, .upsert, &plainCells, &row))
    #expect(row == drafted(cells).row)
  }

  @Test func `a name in another spelling of its letters is another name`() {
    var plainCells = PlainCells()
    var row = Row(operation: .upsert, group: GroupReference(), fields: [:])
    for name in ["\u{E9}", "e\u{301}", "\u{E9}", "K", "\u{212A}", "K"] {
      let cells = [
        DraftCell(.portGroup, name), .init(.field(.service), "102"),
        .init(.field(.host), "a.example"),
      ]
      #expect(plain(cells, .upsert, &plainCells, &row))
      #expect(row.group.name.map { Array($0.utf8) } == Array(name.utf8))
    }
  }
}
