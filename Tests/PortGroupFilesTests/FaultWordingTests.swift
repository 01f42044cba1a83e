// The words for faults of input files.

import BulkFiles
import PortGroupModel
import Testing

@testable import PortGroupFiles

@Suite struct FaultWordingTests {
  private func rendered(_ fault: InputFault) -> String {
    Diagnostic(fault, file: "f").rendered
  }

  @Test(arguments: UnsupportedFile.allCases)
  func `every kind of unsupported file has a title and a hint`(kind: UnsupportedFile) {
    #expect(!kind.title.isEmpty)
    #expect(!kind.hint.text.isEmpty || kind.hint.remedy != nil)
    #expect(!kind.hint.text.hasSuffix("."))
  }

  @Test func `no two kinds of unsupported files have the same title`() {
    #expect(Set(UnsupportedFile.allCases.map(\.title)).count == UnsupportedFile.allCases.count)
  }

  @Test func `a fault is described with its place and what to do`() {
    #expect(
      rendered(
        InputFault(
          .csv(.ragged(fields: 1, headings: 2, seems: .semicolon)), line: 2, column: 4, record: 1))
          == """
          f:2:4: error[ragged-row]: the row has 1 field; the heading line has 2
              hint: its fields seem to be separated by a semicolon; use one delimiter
          """)
    #expect(
      rendered(InputFault(.file(.cannotOpen(2))))
        == """
        f: error[file-unreadable]: there is no such file
            hint: check the name and the folder
        """)
  }

  @Test(arguments: [(0, "0 complete records"), (1, "1 complete record"), (2, "2 complete records")])
  func `a fault that ends the reading has the number of records before it`(
    count: Int, records: String
  ) {
    let fault = InputFault(
      .document(.malformedXML("the element is not closed", hint: "")), line: 3, column: 1,
      after: count)
    #expect(
      rendered(fault)
        == "f:3:1: error[malformed-xml]: the element is not closed (\(records) came before)")
  }

  @Test(arguments: ["<ErrorDetails>", "<PortGroups>", "\"PortGroup\""])
  func `an answer of the API that is not a list of servers is recognized`(found: String) {
    let shape = RecordShape(list: "PortGroupServers", record: "PortGroupServer")
    let hint = FaultWording(.document(.unexpectedRoot(found, shape))).hint
    #expect(hint.text.hasPrefix("th"))
  }
}
