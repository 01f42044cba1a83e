import Testing

@testable import CommandLineTool

/// The command line as the ledger records it.
@Suite struct TypedCommandLineTests {
  @Test(arguments: [
    (["import", "my rows.csv", "-n"], "cupibulk import 'my rows.csv' -n"),
    (
      ["import", "a.csv", "--password-command", "echo hunter2", "-q"],
      "cupibulk import a.csv --password-command ‹secret› -q"
    ),
    (
      ["import", "--password-command=echo hunter2", "a.csv"],
      "cupibulk import --password-command=‹secret› a.csv"
    ),
    (
      ["inspect", "--", "--password-command", "a.csv"],
      "cupibulk inspect -- --password-command a.csv"
    ),
    (["export", "--password-command"], "cupibulk export --password-command"),
  ])
  func `a command line is recorded as typed, without the only value that may be a secret`(
    words: [String], text: String
  ) {
    #expect(TypedCommandLine.text(words) == text)
  }

  @Test func `a line with very many files is cut between words`() {
    let text = TypedCommandLine.text(["import"] + (1...9_999).map { "file-\($0).csv" })
    #expect(text.utf8.count < 8_100)
    #expect(text.hasSuffix(" more words)"))
  }
}
