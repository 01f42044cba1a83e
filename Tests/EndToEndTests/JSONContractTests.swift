import CommandLineTool
import Foundation
import JSONStreams
import TestSupport
import Testing

/// What the program prints for programs is as docs/json.md says: every command, in good and bad situations.
@Suite struct JSONContractTests {
  /// A command line, and its exit code.
  private typealias Case = (words: String, status: Int32)

  /// Without a server: files, the ledger, repositories, plans.
  ///
  /// Each line finds what the lines before it have left.
  private static let local: [Case] = [
    ("version --json", 0), ("runs list --json", 0), ("runs show --json", 1),
    ("runs rows --json", 1),
    ("resume --json", 0),
    ("undo last --json", 1), ("import --json", 2), ("import rows.csv --json", 2), ("--json", 2),
    ("nothing --json", 2), ("runs nothing --json", 2), ("template nothing --json", 2),
    ("import rows.csv --json --target sandbox:lab.db --mode nothing", 2),
    ("import rows.csv --json --target sandbox:lab.db --log-file no/folder", 1),
    ("import rows.csv --json --target sandbox:lab.db --ledger no/folder/ledger", 1),
    ("import nofile.csv --json --target sandbox:lab.db", 4),
    ("import bad.csv --json --target sandbox:lab.db", 4),
    ("import rows.csv --json --target sandbox:lab.db --dry-run", 0),
    ("import rows.csv --json --target sandbox:lab.db --plan move.plan", 0),
    ("import rows.csv --target sandbox:lab.db --plan part.plan --limit 1 --json", 0),
    ("plan show part.plan --json", 0), ("plan show move.plan --json", 0),
    ("plan show move.plan --json --reverse", 0),
    ("plan show rows.csv --json", 4), ("plan check move.plan --json", 0),
    ("apply move.plan --json", 7), ("apply move.plan --json --approve $FINGERPRINT", 0),
    ("apply move.plan --json --approve $FINGERPRINT", 12),
    ("plan check move.plan --json", 0), ("apply rows.csv --json", 4),
    ("import failing.csv --json --target sandbox:lab.db", 3),
    ("import failing.csv --json --target sandbox:lab.db --dry-run", 3),
    ("import mixed.csv --json --target sandbox:lab.db --skip-invalid --quiet", 4),
    ("runs rejects --json -o fix.csv", 0), ("undo last --json --dry-run", 0),
    ("undo last --json", 0),
    ("import rows.csv --json --target sandbox:lab.db --run-key K", 0),
    ("import rows.csv --json --target sandbox:lab.db --run-key K", 0),
    ("import bad.csv --json --target sandbox:lab.db --run-key K", 2),
    ("runs list --json", 0), ("runs --json --kind undo", 0), ("runs list --json --since never", 2),
    ("runs show --json", 0), ("runs show --json nothing", 1), ("runs rows --json", 0),
    ("runs rows --json --state failed", 0), ("runs rejects --json -o fix2.csv", 0),
    ("undo last --json", 1), ("resume last --json", 0),
    ("export --target sandbox:lab.db -o all.xml --json", 0),
    ("export --target sandbox:lab.db -o no/folder/x.csv --json", 1),
    ("restore all.xml --target sandbox:lab.db --json", 0),
    ("restore run:nothing --target sandbox:lab.db --json", 1),
    ("diff all.xml sandbox:lab.db --json", 0), ("diff all.xml old.csv --json --exit-code", 9),
    ("diff nofile.csv old.csv --json", 4), ("diff all.xml old.csv --json -o diff.json", 0),
    ("diff all.xml old.csv --format json", 0), ("diff - - --json", 2),
    ("validate rows.csv --json", 0), ("validate bad.csv --json", 4),
    ("validate nofile.csv --json", 4), ("inspect rows.csv --json", 0),
    ("inspect all.xml --json", 0), ("inspect nofile.csv --json", 4),
    ("backup list --repo r --json", 1), ("backup init --repo r --target sandbox:lab.db --json", 0),
    ("backup status --repo r --json", 9), ("backup list --repo r --json", 0),
    ("backup drill --repo r --json", 1),
    ("backup run --repo r --target sandbox:lab.db --json", 0),
    ("backup run --repo none --target sandbox:lab.db --json", 1),
    ("backup list --repo r --json", 0), ("backup show --repo r --json", 0),
    ("backup show nothing --repo r --json", 1), ("backup verify --repo r --json", 0),
    ("backup verify --repo r --head nothing --json", 9), ("backup drill --repo r --json", 0),
    ("backup status --repo r --json", 0),
    ("backup accept latest --repo r --reason right --json", 0),
    ("backup keep latest --repo r --reason migration --json", 0),
    ("backup forget --repo r --dry-run --json", 0), ("backup forget --repo none --json", 1),
    ("backup copy copy --repo r --json", 0),
    ("schedule backup --at 25:15 --target sandbox:lab.db --repo r --json", 2),
    ("target list --json", 0), ("target show prod --json", 2),
    ("target check sandbox:lab.db --json", 0),
    ("runs prune --keep 90d --json --dry-run", 0), ("runs prune --keep 0s --json", 0),
  ]

  /// With a server over TLS, whose URL, pin and key are in variables.
  private static let remote: [Case] = [
    ("target check $URL --json", 7),
    ("target check $URL --username admin --password-file wrong --tls-pin $PIN --json", 7),
    ("target check $URL --username admin --password-file password --tls-pin $PIN --json", 0),
    ("target check https://127.0.0.1:1 --username admin --password-file password --json", 5),
    (
      "target add prod $URL --username admin --password-file password --tls-pin $PIN --yes --json",
      0
    ),
    ("target add prod $URL --username admin --password-file password --tls-pin $PIN --json", 2),
    ("target list --json", 0), ("target show prod --json", 0), ("target renew prod --json", 0),
    ("target check prod --json", 0),
    ("import rows.csv --target prod --password-file wrong --json", 7),
    ("export --target prod -o x.xml --password-file wrong --json", 7),
    (
      "export --target https://127.0.0.1:1 --username admin --password-file password -o x.xml --json --connect-wait 1s",
      5
    ),
    (
      "schedule backup --user --at 04:15 --target prod --repo /srv/backups --program /usr/bin/cupibulk --json",
      0
    ),
    (
      "schedule backup --cron --at 04:15 --target prod --repo /srv/backups --program /usr/bin/cupibulk --json",
      0
    ),
  ]

  /// An object that was printed, and the command that printed it.
  private struct Printed {
    let command: String
    let text: String
    let value: JSONValue

    var type: String { value["type"]?.text ?? "" }
  }

  private let page: JSONPage

  init() throws { page = try JSONPage() }

  // MARK: The tests

  @Test func `every command prints what the document says`() async throws {
    var printed = try await Self.printedLocally()
    printed += try await Self.printedRemotely()
    printed += try await Self.printedWhileInterrupted()
    if Package.isRecording {
      try page.record(printed.map { ($0.type, $0.text) })
      Issue.record("\(JSONPage.path) was recorded; read it, and run the tests again without RECORD")
      return
    }
    for object in printed { check(object) }
    let types = Set(printed.map(\.type))
    let described = Set(page.sections.keys)
    #expect(types.subtracting(described).sorted() == [], "not in the document")
    #expect(described.subtracting(types).sorted() == [], "printed by no command here")
    let table = page.shapesOfCommands
    for (command, shapes) in Self.shapes(of: printed) {
      #expect(table[command].map { shapes.subtracting($0) } == [], "\(command)")
    }
  }

  @Test func `each command that prints for programs is tried here`() {
    let tried = (Self.local + Self.remote).map(\.words)
    for path in Command.allPaths()
    where path.command.options.contains(where: { $0.flag == "--json" }) {
      // Of the sandbox the interruption is tried.
      #expect(
        path.name == "sandbox" || tried.contains { $0.hasPrefix(path.name + " ") }, "\(path.name)")
    }
  }

  @Test func `the document has the tables and schemas of the program`() throws {
    #expect(page.sections.keys.sorted() == JSONCatalog.shapes.map(\.type).sorted())
    #expect(page.text == page.rendered(page.sections.compactMapValues(\.example)))
  }

  @Test func `each example of the document is as its schema says`() throws {
    for (type, section) in page.sections {
      let example = try #require(section.example, "\(type)")
      let value = try JSONValue(parsing: Array(example.utf8))
      #expect(value["type"]?.text == type)
      #expect(try JSONSchema(section.schema).problems(of: value) == [], "\(type)")
    }
  }

  @Test(arguments: JSONCatalog.shapes.map(\.type))
  func `an example without one of its keys, or with another one, is not as the schema says`(
    type: String
  ) throws {
    let section = try #require(page.sections[type])
    let schema = try JSONSchema(section.schema)
    let example = try JSONValue(parsing: Array((section.example ?? "").utf8))
    guard case .object(let members) = example else {
      Issue.record("\(type)")
      return
    }
    for index in members.indices {
      var fewer = members
      fewer.remove(at: index)
      #expect(
        schema.problems(of: .object(fewer)) == ["$: \(members[index].key) is missing"],
        "\(type)")
    }
    #expect(
      schema.problems(of: .object(members + [("more", .null)])) == ["$: more is not known"],
      "\(type)")
  }

  /// The shapes that each command has printed, without those that every one may print.
  private static func shapes(of printed: [Printed]) -> [String: Set<String>] {
    let names = Command.allPaths().map(\.name).filter { !$0.isEmpty }
    var shapes: [String: Set<String>] = [:]
    for object in printed where !["failure", "progress"].contains(object.type) {
      // `runs` alone is `runs list`.
      let words = object.command.replacing("runs --json", with: "runs list --json") + " "
      guard let name = names.filter({ words.hasPrefix($0 + " ") }).max(by: { $0.count < $1.count })
      else { continue }
      shapes[name, default: []].insert(object.type)
    }
    return shapes
  }

  // MARK: Running

  private func check(_ object: Printed) {
    guard let section = page.sections[object.type] else {
      Issue.record("\(object.command) printed: \(object.text)")
      return
    }
    do {
      let problems = try JSONSchema(section.schema).problems(of: object.value)
      #expect(problems == [], "\(object.command) printed: \(object.text)")
    } catch {
      Issue.record("\(object.type): \(error)")
    }
  }

  /// The shapes of lists, whose end is the end of the output.
  private static let lists: Set = [
    "run", "row", "rejects", "target", "snapshot", "backup-status", "drill", "retention", "sandbox",
  ]

  /// The objects of a command's standard output; the last one, and no other, has its exit code, unless it is a list.
  private static func objects(_ run: ProgramRun, _ words: String) throws -> [Printed] {
    let objects = try run.output.split(separator: "\n").map { line in
      Printed(
        command: words, text: String(line), value: try JSONValue(parsing: Array(line.utf8)))
    }
    // An empty list prints nothing, and so does a command that has nothing to do.
    guard let last = objects.last else {
      #expect(run.status == 0, "\(words)")
      return []
    }
    #expect(objects.allSatisfy { $0.value["schema"]?.text == "1" }, "\(words)")
    #expect(
      objects.compactMap { $0.value["exit"]?.text }
        == (lists.contains(last.type) ? [] : [String(run.status)]),
      "\(words): \(run.output)")
    #expect(lists.contains(last.type) || last.value["exit"] != nil, "\(words)")
    return objects
  }

  private static func run(
    _ cases: [Case], in folder: TemporaryFolder, _ variables: [String: String] = [:]
  ) async throws -> [Printed] {
    var printed: [Printed] = []
    for one in cases {
      var words = one.words.split(separator: " ").map(String.init)
      for (name, value) in variables { words = words.map { $0.replacing("$" + name, with: value) } }
      if words.contains("$FINGERPRINT") {
        let plan = try folder.read("move.plan")
        let fingerprint = try #require(plan.firstMatch(of: /"fingerprint":"([^"]+)"/))
        words = words.map { $0.replacing("$FINGERPRINT", with: fingerprint.output.1) }
      }
      let run = try await ProgramRun.run(
        words, in: folder.path, environment: ["CUPIBULK_PROGRESS": "none"])
      #expect(run.status == one.status, "\(one.words): \(run.output)\(run.messages)")
      printed += try objects(run, one.words)
    }
    return printed.map { object in
      Printed(
        command: object.command, text: object.text.replacing(folder.path, with: "/home/jd"),
        value: object.value)
    }
  }

  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let samples = Package.root + "/samples/"
    try FileManager.default.copyItem(
      atPath: samples + "move-hosts.csv", toPath: folder.path("rows.csv"))
    try FileManager.default.copyItem(
      atPath: samples + "mistakes.csv", toPath: folder.path("bad.csv"))
    let head = "PortGroup,Service,Host,Operation\nPhoneSystem-1 SIP,102,"
    try folder.write(head + "no.example,update\n", to: "failing.csv")
    try folder.write(
      head + "new.example,create\nPhoneSystem-1 SIP,102,bad host,create\n", to: "mixed.csv")
    try folder.write("PortGroup,Service,Host\nPhoneSystem-1 SIP,102,old.example\n", to: "old.csv")
    try folder.writeSecret("wrong\n", to: "wrong")
    return folder
  }

  private static func printedLocally() async throws -> [Printed] {
    let folder = try folder()
    defer { folder.remove() }
    let printed = try await run(local, in: folder)
    // A comparison in a file is the same document.
    let text = try folder.read("diff.json")
    return printed + [
      Printed(command: "diff -o", text: text, value: try JSONValue(parsing: Array(text.utf8)))
    ]
  }

  private static func printedRemotely() async throws -> [Printed] {
    let lab = try await TargetLab()
    try FileManager.default.copyItem(
      atPath: Package.root + "/samples/move-hosts.csv", toPath: lab.folder.path("move.csv"))
    try lab.folder.writeSecret("wrong\n", to: "wrong")
    return try await run(remote, in: lab.folder, ["URL": lab.sandbox.url, "PIN": lab.pin])
  }

  /// What is printed by commands that were interrupted, by one that tries again, and as progress.
  private static func printedWhileInterrupted() async throws -> [Printed] {
    var printed: [Printed] = []
    let bench = try await Workbench(
      Lab("Branch", [.proxy("10.0.0.1")]), ["--fault", "ignore=Port@1"])
    try bench.folder.write(
      "PortGroup,Service,Host,Port\nBranch,102,10.0.0.2,5070\n", to: "rows.csv")
    let again = try await bench.run(["import", "rows.csv", "--retries", "1", "--json"])
    let attempts = try objects(again, "import --retries")
    #expect(attempts.map(\.type) == ["attempt", "result"])
    printed += attempts

    for words in [["import", "more.csv"], ["export", "-o", "x.csv"], ["backup", "run"]] {
      try bench.folder.write("PortGroup,Service,Host\nBranch,102,10.0.0.9\n", to: "more.csv")
      let repository = words[0] == "backup" ? ["--repo", "r"] : []
      if !repository.isEmpty { _ = try await bench.run(["backup", "init", "--repo", "r"]) }
      let gate = try HoldingGate(before: bench.sandbox.url, holding: "GET /vmrest/portgroups")
      let program = try RunningProgram(
        words + repository + ["--json", "--progress", "json"], in: bench.folder.path,
        environment: [
          "CUPIBULK_TARGET": gate.url, "CUPIBULK_USERNAME": "admin",
          "CUPIBULK_PASSWORD_FILE": "password",
        ], with: gate)
      try await gate.waitForRequest()
      if words[0] != "backup" {
        // A line comes each second while the request is held.
        #expect(await program.waits(for: #""type":"progress""#))
      }
      program.send(signal: SIGINT)
      #expect(await program.waits(for: "Stopping: "))
      gate.open()
      let run = await program.finish()
      #expect(run.status == 130, "\(words): \(run.messages)")
      printed += try objects(run, words.joined(separator: " "))
      printed += try run.messages.split(separator: "\n").filter { $0.hasPrefix("{") }.map { line in
        Printed(
          command: "--progress json", text: String(line),
          value: try JSONValue(parsing: Array(line.utf8)))
      }
    }

    let sandbox = try RunningProgram(["sandbox", "--port", "0", "--json"], in: bench.folder.path)
    #expect(await sandbox.waits(for: "\n"))
    sandbox.send(signal: SIGINT)
    let served = try objects(await sandbox.finish(), "sandbox")
    #expect(served.map(\.type) == ["sandbox"])
    return printed + served + (try await rows(bench))
  }

  /// The outcomes of rows that are streamed to a file.
  private static func rows(_ bench: Workbench) async throws -> [Printed] {
    let run = try await bench.run(["import", "more.csv", "--rows-to", "rows.jsonl", "--json"])
    #expect(run.status == 0, "\(run.messages)")
    return try bench.folder.read("rows.jsonl").split(separator: "\n").map { line in
      Printed(
        command: "--rows-to", text: String(line), value: try JSONValue(parsing: Array(line.utf8)))
    }
  }
}
