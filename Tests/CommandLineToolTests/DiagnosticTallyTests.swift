// How many diagnostics of a file are printed, and how the rest is summarized.

import CommandLineTool
import PortGroupModel
import Testing

@Suite struct DiagnosticTallyTests {
  private func error(_ line: Int, _ code: DiagnosticCode = .hostSyntax) -> Diagnostic {
    Diagnostic(.error, code, at: Place(file: "a.csv", line: line), "wrong", hint: "edit it")
  }

  @Test func `all diagnostics are printed if no limit is set`() {
    let tally = DiagnosticTally()
    #expect((1...5_000).allSatisfy { tally.count(error($0)) })
    #expect(tally.restText == nil)
    #expect(tally.text == "5,000 errors")
  }

  @Test func `a screen shows the first diagnostics, and a summary by code with places`() {
    let tally = DiagnosticTally(.inAll(3))
    let printed = (1...9).filter {
      tally.count(error($0, $0 % 3 == 0 ? .duplicateRow : .hostSyntax))
    }
    let warning = Diagnostic(
      .warning, .fileEmpty, at: Place(file: "b\u{1B}.csv"), "empty", hint: "")
    #expect(!tally.count(warning))
    #expect(printed == [1, 2, 3])
    #expect(
      tally.restText == #"""
        … and 7 more (--all-errors prints each):
          4 error[host-syntax]: a.csv:4, a.csv:5, a.csv:7, …
          2 error[duplicate-row]: a.csv:6, a.csv:9
          1 warning[file-empty]: b\u{1B}.csv
        """#)
    #expect(tally.text == "9 errors, 1 warning")
  }

  @Test func `a log gets many of each code, within a limit of bytes`() {
    let tally = DiagnosticTally(.ofEachCode(10, bytes: 1_000_000))
    #expect((1...100).filter { tally.count(error($0)) }.count == 10)
    #expect((1...100).filter { tally.count(error($0, .duplicateRow)) }.count == 10)
    let short = DiagnosticTally(.ofEachCode(1_000_000, bytes: 1_000))
    #expect((1...1_000).filter { short.count(error($0)) }.count == 14)
    #expect(short[.error] == 1_000)
  }
}
