import Synchronization
import Testing

@testable import CommandLineTool

/// One object ends a command, and it has the exit code; lists have none.
@Suite struct ProgramOutputTests {
  private struct Line: JSONLine {
    var text: String? = "a"
    static let type = "line"
    static let summary = ""
    static let keys: [JSONKey<Line>] = [JSONKey("text", "", \.text)]
  }

  private struct Ending: JSONEnding {
    var number: Int
    var asAttempt: String? { Line(text: "attempt \(number)").line }
    static let type = "ending"
    static let summary = ""
    static let keys: [JSONKey<Ending>] = [JSONKey("number", "", \.number)]
  }

  private struct Document: JSONEnding {
    var end: String?
    static let type = "document"
    static let summary = ""
    static let keys: [JSONKey<Document>] = [
      JSONKey("begin", "") { _ in true }, JSONKey("list", "") { _ in [Part]() },
      JSONKey("end", "", \.end),
    ]
  }

  private struct Part: JSONObject {
    let number: Int
    static let keys: [JSONKey<Part>] = [JSONKey("number", "", \.number)]
  }

  /// What a command prints that does this on a console, and ends so.
  private func output(
    _ status: CommandLineTool.ExitStatus = .success, failure: CommandFailure? = nil,
    _ command: (Console) -> Void
  ) -> String {
    let recorder = Recorder()
    let console = recorder.console()
    command(console)
    console.end(status, of: nil, failure: failure)
    _ = console.finish()
    return recorder.output
  }

  @Test func `a list has only its entries, and an empty one prints nothing`() {
    #expect(
      output {
        $0.print(Line())
        $0.print(Line(text: nil))
      } == """
        {"schema":1,"type":"line","text":"a"}
        {"schema":1,"type":"line","text":null}

        """)
    #expect(output { _ in } == "")
  }

  @Test func `an object of the command ends it, with the exit code of the process`() {
    #expect(
      output(.rowsFailed) { $0.end(with: Ending(number: 1)) }
        == #"{"schema":1,"type":"ending","exit":3,"number":1}"# + "\n")
  }

  @Test func `of two objects the first becomes an attempt`() {
    #expect(
      output {
        $0.end(with: Ending(number: 1))
        $0.end(with: Ending(number: 2))
      } == """
        {"schema":1,"type":"line","text":"attempt 1"}
        {"schema":1,"type":"ending","exit":0,"number":2}

        """)
  }

  @Test func `an error after the object of the command adds no second one`() {
    #expect(
      output(.failure, failure: CommandFailure(.failure, "No")) { $0.end(with: Ending(number: 1)) }
        == #"{"schema":1,"type":"ending","exit":1,"number":1}"# + "\n")
  }

  @Test func `a command without an object of its own ends with its error`() {
    #expect(
      output(.locked, failure: CommandFailure(.locked, "It is locked", hint: "wait")) { _ in }
        == #"{"schema":1,"type":"failure","exit":11,"error":"It is locked","hint":"wait","command":null}"#
        + "\n")
    #expect(
      output(.failure) { $0.fail("nothing works") }
        == #"{"schema":1,"type":"failure","exit":1,"error":"nothing works","hint":null,"command":null}"#
        + "\n")
  }

  @Test func `a list that is complete has only its entries, also if its exit code is not 0`() {
    #expect(
      output(.notAsAsked) { $0.print(Line()) } == #"{"schema":1,"type":"line","text":"a"}"# + "\n")
  }

  @Test func `a list that cannot be completed ends with the failure`() {
    #expect(
      output(.failure, failure: CommandFailure(.failure, "It ends here")) { $0.print(Line()) }
        == """
        {"schema":1,"type":"line","text":"a"}
        {"schema":1,"type":"failure","exit":1,"error":"It ends here","hint":null,"command":null}

        """)
  }

  @Test func `a document is written piece by piece, and ends the command itself`() {
    #expect(
      output(.notAsAsked) { console in
        var document = JSONDocument(Document(), list: "list")
        document.add(Part(number: 1))
        console.write(json: document.takeText())
        document.add(Part(number: 2))
        document.finish(Document(end: "all"), exit: .notAsAsked)
        console.end(document: document.takeText())
      }
        == #"{"schema":1,"type":"document","begin":true,"list":[{"number":1},{"number":2}],"end":"all","exit":9}"#
        + "\n")
  }

  @Test(arguments: [
    (12.34, "12.3"), (0, "0.0"), (-0.06, "-0.1"), (1e300, "null"), (Double.nan, "null"),
    (Double.infinity, "null"), (1_000_000.05, "1000000.1"),
  ])
  func `a decimal number has one decimal`(number: Double, text: String) {
    struct Rate: JSONLine {
      let rate: Double
      static let type = "rate"
      static let summary = ""
      static let keys: [JSONKey<Rate>] = [JSONKey("rate", "", \.rate)]
    }
    #expect(Rate(rate: number).line == #"{"schema":1,"type":"rate","rate":\#(text)}"#)
  }

  @Test(arguments: [
    (["runs", "--json"], [:], true), (["runs", "--", "--json"], [:], false), (["runs"], [:], false),
    (["runs", "--jsn"], ["CUPIBULK_JSON": "1"], true),
    (["runs", "--jsn"], ["CUPIBULK_JSON": "0"], false),
    (["template", "--x"], ["CUPIBULK_JSON": "1"], false), (["template", "--json"], [:], true),
  ])
  func `a line that cannot be parsed may ask for JSON`(
    words: [String], environment: [String: String], isAsked: Bool
  ) {
    let error = UsageError(
      .noCommand, of: .root.appending(words[0] == "runs" ? .runsList : .template))
    #expect(error.wantsJSON(words, environment) == isAsked)
  }

  @Test func `a process that cannot begin says so to programs too`() {
    let text = "cupibulk: This process may open only 8 files\n"
    #expect(Tool.report(refusal: text, ["runs"]) == "")
    #expect(
      Tool.report(refusal: text, ["runs", "--json"])
        == #"{"schema":1,"type":"failure","exit":1,"error":"This process may open only 8 files","hint":null,"command":null}"#
        + "\n")
  }
}
