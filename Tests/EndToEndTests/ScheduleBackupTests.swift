import Foundation
import Glibc
import TestSupport
import Testing

/// The units and cron lines of `schedule backup`, as systemd and a shell read them.
@Suite struct ScheduleBackupTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let analyzer = "/usr/bin/systemd-analyze"
  private static let canAnalyze = FileManager.default.isExecutableFile(atPath: analyzer)

  /// The output of `--json`.
  private struct Schedule: Decodable {
    struct Unit: Decodable {
      var name: String
      var path: String
      var text: String
    }

    var schema: Int
    var manager: String?
    var installed: Bool
    var service: Unit?
    var timer: Unit?
    var cron: String?
    var next: [String]
  }

  private func run(_ arguments: [String]) async throws -> ProgramRun {
    try await ProgramRun.run(["schedule", "backup"] + arguments, in: folder.path)
  }

  private func schedule(_ arguments: [String]) async throws -> Schedule {
    let run = try await run(arguments + ["--json"])
    try #require(run.status == 0, "\(run.messages)")
    return try JSONDecoder().decode(Schedule.self, from: Data(run.output.utf8))
  }

  /// Writes the units, optionally changed, and returns what systemd has to say about them.
  private func verify(
    _ schedule: Schedule, change: (String) -> String = { $0 }
  ) async throws -> ProgramRun {
    let units = try [schedule.service, schedule.timer].map { try #require($0) }
    for unit in units { try folder.write(change(unit.text), to: "units/" + unit.name) }
    let manager = schedule.manager == "user" ? ["--user"] : []
    return try await ProgramRun.run(
      ["verify", "--man=no"] + manager + units.map { folder.path("units/" + $0.name) },
      program: Self.analyzer, in: folder.path, environment: ["XDG_RUNTIME_DIR": folder.path])
  }

  /// Names in which each character that means something to systemd, a shell or cron occurs.
  static let oddNames = [
    "plain", "my backups", "100%n %d", "a;b #c", "$HOME ${X}", "ä 日本", "a=b,c:d", "[Service]",
    "~x ",
  ]

  @Test(
    .enabled(if: canAnalyze, "systemd-analyze is not installed: apt-get install systemd"),
    arguments: oddNames, ["--user", "--system"])
  func `systemd accepts the units`(name: String, manager: String) async throws {
    let base = folder.path(name)
    try FileManager.default.createDirectory(atPath: base, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: base + "/cupibulk", withDestinationPath: Package.program)
    let schedule = try await schedule([
      manager, "--at", "04:15", "--at", "16:00", "--program", base + "/cupibulk", "--target",
      "https://unity.example.com", "--username=-o%p $x", "--target", "sandbox:\(base)/lab.db",
      "--repo", base + "/repo", "--password-file", base + "/password", "--metrics-file",
      base + "/job.prom", "--ping-url-file", base + "/ping", "--on-failure", "alert@%n.service",
    ])
    let verdict = try await verify(schedule)
    #expect(verdict.status == 0 && verdict.output + verdict.messages == "", "\(verdict.messages)")
  }

  @Test(
    .enabled(if: canAnalyze, "systemd-analyze is not installed: apt-get install systemd"),
    arguments: oddNames + [#"a"b'c\d"#])
  func `systemd reads the paths as they are`(name: String) async throws {
    let schedule = try await schedule([
      "--system", "--at", "04:15", "--target", "sandbox:", "--repo", "/REPO/\(name)", "--program",
      "/REPO/cupibulk",
    ])
    // systemd shows a path that is not absolute, and a program that does not exist.
    let verdict = try await verify(schedule) { $0.replacing("-/REPO/", with: "-REPO/") }
    #expect(
      verdict.messages.contains("ReadWritePaths= path is not absolute, ignoring: REPO/\(name)\n"),
      "\(verdict.messages)")
    #expect(verdict.messages.contains("/REPO/cupibulk is not executable"), "\(verdict.messages)")
  }

  @Test(arguments: oddNames.filter { $0 != "plain" } + ["it's", #"a"b"#, "`x` $(y)", "%"])
  func `the shell of cron runs the command as it was meant`(name: String) async throws {
    // Prints its arguments.
    let base = folder.path(name)
    try FileManager.default.createDirectory(atPath: base, withIntermediateDirectories: true)
    try Data("#!/bin/sh\nprintf '%s\\n' \"$@\"\n".utf8).write(to: URL(filePath: base + "/show"))
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o700], ofItemAtPath: base + "/show")
    let run = try await run([
      "--cron", "--at", "04:15", "--target", "sandbox:\(base)/lab.db", "--repo", base + "/repo",
      "--program", base + "/show", "--metrics-file", base + "/job.prom",
    ])
    #expect(run.status == 0, "\(run.messages)")
    let line = String(try #require(run.output.wholeMatch(of: /15 4 \* \* \* (.*)\n/)).1)
    // What cron does before it starts the shell: a percent sign without a backslash would end the command.
    let command = line.replacing("\\%", with: "\u{1}")
    #expect(!command.contains("%"))
    let shown = try await ProgramRun.run(
      ["-c", command.replacing("\u{1}", with: "%")], program: "/bin/sh", in: "/")
    #expect(
      shown.output == """
        backup
        run
        --repo
        \(base)/repo
        --target
        sandbox:\(base)/lab.db
        --metrics-file
        \(base)/job.prom

        """)
  }

  @Test func `the templates are the units of a machine`() async throws {
    let schedule = try await schedule([
      "--system", "--at", "04:15", "--program", "/usr/local/bin/cupibulk", "--target", "prod",
      "--repo", "/var/lib/cupibulk/backups",
    ])
    for unit in [schedule.service, schedule.timer] {
      let unit = try #require(unit)
      let file = Package.root + "/templates/" + unit.name
      if Package.isRecording {
        try Data(unit.text.utf8).write(to: URL(filePath: file))
        Issue.record("recorded \(file)")
      }
      #expect(try String(contentsOfFile: file, encoding: .utf8) == unit.text)
    }
  }

  @Test func `units are installed for a user, and the next commands are shown`() async throws {
    let arguments = ["--user", "--install", "--at", "04:15", "--target", "sandbox:", "--repo", "r"]
    let run = try await run(arguments)
    #expect(
      run.output.replacing(folder.path, with: "FOLDER") == """
        Wrote FOLDER/.config/systemd/user/cupibulk-backup.service
        Wrote FOLDER/.config/systemd/user/cupibulk-backup.timer
        Next, type:
          systemctl --user daemon-reload && systemctl --user enable --now cupibulk-backup.timer
          loginctl enable-linger

        """)
    let schedule = try await schedule(arguments)
    #expect(schedule.installed)
    let service = try #require(schedule.service)
    #expect(try String(contentsOfFile: service.path, encoding: .utf8) == service.text)
    #expect(service.text.contains(" --repo \(folder.path)/r "))
  }

  @Test func `JSON has all keys, for units and for cron`() async throws {
    let keys = [
      "cron", "exit", "installed", "manager", "next", "schema", "service", "timer", "type",
    ]
    for form in ["--user", "--cron"] {
      let run = try await run(
        [form, "--at", "04:15", "--target", "sandbox:", "--repo", "r", "--json"])
      let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
      #expect(object.map { $0.keys.sorted() } == keys)
    }
    let cron = try await schedule(
      ["--cron", "--at", "04:15", "--target", "sandbox:", "--repo", "r"])
    #expect(cron.schema == 1 && cron.service == nil && cron.timer == nil && cron.manager == nil)
    #expect(cron.cron?.hasPrefix("15 4 * * * /") == true && !cron.installed)
    #expect(cron.next == ["crontab -e"])
  }

  @Test(arguments: [
    (
      ["--user", "--target", "https://h.example", "--repo", "r"],
      "There is no user name for https://h.example\n    hint: pass --username NAME\n"
    ),
    (
      ["--user", "--target", "sandbox:"],
      "There is no folder for the snapshots of sandbox:\n    hint: pass --repo REPO, or write repository = FOLDER "
        + "into the target's section\n"
    ),
    (
      ["--user", "--target", "sandbox:", "--repo", "r", "--name", "a/b"],
      "--name is 'a/b'; allowed are 1 to 100 letters, digits, '.', '_' and '-'\nTry 'cupibulk help schedule backup'.\n"
    ),
    (
      ["--user", "--target", "sandbox:", "--repo", "r", "--on-failure", "mail"],
      "--on-failure is 'mail'; it must be the name of a unit, such as alert@%n.service\n"
        + "Try 'cupibulk help schedule backup'.\n"
    ),
    (
      ["--user", "--target", "sandbox:", "--repo", "a\nExecStart=/bin/sh"],
      "'FOLDER/a\\nExecStart=/bin/sh' has a control character or an invisible one, which cannot be written into a unit "
        + "or a crontab\n    hint: give the file or the folder another name\n"
    ),
    (
      ["--cron", "--target", "https://h.example", "--username", "op", "--repo", "r"],
      "There is no password for https://h.example: cron passes no credentials to a job\n"
        + "    hint: pass --password-file FILE\n"
    ),
  ])
  func `what cannot be a job is a usage error`(arguments: [String], text: String) async throws {
    let run = try await run(["--at", "04:15"] + arguments)
    #expect(run.status == 2)
    #expect(run.output.isEmpty)
    #expect(run.messages.replacing(folder.path, with: "FOLDER") == "cupibulk: " + text)
  }
}
