// Every command of the program, with the options that it takes.

extension Command {
  /// The program itself: what `cupibulk help` shows.
  package static let root = Command(
    name: "cupibulk",
    summary: "Import and export the port group servers of Cisco Unity Connection in bulk",
    options: [.help, .version],
    subcommands: [
      importing, validate, inspect, convert, export, resume, undo, runs, target, sandbox, template,
      help,
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

  private static let inputFiles = Operand(
    name: "FILE", help: "CSV, XML or JSON, plain or gzipped; - is standard input",
    isRepeatable: true)
  private static let someRun = Operand(
    name: "RUN",
    help: "the run's name, or its unique beginning; last, or nothing, is the newest run",
    isRequired: false)
  private static let oneFile: [Option] = [.delimiter, .encoding, .comments, .maxField, .column]
  private static let reading: [Option] = [
    .inputFormat, .delimiter, .encoding, .comments, .maxField, .column, .set, .allow,
  ]
  private static let reaching: [Option] = [
    .username, .passwordFile, .netrcFile, .passwordCommand, .caCert, .tlsPin, .insecure, .wire,
    .connectTimeout, .transferTimeout, .stallTimeout, .maxAnswer, .trace,
  ]
  private static let connecting = [Option.target] + reaching
  /// Whom to trust is said in one way: a second one would be passed over in silence.
  private static let trusting: [Option] = [.caCert, .tlsPin, .insecure]
  private static let pacing: [Option] = [.slots, .rate, .connectWait, .giveUp]

  private static let importing = Command(
    name: "import",
    summary: "Push the rows of files into a server",
    details: [
      "All files are read and checked before anything is sent; all mistakes are shown at once, "
        + "and one mistake keeps everything from being sent unless --skip-invalid is given.",
      "A row that the server already has as it is stays untouched, so importing a file twice "
        + "changes nothing the second time. What a file lacks is not removed.",
    ],
    operands: [inputFiles],
    required: [.target],
    options: connecting + reading + [.mode, .skipInvalid, .onlyGroup, .limit]
      + [.dryRun, .maxDelete, .maxFail, .allowLast, .verify, .settleWait, .lockWait] + pacing
      + [.allErrors, .json, .progress, .ledger],
    exclusive: trusting,
    examples: [
      Example(
        purpose: "see what a file would do",
        line: "cupibulk import hosts.csv --target sandbox:lab.db --dry-run"),
      Example(
        purpose: "push SIP proxies into a server",
        line: "cupibulk import sip-proxies.csv --target https://unity.example.com "
          + "--username operator"),
      Example(
        purpose: "only change what is there, and give every row the same group",
        line: "cupibulk import hosts.csv --target sandbox:lab.db --mode update "
          + "--set \"PortGroup=PhoneSystem-1 SIP\""),
      Example(
        purpose: "remove the servers that a file lists, at most 10",
        line: "cupibulk import old.csv --target sandbox:lab.db --mode delete --max-delete 10"),
    ])

  private static let validate = Command(
    name: "validate",
    summary: "Check files without a server",
    details: [
      "Shows every mistake of every row with its place and what to do about it. What only a "
        + "server can tell, such as whether a port group exists, is checked by import."
    ],
    operands: [inputFiles],
    options: reading + [.mode, .schema, .allErrors, .json, .progress],
    examples: [
      Example(purpose: "check a file", line: "cupibulk validate sip-proxies.csv"),
      Example(
        purpose: "check what another program prints",
        line: "make-rows | cupibulk validate --format csv -"),
    ])

  private static let inspect = Command(
    name: "inspect",
    summary: "Show how a file is understood",
    details: [
      "Tells format, encoding, delimiter, line ends, what each heading means, how many records "
        + "there are, and the first of them. The values themselves are checked by validate."
    ],
    operands: [
      Operand(name: "FILE", help: "CSV, XML or JSON, plain or gzipped; - is standard input")
    ],
    options: [.inputFormat] + oneFile + [.records, .json],
    exclusive: [.records, .json],
    examples: [
      Example(purpose: "look at a file before importing it", line: "cupibulk inspect hosts.csv"),
      Example(
        purpose: "turn any CSV file into JSON",
        line: "cupibulk inspect --records table.csv"),
    ])

  private static let convert = Command(
    name: "convert",
    summary: "Write a file in another format, without a server",
    details: [
      "Between CSV, XML, JSON and JSON Lines, without loss: operations, Match columns and emptied "
        + "fields stay what they are. Columns get the API's names and order. Values are not "
        + "checked, but a heading or element that names no field is an error."
    ],
    operands: [
      Operand(name: "FILE", help: "CSV, XML or JSON, plain or gzipped; - is standard input")
    ],
    required: [.outputFile],
    options: [.from] + oneFile + [.allow, .outputFile, .to],
    examples: [
      Example(
        purpose: "make XML of a spreadsheet", line: "cupibulk convert hosts.csv -o hosts.xml"),
      Example(
        purpose: "print an export as JSON Lines",
        line: "cupibulk convert backup.xml.gz -o - --to jsonl"),
    ])

  private static let export = Command(
    name: "export",
    summary: "Write a server's port group servers to a file",
    details: [
      "The file can be imported again, into this server or into another that has port groups of "
        + "the same names. Nothing is changed on the server."
    ],
    required: [.target],
    options: connecting + [.onlyGroup] + pacing
      + [.outputFile, .outputFormat, .acceptShrink, .json, .progress, .ledger],
    exclusive: trusting,
    examples: [
      Example(
        purpose: "back up a server",
        line: "cupibulk export --target https://unity.example.com --username operator "
          + "-o backup.xml"),
      Example(
        purpose: "look at a sandbox", line: "cupibulk export --target sandbox:lab.db --format csv"),
    ])

  private static let resume = Command(
    name: "resume",
    summary: "Resume a run that stopped or was killed",
    details: [
      "What is in doubt is looked for on the server first; then what is left is done. Only the "
        + "ledger is needed: the input file may be changed or gone. Without a name it is the newest "
        + "run that is not finished, on the server of --target where that is given.",
      "With --failed the rows that failed are tried again, as a new run that belongs to the old one.",
    ],
    operands: [
      Operand(
        name: "RUN", help: "the run's name, or its unique beginning", isRequired: false)
    ],
    options: connecting + [.failed, .dryRun, .maxFail, .settleWait, .lockWait] + pacing
      + [.json, .progress, .ledger],
    exclusive: trusting,
    examples: [
      Example(purpose: "continue after a crash, a stop or an outage", line: "cupibulk resume"),
      Example(
        purpose: "try what failed again, once the server has been fixed",
        line: "cupibulk resume --failed"),
    ])

  private static let undo = Command(
    name: "undo",
    summary: "Put back what a run changed",
    details: [
      "What the run created is deleted, what it updated gets its old values, what it deleted is "
        + "created again, in reverse order. A server that was changed since is left alone, and its "
        + "row fails. An undo is a run of its own, and can be undone."
    ],
    operands: [
      Operand(name: "RUN", help: "the run's name, or its unique beginning; last is the newest run")
    ],
    options: connecting + [.dryRun, .maxFail, .allowLast, .verify, .settleWait, .lockWait]
      + pacing
      + [.json, .progress, .ledger],
    exclusive: trusting,
    examples: [
      Example(
        purpose: "see what an undo would do", line: "cupibulk undo 20261123T191502Z-ab3f --dry-run")
    ])

  private static let runs = Command(
    name: "runs",
    summary: "Show what earlier runs did",
    details: ["Without a subcommand: list."],
    subcommands: [
      Command(
        name: "list",
        summary: "List the runs, newest first",
        options: [.json, .ledger],
        examples: [Example(purpose: "list the runs", line: "cupibulk runs list")]),
      Command(
        name: "show",
        summary: "Show one run: its books and how it ended",
        operands: [someRun],
        options: [.json, .ledger],
        examples: [Example(purpose: "show the newest run", line: "cupibulk runs show")]),
      Command(
        name: "rows",
        summary: "Show the rows of a run and what became of each",
        operands: [someRun],
        options: [.rowState, .json, .csv, .ledger],
        exclusive: [.json, .csv],
        examples: [
          Example(
            purpose: "list what failed in the newest run, for a spreadsheet",
            line: "cupibulk runs rows --state failed --csv")
        ]),
      Command(
        name: "rejects",
        summary: "Write the rows of a run that failed or were invalid to a file to fix",
        details: [
          "The rows are as in their file: its format, columns, delimiter, encoding and line ends, "
            + "with the column FailureReason in front, which an import reads over. Rows of several "
            + "files give several files with a number in their names."
        ],
        operands: [someRun],
        required: [.outputFile],
        options: [.outputFile, .ledger],
        examples: [
          Example(
            purpose: "fix what failed in the newest run, and import it again",
            line: "cupibulk runs rejects -o fix.csv")
        ]),
      Command(
        name: "prune",
        summary: "Remove old runs from the ledger, and give their space back",
        details: [
          "Only finished runs are removed, and none that an unfinished undo or retry goes back to. A "
            + "run that was removed cannot be undone any more."
        ],
        required: [.keep],
        options: [.keep, .dryPrune, .json, .ledger],
        examples: [
          Example(
            purpose: "keep what ended within the last 90 days",
            line: "cupibulk runs prune --keep 90d")
        ]),
    ],
    defaultSubcommand: "list",
    examples: [
      Example(purpose: "list the runs", line: "cupibulk runs"),
      Example(purpose: "show the newest run", line: "cupibulk runs show"),
    ])

  private static let target = Command(
    name: "target",
    summary: "Check a server before working with it",
    subcommands: [
      Command(
        name: "check",
        summary: "Connect to a server and show who it is; change nothing",
        details: [
          "Shows the certificate with its dates and pin, the version, the cluster, how many port "
            + "groups there are, and the command line to use next.",
          "A server whose certificate is not trusted gets no password: what it shows is printed, with "
            + "the option that would trust it.",
        ],
        operands: [
          Operand(
            name: "URL",
            help:
              "the server: https://HOST[:PORT], or sandbox:FILE for a rehearsal; --target says the same",
            isRequired: false)
        ],
        options: connecting + [.json],
        exclusive: trusting,
        examples: [
          Example(
            purpose: "see which certificate a server shows",
            line: "cupibulk target check https://unity.example.com:8443"),
          Example(
            purpose: "see whether the account may log in",
            line: "cupibulk target check https://unity.example.com --username operator "
              + "--password-file password"),
        ])
    ],
    examples: [
      Example(
        purpose: "see which certificate a server shows",
        line: "cupibulk target check https://unity.example.com:8443")
    ])

  private static let sandbox = Command(
    name: "sandbox",
    summary: "Run a server to rehearse with",
    details: [
      "A small lab of port groups answers as Unity Connection does, until Ctrl-C. Any CUPI "
        + "client can use it.",
      "Where no document says what the real server does, an option decides. Faults can also be "
        + "ordered while it runs: PUT the FAULTS to /sandbox/faults.",
    ],
    options: [
      .port, .bind, .tls, .tlsCert, .tlsKey, .sandboxState, .load, .groupsOnly, .accountName,
      .accountPasswordFile, .serverVersion, .serverSlots, .queueLength, .queueDrain, .loginLimit,
      .tokenAge, .unique, .lastServer, .ports, .defaultPorts, .defaultPrecedence, .hostCase,
      .createdURI, .createdTFTP, .location, .unknownID, .pageSize, .fault, .seed,
    ],
    examples: [
      Example(
        purpose: "serve a lab that keeps its state in a file",
        line: "cupibulk sandbox --port 8443 --state lab.db"),
      Example(
        purpose: "rehearse a migration with the groups of an export",
        line: "cupibulk sandbox --state lab.db --load backup.xml --groups-only"),
      Example(
        purpose: "rehearse a bad day: lost answers, a busy server, slow answers",
        line: "cupibulk sandbox --fault drop-reply=5%,busy=10%,slow=80ms --seed 7"),
    ])

  private static let template = Command(
    name: "template",
    summary: "Print a blank file to fill in, or the schema of XML files",
    operands: [
      Operand(
        name: "KIND", help: "what the file is for, or xsd for the schema of XML files",
        choices: ["sip-proxy", "tftp", "call-manager", "move-hosts", "delete", "xsd"])
    ],
    options: [.outputFormat, .outputFile],
    examples: [
      Example(
        purpose: "begin a file of SIP proxies", line: "cupibulk template sip-proxy -o proxies.csv"),
      Example(
        purpose: "give an XML editor the schema", line: "cupibulk template xsd -o servers.xsd"),
    ])

  private static let help = Command(
    name: "help",
    summary: "Tell more about a command",
    operands: [
      Operand(
        name: "COMMAND", help: "the command, such as import or runs show", isRequired: false,
        isRepeatable: true)
    ],
    examples: [Example(purpose: "all about import", line: "cupibulk help import")])
}

extension Command {
  /// This command and all below it, each with the commands that lead to it.
  package static func allPaths(below path: CommandPath = .root) -> [CommandPath] {
    [path] + path.command.subcommands.flatMap { allPaths(below: path.appending($0)) }
  }
}
