// Traces of spreadsheets in values are reported as such, with a helpful hint.

import PortGroupModel
import Testing

@Suite struct SpreadsheetTraceTests {
  private func built(_ cell: GivenCell) -> [Diagnostic] {
    var builder = RowBuilder(mode: .upsert)
    var row = Row.unfilled
    let base = [
      GivenCell(.portGroup, "lab"), GivenCell(.field(.service), "102"),
      GivenCell(.field(.host), "10.1.1.1"),
    ].filter { $0.column != cell.column }
    _ = builder.fill(&row, base + [cell])
    return builder.diagnostics(base + [cell])
  }

  static let found: [(GivenCell, String)] = [
    (GivenCell(.field(.port), "#REF!"), "spreadsheet-error"),
    (GivenCell(.field(.host), "#N/A"), "spreadsheet-error"),
    (GivenCell(.field(.groupObjectID), "#NAME?"), "spreadsheet-error"),
    (GivenCell(.operation, "#VALUE!"), "spreadsheet-error"),
    (GivenCell(.field(.port), "####"), "spreadsheet-error"),
    (GivenCell(.portGroup, "#DIV/0!"), "spreadsheet-error"),
    (GivenCell(.field(.groupObjectID), "1.01E+09"), "spreadsheet-number"),
    (GivenCell(.field(.objectID), "4,2E+35"), "spreadsheet-number"),
    (GivenCell(.field(.port), "5.06E3"), "spreadsheet-number"),
    (GivenCell(.field(.port), "5060.0"), "spreadsheet-number"),
    (GivenCell(.field(.port), "5,060"), "spreadsheet-number"),
    (GivenCell(.field(.service), "102.0"), "spreadsheet-number"),
    (GivenCell(.integrationMethod, "2,00"), "spreadsheet-number"),
    (GivenCell(.field(.port), "05.Jan"), "spreadsheet-date"),
    (GivenCell(.field(.precedence), "1-Feb"), "spreadsheet-date"),
    (GivenCell(.field(.precedence), "01/02/2026"), "spreadsheet-date"),
    (GivenCell(.match(.port), "2026-01-05"), "spreadsheet-date"),
    (GivenCell(.field(.objectID), "2ef5946-c5f2-4556-9897-6a4b6e116dfa"), "zeros-stripped"),
    (GivenCell(.field(.objectID), "42ef5946-c5f2-556-9897-6a4b6e116dfa"), "zeros-stripped"),
    (GivenCell(.field(.port), "5060\u{A0}"), "hard-space"),
    (GivenCell(.field(.host), "10.0.0.1\u{200B}"), "hard-space"),
    (GivenCell(.operation, "\u{A0}create"), "hard-space"),
    (GivenCell(.field(.host), "“10.0.0.1”"), "curly-quote"),
    (GivenCell(.field(.port), "’5060"), "curly-quote"),
  ]

  @Test(arguments: found)
  func `each kind of trace has its own error`(_ cell: GivenCell, code: String) {
    let errors = built(cell).filter { $0.severity == .error }
    #expect(errors.map(\.code.rawValue) == [code])
  }

  static let notFound: [(GivenCell, String)] = [
    (GivenCell(.field(.port), "abc"), "port-not-a-number"),
    (GivenCell(.field(.port), "1e"), "port-not-a-number"),
    (GivenCell(.field(.port), "5.06"), "port-not-a-number"),
    (GivenCell(.field(.port), "1-2"), "port-not-a-number"),
    (GivenCell(.field(.objectID), "x2ef5946-c5f2-4556-9897-6a4b6e116dfa"), "guid-syntax"),
    (GivenCell(.field(.objectID), "42ef5946-c5f2-4556-9897"), "guid-syntax"),
    (GivenCell(.field(.host), "a_b"), "host-syntax"),
    (GivenCell(.field(.host), "#"), "host-syntax"),
  ]

  @Test(arguments: notFound)
  func `other errors keep their own messages`(_ cell: GivenCell, code: String) {
    #expect(built(cell).map(\.code.rawValue) == [code])
  }

  @Test func `a trace in a group's name is only a warning`() {
    let found = built(GivenCell(.portGroup, "Phone\u{A0}System"))
    #expect(found.map(\.severity) == [.warning])
    #expect(found.map(\.code) == [.hardSpace])
    #expect(built(GivenCell(.portGroup, "5-Jan-2026 SIP")).isEmpty)
  }

  @Test(arguments: [
    (
      GivenCell(.field(.port), "1.01E+09"),
      "Port is \"1.01E+09\", a number as a spreadsheet displays it",
      "format the column as text before filling it, and write the value again"
    ),
    (
      GivenCell(.field(.port), "05.Jan"),
      "Port is \"05.Jan\", which a spreadsheet has turned into a date",
      "format the column as text before filling it, and write the value again"
    ),
    (
      GivenCell(.field(.port), "#REF!"),
      "Port is \"#REF!\", which a spreadsheet shows where a formula failed",
      "fix the formula, or write the value itself"
    ),
    (
      GivenCell(.field(.objectID), "ef5946-c5f2-4556-9897-6a4b6e116dfa"),
      "ObjectId is \"ef5946-c5f2-4556-9897-6a4b6e116dfa\", a GUID that has lost zeros",
      "most likely it was 00ef5946-c5f2-4556-9897-6a4b6e116dfa; format the column as text"
    ),
    (
      GivenCell(.field(.port), "5060\u{A0}"),
      "Port is \"5060\\u{A0}\", with a space that is not a plain one",
      "type the value instead of copying it from a page"
    ),
    (
      GivenCell(.field(.port), "“5060”"), "Port is \"“5060”\", with a curly quotation mark",
      "write the value without it, or with a straight one"
    ),
  ])
  func `the message explains what happened, and the hint what to do`(
    _ cell: GivenCell, message: String, hint: String
  ) {
    #expect(built(cell).map(\.message) == [message])
    #expect(built(cell).map(\.hint) == [Hint(hint)])
  }
}
