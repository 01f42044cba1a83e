// What can be typed at a cursor, from the tables alone and with words that are known.

import Testing

@testable import CommandLineTool

@Suite struct CompletionTests {
  /// What a test's machine knows.
  private struct Known: KnownWords {
    var given: [String] = []
    func targets() -> [Word] { [Word("prod", "https://unity.example"), Word("lab")] }
    func tags() -> [Word] { [Word("tier1"), Word("tier2")] }
    func runs(exports: Bool) -> [Word] { [Word(exports ? "20261129T1" : "20261129T2")] }
    func groups() -> [Word] { given.map { Word($0) } }
    func snapshots(in folder: String?) -> [Word] { [Word("20261128T-\(folder ?? "own")")] }
    func repositories() -> [Word] { [Word("/srv/backups")] }
  }

  private func answer(
    _ before: [String], _ current: String, _ after: [String] = [], groups: [String] = []
  ) -> CompletionAnswer {
    let line = CompletionLine(before: before, current: current, after: after)
    return Completion(line: line, known: Known(given: groups)).answer
  }

  private func texts(
    _ before: [String], _ current: String = "", _ after: [String] = [], groups: [String] = []
  ) -> [String] {
    answer(before, current, after, groups: groups).words.map(\.text)
  }

  // MARK: The tables

  @Test(arguments: Command.allPaths())
  func `a command's options are offered, and no others`(path: CommandPath) {
    let names = path.commands.dropFirst().map(\.name)
    let meant = path.command.defaultSubcommand.flatMap(path.command.subcommand) ?? path.command
    let options = meant.allOptions + [.help]
    let flags = options.flatMap { [$0.flag] + ($0.short.map { ["-\($0)"] } ?? []) }
    #expect(Set(texts(names, "--")) == Set(flags))
    #expect(texts(names, "--").count == Set(flags).count)
    for word in answer(names, "-").words { #expect(!word.note.isEmpty && word.isWhole) }
  }

  @Test(arguments: Command.allPaths())
  func `the words of a list are offered for its option, with the default`(path: CommandPath) {
    let names = path.commands.dropFirst().map(\.name)
    for option in path.command.allOptions {
      guard case .choice(let words) = option.value else { continue }
      #expect(texts(names + [option.flag]) == words)
      #expect(texts(names, option.flag + "=") == words.map { "\(option.flag)=\($0)" })
      let fallbacks = answer(names + [option.flag], "").words.filter { $0.note == "the default" }
      #expect(fallbacks.map(\.text) == [option.fallback].compactMap(\.self))
    }
  }

  @Test func `what can be typed for a value fits the value's name in help`() {
    let sources: [String: Set<WordSource>] = [
      "FILE": [.files], "FOLDER": [.folders], "T": [.targets], "GROUP": [.groups],
      "CODE": [.codes], "REPO": [.repositories], "WORDS": [.tags], "HEADING=FIELD": [.columns],
      "FIELD=VALUE": [.fields], "NAME": [.anything, .encodings],
    ]
    for option in Command.allPaths().flatMap({ $0.command.allOptions }) {
      guard let words = option.words, let name = option.valueName else { continue }
      #expect((sources[name] ?? [.anything]).contains(words), "\(option.flag) \(name)")
    }
    let operands: [String: Set<WordSource>] = [
      "FILE": [.files], "RUN": [.runs], "REF": [.snapshots], "DIR": [.folders],
      "TARGET": [.targets], "OLD": [.configurations], "NEW": [.configurations],
      "SOURCE": [.restoreSources], "COMMAND": [.commands], "URL": [.anything],
      "NAME": [.anything, .targetNames, .commands],
    ]
    for operand in Command.allPaths().flatMap({ $0.command.operands }) where operand.choices.isEmpty
    {
      #expect(operands[operand.name]?.contains(operand.words) == true, "\(operand.name)")
    }
  }

  @Test func `hidden commands are not offered`() {
    #expect(texts([]) == Command.root.visibleSubcommands.map(\.name))
    #expect(!texts([]).contains { $0.hasPrefix("_") })
    #expect(texts(["help"]) == texts([]) + HelpTopic.allCases.map(\.name))
    #expect(texts(["help", "runs"]) == texts(["runs"]))
    #expect(texts(["__complete"]) == [])
  }

  // MARK: Options

  @Test func `an option is offered once, unless it may be repeated`() {
    #expect(!texts(["import", "--target", "prod"], "--").contains("--target"))
    #expect(!texts(["import"], "--", ["--target", "prod"]).contains("--target"))
    #expect(!texts(["import", "-n"], "--").contains("--dry-run"))
    #expect(texts(["import", "--set", "Port=1"], "--").contains("--set"))
  }

  @Test func `an option that another one excludes is not offered`() {
    let open = texts(["import", "--insecure"], "--")
    #expect(!open.contains("--tls-pin") && !open.contains("--ca-cert"))
    #expect(!texts(["runs", "rows", "--csv"], "--").contains("--json"))
    #expect(!texts(["import", "-q"], "-").contains("-v"))
  }

  @Test func `an option may precede the command`() {
    #expect(texts(["--target", "prod"], "im").contains("import"))
    #expect(texts(["--tls-pin"], "").isEmpty)
    #expect(texts(["--target"], "") == ["prod", "lab", "sandbox:", "https://"])
    #expect(answer(["--nonsense"], "--ledger=x").paths == .init(prefix: "--ledger="))
    #expect(texts([], "--", ["runs", "rows"]).contains("--state"))
  }

  @Test func `after two dashes all is an operand`() {
    #expect(texts(["import", "--"], "--") == [])
    #expect(answer(["import", "--"], "--").paths == .init(prefix: ""))
    #expect(texts(["runs", "show", "--"]).contains("last"))
  }

  // MARK: Values

  @Test func `a value is offered with what precedes it in its word`() {
    #expect(texts(["import", "--target"]) == ["prod", "lab", "sandbox:", "https://"])
    #expect(
      texts(["import"], "--target=p")
        == ["--target=prod", "--target=lab", "--target=sandbox:", "--target=https://"])
    #expect(texts(["export"], "-o").contains("-o"))
    #expect(answer(["export"], "-ox").paths == .init(prefix: "-o"))
    #expect(answer(["export"], "--output=x").paths == .init(prefix: "--output="))
    #expect(
      answer(["export"], "--target=sandbox:l").paths == .init(prefix: "--target=sandbox:"))
    #expect(answer(["export", "--json"], "--json=").words == [])
  }

  @Test func `a word that would be taken for an option is offered only where it cannot be`() {
    #expect(texts(["export", "--only-group"], groups: ["-dash", "a"]) == ["a"])
    #expect(
      texts(["export"], "--only-group=", groups: ["-dash"]) == ["--only-group=-dash"])
  }

  @Test(arguments: [
    "a\nb", "a\tb", "a\u{1B}[31mb", "a\u{7F}b", "a\u{0}b", "a\u{202E}b", "a\u{200B}b", "a\u{2028}b",
    "",
  ])
  func `a name that a terminal cannot show as it is is not offered`(name: String) {
    #expect(texts(["export", "--only-group"], groups: ["good", name]) == ["good"])
  }

  @Test func `a value that was given is not offered again`() {
    #expect(
      texts(["export", "--only-group", "a", "--only-group"], groups: ["a", "b"]) == ["b"])
    #expect(texts(["runs", "rows", "--state", "failed", "--state"]).contains("failed") == false)
  }

  @Test func `only codes that can be allowed are offered`() {
    #expect(texts(["import", "--allow"]).contains("port-out-of-range"))
    #expect(!texts(["import", "--allow"]).contains("ragged-row"))
  }

  @Test func `fields are offered before a value, and after a heading`() {
    #expect(answer(["import", "--set"], "Port").words.contains(.beginning("PortGroup=")))
    #expect(texts(["import", "--set"], "PortGroup=B") == [])
    #expect(texts(["import", "--column"], "Host") == [])
    #expect(texts(["import", "--column"], "My Host=").contains("My Host=HostOrIPAddress"))
    #expect(texts(["import", "--column"], "*=") == ["*=Junk"])
  }

  @Test func `tags are offered after a comma`() {
    #expect(texts(["target", "add", "x", "https://y", "--tags"]) == ["tier1", "tier2"])
    #expect(texts(["target", "add", "--tags"], "tier1,") == ["tier1,tier2"])
  }

  // MARK: Operands

  @Test func `a run is last, or one of the ledger`() {
    #expect(texts(["runs", "show"]) == ["last", "20261129T2"])
    #expect(texts(["runs", "show", "last"]) == [])
    #expect(texts(["resume"]) == ["last", "20261129T2"])
  }

  @Test func `a side of a comparison is a file, a run, a snapshot or a target`() {
    #expect(
      answer(["diff"], "")
        == CompletionAnswer(
          words: [
            .beginning("run:", "an export of the ledger"), .init("prod", "https://unity.example"),
            .init("lab"), .beginning("sandbox:", "a rehearsal that keeps its state in a file"),
            .beginning("https://", "a server by its address"),
            .init("/srv/backups@latest", "the newest good snapshot"),
          ], paths: .init(prefix: "")))
    #expect(texts(["diff", "run:last"], "run:") == ["run:last", "run:20261129T1"])
    #expect(texts(["diff"], "target:") == ["target:prod", "target:lab"])
    #expect(texts(["diff"], "b@2") == ["b@latest", "b@20261128T-b"])
    #expect(texts(["restore"], "") == ["run:", "/srv/backups@latest"])
    #expect(answer(["restore"], "target:").paths == .init(prefix: ""))
  }

  @Test func `a snapshot is latest, or one of the repository`() {
    #expect(texts(["backup", "show"]) == ["latest", "20261128T-own"])
    #expect(texts(["backup", "show", "latest"]) == [])
  }

  @Test func `help takes the words of a command`() {
    #expect(texts(["help", "runs"]) == ["list", "show", "rows", "rejects", "prune"])
    #expect(texts(["help", "import"]) == [])
    #expect(texts(["template"]).contains("sip-proxy"))
  }

  @Test func `nothing is offered for a word that no command takes`() {
    #expect(answer(["nonsense"], "") == CompletionAnswer())
    #expect(answer(["target", "list"], "x") == CompletionAnswer())
    #expect(answer(["import"], "--nonsense=") == CompletionAnswer())
    #expect(answer(["import", "--slots"], "") == CompletionAnswer())
    #expect(answer(["target", "add"], "") == CompletionAnswer())
  }

  @Test func `the answer has a line for each word, with its note on the same line`() {
    let answer = CompletionAnswer(
      words: [.init("a b", "x\ty\nz"), .beginning("c=")],
      paths: .init(prefix: "--repo=", onlyFolders: true))
    #expect(answer.text == "w\ta b\tx\\ty\\nz\np\tc=\t\nd\t--repo=\n")
  }
}
