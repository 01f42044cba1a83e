import TestSupport
import Testing

/// An import ends with one sentence about the result, and what to do next.
@Suite(.serialized) struct ImportSummaryTests {
  /// Rows, options, and the whole output, with `RUN` as the run's name.
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var rows: String
    var options: [String] = []
    var output: String
    var messages: String
  }

  static let cases = [
    Case(
      testDescription: "one row is there already", rows: "102,10.0.0.1,0\n",
      output: """
        Nothing to change: the server already is as the row says.
          unchanged  1
          read       1

        """,
      messages: """
        1 server of this port group is in no row, and stays as it is:
          SIP proxy 10.0.0.2 port 5060 tls 5061 in "Branch"
        Every row: cupibulk runs rows RUN

        """),
    Case(
      testDescription: "rows are there already", rows: "102,10.0.0.1,0\n102,10.0.0.2,1\n",
      output: """
        Nothing to change: the server already is as the 2 rows say.
          unchanged  2
          read       2

        """,
      messages: "Every row: cupibulk runs rows RUN\n"),
    Case(
      testDescription: "all done", rows: "102,10.0.0.1,7\n102,10.0.0.3,1\n",
      output: """
        Done: 2 rows, nothing failed.
          created  1
          updated  1
          read     2
        Reset these port groups before the changes take effect:
          Branch

        """,
      messages: """
        1 server of this port group is in no row, and stays as it is:
          SIP proxy 10.0.0.2 port 5060 tls 5061 in "Branch"
        Every row: cupibulk runs rows RUN

        """),
    Case(
      testDescription: "one of two failed", rows: "102,10.0.0.1,0\n102,10.0.0.3,1\n",
      options: ["--mode", "update"],
      output: """
        1 of 2 rows failed.
          unchanged  1
          failed     1
          read       2

        """,
      messages: """
        rows.csv:3: failed[no-match]: SIP proxy 10.0.0.3 in "Branch": No server matches, and the row cannot create one: it is an update, has a Match value, or has no service.
            hint: check ObjectId, Match cells, service and host; only an upsert without Match cells creates
        1 server of this port group is in no row, and stays as it is:
          SIP proxy 10.0.0.2 port 5060 tls 5061 in "Branch"
        Every row: cupibulk runs rows RUN

        """),
    Case(
      testDescription: "the only row is invalid", rows: "102,10.0.0.1,x\n",
      output: """
        Nothing was sent: 1 of 1 row is invalid.
          invalid  1
          read     1

        """,
      messages: """
        rows.csv:2:14: error[precedence-not-a-number]: Precedence is "x", which is not a whole number; allowed is 0 to 9999
            hint: write digits only
        1 error
        Every row: cupibulk runs rows RUN

        """),
    Case(
      testDescription: "a bad row is left out", rows: "102,10.0.0.1,x\n102,10.0.0.2,1\n",
      options: ["--skip-invalid"],
      output: """
        The good rows are done; 1 of 2 rows is invalid and was left out.
          unchanged  1
          invalid    1
          read       2

        """,
      messages: """
        rows.csv:2:14: error[precedence-not-a-number]: Precedence is "x", which is not a whole number; allowed is 0 to 9999
            hint: write digits only
        1 error
        Every row: cupibulk runs rows RUN

        """),
    Case(
      testDescription: "one row would delete", rows: "102,10.0.0.1,\n",
      options: ["--mode", "delete"],
      output: """
        1 of 1 row was not done.
          pending  1
          read     1

        """,
      messages: """
        cupibulk: Nothing was sent: 1 row would delete, and --max-delete allows 0
            hint: check the rows that delete, then run the command again with --max-delete N
        Every row: cupibulk runs rows RUN

        """),
    Case(
      testDescription: "two rows would delete", rows: "102,10.0.0.1,\n102,10.0.0.2,\n",
      options: ["--mode", "delete", "--max-delete", "1"],
      output: """
        2 of 2 rows were not done.
          pending  2
          read     2

        """,
      messages: """
        cupibulk: Nothing was sent: 2 rows would delete, and --max-delete allows 1
            hint: check the rows that delete, then run the command again with --max-delete N
        Every row: cupibulk runs rows RUN

        """),
    Case(
      testDescription: "no rows", rows: "",
      output: """
        There was nothing to do.
          read  0

        """,
      messages: """
        rows.csv: warning[file-empty]: the file has no rows
            hint: there is nothing to do
        1 warning

        """),
  ]

  @Test(arguments: cases)
  func `the whole output of an import`(one: Case) async throws {
    let bench = try await Workbench(
      Lab("Branch", [.proxy("10.0.0.1"), .proxy("10.0.0.2", precedence: 1)]))
    try bench.folder.write("Service,Host,Precedence\n" + one.rows, to: "rows.csv")
    let run = try await bench.run(
      ["import", "rows.csv", "--set", "PortGroup=Branch"] + one.options,
      // Progress lines depend on the speed of the machine.
      environment: ["CUPIBULK_PROGRESS": "none"])
    #expect(run.output == one.output)
    #expect(ConsoleExamples.shape(run.messages) == one.messages)
  }
}
