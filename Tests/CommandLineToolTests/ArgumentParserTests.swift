import CommandLineTool
import BatchEngine
import Testing

@Suite struct ArgumentParserTests {
  /// Parses a line of words separated by blanks.
  private func parse(_ line: String, _ environment: [String: String] = [:]) throws(UsageError)
    -> ArgumentParser.Request
  {
    try ArgumentParser.parse(
      line.split(separator: " ").map(String.init), environment: environment)
  }

  private func run(_ line: String, _ environment: [String: String] = [:]) throws -> ParsedArguments
  {
    guard case .run(let arguments) = try parse(line, environment) else {
      throw NotARun(line: line)
    }
    return arguments
  }

  private struct NotARun: Error { let line: String }

  @Test func `a value may begin with a combining mark`() throws {
    let mark = "\u{301}x"
    let arguments = try run(
      "export --target=\(mark) -o\(mark)")
    #expect(arguments.givenText(.target)?.utf8.elementsEqual(mark.utf8) == true)
    #expect(arguments.givenText(.outputFile)?.utf8.elementsEqual(mark.utf8) == true)
  }

  @Test(arguments: [
    "import a.csv b.csv --target T --slots 3",
    "import --target T a.csv --slots=3 b.csv",
    "--target=T --slots 3 import a.csv b.csv",
    "--slots 3 import --target T -- a.csv b.csv",
  ])
  func `options may be anywhere and take their value in either form`(line: String) throws {
    let arguments = try run(line)
    #expect(arguments.path.name == "import")
    #expect(arguments.operands == ["a.csv", "b.csv"])
    #expect(try arguments.text(.target) == "T")
    #expect(try arguments.number(.slots) == 3)
  }

  @Test(arguments: ["export --target T -o f", "export --target T -of", "export -o=f --target T"])
  func `a short option takes its value in three forms`(line: String) throws {
    #expect(try run(line).text(.outputFile) == "f")
  }

  @Test func `a typed option is known from one that a variable set`() throws {
    let arguments = try run(
      "export --target T", ["CUPIBULK_USERNAME": "u", "CUPIBULK_TARGET": "V"])
    #expect(arguments.isTyped(.target))
    #expect(arguments.has(.username) && !arguments.isTyped(.username))
    #expect(!arguments.isTyped(.insecure))
  }

  @Test func `a dash alone is standard input, also as a value`() throws {
    #expect(try run("validate -").operands == ["-"])
    #expect(try run("export --target T -o -").text(.outputFile) == "-")
  }

  @Test func `after two dashes nothing is an option`() throws {
    #expect(try run("validate -- --json -x --").operands == ["--json", "-x", "--"])
  }

  @Test func `a value may contain equals signs, and may be empty if that is useful`() throws {
    let arguments = try run("validate f --set=A=b=c --set HostOrIPAddressV6= --column Host=X")
    #expect(
      arguments.pairs(.set) == [
        NamedValue(name: "A", value: "b=c"), NamedValue(name: "HostOrIPAddressV6", value: ""),
      ])
    #expect(arguments.pairs(.column) == [NamedValue(name: "Host", value: "X")])
  }

  @Test func `an option that was not given has its default or none`() throws {
    let arguments = try run("import f --target T")
    #expect(try arguments.share(.maxDelete) == 0)
    #expect(arguments.givenShare(.maxDelete) == nil)
    #expect(try arguments.duration(.settleWait) == .seconds(255))
    #expect(arguments.givenText(.ledger) == nil)
    #expect(arguments.has(.skipInvalid) == false)
    #expect(arguments.texts(.allow).isEmpty)
    #expect(throws: UsageError(.missingOption(.ledger), of: arguments.path)) {
      try arguments.text(.ledger)
    }
  }

  @Test func `words are converted to cases`() throws {
    enum Wire: String { case xml, json }
    let arguments = try run("import f --target T --wire json")
    #expect(try arguments.choice(.wire, as: Wire.self) == .json)
    #expect(try run("import f --target T").choice(.wire, as: Wire.self) == .xml)
    #expect(try run("import f --target T").givenChoice(.wire, as: Wire.self) == nil)
  }

  @Test(arguments: [
    ("0", Duration.zero), ("1s", .seconds(1)), ("1500ms", .milliseconds(1500)),
    ("10m", .seconds(600)), ("2h", .seconds(7200)), ("1d", .seconds(86400)),
  ])
  func `a time is a number and a unit`(text: String, expected: Duration) throws {
    #expect(try run("import f --target T --settle-wait \(text)").duration(.settleWait) == expected)
  }

  @Test(arguments: ["10", "1.5s", "-1s", "s", "1 s", "1w", "2d", "99999999999999999999s", "１s"])
  func `other texts are not a time`(text: String) {
    #expect(throws: UsageError.self) {
      try ArgumentParser.parse(
        ["import", "f", "--target", "T", "--settle-wait=" + text], environment: [:])
    }
  }

  // MARK: Environment

  @Test func `a variable replaces an option, and the option overrides it`() throws {
    let environment = ["CUPIBULK_TARGET": "E", "CUPIBULK_SLOTS": "4", "CUPIBULK_SKIP_INVALID": "1"]
    let arguments = try run("import f --slots 1", environment)
    #expect(try arguments.text(.target) == "E")
    #expect(try arguments.number(.slots) == 1)
    #expect(arguments.has(.skipInvalid))
  }

  @Test(arguments: ["TLS_PIN", "CA_CERT", "SLOTS", "DRY_RUN"])
  func `an empty variable is an error, not unset`(name: String) throws {
    let error = #expect(throws: UsageError.self) {
      try parse("import f --target T", ["CUPIBULK_" + name: ""])
    }
    #expect(
      error?.text == """
        CUPIBULK_\(name) is ''; give a value, or unset the variable
        Try 'cupibulk help import'.
        """)
  }

  @Test(arguments: ["0", "no", "false", "off"])
  func `a variable can be false`(text: String) throws {
    #expect(try run("runs list", ["CUPIBULK_JSON": text]).has(.json) == false)
  }

  @Test func `no variable disables a protection`() throws {
    let arguments = try run(
      "import f --target T",
      [
        "CUPIBULK_INSECURE": "1", "CUPIBULK_MAX_DELETE": "9", "CUPIBULK_ALLOW_LAST": "1",
        "CUPIBULK_ALLOW": "host-syntax",
      ])
    #expect(arguments.has(.insecure) == false)
    #expect(try arguments.share(.maxDelete) == 0)
    #expect(arguments.has(.allowLast) == false)
    #expect(arguments.texts(.allow).isEmpty)
  }

  @Test func `variables of other commands are ignored`() throws {
    #expect(try run("runs list", ["CUPIBULK_SLOTS": "many"]).path.name == "runs list")
  }

  @Test func `a typed option overrides the variable of one that it excludes`() throws {
    let arguments = try run("runs rows --csv", ["CUPIBULK_JSON": "1"])
    #expect(arguments.has(.csv))
    #expect(arguments.has(.json) == false)
  }

  // MARK: Commands

  @Test(arguments: [
    ("runs", "runs list"), ("runs --json", "runs list"), ("runs show", "runs show"),
    ("--json runs rows R", "runs rows"),
  ])
  func `subcommands are found, and a default where there is one`(line: String, name: String) throws
  {
    #expect(try run(line).path.name == name)
  }

  @Test(arguments: [
    ("", ""), ("help", ""), ("--help", ""), ("-h", ""), ("help import", "import"),
    ("import --help", "import"),
    ("--help import", "import"), ("runs show X -h --nonsense", "runs show"),
    ("help runs rows", "runs rows"), ("help help", "help"),
  ])
  func `help finds its page, even with other words on the line`(line: String, name: String) throws {
    guard case .help(let path) = try parse(line) else {
      Issue.record("no help for \(line)")
      return
    }
    #expect(path.name == name)
  }

  @Test(arguments: HelpTopic.allCases)
  func `help finds a topic`(topic: HelpTopic) throws {
    #expect(try parse("help \(topic.name)") == .topic(topic))
  }

  @Test func `the version is shown on request`() throws {
    #expect(try parse("--version") == .version)
  }
}
