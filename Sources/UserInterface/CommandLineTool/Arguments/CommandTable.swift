// The commands that have subcommands, and the options of several commands; each command is in its own file.

import BulkFiles

extension Command {
  /// The program itself, which `cupibulk help` shows.
  package static let root = Command(
    name: "cupibulk",
    summary: "Import and export the port group servers of Cisco Unity Connection in bulk",
    options: [.help, .version],
    subcommands: [
      importFiles, export, backup, diff, restore, validate, inspect, convert, resume, undo, plan,
      apply, runs, target, schedule, sandbox, template, completion, help, version,
      manualPages, complete,
    ],
    examples: [
      Example(
        purpose: "look at a sandbox, which needs no server",
        line: "cupibulk export --target sandbox:lab.db --format csv"),
      Example(
        purpose: "get a file to fill in", line: "cupibulk template sip-proxy -o hosts.csv"),
      Example(
        purpose: "see what an import of it would do",
        line: "cupibulk import hosts.csv --target sandbox:lab.db --dry-run"),
      Example(purpose: "see how the last run went", line: "cupibulk runs show"),
    ])

  private static let plan = Command(
    name: "plan",
    summary: "Look at plans that import, restore and undo have written",
    details: ["A plan is made with the option --plan of those commands, and is done by apply."],
    subcommands: [planShow, planCheck],
    examples: [
      Example(
        purpose: "make a plan of an import",
        line: "cupibulk import move.csv --target sandbox:lab.db --plan move.plan"),
      Example(purpose: "read it before it is applied", line: "cupibulk plan show move.plan"),
    ])

  private static let backup = Command(
    name: "backup",
    summary: "Keep snapshots of servers, and know that they restore",
    subcommands: [
      backupInit, backupRun, backupList, backupShow, backupStatus, backupVerify, backupDrill,
      backupAccept, backupKeep, backupForget, backupCopy,
    ],
    examples: [
      Example(
        purpose: "make a repository",
        line: "cupibulk backup init --repo backups --target sandbox:lab.db"),
      Example(
        purpose: "take a snapshot",
        line: "cupibulk backup run --repo backups --target sandbox:lab.db"),
      Example(
        purpose: "put everything back as it was in the last good one",
        line: "cupibulk restore backups@latest --target sandbox:lab.db --exact --max-delete 100%"),
    ])

  private static let runs = Command(
    name: "runs",
    summary: "Show what earlier runs did",
    details: ["Without a subcommand: list."],
    subcommands: [runsList, runsShow, runsRows, runsRejects, runsPrune],
    defaultSubcommand: "list",
    examples: [
      Example(purpose: "list the runs", line: "cupibulk runs"),
      Example(purpose: "show the newest run", line: "cupibulk runs show"),
    ])

  private static let target = Command(
    name: "target",
    summary: "Give servers names, and check them before working with them",
    details: [
      "A target is a section of targets.ini in $XDG_CONFIG_HOME/cupibulk, or ~/.config/cupibulk; the manual "
        + "lists its keys."
    ],
    subcommands: [targetAdd, targetList, targetShow, targetCheck, targetRenew, targetRemove],
    examples: [
      Example(
        purpose: "see which certificate a server shows",
        line: "cupibulk target check https://unity.example.com:8443")
    ])

  private static let schedule = Command(
    name: "schedule",
    summary: "Let the machine do a job regularly, by systemd or cron",
    subcommands: [scheduleBackup],
    examples: [
      Example(
        purpose: "see the units of a nightly backup",
        line: "cupibulk schedule backup --at 04:15 --target prod --repo /srv/backups")
    ])

  static let help = Command(
    name: "help",
    summary: "Explain a command or a topic",
    operands: [
      Operand(
        name: "NAME", help: "the command, such as import or runs show, or the topic",
        words: .commands, isRequired: false, isRepeatable: true)
    ],
    examples: [
      Example(purpose: "all about import", line: "cupibulk help import"),
      Example(purpose: "what an exit code means", line: "cupibulk help exit-codes"),
    ])
}

extension Command {
  /// When a command that writes asks, and when it does not.
  static let asking =
    "On a terminal the plan is shown first, and you are asked. Without a terminal nobody is asked: it is sent at once, "
    + "except to a protected target."

  static let inputFile = Operand(name: "FILE", help: inputHelp, words: .files)
  static let inputFiles = Operand(name: "FILE", help: inputHelp, words: .files, isRepeatable: true)
  private static let inputHelp =
    "\(BulkFormat.anyTitle), plain or gzipped; - is standard input"
  static let someRun = Operand(
    name: "RUN",
    help: "the run's name, or its unique beginning; last, or nothing, is the newest run",
    words: .runs, isRequired: false)
  static let oneFile: [Option] = [.delimiter, .encoding, .comments, .maxField, .column]
  static let reading: [Option] = [
    .inputFormat, .delimiter, .encoding, .comments, .maxField, .column, .set, .allow,
  ]
  static let reaching: [Option] = [
    .username, .passwordFile, .netrcFile, .passwordCommand, .caCert, .tlsPin, .insecure, .wire,
    .connectTimeout, .transferTimeout, .stallTimeout, .maxAnswer, .trace,
  ]
  static let connecting = [Option.target] + reaching
  /// The trust in a server is set in one way only, because a second one would be ignored.
  static let trusting: [Option] = [.caCert, .tlsPin, .insecure]
  static let pacing: [Option] = [.slots, .rate, .connectWait, .giveUp]
}

extension Command {
  /// This command and all commands below it, as paths; without those that are hidden.
  package static func allPaths(below path: CommandPath = .root) -> [CommandPath] {
    [path] + path.command.visibleSubcommands.flatMap { allPaths(below: path.appending($0)) }
  }
}
