import CommandLineTool
import Testing

@Suite struct TextTableTests {
  private func table() -> TextTable {
    var table = TextTable([.text("Group"), .number("Rows"), .text("State")])
    table.add(["PhoneSystem-1 SIP", "1,234", "done"])
    table.add(["東京", "7", ""])
    table.add(["x\u{1B}[2J", "0"])
    return table
  }

  @Test func `columns are aligned, numbers to the right, and no line ends in blanks`() {
    #expect(
      table().text(for: Recorder().console().output) == """
        Group               Rows  State
        PhoneSystem-1 SIP  1,234  done
        東京                   7
        x\\u{1B}[2J             0

        """)
  }

  @Test func `a terminal gets a bold heading, and cells cut to its width`() {
    let console = Recorder().console(output: .terminal, columns: 24)
    let bold = { (text: String) in "\u{1B}[1m\(text)\u{1B}[0m" }
    #expect(
      table().text(for: console.output) == """
        \(bold("Group"))        \(bold("Rows"))  \(bold("State"))
        PhoneSyst…  1,234  done
        東京            7
        x\\u{1B}[2J      0

        """)
  }

  @Test func `an empty table prints nothing`() {
    let table = TextTable([.text("Group")])
    #expect(table.isEmpty)
    #expect(table.text(for: Recorder().console().output) == "")
  }

  @Test func `a summary leaves out zero counts and ends with the total`() {
    let table = TextTable.summary(
      [("created", 1200, .green), ("updated", 0, .green), ("failed", 3, .red)],
      total: ("read", 1203))
    #expect(
      table.text(for: Recorder().console().output) == """
          created  1,200
          failed       3
          read     1,203

        """)
    let coloured = table.text(for: Recorder().console(output: .terminal).output)
    #expect(coloured.contains("\u{1B}[31m  failed\u{1B}[0m"))
  }
}
