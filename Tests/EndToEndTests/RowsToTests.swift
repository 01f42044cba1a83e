import Foundation
import Glibc
import JSONStreams
import TestSupport
import Testing

/// `--rows-to FILE`: what becomes of each row, while the run works.
@Suite struct RowsToTests {
  private static let lab = {
    var lab = Lab("Branch 1", [.proxy("10.0.0.1")])
    for number in 2...3 { lab.add("Branch \(number)", [.proxy("10.0.0.1")]) }
    return lab
  }()

  private static let head = "PortGroup,Service,Host,Operation\n"

  /// A sandbox, and files with good rows of three groups, with one that fails, and with invalid ones.
  private func bench(_ options: [String] = []) async throws -> Workbench {
    let bench = try await Workbench(Self.lab, options)
    let rows = (1...3).map {
      "Branch \($0),102,10.0.0.2,create\nBranch \($0),102,10.0.0.3,create\n"
    }
    try bench.folder.write(Self.head + rows.joined(), to: "rows.csv")
    try bench.folder.write(
      Self.head + "Branch 1,102,10.0.0.2,create\nBranch 2,102,no.example,update\n", to: "fails.csv")
    try bench.folder.write(
      Self.head + "Branch 1,102,10.0.0.2,create\nBranch 2,102,bad host,create\nno group\n",
      to: "bad.csv")
    return bench
  }

  /// The number of rows in each state; fails if a row comes twice.
  private func states(_ text: String) throws -> [String: Int] {
    var (states, numbers): ([String: Int], Set<String>) = ([:], [])
    for line in text.split(separator: "\n") {
      let row = try JSONValue(parsing: Array(line.utf8))
      #expect(row["type"]?.text == "row-outcome")
      #expect(numbers.insert(try #require(row["row"]?.text)).inserted, "\(line)")
      states[try #require(row["state"]?.text), default: 0] += 1
    }
    return states
  }

  /// The number of rows in each state by the result of a run; without those that are 0.
  private func books(_ run: ProgramRun) throws -> [String: Int] {
    let last = try #require(run.output.split(separator: "\n").last)
    let result = try JSONValue(parsing: Array(last.utf8))
    let names = [
      "invalid", "created", "updated", "deleted", "unchanged", "failed", "inDoubt", "pending",
    ]
    let counts = names.map { ($0, Int(result[$0]?.text ?? "") ?? 0) }
    #expect(counts.map(\.1).reduce(0, +) == Int(result["read"]?.text ?? ""), "\(last)")
    return Dictionary(uniqueKeysWithValues: counts.filter { $0.1 > 0 })
  }

  @Test(arguments: [
    ("import rows.csv", 0, ["created": 6]), ("import fails.csv", 3, ["created": 1, "failed": 1]),
    ("import bad.csv", 4, ["invalid": 2, "pending": 1]),
    ("import bad.csv --skip-invalid", 4, ["invalid": 2, "created": 1]),
    ("import rows.csv --limit 4", 0, ["created": 4]),
    ("import rows.csv --only-group Branch\u{a0}2", 0, ["created": 2]),
    ("import rows.csv --mode delete --max-fail 1", 0, ["created": 6]),
  ])
  func `each row comes once, and the states are those of the books`(
    words: String, status: Int32, states: [String: Int]
  ) async throws {
    let bench = try await bench()
    let words = words.split(separator: " ").map { String($0.replacing("\u{a0}", with: " ")) }
    let run = try await bench.run(words + ["--json", "--rows-to", "r.jsonl"])
    #expect(run.status == status, "\(run.messages)")
    #expect(try self.states(bench.folder.read("r.jsonl")) == states)
    #expect(try books(run) == states)
  }

  @Test func `a row has its place, its server, and what was changed or went wrong`() async throws {
    let bench = try await bench()
    _ = try await bench.run(["import", "fails.csv", "--rows-to", "r.jsonl"])
    let run = try #require(try await bench.newestRun())
    let rows = try bench.folder.read("r.jsonl").split(separator: "\n").sorted()
    #expect(rows.count == 2)
    let created = try JSONValue(parsing: Array(rows[0].utf8))
    #expect(created["run"]?.text == run)
    #expect(created["line"]?.text == "2")
    #expect(created["state"]?.text == "created")
    #expect(created["PortGroup"]?.text == "Branch 1")
    #expect(created["MediaPortGroupObjectId"]?.text == Lab.groupID(1))
    #expect(created["host"]?.text == "10.0.0.2")
    #expect(created["objectId"]?.text?.isEmpty == false)
    #expect(rows[0].contains(#""HostOrIPAddress":[null,"10.0.0.2"]"#), "\(rows[0])")
    #expect(
      rows[1].hasSuffix(
        #""code":"no-match","error":"No server matches, and the row cannot create one: it is an update, has a Match value, or has no service.","hint":"check ObjectId, Match cells, service and host; only an upsert without Match cells creates"}"#
      ), "\(rows[1])")
  }

  @Test func `a dry run and a plan list rows as pending, and without a run`() async throws {
    let bench = try await bench()
    for words in [["--dry-run"], ["--plan", "x.plan"]] {
      let run = try await bench.run(["import", "rows.csv", "--rows-to", "r.jsonl"] + words)
      #expect(run.status == 0, "\(run.messages)")
      let text = try bench.folder.read("r.jsonl")
      #expect(try states(text) == ["pending": 6])
      #expect(text.split(separator: "\n").allSatisfy { $0.contains(#""run":null"#) })
    }
    #expect(try await bench.sandbox.log().writes == 0)
  }

  @Test func `rows come as soon as they are recorded, and those that are left at the end`()
    async throws
  {
    let bench = try await bench()
    let second = "POST /vmrest/portgroups/\(Lab.groupID(2))"
    let gate = try HoldingGate(before: bench.sandbox.url, holding: second)
    let program = try bench.start(
      ["import", "rows.csv", "--slots", "1", "--rows-to", "r.jsonl", "--json"], through: gate)
    try await gate.waitForRequest()
    // The first group is done and recorded, and its rows are in the file before the run goes on.
    while try states((try? bench.folder.read("r.jsonl")) ?? "") != ["created": 2] {
      try #require(program.isRunning)
      try await Task.sleep(for: .milliseconds(10))
    }
    program.send(signal: SIGINT)
    #expect(await program.waits(for: "Stopping: "))
    gate.open()
    let run = await program.finish()
    #expect(run.status == 130, "\(run.messages)")
    let states = try states(bench.folder.read("r.jsonl"))
    #expect(try books(run) == states)
    #expect(states["pending"] == 3 && states.values.reduce(0, +) == 6, "\(states)")

    let resumed = try await bench.start(
      ["resume", "--rows-to", "rest.jsonl", "--json"], through: gate
    ).finish()
    #expect(resumed.status == 0, "\(resumed.messages)")
    // The row that was sent is read back by the resume, and so belongs to both.
    #expect(try self.states(bench.folder.read("rest.jsonl")) == ["created": 4])
  }

  @Test func `after a kill the file ends, and a resume lists what was left`() async throws {
    let bench = try await bench()
    let second = "POST /vmrest/portgroups/\(Lab.groupID(2))"
    let gate = try HoldingGate(before: bench.sandbox.url, holding: second)
    let program = try bench.start(
      ["import", "rows.csv", "--slots", "1", "--rows-to", "r.jsonl"], through: gate)
    try await gate.waitForRequest()
    while try states((try? bench.folder.read("r.jsonl")) ?? "") != ["created": 2] {
      try #require(program.isRunning)
      try await Task.sleep(for: .milliseconds(10))
    }
    program.send(signal: SIGKILL)
    _ = await program.finish()
    gate.open()
    #expect(try states(bench.folder.read("r.jsonl")) == ["created": 2])
    let resumed = try await bench.start(
      ["resume", "--rows-to", "rest.jsonl", "--settle-wait", "0s", "--json"], through: gate
    ).finish()
    #expect(resumed.status == 0, "\(resumed.messages)")
    let rest = try states(bench.folder.read("rest.jsonl"))
    #expect(rest.values.reduce(0, +) == 4, "\(rest)")
  }

  @Test func `an undo and a restore list their rows too`() async throws {
    let bench = try await bench()
    #expect(try await bench.run(["export", "-o", "old.csv"]).status == 0)
    #expect(try await bench.run(["import", "rows.csv"]).status == 0)
    let undo = try await bench.run(["undo", "last", "--rows-to", "r.jsonl", "--json"])
    #expect(try books(undo) == ["deleted": 6])
    #expect(try states(bench.folder.read("r.jsonl")) == ["deleted": 6])
    let restore = try await bench.run(["restore", "old.csv", "--rows-to", "r.jsonl", "--json"])
    #expect(try books(restore) == states(bench.folder.read("r.jsonl")))
  }

  // MARK: The file

  @Test func `a program reads the rows through a pipe`() async throws {
    let bench = try await bench()
    let run = try await bench.start(
      shell: """
        mkfifo p && { wc -l < p > count & } && cupibulk import rows.csv --rows-to p && wait
        cupibulk import rows.csv --rows-to >(wc -l > second) && sleep 1
        """
    ).finish()
    #expect(run.status == 0, "\(run.messages)")
    #expect(try bench.folder.read("count") == "6\n")
    #expect(try bench.folder.read("second") == "6\n")
  }

  @Test(arguments: [
    (
      "mkfifo p", "p",
      """
      cupibulk: Cannot write p: no program reads this pipe; start the reader first
          hint: name another file with --rows-to
      """
    ),
    (
      "true", "-",
      """
      cupibulk: The rows cannot be written to standard output, where results go
          hint: name a file with --rows-to
      """
    ),
    (
      "true", "rows.csv",
      """
      cupibulk: The rows cannot be written to rows.csv, which the command uses for something else
          hint: name another file with --rows-to
      """
    ),
    (
      "true", "no/folder",
      """
      cupibulk: Cannot write no/folder: its folder does not exist; make it, or name another one
          hint: name another file with --rows-to
      """
    ),
    (
      "true", ".",
      """
      cupibulk: Cannot write .: this is a folder; name a file in it
          hint: name another file with --rows-to
      """
    ),
  ])
  func `a file that cannot be written is an error before anything is sent`(
    setup: String, file: String, text: String
  ) async throws {
    let bench = try await bench()
    let run = try await bench.start(
      shell: "\(setup); exec cupibulk import rows.csv --rows-to \(file)"
    ).finish()
    #expect(run.seen == text + "\nexit 1")
    #expect(try await bench.sandbox.log().requests.isEmpty)
    #expect(try await bench.run(["runs", "list"]).messages == "No runs yet.\n")
  }

  @Test(arguments: [
    ("/dev/full", "the disk is full"), (">(exec 0<&-)", "the program that reads it has ended"),
  ])
  func `a file that cannot be written any more changes neither the run nor its exit code`(
    file: String, reason: String
  ) async throws {
    let bench = try await bench(["--fault", "slow=20ms"])
    let run = try await bench.start(
      shell: "cupibulk import rows.csv --slots 1 --rows-to \(file)"
    ).finish()
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.output.contains("Done: 6 rows, nothing failed."))
    let newest = try #require(try await bench.newestRun())
    let warning = #/cupibulk: warning: the rows in \S+ end here: (.*)\n    hint: (.*)\n/#
    let found = run.messages.matches(of: warning)
    #expect(found.map { String($0.1) } == [reason], "\(run.messages)")
    #expect(found.map { String($0.2) } == ["every row: cupibulk runs rows \(newest) --json"])
  }

  @Test func `a reader that hangs neither stops a run, nor keeps it from ending after Ctrl-C`()
    async throws
  {
    let bench = try await bench()
    // Far more than a pipe holds.
    let rows = (1...1_000).map { "Branch 1,102,10.1.\($0 / 250).\($0 % 250),create\n" }
    try bench.folder.write(Self.head + rows.joined(), to: "many.csv")
    let program = try bench.start(
      shell: """
        mkfifo p; sleep 1000 < p & cupibulk import many.csv --json --rows-to p -v & run=$!
        trap 'kill -INT $run; wait $run; code=$?; kill %1; exit $code' TERM; wait
        """)
    #expect(await program.waits(for: " ended after "))
    program.send(signal: SIGTERM)
    let run = await program.finish()
    let warning = "cupibulk: warning: the rows in p end here: its reader takes nothing for 5s\n"
    #expect(run.messages.contains(warning), "\(run.messages)")
    #expect(try books(run) == ["created": 1_000])
  }

  @Test func `a run that has to give up lists what is left`() async throws {
    let bench = try await bench(["--fault", "busy=100%"])
    let run = try await bench.run([
      "import", "rows.csv", "--give-up", "1s", "--json", "--rows-to", "r.jsonl",
    ])
    #expect(run.status == 5, "\(run.messages)")
    // Without rows in the ledger there is no file.
    let states = try states((try? bench.folder.read("r.jsonl")) ?? "")
    #expect(states.isEmpty || states == ["pending": 6], "\(states)")
  }

  @Test func `a run that had its key before is listed again`() async throws {
    let bench = try await bench()
    for name in ["first", "second"] {
      let run = try await bench.run([
        "import", "rows.csv", "--run-key", "K", "--json", "--rows-to", name,
      ])
      #expect(run.status == 0, "\(run.messages)")
      #expect(try states(bench.folder.read(name)) == ["created": 6])
      #expect(try books(run) == ["created": 6])
    }
  }

  @Test func `a new file is for its owner and group, and replaces a link instead of following it`()
    async throws
  {
    let bench = try await bench()
    let run = try await bench.start(
      shell: """
        umask 022; echo '{"schema":1,"type":"row-outcome",keep' > other && ln other hard && chmod 604 hard
        cupibulk import rows.csv --rows-to new --dry-run >&2 && stat -c %a new
        cupibulk import rows.csv --rows-to hard --dry-run >&2 && stat -c %a hard; cat other
        """
    ).finish()
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.output == "640\n604\n{\"schema\":1,\"type\":\"row-outcome\",keep\n")
  }

  @Test func `retries and rows in a file are not possible together`() async throws {
    let bench = try await bench()
    let run = try await bench.run(["import", "rows.csv", "--retries", "1", "--rows-to", "r"])
    #expect(
      run.seen == """
        cupibulk: --rows-to and --retries cannot go together; give one of them
        Try 'cupibulk help import'.
        exit 2
        """)
  }

  @Test(arguments: [
    ("import rows.csv --target nothing", 2), ("import rows.csv --ledger rows.csv", 1),
    ("import nofile.csv", 4), ("resume nothing", 1),
    ("import rows.csv --password-file nofile --target https://127.0.0.1:1", 7),
  ])
  func `a command that fails before its rows are known leaves an older file as it was`(
    words: String, status: Int32
  ) async throws {
    let bench = try await bench()
    let older = #"{"schema":1,"type":"row-outcome","row":1}"# + "\n"
    try bench.folder.write(older, to: "old.jsonl")
    let names = try bench.folder.names()
    let run = try await bench.run(
      words.split(separator: " ").map(String.init) + ["--rows-to", "old.jsonl"])
    #expect(run.status == status, "\(run.messages)")
    #expect(try bench.folder.read("old.jsonl") == older)
    #expect(try bench.folder.names().filter { $0.contains("old.jsonl") } == ["old.jsonl"])
    #expect(names.contains("old.jsonl"))
  }

  @Test func `a file that holds something else is not replaced`() async throws {
    let bench = try await bench()
    try bench.folder.write("[prod]\n", to: "targets.ini")
    let run = try await bench.run(["import", "rows.csv", "--rows-to", "targets.ini"])
    #expect(run.status == 2)
    #expect(
      run.messages == """
        cupibulk: targets.ini exists and does not hold rows of an earlier run, so that it is not replaced
            hint: name another file with --rows-to

        """)
    #expect(try bench.folder.read("targets.ini") == "[prod]\n")
    // Rows of an earlier run are.
    for file in ["rows.csv", "fails.csv"] {
      _ = try await bench.run(["import", file, "--rows-to", "rows.jsonl"])
    }
    #expect(try bench.folder.read("rows.jsonl").split(separator: "\n").count == 2)
  }

  @Test(arguments: ["out", "/dev/stdout", "/dev/fd/1"])
  func `the file of standard output is not the file of the rows`(name: String) async throws {
    let bench = try await bench()
    let screen = try await bench.folder.see(
      script:
        "cupibulk import rows.csv --target sandbox: --json --rows-to \(name) >out; s=$?; cat out; exit $s"
    )
    #expect(
      screen.contains("The rows cannot be written to \(name), where standard output goes"),
      "\(screen)")
    #expect(screen.contains(#"{"schema":1,"type":"failure","exit":2,"#), "\(screen)")
    #expect(screen.hasSuffix("exit 2"), "\(screen)")
  }
}
