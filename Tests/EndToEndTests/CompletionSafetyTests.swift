// What completion never does: connect, write, ask, run, wait or complain.

import Foundation
import TestSupport
import Testing

@Suite struct CompletionSafetyTests {
  private let folder: TemporaryFolder
  private static let ledger = "state/cupibulk/ledger.sqlite"
  private static let targets = ".config/cupibulk/targets.ini"
  private static let canTrace = FileManager.default.isExecutableFile(atPath: "/usr/bin/strace")

  /// Questions whose answers need every kind of file.
  private static let questions: [[String]] = [
    ["2", "export", "--only-group", ""], ["2", "export", "--target", ""], ["1", "runs", ""],
    ["2", "runs", "show", ""], ["1", "diff", "backups@"],
    ["4", "backup", "show", "--repo", "backups", ""],
    ["5", "target", "add", "x", "https://y", "--tags", ""],
    ["3", "import", "--target", "prod", ""],
  ]

  init() async throws {
    folder = try TemporaryFolder()
    for words in [
      ["export", "--target", "sandbox:lab.db", "-o", "all.csv"],
      ["backup", "init", "--repo", "backups"],
      ["backup", "run", "--repo", "backups", "--target", "sandbox:lab.db", "--no-drill"],
    ] {
      let run = try await ProgramRun.run(words, in: folder.path)
      #expect(run.status == 0, "\(run.messages)")
    }
    try folder.writeSecret(
      """
      [prod]
      url = https://192.0.2.1
      username = operator
      password-command = touch HACKED; echo x
      tags = tier1
      repository = \(folder.path)/backups

      """, to: "ini")
    try folder.write("", to: ".config/cupibulk/other")
    try FileManager.default.moveItem(atPath: folder.path("ini"), toPath: folder.path(Self.targets))
  }

  /// The answer to a question, which is given without a message.
  private func ask(
    _ question: [String], environment: [String: String] = ["CUPIBULK_COMPLETION_TIME": "60s"]
  ) async throws -> String {
    let run = try await ProgramRun.run(
      ["__complete", "words", "--"] + question, in: folder.path, environment: environment)
    #expect(run.status == 0, "\(question)")
    #expect(run.messages.isEmpty, "\(question)")
    return run.output
  }

  private func words(_ question: [String]) async throws -> [String] {
    try await ask(question).split(separator: "\n").map { line in
      String(line.split(separator: "\t", omittingEmptySubsequences: false)[1])
    }
  }

  @Test func `what the files of this machine know is offered`() async throws {
    #expect(
      try await words(["2", "export", "--target", ""]) == ["prod", "sandbox:", "https://"])
    #expect(
      try await words(["4", "export", "--target", "sandbox:lab.db", "--only-group", ""])
        .contains("PhoneSystem-1 SIP"))
    let runs = try await ask(["2", "runs", "show", ""])
    #expect(runs.contains(" export sandbox:lab.db, exit 0\n"))
    #expect(runs.hasPrefix("w\tlast\tthe newest run\nw\t20"))
    #expect(runs.split(separator: "\n").count == 3)
    let snapshots = try await ask(["4", "backup", "show", "--repo", "backups", ""])
    #expect(snapshots.contains(" sandbox:lab.db, 9 servers\n"), "\(snapshots)")
    #expect(try await words(["1", "diff", "backups@"]).count == 3)
    #expect(try await words(["1", "diff", ""]).contains("\(folder.path)/backups@latest"))
    #expect(
      try await words(["4", "backup", "show", "--target", "prod", ""]).count == 2)
    #expect(try await words(["5", "target", "add", "x", "https://y", "--tags", ""]) == ["tier1"])
  }

  @Test func `the groups of a snapshot are offered where the ledger has none`() async throws {
    let groups = try await words(
      ["6", "export", "--repo", "backups", "--ledger", "none", "--only-group", ""])
    #expect(groups.contains("PhoneSystem-1 SIP") && groups.count == 6)
    #expect(
      try await words([
        "7", "restore", "backups@latest", "--ledger", "none", "--target", "prod", "--only-group",
        "",
      ]).isEmpty)
  }

  @Test func `the groups are those of the target on the line`() async throws {
    let question = ["4", "export", "--target", "https://other.example", "--only-group", ""]
    #expect(try await words(question) == [])
  }

  @Test(.enabled(if: canTrace, "strace is not installed"), arguments: questions)
  func `nothing is connected, written or run`(question: [String]) async throws {
    let before = try await folder.see(script: "find . -type f -printf '%p %s %T@\\n' | sort")
    let run = try await ProgramRun.run(
      [
        "-f", "-o", "trace", "-e",
        "trace=%network,openat,open,creat,unlink,unlinkat,rename,renameat,renameat2,mkdir,mkdirat,"
          + "fchmod,chmod,ftruncate,execve,kill,fcntl", Package.program, "__complete", "words",
        "--",
      ] + question, program: "/usr/bin/strace", in: folder.path,
      environment: ["CUPIBULK_COMPLETION_TIME": "60s"])
    #expect(run.status == 0)
    let trace = try folder.read("trace")
    try FileManager.default.removeItem(atPath: folder.path("trace"))
    #expect(trace.contains("openat"))
    for line in trace.split(separator: "\n") {
      let isWrite = [
        "O_WRONLY", "O_RDWR", "O_CREAT", "unlink", "rename", "mkdir", "chmod", "truncate",
      ]
      .contains { line.contains($0) }
      let isConnected = ["socket", "connect", "sendto", "F_SETLKW", "F_WRLCK"].contains {
        line.contains($0)
      }
      let isChild = line.contains("execve") && !line.contains(Package.program)
      #expect(!isWrite && !isConnected && !isChild, "\(line)")
    }
    #expect(
      try await folder.see(script: "find . -type f -printf '%p %s %T@\\n' | sort") == before)
  }

  @Test(arguments: [ledger, targets, "backups/repository.json", "backups/targets"])
  func `a pipe in the place of a file gives no words, and blocks nothing`(file: String) async throws
  {
    #expect(
      try await folder.see(script: "mv \(file) moved && mkfifo -m 600 \(file)") == "exit 0")
    for question in Self.questions { _ = try await ask(question) }
    #expect(
      try await words(["2", "export", "--target", ""]).suffix(2) == ["sandbox:", "https://"])
  }

  @Test(arguments: [
    "INSERT INTO migrations (name) VALUES ('of the future')", "PRAGMA application_id = 1",
    "DELETE FROM migrations WHERE number = (SELECT max(number) FROM migrations)",
    "CREATE TRIGGER t AFTER INSERT ON runs BEGIN SELECT 1; END", "DROP TABLE runs",
  ])
  func `a ledger of another version or program gives no words, and stays as it is`(
    change: String
  ) async throws {
    try folder.write(
      "import sqlite3; c = sqlite3.connect('\(Self.ledger)'); c.execute(\"\(change)\"); c.commit(); c.close()",
      to: "change.py")
    #expect(
      try await folder.see(script: "python3 change.py && cp \(Self.ledger) copy") == "exit 0")
    #expect(try await words(["2", "runs", "show", ""]) == ["last"])
    #expect(try await words(["2", "export", "--only-group", ""]) == [])
    #expect(
      try await folder.see(script: "cmp \(Self.ledger) copy && ls state/cupibulk | grep sqlite")
        == "ledger.sqlite\nexit 0")
  }

  @Test(arguments: [
    "echo no database >\(ledger)", "truncate -s 5000 \(ledger)", "chmod 666 \(ledger)",
    "head -c 200000 /dev/urandom | dd conv=notrunc bs=1 seek=4096 of=\(ledger) 2>/dev/null",
    "chmod o+w state/cupibulk", "rm \(ledger)", ": >\(ledger)", "rm \(ledger); mkdir \(ledger)",
    "echo broken >\(targets)", "chmod 666 \(targets)", "truncate -s 2M \(targets)",
    "chmod 777 .config/cupibulk",
    "rm \(targets); mkdir \(targets)", "echo '{' >backups/repository.json",
    "for f in backups/targets/*/chain*; do echo x >$f; done",
  ])
  func `files that are damaged or open to others give no words, and no message`(
    change: String
  ) async throws {
    #expect(try await folder.see(script: change) == "exit 0")
    for question in Self.questions { _ = try await ask(question) }
    #expect(try await words(["1", "runs", ""]) == ["list", "show", "rows", "rejects", "prune"])
    if change.contains("ledger") || change.contains("state") {
      #expect(try await words(["2", "runs", "show", ""]).first == "last")
    }
    if change.contains("config") || change.contains("targets.ini") {
      #expect(try await words(["2", "export", "--target", ""]) == ["sandbox:", "https://"])
    }
  }

  @Test func `a ledger in use is read, and one that is locked is not waited for`() async throws {
    for lock in ["", "PRAGMA locking_mode = EXCLUSIVE"] {
      try folder.write(
        """
        import signal, sqlite3
        c = sqlite3.connect('\(Self.ledger)', isolation_level=None)
        c.execute('\(lock)')
        c.execute('PRAGMA journal_mode = WAL')
        c.execute('BEGIN EXCLUSIVE')
        c.execute("UPDATE runs SET source = source || ' '")
        c.execute('COMMIT')
        c.execute('BEGIN EXCLUSIVE')
        print('locked', flush=True)
        signal.pause()
        """, to: "lock.py")
      let holder = try RunningProgram(
        ["-B", "lock.py"], program: "/usr/bin/python3", in: folder.path)
      #expect(await holder.waits(for: "locked"))
      let files = try folder.names(in: "state/cupibulk")
      let runs = try await words(["2", "runs", "show", ""])
      #expect(runs.first == "last")
      if lock.isEmpty { #expect(runs.count == 3) }
      #expect(try folder.names(in: "state/cupibulk") == files)
      holder.send(signal: SIGTERM)
      _ = await holder.finish()
      #expect(
        try await folder.see(script: "rm -f state/cupibulk/*-wal state/cupibulk/*-shm") == "exit 0")
    }
  }

  @Test(.enabled(if: canTrace, "strace is not installed"), arguments: [targets, ledger])
  func `where a file blocks, what the tables have is answered`(file: String) async throws {
    let question =
      file == Self.ledger ? ["2", "runs", "show", ""] : ["2", "export", "--target", ""]
    let run = try await ProgramRun.run(
      [
        "-f", "-o", "trace", "-P", folder.path(file), "-e",
        "inject=openat:delay_enter=10s", Package.program,
        "__complete",
        "words", "--",
      ] + question, program: "/usr/bin/strace", in: folder.path)
    #expect(run.status == 0)
    #expect(
      run.output.split(separator: "\n").map { $0.prefix { $0 != "\n" }.split(separator: "\t")[1] }
        == (file == Self.ledger ? ["last"] : ["sandbox:", "https://"]))
  }

  @Test func `variables change nothing, and a wrong command line is silent`() async throws {
    let before = try folder.allFiles()
    #expect(
      try await ask(
        ["1", "runs", ""],
        environment: ["CUPIBULK_LOG_FILE": "log", "CUPIBULK_VERBOSE": "1", "PAGER": "touch P"]
      )
      .hasPrefix("w\tlist\t"))
    #expect(
      try await ask(["1", "runs", ""], environment: ["CUPIBULK_COMPLETION_TIME": "soon"]) == "")
    for words in [
      ["__complete"], ["__complete", "words"], ["__complete", "fish", "--", "0", ""],
      ["__complete", "--nonsense"], ["__complete", "words", "--", "x", ""],
      ["__complete", "words", "--", "99", "a"], ["__complete", "words", "--", "-1"],
      ["__complete", "words", "--", "99999999999999999999"], ["__complete", "bash", "--", "a"],
    ] {
      #expect(try await folder.see(words).hasSuffix("exit 0"), "\(words)")
      let run = try await ProgramRun.run(words, in: folder.path)
      #expect(run.messages.isEmpty, "\(words)")
    }
    #expect(try folder.allFiles() == before)
  }

  @Test func `a machine without home, state and input is answered`() async throws {
    let run = try await ProgramRun.run(
      [
        "-c",
        "exec env -i setsid \(Package.program) __complete words -- 2 export --target '' <&- 2>messages",
      ], program: "/bin/bash", in: folder.path)
    #expect(run.status == 0)
    #expect(run.output.hasSuffix("p\thttps://\ta server by its address\n"))
    #expect(try folder.read("messages") == "")
  }
}
