// Traces of spreadsheets in values are reported as such, with a helpful hint.

import PortGroupModel
import Testing

@Suite struct SpreadsheetTraceTests {
  private func drafted(_ cell: DraftCell) -> [Diagnostic] {
    var draft = RowDraft(at: Place(file: "x.csv", line: 2, record: 1), fallback: .upsert)
    for cell in [
      DraftCell(.portGroup, "lab"), DraftCell(.field(.service), "102"),
      DraftCell(.field(.host), "10.1.1.1"),
    ].filter({ $0.column != cell.column }) + [cell] {
      draft.set(cell.column, cell.cell, at: Place(file: "x.csv", line: 2, record: 1))
    }
    _ = draft.finish()
    return draft.diagnostics
  }

  static let found: [(DraftCell, String)] = [
    (DraftCell(.field(.port), "#REF!"), "spreadsheet-error"),
    (DraftCell(.field(.host), "#N/A"), "spreadsheet-error"),
    (DraftCell(.field(.groupObjectID), "#NAME?"), "spreadsheet-error"),
    (DraftCell(.operation, "#VALUE!"), "spreadsheet-error"),
    (DraftCell(.field(.port), "####"), "spreadsheet-error"),
    (DraftCell(.portGroup, "#DIV/0!"), "spreadsheet-error"),
    (DraftCell(.field(.groupObjectID), "1.01E+09"), "spreadsheet-number"),
    (DraftCell(.field(.objectID), "4,2E+35"), "spreadsheet-number"),
    (DraftCell(.field(.port), "5.06E3"), "spreadsheet-number"),
    (DraftCell(.field(.port), "5060.0"), "spreadsheet-number"),
    (DraftCell(.field(.port), "5,060"), "spreadsheet-number"),
    (DraftCell(.field(.service), "102.0"), "spreadsheet-number"),
    (DraftCell(.integrationMethod, "2,00"), "spreadsheet-number"),
    (DraftCell(.field(.port), "05.Jan"), "spreadsheet-date"),
    (DraftCell(.field(.precedence), "1-Feb"), "spreadsheet-date"),
    (DraftCell(.field(.precedence), "01/02/2026"), "spreadsheet-date"),
    (DraftCell(.match(.port), "2026-01-05"), "spreadsheet-date"),
    (DraftCell(.field(.objectID), "2ef5946-c5f2-4556-9897-6a4b6e116dfa"), "zeros-stripped"),
    (DraftCell(.field(.objectID), "42ef5946-c5f2-556-9897-6a4b6e116dfa"), "zeros-stripped"),
    (DraftCell(.field(.port), "5060\u{A0}"), "hard-space"),
    (DraftCell(.field(.host), "10.0.0.1\u{200B}"), "hard-space"),
    (DraftCell(.operation, "\u{A0}create"), "hard-space"),
    (DraftCell(.field(.host), "“10.0.0.1”"), "curly-quote"),
    (DraftCell(.field(.port), "’5060"), "curly-quote"),
  ]

  @Test(arguments: found)
  func `a trace is an error of its own`(_ cell: DraftCell, code: String) {
    let errors = drafted(cell).filter { $0.severity == .error }
    #expect(errors.map(\.code.rawValue) == [code])
  }

  static let notFound: [(DraftCell, String)] = [
    (DraftCell(.field(.port), "abc"), "port-not-a-number"),
    (DraftCell(.field(.port), "1e"), "port-not-a-number"),
    (DraftCell(.field(.port), "5.06"), "port-not-a-number"),
    (DraftCell(.field(.port), "1-2"), "port-not-a-number"),
    (DraftCell(.field(.objectID), "x2ef5946-c5f2-4556-9897-6a4b6e116dfa"), "guid-syntax"),
    (DraftCell(.field(.objectID), "42ef5946-c5f2-4556-9897"), "guid-syntax"),
    (DraftCell(.field(.host), "a_b"), "host-syntax"),
    (DraftCell(.field(.host), "#"), "host-syntax"),
  ]

  @Test(arguments: notFound)
  func `other errors keep their own messages`(_ cell: DraftCell, code: String) {
    #expect(drafted(cell).map(\.code.rawValue) == [code])
  }

  @Test func `a trace in a group's name is only a warning`() {
    let found = drafted(DraftCell(.portGroup, "Phone\u{A0}System"))
    #expect(found.map(\.severity) == [.warning])
    #expect(found.map(\.code) == [.hardSpace])
    #expect(drafted(DraftCell(.portGroup, "5-Jan-2026 SIP")).isEmpty)
  }

  @Test(arguments: [
    (
      DraftCell(.field(.port), "1.01E+09"),
      "Port is \"1.01E+09\", a number as a spreadsheet displays it",
      "format the column as text before filling it, and write the value again"
    ),
    (
      DraftCell(.field(.port), "05.Jan"),
      "Port is \"05.Jan\", which a spreadsheet has turned into a date",
      "format the column as text before filling it, and write the value again"
    ),
    (
      DraftCell(.field(.port), "#REF!"),
      "Port is \"#REF!\", which a spreadsheet shows where a formula failed",
      "fix the formula, or write the value itself"
    ),
    (
      DraftCell(.field(.objectID), "ef5946-c5f2-4556-9897-6a4b6e116dfa"),
      "ObjectId is \"ef5946-c5f2-4556-9897-6a4b6e116dfa\", a GUID that has lost zeros",
      "most likely it was 00ef5946-c5f2-4556-9897-6a4b6e116dfa; format the column as text"
    ),
    (
      DraftCell(.field(.port), "5060\u{A0}"),
      "Port is \"5060\\u{A0}\", with a space that is not a plain one",
      "type the value instead of copying it from a page"
    ),
    (
      DraftCell(.field(.port), "“5060”"), "Port is \"“5060”\", with a curly quotation mark",
      "write the value without it, or with a straight one"
    ),
  ])
  func `the message explains what happened, and the hint what helps`(
    _ cell: DraftCell, message: String, hint: String
  ) {
    #expect(drafted(cell).map(\.message) == [message])
    #expect(drafted(cell).map(\.hint) == [Hint(hint)])
  }
}
