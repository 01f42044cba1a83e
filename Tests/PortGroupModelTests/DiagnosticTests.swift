// How a diagnostic prints, and that its codes are distinct and stable.

import PortGroupModel
import Testing

@Suite struct DiagnosticTests {
  @Test(arguments: [
    (
      Place(file: "servers.csv", line: 7, column: 42, record: 6, field: "Port", value: "99999"),
      "servers.csv:7:42: "
    ),
    (Place(file: "servers.csv", line: 7), "servers.csv:7: "),
    (Place(file: "servers.csv"), "servers.csv: "),
    // A column without a line is not shown.
    (Place(file: "servers.csv", column: 42), "servers.csv: "),
    (Place(file: "-", line: 1, column: 1), "-:1:1: "), (Place(file: ""), ""),
  ])
  func `a diagnostic prints like a compiler's, with the parts of its place that are known`(
    place: Place, prefix: String
  ) {
    let diagnostic = Diagnostic(
      .error, .portOutOfRange, at: place, "Port is 99999; allowed is 0 to 9999")
    #expect(
      diagnostic.rendered
        == "\(prefix)error[port-out-of-range]: Port is 99999; allowed is 0 to 9999")
  }

  @Test func `a hint is on a separate line`() {
    let diagnostic = Diagnostic(
      .note, .groupRenamed, at: Place(file: "a.xml", line: 3), "it has another name",
      hint: "use that")
    #expect(
      diagnostic.rendered
        == "a.xml:3: note[group-renamed]: it has another name\n    hint: use that")
  }

  @Test func `a long value is cut to 80 characters`() {
    let fits = String(repeating: "x", count: 80)
    #expect(Place(file: "f", value: fits).value == fits)
    #expect(Place(file: "f", value: fits + "y").value == String(repeating: "x", count: 79) + "…")
  }

  @Test func `codes are lower-case words with hyphens, each with a sentence`() {
    for code in DiagnosticCode.allCases {
      #expect(code.rawValue.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil, "\(code)")
      #expect(code.meaning.hasSuffix("."), "\(code)")
    }
    for code in FailureCode.allCases {
      #expect(code.rawValue.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil, "\(code)")
      #expect(code.meaning.hasSuffix("."), "\(code)")
    }
  }

  @Test func `seven errors can be allowed, those of rules that a real server may not have`() {
    #expect(
      DiagnosticCode.allCases.filter(\.canBeAllowed).map(\.rawValue) == [
        "total-mismatch", "host-syntax", "port-out-of-range", "precedence-out-of-range",
        "service-unknown", "skinny-unknown", "skinny-not-sccp",
      ])
  }
}
